//! Local copies of ERPNext documents. A document is known by doctype, name and creation: ERPNext reuses names.

use crate::{Db, StoreError, worker::Worker};
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
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

/// How far the copy of a doctype is.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct DoctypeProgress {
    /// Which doctype.
    pub doctype: String,
    /// Documents that are here.
    pub copied: i64,
    /// Documents that ERPNext said it has, when it was last asked.
    pub expected: Option<i64>,
    /// The largest `modified` seen, in the site's zone.
    pub cursor: Option<String>,
    /// When the last successful round ended, milliseconds since the epoch; 0 before the first.
    pub finished_at: i64,
    /// When everything was last compared with ERPNext, milliseconds since the epoch.
    pub complete_at: Option<i64>,
    /// Why the last round failed, if it did: also a doctype that the service account may not read.
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
               project_name = $4, status = $5, customer = $6, percent_complete = $7, expected_end_date = $8, gone_at = NULL,
               facts_changes = workspaces.facts_changes + 1
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

    /// How far the copy of each doctype is.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn mirror_progress(&self) -> Result<Vec<DoctypeProgress>, StoreError> {
        Ok(DoctypeProgress::find_by_statement(self.db.statement(
            "SELECT c.doctype, c.expected, c.modified AS cursor, c.finished_at, c.complete_at, c.error,
               (SELECT COUNT(*) FROM documents d WHERE d.doctype = c.doctype) AS copied
             FROM mirror_cursors c WHERE c.doctype NOT IN ('round', 'outbox', 'deleted') ORDER BY c.doctype",
            [],
        ))
        .all(self.db.reader())
        .await?)
    }

    /// Keeps how many documents of `doctype` ERPNext says it has.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn note_expected(&self, doctype: &str, expected: u64) -> Result<(), StoreError> {
        self.db
            .writer()
            .execute_raw(self.db.statement(
                "INSERT INTO mirror_cursors (doctype, finished_at, expected) VALUES ($1, 0, $2)
                 ON CONFLICT (doctype) DO UPDATE SET expected = $2",
                [doctype.into(), i64::try_from(expected).unwrap_or(i64::MAX).into()],
            ))
            .await?;
        Ok(())
    }

    /// Keeps that everything of `doctype` was compared with ERPNext by a sweep that began at `began`.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn note_complete(&self, doctype: &str, began: Moment) -> Result<(), StoreError> {
        self.db
            .writer()
            .execute_raw(self.db.statement(
                "INSERT INTO mirror_cursors (doctype, finished_at, complete_at) VALUES ($1, 0, $2)
                 ON CONFLICT (doctype) DO UPDATE SET complete_at = $2",
                [doctype.into(), began.as_millis().into()],
            ))
            .await?;
        Ok(())
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
