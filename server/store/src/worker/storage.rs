//! What is known of the storage of files: whose it is, and what was written into it. Only what is known is ever deleted.

use crate::{StoreError, worker::Worker};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::collections::HashSet;
use uuid::Uuid;
use vocabulary::Moment;

#[derive(FromQueryResult)]
struct KeyRow {
    storage_key: String,
}

impl Worker {
    /// What this installation is called where several might write into one storage: the same for as long as its database.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn installation(&self) -> Result<Uuid, StoreError> {
        let sql =
            "INSERT INTO installation (single, id) VALUES (1, $1) ON CONFLICT (single) DO NOTHING";
        self.db.writer().execute_raw(self.db.statement(sql, [Uuid::now_v7().into()])).await?;
        let row = self
            .db
            .writer()
            .query_one_raw(self.db.statement("SELECT id FROM installation WHERE single = 1", []))
            .await?
            .ok_or(StoreError::Unreadable { what: "installation" })?;
        Ok(row.try_get_by_index(0)?)
    }

    /// Notes that something will lie under `key`.
    ///
    /// # Errors
    /// If the database fails; then nothing may be written there.
    pub async fn note_file_try(&self, key: &str) -> Result<(), StoreError> {
        crate::files::begin_try(&self.db, self.db.writer(), key, Moment::now()).await
    }

    /// Storage keys under which something was written, or begun to be, before `before`, and which no file has.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn old_file_tries(&self, before: Moment) -> Result<Vec<String>, StoreError> {
        let rows = KeyRow::find_by_statement(self.db.statement(
            "SELECT storage_key FROM file_tries t WHERE begun_at < $1
               AND NOT EXISTS (SELECT 1 FROM files f WHERE f.storage_key = t.storage_key)
             ORDER BY begun_at, storage_key LIMIT 500",
            [before.as_millis().into()],
        ))
        .all(self.db.reader())
        .await?;
        Ok(rows.into_iter().map(|row| row.storage_key).collect())
    }

    /// Nothing lies under `key` any more.
    ///
    /// # Errors
    /// If the database fails; then it is looked at again later.
    pub async fn end_file_try(&self, key: &str) -> Result<(), StoreError> {
        crate::files::end_try(&self.db, key).await
    }

    /// Which of these storage keys this installation never wrote under.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn unknown_file_keys(&self, keys: Vec<String>) -> Result<Vec<String>, StoreError> {
        let asked = serde_json::Value::from(keys.clone()).to_string();
        let these = self.db.listed("$1");
        let sql = format!(
            "SELECT storage_key FROM files WHERE storage_key IN {these}
             UNION SELECT storage_key FROM file_tries WHERE storage_key IN {these}"
        );
        let known = KeyRow::find_by_statement(self.db.statement(&sql, [asked.into()]))
            .all(self.db.reader())
            .await?;
        let known: HashSet<String> = known.into_iter().map(|row| row.storage_key).collect();
        Ok(keys.into_iter().filter(|key| !known.contains(key)).collect())
    }
}
