//! Issues.

use serde::Deserialize;

use crate::{ErpError, Site, list::List};

/// An Issue as lists give it, in ERPNext's field names.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(missing_docs, reason = "the fields are ERPNext's own")]
pub struct IssueRow {
    pub name: String,
    pub creation: String,
    pub modified: String,
    pub subject: String,
    pub status: String,
    pub priority: Option<String>,
    pub issue_type: Option<String>,
    pub project: Option<String>,
    pub customer: Option<String>,
    pub raised_by: Option<String>,
}

const FIELDS: &[&str] = &[
    "name",
    "creation",
    "modified",
    "subject",
    "status",
    "priority",
    "issue_type",
    "project",
    "customer",
    "raised_by",
];

impl Site {
    /// Issues changed at or after the stamp `since`, oldest change first; `limit` 0 gives all.
    ///
    /// # Errors
    /// [`ErpError::NotPermitted`], or whatever keeps the site from answering.
    pub async fn issues_since(
        &self,
        since: Option<&str>,
        limit: u32,
    ) -> Result<Vec<IssueRow>, ErpError> {
        self.list(List::since("Issue", FIELDS, since, limit)).await
    }
}
