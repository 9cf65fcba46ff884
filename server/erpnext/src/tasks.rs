//! Tasks.

use serde::Deserialize;

use crate::{ErpError, Site, list::List, users::check};

/// A Task as lists give it, in ERPNext's field names.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "the fields are ERPNext's own")]
pub struct TaskRow {
    pub name: String,
    pub creation: String,
    pub modified: String,
    pub subject: String,
    /// Becomes `Overdue` by a daily job without `modified`.
    pub status: String,
    pub priority: Option<String>,
    pub project: Option<String>,
    pub exp_start_date: Option<String>,
    pub exp_end_date: Option<String>,
    pub progress: Option<f64>,
    #[serde(deserialize_with = "check")]
    pub is_group: bool,
    pub parent_task: Option<String>,
}

const FIELDS: &[&str] = &[
    "name",
    "creation",
    "modified",
    "subject",
    "status",
    "priority",
    "project",
    "exp_start_date",
    "exp_end_date",
    "progress",
    "is_group",
    "parent_task",
];

impl Site {
    /// Tasks changed at or after the stamp `since`, oldest change first; `limit` 0 gives all.
    ///
    /// # Errors
    /// [`ErpError::NotPermitted`], or whatever keeps the site from answering.
    pub async fn tasks_since(
        &self,
        since: Option<&str>,
        limit: u32,
    ) -> Result<Vec<TaskRow>, ErpError> {
        self.list(List::since("Task", FIELDS, since, limit)).await
    }
}
