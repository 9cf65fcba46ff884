//! Documents that are for some people only, whatever the roles of others.

use super::{
    permission::{Reach, Right},
    site::Site,
    store::{Doc, is_on, text},
};

impl Site {
    /// Whether a document that the roles of `user` open is one for `user`.
    pub(crate) fn is_theirs(&self, user: &str, doctype: &str, doc: &Doc, right: Right) -> bool {
        match doctype {
            "File" => self.may_use_file(user, doc, right),
            "ToDo" => {
                ["allocated_to", "assigned_by"].iter().any(|field| text(doc, field) == user)
                    || self.has_special_role(user, doctype)
            }
            "Notification Log" => text(doc, "for_user") == user,
            _ => true,
        }
    }

    /// Whether lists of the doctype show `user` everything, so that nobody has to look at each document.
    pub(crate) fn lists_all(&self, user: &str, doctype: &str) -> bool {
        let is_narrowed = match doctype {
            "File" | "ToDo" | "Notification Log" => true,
            "Communication" => {
                !self.has_role(user, "System Manager") && !self.has_role(user, "Super Email User")
            }
            _ => false,
        };
        let has_rules = || self.store.all("User Permission").any(|rule| text(rule, "user") == user);
        user == "Administrator"
            || (!is_narrowed
                && self.reach(user, doctype, Right::Read) == Reach::All
                && !has_rules())
    }

    /// A File goes with the document it hangs on; without one it is its owner's.
    fn may_use_file(&self, user: &str, file: &Doc, right: Right) -> bool {
        if right == Right::Create
            || text(file, "owner") == user
            || (right == Right::Read && !is_on(file, "is_private"))
        {
            return true;
        }
        let (doctype, name) = (text(file, "attached_to_doctype"), text(file, "attached_to_name"));
        let needed = if right == Right::Read { Right::Read } else { Right::Write };
        self.store.get(doctype, name).is_some_and(|doc| self.may(user, doctype, doc, needed))
    }

    /// A role with rights on the doctype beside the one that everybody has.
    fn has_special_role(&self, user: &str, doctype: &str) -> bool {
        let rights = self.rights(doctype);
        let roles = rights.iter().map(|(role, _)| role.as_str());
        roles
            .filter(|role| !matches!(*role, "All" | "Desk User" | "Guest"))
            .any(|role| self.has_role(user, role))
    }
}
