//! Who may do what: roles, own documents, User Permissions, shares.

use super::{
    refusal::Refusal,
    schema::Kind,
    site::Site,
    store::{Doc, is_on, text},
};

/// A right, by its letter in `doctypes.txt`.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Right {
    Read,
    Write,
    Create,
    Delete,
}

/// What a user's roles allow on a doctype.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Reach {
    None,
    /// Names and a few plain fields.
    Select,
    Own,
    All,
}

impl Right {
    const fn letter(self) -> char {
        match self {
            Self::Read => 'r',
            Self::Write => 'w',
            Self::Create => 'c',
            Self::Delete => 'd',
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Create => "create",
            Self::Delete => "delete",
        }
    }
}

impl Site {
    /// What the roles of `user` allow, whatever the document.
    pub(crate) fn reach(&self, user: &str, doctype: &str, right: Right) -> Reach {
        if user == "Administrator" {
            return Reach::All;
        }
        let roles = self.roles(user);
        let mut best = Reach::None;
        for (role, letters) in self.rights(doctype).iter() {
            if !roles.contains(role) {
                continue;
            }
            if letters.contains(right.letter()) {
                if !letters.contains('o') {
                    return Reach::All;
                }
                best = Reach::Own;
            } else if right == Right::Read && letters.contains('s') && best == Reach::None {
                best = Reach::Select;
            }
        }
        best
    }

    /// Whether `user` has `right` on this very document.
    pub(crate) fn may(&self, user: &str, doctype: &str, doc: &Doc, right: Right) -> bool {
        if user == "Administrator" {
            return true;
        }
        if self.is_shared(user, doctype, doc, right) {
            return true;
        }
        let by_role = match self.reach(user, doctype, right) {
            Reach::All => true,
            // Whoever makes one will own it.
            Reach::Own => right == Right::Create || text(doc, "owner") == user,
            Reach::Select => doctype == "User" && text(doc, "name") == user,
            Reach::None => doctype == "User" && right == Right::Read && text(doc, "name") == user,
        };
        by_role
            && self.is_within_user_permissions(user, doctype, doc)
            && self.is_theirs(user, doctype, doc, right)
    }

    /// Whether a list may show it, which is a little wider than reading it whole.
    pub(crate) fn may_list(&self, user: &str, doctype: &str, doc: &Doc) -> bool {
        if doctype == "Communication"
            && text(doc, "communication_medium") == "Email"
            && !self.has_role(user, "System Manager")
            && !self.has_role(user, "Super Email User")
        {
            return false;
        }
        self.may(user, doctype, doc, Right::Read)
            || (self.reach(user, doctype, Right::Read) == Reach::Select
                && self.is_within_user_permissions(user, doctype, doc))
    }

    /// Whether lists of the doctype are open to `user` at all.
    pub(crate) fn check_list(&self, user: &str, doctype: &str) -> Result<(), Refusal> {
        let has_shares = || {
            let shares = self.store.all("DocShare");
            shares
                .filter(|share| text(share, "user") == user && is_on(share, "read"))
                .any(|share| text(share, "share_doctype") == doctype)
        };
        if self.reach(user, doctype, Right::Read) != Reach::None || has_shares() {
            return Ok(());
        }
        let words = format!(
            "User <strong>{user}</strong> does not have doctype access via role permission for document <strong>{doctype}</strong>"
        );
        let reason = format!("No permission for {doctype}");
        Err(Refusal::not_permitted(Some(&words), Some(&reason)))
    }

    /// The 403 for a document, if it is one.
    pub(crate) fn check(
        &self,
        user: &str,
        doctype: &str,
        doc: &Doc,
        right: Right,
    ) -> Result<(), Refusal> {
        if self.may(user, doctype, doc, right) {
            return Ok(());
        }
        let name = text(doc, "name");
        let name_or_none = if name.is_empty() { "None" } else { name };
        let words = if self.reach(user, doctype, right) == Reach::None && right == Right::Read {
            format!(
                "User <strong>{user}</strong> does not have doctype access via role permission for document <strong>{doctype}</strong><br>User <strong>{user}</strong> does not have access to this document"
            )
        } else {
            format!(
                "User <strong>{user}</strong> does not have access to this document: {doctype} - {name_or_none}"
            )
        };
        let reason = format!(
            "You need the '{}' permission on <strong>{doctype}</strong> {name} to perform this action.",
            right.word()
        );
        let reason = (right != Right::Read).then_some(reason.as_str());
        Err(Refusal::not_permitted(Some(&words), reason))
    }

    fn is_shared(&self, user: &str, doctype: &str, doc: &Doc, right: Right) -> bool {
        let field = match right {
            Right::Read => "read",
            Right::Write => "write",
            Right::Create | Right::Delete => return false,
        };
        self.store.all("DocShare").any(|share| {
            text(share, "user") == user
                && text(share, "share_doctype") == doctype
                && text(share, "share_name") == text(doc, "name")
                && is_on(share, field)
        })
    }

    /// User Permissions narrow: the document itself and what its links name must be among the allowed.
    /// An empty link is allowed.
    fn is_within_user_permissions(&self, user: &str, doctype: &str, doc: &Doc) -> bool {
        let mine: Vec<&Doc> = self
            .store
            .all("User Permission")
            .filter(|rule| text(rule, "user") == user)
            .filter(|rule| {
                is_on(rule, "apply_to_all_doctypes") || text(rule, "applicable_for") == doctype
            })
            .collect();
        if mine.is_empty() {
            return true;
        }
        let is_allowed = |target: &str, value: &str| {
            let mut values = mine
                .iter()
                .filter(|rule| text(rule, "allow") == target)
                .map(|rule| text(rule, "for_value"))
                .peekable();
            values.peek().is_none() || value.is_empty() || values.any(|one| one == value)
        };
        let fields = self.fields(doctype);
        is_allowed(doctype, text(doc, "name"))
            && fields.iter().all(|field| match &field.kind {
                Kind::Link(target) => is_allowed(target, text(doc, &field.name)),
                _ => true,
            })
    }
}
