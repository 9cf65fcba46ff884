//! From ERPNext's rows to the store's copies.

use erpnext::{Document, Project};
use store::worker::{DocumentCopy, ProjectCopy, ProjectUserCopy};

/// `percent_complete` as whole percents.
#[expect(clippy::cast_possible_truncation, reason = "clamped to 0..=100 and rounded")]
pub(crate) fn percent(value: Option<f64>) -> i32 {
    value.unwrap_or(0.0).clamp(0.0, 100.0).round() as i32
}

pub(crate) fn project(project: Project) -> ProjectCopy {
    let row = project.row;
    ProjectCopy {
        percent_complete: percent(row.percent_complete),
        name: row.name,
        creation: row.creation,
        project_name: row.project_name,
        status: row.status,
        customer: row.customer.filter(|customer| !customer.is_empty()),
        expected_end_date: row.expected_end_date,
        users: project
            .users
            .into_iter()
            .map(|user| ProjectUserCopy {
                full_name: user.full_name.unwrap_or_else(|| user.user.clone()),
                user: user.user,
            })
            .collect(),
    }
}

/// The copy of a row that a list gave.
pub(crate) fn document(doctype: &str, title: &str, document: Document) -> DocumentCopy {
    DocumentCopy {
        doctype: doctype.to_owned(),
        name: document.name().to_owned(),
        creation: document.creation().to_owned(),
        modified: document.modified().to_owned(),
        project: document.text("project").map(str::to_owned),
        status: document.text("status").map(str::to_owned),
        title: document.text(title).map(str::to_owned),
        fields: document.into_fields(),
    }
}
