//! From ERPNext's rows to the store's copies.

use erpnext::{IssueRow, Project, TaskRow};
use store::worker::{IssueCopy, ProjectCopy, ProjectUserCopy, TaskCopy};

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

pub(crate) fn task(row: TaskRow) -> TaskCopy {
    TaskCopy {
        name: row.name,
        creation: row.creation,
        modified: row.modified,
        project: row.project,
        subject: row.subject,
        status: row.status,
        priority: row.priority.unwrap_or_default(),
        exp_end_date: row.exp_end_date.map(|date| date.chars().take(10).collect()),
    }
}

pub(crate) fn issue(row: IssueRow) -> IssueCopy {
    IssueCopy {
        name: row.name,
        creation: row.creation,
        modified: row.modified,
        project: row.project,
        subject: row.subject,
        status: row.status,
        priority: row.priority.unwrap_or_default(),
    }
}
