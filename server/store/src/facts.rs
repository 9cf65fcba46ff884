//! What the mirror knows of a Project, for its team.

use crate::{Db, StoreError, standings::readable};
use policy::TeamScope;
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;
use vocabulary::{
    Colleague, IssueName, IssueStatus, OpenIssue, OpenTask, Outlook, PersonId, TaskName,
    TaskStatus, WorkspaceFacts,
};

#[derive(FromQueryResult)]
struct ChangesRow {
    facts_changes: i64,
}

#[derive(FromQueryResult)]
struct ColleagueRow {
    user: String,
    full_name: String,
    person_id: Option<Uuid>,
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
               AND COALESCE(d.status, '') NOT IN {at_rest} AND {readable}
             ORDER BY {due} IS NULL, {due}, d.name LIMIT 100",
            priority = field("priority"),
            due = field("exp_end_date"),
            at_rest = words(TaskStatus::AT_REST),
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
               AND COALESCE(d.status, '') NOT IN {over} AND {readable}
             ORDER BY d.creation DESC LIMIT 100",
            priority = field("priority"),
            over = words(IssueStatus::OVER),
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
        outlook: Outlook::default(),
    })
}

/// The condition that the document `d` is a Task or an Issue that is over.
pub(crate) fn is_over(d: &str) -> String {
    format!(
        "({d}.doctype = 'Task' AND {d}.status IN {} OR {d}.doctype = 'Issue' AND {d}.status IN {})",
        words(TaskStatus::OVER),
        words(IssueStatus::OVER)
    )
}

/// Words of ours as a list of SQL.
fn words(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    format!("({})", quoted.join(", "))
}

/// The Project's `users`.
///
/// # Errors
/// If the database fails.
pub async fn colleagues(db: &Db, team: &TeamScope) -> Result<Vec<Colleague>, StoreError> {
    let rows = ColleagueRow::find_by_statement(db.statement(
        r#"SELECT u."user", u.full_name, p.id AS person_id FROM project_users u
           LEFT JOIN people p ON p."user" = LOWER(u."user") AND p.enabled = TRUE
           WHERE u.workspace_id = $1 ORDER BY u.idx"#,
        [team.scope().workspace().as_uuid().into()],
    ))
    .all(db.reader())
    .await?;
    let colleague = |row: ColleagueRow| Colleague {
        user: row.user,
        full_name: row.full_name,
        person: row.person_id.map(PersonId::from_uuid),
    };
    Ok(rows.into_iter().map(colleague).collect())
}

/// Those of `users` that cannot follow what is said here: neither on the Project nor, as far as we know, able to read it.
///
/// # Errors
/// If the database fails.
pub async fn without_access(
    db: &Db,
    team: &TeamScope,
    users: &[String],
) -> Result<Vec<String>, StoreError> {
    let mut strangers = Vec::new();
    for user in users {
        let row = db
            .reader()
            .query_one_raw(db.statement(
                r#"SELECT 1 FROM project_users WHERE workspace_id = $1 AND LOWER("user") = $2
                     AND NOT EXISTS (SELECT 1 FROM people c WHERE c."user" = $2 AND c.kind = 'client')
                   UNION ALL
                   SELECT 1 FROM people p JOIN standings s ON s.person_id = p.id
                   WHERE s.workspace_id = $1 AND p."user" = $2 AND p.kind = 'member' AND p.enabled = TRUE"#,
                [team.scope().workspace().as_uuid().into(), user.to_lowercase().into()],
            ))
            .await?;
        if row.is_none() {
            strangers.push(user.clone());
        }
    }
    Ok(strangers)
}
