//! Files as background work needs them: what ERPNext is owed, and what nobody needs any more.

use crate::{StoreError, files::carriers, messages::touch, worker::Worker};
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use uuid::Uuid;
use vocabulary::{FileId, Moment, WorkspaceId};

/// What a file holds, as the storage knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    /// What it is found by in the storage.
    pub key: String,
    /// Bytes.
    pub size: u64,
}

#[derive(FromQueryResult)]
struct StoredRow {
    storage_key: Option<String>,
    size: Option<i64>,
}

#[derive(FromQueryResult)]
struct KeyRow {
    storage_key: Option<String>,
}

#[derive(FromQueryResult)]
struct LateRow {
    id: Uuid,
}

impl Worker {
    /// Where a file lies; `None` for one that is gone.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn stored_file(&self, id: FileId) -> Result<Option<StoredFile>, StoreError> {
        let row = StoredRow::find_by_statement(self.db.statement(
            "SELECT storage_key, size FROM files WHERE id = $1 AND state = 'ready'",
            [id.as_uuid().into()],
        ))
        .one(self.db.reader())
        .await?;
        Ok(row.and_then(|row| {
            let size = row.size.and_then(|size| u64::try_from(size).ok())?;
            Some(StoredFile { key: row.storage_key?, size })
        }))
    }

    /// Notes what became of a file in ERPNext, for those who see it; `None` when it is there.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn note_file(&self, id: FileId, note: Option<&str>) -> Result<(), StoreError> {
        let tx = self.db.begin().await?;
        self.hold_places_of_file(&tx, id.as_uuid()).await?;
        let noted = tx
            .query_one_raw(self.db.statement(
                "UPDATE files SET note = $2 WHERE id = $1 AND COALESCE(note, '') <> COALESCE($2, '') RETURNING workspace_id",
                [id.as_uuid().into(), note.map(str::to_owned).into()],
            ))
            .await?;
        let Some(noted) = noted else { return Ok(tx.rollback().await?) };
        let workspace: Uuid = noted.try_get_by_index(0)?;
        self.files_changed(&tx, workspace, id).await?;
        Ok(tx.commit().await?)
    }

    /// Takes rows away of files that were not sent within the time, or whose messages were all removed, and gives the
    /// storage keys of what they held.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn forget_unsent_files(&self, before: Moment) -> Result<Vec<String>, StoreError> {
        let rows = KeyRow::find_by_statement(self.db.statement(
            "DELETE FROM files WHERE changed_at < $1
               AND NOT EXISTS (SELECT 1 FROM message_files mf JOIN messages m ON m.id = mf.message_id
                 WHERE mf.file_id = files.id AND m.removed_at IS NULL)
             RETURNING storage_key",
            [before.as_millis().into()],
        ))
        .all(self.db.writer())
        .await?;
        Ok(rows.into_iter().filter_map(|row| row.storage_key).collect())
    }

    /// Files that have been on their way for too long are said to have failed. They may still come.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn fail_late_files(&self, before: Moment) -> Result<u64, StoreError> {
        let late = LateRow::find_by_statement(self.db.statement(
            "SELECT id FROM files WHERE state = 'coming' AND changed_at < $1 LIMIT 500",
            [before.as_millis().into()],
        ))
        .all(self.db.reader())
        .await?;
        let mut failed = 0;
        for late in late {
            let tx = self.db.begin().await?;
            self.hold_places_of_file(&tx, late.id).await?;
            let noted = tx
                .query_one_raw(self.db.statement(
                    "UPDATE files SET state = 'failed', changed_at = $3
                     WHERE id = $1 AND state = 'coming' AND changed_at < $2 RETURNING workspace_id",
                    [late.id.into(), before.as_millis().into(), Moment::now().as_millis().into()],
                ))
                .await?;
            if let Some(noted) = noted {
                let workspace: Uuid = noted.try_get_by_index(0)?;
                self.files_changed(&tx, workspace, FileId::from_uuid(late.id)).await?;
                failed += 1;
            }
            tx.commit().await?;
        }
        Ok(failed)
    }

    /// Which of these storage keys no file has.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn unknown_file_keys(&self, keys: Vec<String>) -> Result<Vec<String>, StoreError> {
        let sql =
            format!("SELECT storage_key FROM files WHERE storage_key IN {}", self.db.listed("$1"));
        let asked = serde_json::Value::from(keys.clone()).to_string();
        let known = KeyRow::find_by_statement(self.db.statement(&sql, [asked.into()]))
            .all(self.db.reader())
            .await?;
        let known: std::collections::HashSet<String> =
            known.into_iter().filter_map(|row| row.storage_key).collect();
        Ok(keys.into_iter().filter(|key| !known.contains(key)).collect())
    }

    async fn hold_places_of_file(
        &self,
        tx: &DatabaseTransaction,
        id: Uuid,
    ) -> Result<(), StoreError> {
        tx.execute_raw(self.db.statement(
            "UPDATE workspace_counters SET last_seq = last_seq
             WHERE workspace_id = (SELECT workspace_id FROM files WHERE id = $1)",
            [id.into()],
        ))
        .await?;
        Ok(())
    }

    async fn files_changed(
        &self,
        tx: &DatabaseTransaction,
        workspace: Uuid,
        id: FileId,
    ) -> Result<(), StoreError> {
        let carriers = carriers(&self.db, tx, id).await?;
        touch(&self.db, tx, WorkspaceId::from_uuid(workspace), &carriers).await
    }
}
