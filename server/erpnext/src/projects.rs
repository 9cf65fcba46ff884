//! Projects.

use serde::Deserialize;

use crate::{ErpError, Site, list::List};

/// A Project as lists give it, in ERPNext's field names.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "the fields are ERPNext's own")]
pub struct ProjectRow {
    pub name: String,
    pub creation: String,
    pub modified: String,
    pub project_name: String,
    pub status: String,
    pub project_type: Option<String>,
    pub customer: Option<String>,
    /// Moves without `modified` whenever a task is completed.
    pub percent_complete: Option<f64>,
    pub expected_start_date: Option<String>,
    pub expected_end_date: Option<String>,
    pub priority: Option<String>,
}

/// A Project with its users.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Project {
    /// The Project's own fields.
    #[serde(flatten)]
    pub row: ProjectRow,
    /// Who shall work on it. Not who may read it: ask [`Site::permitted_projects`].
    #[serde(default)]
    pub users: Vec<ProjectUser>,
}

/// A row of `Project.users`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ProjectUser {
    /// `User.name`.
    pub user: String,
    /// Their name when the row was saved.
    pub full_name: Option<String>,
}

const FIELDS: &[&str] = &[
    "name",
    "creation",
    "modified",
    "project_name",
    "status",
    "project_type",
    "customer",
    "percent_complete",
    "expected_start_date",
    "expected_end_date",
    "priority",
];

impl Site {
    /// Projects changed at or after the stamp `since`, oldest change first; `limit` 0 gives all.
    ///
    /// # Errors
    /// [`ErpError::NotPermitted`], or whatever keeps the site from answering.
    pub async fn projects_since(
        &self,
        since: Option<&str>,
        limit: u32,
    ) -> Result<Vec<ProjectRow>, ErpError> {
        self.list(List::since("Project", FIELDS, since, limit)).await
    }

    /// One Project with its users.
    ///
    /// # Errors
    /// [`ErpError::NotFound`] when it is gone or renamed.
    pub async fn project(&self, name: &str) -> Result<Project, ErpError> {
        self.get(self.url(["api", "resource", "Project", name])).await?.take("data")
    }
}
