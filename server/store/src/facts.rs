//! What the mirror knows of a Project, for its team.

use crate::{Db, StoreError, standings::readable};
use policy::TeamScope;
use sea_orm::FromQueryResult;
use vocabulary::{Colleague, IssueName, OpenIssue, OpenTask, TaskName, WorkspaceFacts};

#[derive(FromQueryResult)]
struct ChangesRow {
    facts_changes: i64,
}

#[derive(FromQueryResult)]
struct ColleagueRow {
    user: String,
    full_name: String,
}

#[derive(FromQueryResult)]
struct TaskRow {
    name: String,
    title: Option<String>,
    status: Option<String>,
    priority: Option<String>,
    exp_end_date: Option<String>,
}

#[derive(FromQueryResult)]
struct IssueRow {
    name: String,
    title: Option<String>,
    status: Option<String>,
    priority: Option<String>,
}

/// People of the Project, and of its open Tasks and Issues those that ERPNext lets this member read.
///
/// # Errors
/// If the database fails.
pub async fn of(db: &Db, team: &TeamScope) -> Result<WorkspaceFacts, StoreError> {
    let workspace = || team.scope().workspace().as_uuid().into();
    // Before the facts: what changes in between is read again by those who were told a higher number.
    let changes = ChangesRow::find_by_statement(
        db.statement("SELECT facts_changes FROM workspaces WHERE id = $1", [workspace()]),
    )
    .one(db.reader())
    .await?;
    let person = || team.scope().who().person().as_uuid().into();
    let colleagues = colleagues(db, team).await?;
    let field = |name| db.json_text("d.fields", name);
    let tasks = TaskRow::find_by_statement(db.statement(
        &format!(
            "SELECT d.name, d.title, d.status, {priority} AS priority, {due} AS exp_end_date
             FROM documents d JOIN workspaces w ON w.project = d.project
             WHERE d.doctype = 'Task' AND w.id = $1
               AND COALESCE(d.status, '') NOT IN ('Completed', 'Cancelled', 'Template') AND {readable}
             ORDER BY {due} IS NULL, {due}, d.name LIMIT 100",
            priority = field("priority"),
            due = field("exp_end_date"),
            readable = readable("Task", "d.name")
        ),
        [workspace(), person()],
    ))
    .all(db.reader())
    .await?;
    let issues = IssueRow::find_by_statement(db.statement(
        &format!(
            "SELECT d.name, d.title, d.status, {priority} AS priority
             FROM documents d JOIN workspaces w ON w.project = d.project
             WHERE d.doctype = 'Issue' AND w.id = $1
               AND COALESCE(d.status, '') NOT IN ('Closed', 'Resolved') AND {readable}
             ORDER BY d.creation DESC LIMIT 100",
            priority = field("priority"),
            readable = readable("Issue", "d.name")
        ),
        [workspace(), person()],
    ))
    .all(db.reader())
    .await?;
    Ok(WorkspaceFacts {
        changes: changes.map_or(0, |row| row.facts_changes),
        colleagues,
        open_tasks: tasks
            .into_iter()
            .map(|row| OpenTask {
                name: TaskName::new(row.name),
                subject: row.title.unwrap_or_default(),
                status: row.status.unwrap_or_default(),
                priority: row.priority.unwrap_or_default(),
                exp_end_date: row.exp_end_date.map(|date| date.chars().take(10).collect()),
                mark: None,
            })
            .collect(),
        open_issues: issues
            .into_iter()
            .map(|row| OpenIssue {
                name: IssueName::new(row.name),
                subject: row.title.unwrap_or_default(),
                status: row.status.unwrap_or_default(),
                priority: row.priority.unwrap_or_default(),
                mark: None,
            })
            .collect(),
        making: Vec::new(),
    })
}

/// The Project's `users`.
///
/// # Errors
/// If the database fails.
pub async fn colleagues(db: &Db, team: &TeamScope) -> Result<Vec<Colleague>, StoreError> {
    let rows = ColleagueRow::find_by_statement(db.statement(
        r#"SELECT "user", full_name FROM project_users WHERE workspace_id = $1 ORDER BY idx"#,
        [team.scope().workspace().as_uuid().into()],
    ))
    .all(db.reader())
    .await?;
    let colleague = |row: ColleagueRow| Colleague { user: row.user, full_name: row.full_name };
    Ok(rows.into_iter().map(colleague).collect())
}
