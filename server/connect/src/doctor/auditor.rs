//! The key that reads what only a System Manager may.

use erpnext::{ErpError, ListQuery, Site};
use serde_json::json;

use super::{Exam, Finding, NEW_KEYS, Setup, finding::some};
use crate::blueprint::SYSTEM_MANAGER;

const READS: [&str; 4] = ["Deleted Document", "User Permission", "DocShare", "Webhook Request Log"];

/// Whoever sees most: the auditor if its key works, else the service user, with what is wrong about the auditor.
pub(super) async fn eyes(site: &Site, setup: &Setup) -> (Option<Finding>, Site) {
    if !setup.has_auditor {
        return (None, site.clone());
    }
    let auditor = site.auditing();
    match auditor.read("frappe.auth.get_logged_user", &[]).await {
        Ok(_) => (None, auditor),
        Err(error) => {
            let fault = Finding::fault(
                "auditor",
                format!("ERPNext does not accept the auditor's key: {error}."),
                NEW_KEYS,
            );
            (Some(fault), site.clone())
        }
    }
}

impl Exam<'_> {
    /// Whether what only a System Manager may read can be read.
    pub(super) async fn auditor(&mut self) {
        if self.findings.iter().any(|finding| finding.check == "auditor") {
            return;
        }
        let mut closed = Vec::new();
        for doctype in READS {
            let query = ListQuery {
                doctype,
                fields: &["name"],
                filters: json!([]),
                order_by: "creation desc",
                limit: 1,
            };
            match self.eyes.list_documents(query).await {
                Ok(_) => {}
                Err(ErpError::NotPermitted { .. }) => closed.push(doctype),
                Err(error) => return self.unseen("auditor", doctype, &error),
            }
        }
        match self.eyes.permitted_projects(&self.user).await {
            Ok(_) => {}
            Err(ErpError::NotPermitted { .. }) => closed.push("who may read which Project"),
            Err(error) => return self.unseen("auditor", "Permitted Documents For User", &error),
        }
        match (self.setup.has_auditor, closed.is_empty()) {
            (true, true) => self.ok("auditor", "The auditor may read what it is there for."),
            (false, true) => {
                self.ok("auditor", "The service user may read what else an auditor would.");
            }
            (true, false) => self.fault(
                "auditor",
                format!("The auditor may not read {}.", some(&closed)),
                format!("Give the auditor's user the role {SYSTEM_MANAGER}, or run `parlance connect` again."),
            ),
            (false, false) => self.warn(
                "auditor",
                format!("Without an auditor Parlance cannot read {}, so each member's own session is asked and deletions are noticed late.", some(&closed)),
                "Run `parlance connect` without --no-auditor if that is not enough.",
            ),
        }
    }
}
