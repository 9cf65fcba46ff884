//! Local copies of ERPNext documents. A document is known by doctype, name and creation: ERPNext reuses names.

use crate::{Db, StoreError, worker::Worker};
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult, Value};
use uuid::Uuid;
use vocabulary::{Moment, RoomId, RoomKind, WorkspaceId};

/// A Project as ERPNext has it.
#[derive(Clone, Debug, PartialEq)]
pub struct ProjectCopy {
    /// `name`.
    pub name: String,
    /// `creation`, as ERPNext wrote it.
    pub creation: String,
    /// `project_name`: the title.
    pub project_name: String,
    /// `status`.
    pub status: String,
    /// `customer`.
    pub customer: Option<String>,
    /// `percent_complete`, rounded.
    pub percent_complete: i32,
    /// `expected_end_date`.
    pub expected_end_date: Option<String>,
    /// The rows of `users`.
    pub users: Vec<ProjectUserCopy>,
}

/// A row of `Project.users`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectUserCopy {
    /// `user`.
    pub user: String,
    /// `full_name`.
    pub full_name: String,
}

/// A Task as ERPNext has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskCopy {
    /// `name`.
    pub name: String,
    /// `creation`.
    pub creation: String,
    /// `modified`.
    pub modified: String,
    /// `project`.
    pub project: Option<String>,
    /// `subject`.
    pub subject: String,
    /// `status`.
    pub status: String,
    /// `priority`.
    pub priority: String,
    /// `exp_end_date`.
    pub exp_end_date: Option<String>,
}

/// An Issue as ERPNext has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueCopy {
    /// `name`.
    pub name: String,
    /// `creation`.
    pub creation: String,
    /// `modified`.
    pub modified: String,
    /// `project`.
    pub project: Option<String>,
    /// `subject`.
    pub subject: String,
    /// `status`.
    pub status: String,
    /// `priority`.
    pub priority: String,
}

/// How the mirror's last round over a doctype went.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct MirrorRound {
    /// Which doctype.
    pub doctype: String,
    /// The largest `modified` seen.
    pub modified: Option<String>,
    /// When the last successful round ended, milliseconds since the epoch.
    pub finished_at: i64,
    /// Why the last round failed, if it did.
    pub error: Option<String>,
}

#[derive(FromQueryResult)]
struct IdRow {
    id: Uuid,
}

impl Worker {
    /// Keeps a Project; the first time that makes its workspace, with the team room, its counter and its lane.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn keep_project(&self, copy: &ProjectCopy) -> Result<WorkspaceId, StoreError> {
        let tx = self.db.begin().await?;
        let row = IdRow::find_by_statement(self.db.statement(
            "INSERT INTO workspaces (id, project, project_creation, project_name, status, customer, percent_complete, expected_end_date)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (project, project_creation) DO UPDATE SET
               project_name = $4, status = $5, customer = $6, percent_complete = $7, expected_end_date = $8, gone_at = NULL
             RETURNING id",
            [
                WorkspaceId::fresh().as_uuid().into(),
                copy.name.clone().into(),
                copy.creation.clone().into(),
                copy.project_name.clone().into(),
                copy.status.clone().into(),
                copy.customer.clone().into(),
                copy.percent_complete.into(),
                copy.expected_end_date.clone().into(),
            ],
        ))
        .one(&tx)
        .await?
        .ok_or(StoreError::Unreadable { what: "workspaces.id" })?;
        // Another Project had this name before and is no more.
        tx.execute_raw(self.db.statement(
            "UPDATE workspaces SET gone_at = $3 WHERE project = $1 AND id <> $2 AND gone_at IS NULL",
            [copy.name.clone().into(), row.id.into(), Moment::now().as_millis().into()],
        ))
        .await?;
        furnish(&self.db, &tx, row.id).await?;
        seat(&self.db, &tx, row.id, &copy.users).await?;
        tx.commit().await?;
        Ok(WorkspaceId::from_uuid(row.id))
    }

    /// Keeps a Task.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn keep_task(&self, copy: &TaskCopy) -> Result<(), StoreError> {
        self.db
            .writer()
            .execute_raw(self.db.statement(
                "INSERT INTO tasks (name, creation, modified, project, subject, status, priority, exp_end_date)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                 ON CONFLICT (name) DO UPDATE SET creation = $2, modified = $3, project = $4, subject = $5,
                   status = $6, priority = $7, exp_end_date = $8",
                [
                    copy.name.clone().into(),
                    copy.creation.clone().into(),
                    copy.modified.clone().into(),
                    copy.project.clone().into(),
                    copy.subject.clone().into(),
                    copy.status.clone().into(),
                    copy.priority.clone().into(),
                    copy.exp_end_date.clone().into(),
                ],
            ))
            .await?;
        Ok(())
    }

    /// Keeps what changes in a Project without its `modified` moving (ERPNext computes `percent_complete`).
    ///
    /// # Errors
    /// If the database fails.
    pub async fn note_progress(
        &self,
        (name, creation): (&str, &str),
        status: &str,
        percent_complete: i32,
    ) -> Result<(), StoreError> {
        self.db
            .writer()
            .execute_raw(self.db.statement(
                "UPDATE workspaces SET status = $3, percent_complete = $4
                 WHERE project = $1 AND project_creation = $2 AND (status <> $3 OR percent_complete <> $4)",
                [name.into(), creation.into(), status.into(), percent_complete.into()],
            ))
            .await?;
        Ok(())
    }

    /// Keeps a Task's status, which the daily job sets to Overdue without `modified` moving.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn note_task_status(&self, name: &str, status: &str) -> Result<(), StoreError> {
        self.db
            .writer()
            .execute_raw(self.db.statement(
                "UPDATE tasks SET status = $2 WHERE name = $1 AND status <> $2",
                [name.into(), status.into()],
            ))
            .await?;
        Ok(())
    }

    /// Keeps an Issue.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn keep_issue(&self, copy: &IssueCopy) -> Result<(), StoreError> {
        self.db
            .writer()
            .execute_raw(self.db.statement(
                "INSERT INTO issues (name, creation, modified, project, subject, status, priority)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)
                 ON CONFLICT (name) DO UPDATE SET creation = $2, modified = $3, project = $4, subject = $5,
                   status = $6, priority = $7",
                [
                    copy.name.clone().into(),
                    copy.creation.clone().into(),
                    copy.modified.clone().into(),
                    copy.project.clone().into(),
                    copy.subject.clone().into(),
                    copy.status.clone().into(),
                    copy.priority.clone().into(),
                ],
            ))
            .await?;
        Ok(())
    }

    /// Forgets Tasks that are not among `present` (name and creation), which is all ERPNext has.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn forget_other_tasks(&self, present: &[(String, String)]) -> Result<(), StoreError> {
        self.run_against("DELETE FROM tasks", "name", "creation", present).await
    }

    /// Forgets Issues that are not among `present` (name and creation), which is all ERPNext has.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn forget_other_issues(
        &self,
        present: &[(String, String)],
    ) -> Result<(), StoreError> {
        self.run_against("DELETE FROM issues", "name", "creation", present).await
    }

    /// Marks workspaces as gone whose Project is not among `present` (name and creation). What was said stays.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn close_other_workspaces(
        &self,
        present: &[(String, String)],
    ) -> Result<(), StoreError> {
        let now = Moment::now().as_millis();
        let sql = format!("UPDATE workspaces SET gone_at = COALESCE(gone_at, {now})");
        self.run_against(&sql, "project", "project_creation", present).await
    }

    /// Runs `sql` on the rows whose two columns are not among the pairs of `present`.
    async fn run_against(
        &self,
        sql: &str,
        name: &str,
        creation: &str,
        present: &[(String, String)],
    ) -> Result<(), StoreError> {
        let pairs: Vec<String> = present.iter().map(|(n, c)| format!("{n}\n{c}")).collect();
        let pairs: Value = serde_json::to_string(&pairs).unwrap_or_else(|_| "[]".into()).into();
        let listed = match self.db.backend() {
            crate::Backend::Sqlite => "(SELECT value FROM json_each($1))",
            crate::Backend::Postgres => "(SELECT jsonb_array_elements_text($1::jsonb))",
        };
        let line_break = match self.db.backend() {
            crate::Backend::Sqlite => "char(10)",
            crate::Backend::Postgres => "chr(10)",
        };
        let sql = format!("{sql} WHERE {name} || {line_break} || {creation} NOT IN {listed}");
        self.db.writer().execute_raw(self.db.statement(&sql, [pairs])).await?;
        Ok(())
    }

    /// How the rounds over all doctypes went.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn mirror_rounds(&self) -> Result<Vec<MirrorRound>, StoreError> {
        Ok(MirrorRound::find_by_statement(self.db.statement(
            "SELECT doctype, modified, finished_at, error FROM mirror_cursors ORDER BY doctype",
            [],
        ))
        .all(self.db.reader())
        .await?)
    }

    /// Keeps how a round over `doctype` went: how far it read, or why it failed.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn note_round(
        &self,
        doctype: &str,
        went: Result<Option<&str>, &str>,
    ) -> Result<(), StoreError> {
        let (modified, error) = match went {
            Ok(modified) => (modified, None),
            Err(error) => (None, Some(error)),
        };
        self.db
            .writer()
            .execute_raw(self.db.statement(
                "INSERT INTO mirror_cursors (doctype, modified, finished_at, error) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (doctype) DO UPDATE SET
                   modified = COALESCE($2, mirror_cursors.modified),
                   finished_at = CASE WHEN $4 IS NULL THEN $3 ELSE mirror_cursors.finished_at END,
                   error = $4",
                [
                    doctype.into(),
                    modified.map(str::to_owned).into(),
                    Moment::now().as_millis().into(),
                    error.map(str::to_owned).into(),
                ],
            ))
            .await?;
        Ok(())
    }
}

/// Gives a workspace its team room, counter and lane, if it has none.
async fn furnish(db: &Db, tx: &DatabaseTransaction, workspace: Uuid) -> Result<(), StoreError> {
    tx.execute_raw(db.statement(
        "INSERT INTO rooms (id, workspace_id, kind, audience) VALUES ($1, $2, $3, 'team') ON CONFLICT DO NOTHING",
        [RoomId::fresh().as_uuid().into(), workspace.into(), RoomKind::Team.as_str().into()],
    ))
    .await?;
    tx.execute_raw(db.statement(
        "INSERT INTO workspace_counters (workspace_id, last_seq) VALUES ($1, 0) ON CONFLICT DO NOTHING",
        [workspace.into()],
    ))
    .await?;
    tx.execute_raw(db.statement(
        "INSERT INTO outbox_lanes (workspace_id, held_until) VALUES ($1, 0) ON CONFLICT DO NOTHING",
        [workspace.into()],
    ))
    .await?;
    Ok(())
}

/// Keeps the rows of `Project.users`.
async fn seat(
    db: &Db,
    tx: &DatabaseTransaction,
    workspace: Uuid,
    users: &[ProjectUserCopy],
) -> Result<(), StoreError> {
    tx.execute_raw(
        db.statement("DELETE FROM project_users WHERE workspace_id = $1", [workspace.into()]),
    )
    .await?;
    for (idx, user) in (1_i32..).zip(users) {
        tx.execute_raw(db.statement(
            r#"INSERT INTO project_users (workspace_id, "user", full_name, idx) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"#,
            [workspace.into(), user.user.clone().into(), user.full_name.clone().into(), idx.into()],
        ))
        .await?;
    }
    Ok(())
}
