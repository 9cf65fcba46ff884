//! What the rules of roles let somebody do, where ERPNext cannot be asked in their own name: after a sign-in by a ticket
//! from the desk, or when the session we held has ended.
//!
//! ERPNext has no way to ask about somebody else's right to write. It decides by role, by User Permission and by share;
//! roles and rules are read here with the auditor's key. For a document that is there, User Permissions are part of the
//! answer whether the member may read it; what is only to be made nobody has read, so whoever has one that concerns the
//! doctype is left to their own session, and so is whatever a share opens.

use crate::Services;
use erpnext::{ErpError, ListQuery, Site};
use policy::Write;
use serde_json::json;
use store::people;
use vocabulary::PersonId;

/// More rules than a doctype has, and more shares than a document has.
const MOST: u32 = 500;

/// Rights on a doctype as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Right {
    Write,
    Create,
}

impl Right {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::Create => "create",
        }
    }
}

/// Who may write and create as long as nobody has changed the rules (ERPNext's own for these doctypes, 15 and 16).
fn standard_role(doctype: &str) -> Option<&'static str> {
    match doctype {
        "Task" => Some("Projects User"),
        "Issue" => Some("Support Team"),
        _ => None,
    }
}

impl Services {
    /// Whether the rules let `person` change this document, which they may read; `None` where they alone do not say.
    pub(super) async fn write_by_rules(
        &self,
        person: PersonId,
        doctype: &str,
        name: &str,
    ) -> Result<Option<Write>, ErpError> {
        let allowed = self.rules_allow(person, doctype, Right::Write).await?
            && !is_shared(&self.site.auditing(), doctype, name).await?;
        Ok(allowed.then_some(Write::Yes))
    }

    /// Whether the rules let `person` make such a document. `false` where they alone do not say.
    pub(crate) async fn create_by_rules(
        &self,
        person: PersonId,
        doctype: &str,
    ) -> Result<bool, ErpError> {
        if !self.rules_allow(person, doctype, Right::Create).await? {
            return Ok(false);
        }
        let Ok(Some(user)) = people::user_of_member(&self.db, person).await else {
            return Ok(false);
        };
        Ok(!is_confined(&self.site.auditing(), &user, doctype).await?)
    }

    /// Whether the rules of roles give `person` this right. `false` also where nobody tells us.
    async fn rules_allow(
        &self,
        person: PersonId,
        doctype: &str,
        right: Right,
    ) -> Result<bool, ErpError> {
        let Ok(Some(user)) = people::user_of_member(&self.db, person).await else {
            return Ok(false);
        };
        let Some(roles) = self.roles_of(&user).await? else { return Ok(false) };
        let query = ListQuery {
            doctype: "Custom DocPerm",
            fields: &["role", "permlevel", "if_owner", "write", "create"],
            filters: json!([["parent", "=", doctype]]),
            order_by: "name asc",
            limit: MOST,
        };
        let rules = match self.site.auditing().list_documents(query).await {
            Ok(rules) => rules,
            Err(error) if error.is_site_down() => return Err(error),
            Err(error) => {
                tracing::debug!(%error, "the rules of a doctype are not told to us");
                return Ok(false);
            }
        };
        // One rule of the site's own puts all standard rules out of force.
        if rules.is_empty() {
            return Ok(
                standard_role(doctype).is_some_and(|role| roles.iter().any(|one| one == role))
            );
        }
        Ok(rules.iter().any(|rule| {
            // Rules of other levels are about fields.
            !rule.is_on("permlevel")
                && rule.is_on(right.as_str())
                && !rule.is_on("if_owner")
                && rule.text("role").is_some_and(|role| roles.iter().any(|one| one == role))
        }))
    }
}

/// Whether somebody was given this document by a share: then reading it says nothing about writing.
async fn is_shared(site: &Site, doctype: &str, name: &str) -> Result<bool, ErpError> {
    let query = ListQuery {
        doctype: "DocShare",
        fields: &["name"],
        filters: json!([["share_doctype", "=", doctype], ["share_name", "=", name]]),
        order_by: "name asc",
        limit: 1,
    };
    Ok(!site.list_documents(query).await?.is_empty())
}

/// Whether a User Permission of theirs says which documents of this doctype, or which links in them, are for them.
async fn is_confined(site: &Site, user: &str, doctype: &str) -> Result<bool, ErpError> {
    let query = ListQuery {
        doctype: "User Permission",
        fields: &["name", "apply_to_all_doctypes", "applicable_for"],
        filters: json!([["user", "=", user]]),
        order_by: "name asc",
        limit: MOST,
    };
    let permissions = site.list_documents(query).await?;
    Ok(permissions.iter().any(|permission| {
        permission.is_on("apply_to_all_doctypes")
            || permission.text("applicable_for").is_none_or(|of| of == doctype)
    }))
}
