//! Whether the service user may do its task. ERPNext is asked about a document; its rules are not worked out here.

use erpnext::{ErpError, ListQuery};
use serde_json::json;

use super::Exam;
use crate::{
    blueprint::{ROLE, rules},
    look,
};

/// What the mirror reads and the outbox writes. Everybody may create Files, unless somebody changed that; their other
/// rights follow from what they are attached to.
const NEEDED: [(&str, &[&str]); 14] = [
    ("Project", &[]),
    ("Project Type", &[]),
    ("Task", &["write", "create"]),
    ("Issue", &["write", "create"]),
    ("Customer", &[]),
    ("Contact", &[]),
    ("Communication", &["write", "create", "delete"]),
    ("Comment", &["create"]),
    ("ToDo", &["write", "create"]),
    ("File", &["create"]),
    ("Email Template", &[]),
    ("Holiday List", &[]),
    ("User", &[]),
    ("Custom Field", &[]),
];

impl Exam<'_> {
    pub(super) async fn rights(&mut self) {
        let mut all_is_well = true;
        for (doctype, writes) in NEEDED {
            let lacking = match self.lacking(doctype, writes).await {
                Ok(lacking) => lacking,
                Err(ErpError::NotFound { .. }) => {
                    all_is_well = false;
                    self.fault(
                        "rights",
                        format!("The site has no doctype {doctype}."),
                        "Install ERPNext on the site, or correct ERPNEXT_URL.",
                    );
                    continue;
                }
                Err(error) => {
                    all_is_well = false;
                    self.unseen("rights", doctype, &error);
                    continue;
                }
            };
            if !lacking.is_empty() {
                all_is_well = false;
                let said = format!("{} may not {} {doctype}.", self.user, lacking.join(" or "));
                self.fault("rights", said, fix(doctype));
            }
        }
        if all_is_well {
            self.ok("rights", format!("{} may do all that Parlance needs.", self.user));
        }
    }

    async fn lacking(
        &self,
        doctype: &str,
        writes: &[&'static str],
    ) -> Result<Vec<&'static str>, ErpError> {
        let query = ListQuery {
            doctype,
            fields: &["name"],
            filters: json!([]),
            order_by: "creation desc",
            limit: 1,
        };
        let some = match self.site.list_documents(query).await {
            Ok(rows) => rows.into_iter().next(),
            Err(ErpError::NotPermitted { .. }) => return Ok(vec!["read"]),
            Err(error) => return Err(error),
        };
        let Some(some) = some else { return self.lacking_by_rule(doctype).await };
        let mut lacking = Vec::new();
        for right in writes {
            match self.site.has_permission(doctype, some.name(), right).await {
                Ok(true) => {}
                Ok(false) => lacking.push(*right),
                // Gone since the list was read.
                Err(ErpError::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(lacking)
    }

    /// Where there is no document to ask about: what our role's own rule lacks, if we may look.
    async fn lacking_by_rule(&self, doctype: &str) -> Result<Vec<&'static str>, ErpError> {
        let Some(rule) = rules(true).into_iter().find(|rule| rule.doctype == doctype) else {
            return Ok(Vec::new());
        };
        match look::custom_rules(&self.eyes, doctype).await {
            Ok(is) => Ok(look::lacking(&is, &rule)),
            Err(ErpError::NotPermitted { .. }) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }
}

/// Connecting gives what the standard rules never gave; what somebody took from those is theirs to give back.
fn fix(doctype: &str) -> String {
    let connect = match rules(true).iter().any(|rule| rule.doctype == doctype) {
        true => "Run `parlance connect` again. If that does not help, give",
        false => "Give",
    };
    format!("{connect} the role {ROLE} that right in ERPNext's Role Permissions Manager.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_right_that_connecting_gives_is_looked_at() {
        for rule in rules(true) {
            let needed = NEEDED.iter().find(|(doctype, _)| *doctype == rule.doctype);
            let writes = needed.map(|(_, writes)| *writes).unwrap_or_default();
            for right in rule.rights.iter().filter(|right| **right != "read") {
                assert!(writes.contains(right), "{} {right}", rule.doctype);
            }
            assert!(needed.is_some(), "{}", rule.doctype);
        }
    }
}
