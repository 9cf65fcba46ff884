//! Files as background work needs them: what ERPNext is owed, and what nobody needs any more.

use crate::{
    StoreError,
    files::{carriers, leave},
    messages::{hold_places, touch},
    search,
    worker::Worker,
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult, Value};
use uuid::Uuid;
use vocabulary::{FileId, MessageId, Moment, WorkspaceId};

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
struct FoundRow {
    id: Uuid,
    workspace_id: Uuid,
    person_id: Uuid,
}

/// Files looked at together.
const AT_ONCE: u32 = 500;

/// No message of its sender that still stands carries it: somebody else's id in a message carries nothing.
const CARRIED_BY_NONE: &str =
    "NOT EXISTS (SELECT 1 FROM message_files mf JOIN messages m ON m.id = mf.message_id
     WHERE mf.file_id = files.id AND m.author_id = files.person_id AND m.room_id = files.room_id
       AND m.removed_at IS NULL)";

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

    /// Whether a message still stands: ERPNext is owed nothing of one that was removed.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn still_stands(&self, message: MessageId) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM messages WHERE id = $1 AND removed_at IS NULL";
        let statement = self.db.statement(sql, [message.as_uuid().into()]);
        Ok(self.db.reader().query_one_raw(statement).await?.is_some())
    }

    /// Notes what became of a file in ERPNext, for those who see it; `None` when it is there.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn note_file(&self, id: FileId, note: Option<&str>) -> Result<(), StoreError> {
        let sql = "SELECT id, workspace_id, person_id FROM files WHERE id = $1";
        let found = FoundRow::find_by_statement(self.db.statement(sql, [id.as_uuid().into()]))
            .one(self.db.reader())
            .await?;
        let Some(found) = found else { return Ok(()) };
        let workspace = WorkspaceId::from_uuid(found.workspace_id);
        let tx = self.db.begin().await?;
        hold_places(&self.db, &tx, workspace).await?;
        let noted = tx
            .execute_raw(self.db.statement(
                "UPDATE files SET note = $2 WHERE id = $1 AND COALESCE(note, '') <> COALESCE($2, '')",
                [id.as_uuid().into(), note.map(str::to_owned).into()],
            ))
            .await?;
        if noted.rows_affected() > 0 {
            self.files_changed(&tx, workspace, id).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Forgets files that were not sent before `unsent`, or removed with their messages before `removed`. What a message
    /// still carries stays, and so does what one that is scheduled names. What they held goes with the next tries that
    /// are over. How many.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn forget_unsent_files(
        &self,
        unsent: Moment,
        removed: Moment,
    ) -> Result<u64, StoreError> {
        let old = "(changed_at < $1 OR removed_at < $2)";
        let sql = format!(
            "SELECT id, workspace_id, person_id FROM files WHERE {old} AND {CARRIED_BY_NONE} AND id > $3
             ORDER BY id LIMIT {AT_ONCE}"
        );
        let times: [Value; 2] = [unsent.as_millis().into(), removed.as_millis().into()];
        let (mut forgotten, mut after) = (0, Uuid::nil());
        // Those that stay because something scheduled names them are passed by.
        loop {
            let [unsent, removed] = times.clone();
            let statement = self.db.statement(&sql, [unsent, removed, after.into()]);
            let found = FoundRow::find_by_statement(statement).all(self.db.reader()).await?;
            let Some(last) = found.last() else { return Ok(forgotten) };
            after = last.id;
            for file in &found {
                forgotten += u64::from(self.forget_file(file, old, times.clone()).await?);
            }
        }
    }

    /// Forgets a file that is `old` by these times, unless something needs it by now; whether it did.
    async fn forget_file(
        &self,
        file: &FoundRow,
        old: &str,
        [unsent, removed]: [Value; 2],
    ) -> Result<bool, StoreError> {
        let tx = self.db.begin().await?;
        hold_places(&self.db, &tx, WorkspaceId::from_uuid(file.workspace_id)).await?;
        let sql = format!(
            "DELETE FROM files WHERE {old} AND id = $3 AND {CARRIED_BY_NONE}
               AND NOT EXISTS (SELECT 1 FROM scheduled s WHERE s.person_id = $4 AND s.draft LIKE $5)
             RETURNING storage_key"
        );
        let named = format!("%{}%", FileId::from_uuid(file.id));
        let gone = KeyRow::find_by_statement(self.db.statement(
            &sql,
            [unsent, removed, file.id.into(), file.person_id.into(), named.into()],
        ))
        .one(&tx)
        .await?;
        let key = gone.as_ref().and_then(|gone| gone.storage_key.as_ref());
        if let Some(key) = key {
            leave(&self.db, &tx, key).await?;
        }
        if gone.is_some() {
            search::forget_file(&self.db, &tx, file.id).await?;
        }
        tx.commit().await?;
        Ok(gone.is_some())
    }

    /// Files that have been on their way for too long are said to have failed, also those that were announced and of
    /// which nothing ever came. They may still come. How many.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn fail_late_files(&self, before: Moment) -> Result<u64, StoreError> {
        let sql = format!(
            "SELECT id, workspace_id, person_id FROM files WHERE state = 'coming' AND changed_at < $1 LIMIT {AT_ONCE}"
        );
        let late =
            FoundRow::find_by_statement(self.db.statement(&sql, [before.as_millis().into()]))
                .all(self.db.reader())
                .await?;
        let mut failed = 0;
        for late in late {
            let workspace = WorkspaceId::from_uuid(late.workspace_id);
            let tx = self.db.begin().await?;
            hold_places(&self.db, &tx, workspace).await?;
            let noted = tx
                .execute_raw(self.db.statement(
                    "UPDATE files SET state = 'failed', changed_at = $3
                     WHERE id = $1 AND state = 'coming' AND changed_at < $2",
                    [late.id.into(), before.as_millis().into(), Moment::now().as_millis().into()],
                ))
                .await?;
            if noted.rows_affected() > 0 {
                self.files_changed(&tx, workspace, FileId::from_uuid(late.id)).await?;
                failed += 1;
            }
            tx.commit().await?;
        }
        Ok(failed)
    }

    async fn files_changed(
        &self,
        tx: &DatabaseTransaction,
        workspace: WorkspaceId,
        id: FileId,
    ) -> Result<(), StoreError> {
        let carriers = carriers(&self.db, tx, id).await?;
        touch(&self.db, tx, workspace, &carriers).await
    }
}
