//! What the mirror knows of a Project, for its team.

use crate::{Db, StoreError, standings::readable};
use policy::TeamScope;
use sea_orm::FromQueryResult;
use vocabulary::{Colleague, IssueName, OpenIssue, OpenTask, TaskName, WorkspaceFacts};

#[derive(FromQueryResult)]
struct ColleagueRow {
    user: String,
    full_name: String,
}

#[derive(FromQueryResult)]
struct TaskRow {
    name: String,
    subject: String,
    status: String,
    priority: String,
    exp_end_date: Option<String>,
}

#[derive(FromQueryResult)]
struct IssueRow {
    name: String,
    subject: String,
    status: String,
    priority: String,
}

/// People of the Project, and of its open Tasks and Issues those that ERPNext lets this member read.
///
/// # Errors
/// If the database fails.
pub async fn of(db: &Db, team: &TeamScope) -> Result<WorkspaceFacts, StoreError> {
    let workspace = || team.scope().workspace().as_uuid().into();
    let person = || team.scope().who().person().as_uuid().into();
    let colleagues = ColleagueRow::find_by_statement(db.statement(
        r#"SELECT "user", full_name FROM project_users WHERE workspace_id = $1 ORDER BY idx"#,
        [workspace()],
    ))
    .all(db.reader())
    .await?;
    let tasks = TaskRow::find_by_statement(db.statement(
        &format!(
            "SELECT t.name, t.subject, t.status, t.priority, t.exp_end_date
             FROM tasks t JOIN workspaces w ON w.project = t.project
             WHERE w.id = $1 AND t.status NOT IN ('Completed', 'Cancelled', 'Template') AND {}
             ORDER BY t.exp_end_date IS NULL, t.exp_end_date, t.name LIMIT 100",
            readable("Task", "t.name")
        ),
        [workspace(), person()],
    ))
    .all(db.reader())
    .await?;
    let issues = IssueRow::find_by_statement(db.statement(
        &format!(
            "SELECT i.name, i.subject, i.status, i.priority
             FROM issues i JOIN workspaces w ON w.project = i.project
             WHERE w.id = $1 AND i.status NOT IN ('Closed', 'Resolved') AND {}
             ORDER BY i.creation DESC LIMIT 100",
            readable("Issue", "i.name")
        ),
        [workspace(), person()],
    ))
    .all(db.reader())
    .await?;
    Ok(WorkspaceFacts {
        colleagues: colleagues
            .into_iter()
            .map(|row| Colleague { user: row.user, full_name: row.full_name })
            .collect(),
        open_tasks: tasks
            .into_iter()
            .map(|row| OpenTask {
                name: TaskName::new(row.name),
                subject: row.subject,
                status: row.status,
                priority: row.priority,
                exp_end_date: row.exp_end_date,
            })
            .collect(),
        open_issues: issues
            .into_iter()
            .map(|row| OpenIssue {
                name: IssueName::new(row.name),
                subject: row.subject,
                status: row.status,
                priority: row.priority,
            })
            .collect(),
    })
}
