//! What of the search index is made in the background: what was here before it, what several rows changed at once, what files
//! say, and the words there are.

use crate::{Backend, StoreError, messages::hold_all, search, worker::Worker};
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use vocabulary::{FileId, Moment};

/// Items that are worked on together.
const AT_ONCE: usize = 500;

/// A file that is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadFile {
    /// Which.
    pub id: FileId,
    /// What it is found by in the storage.
    pub key: String,
    /// What its bytes are.
    pub content_type: String,
    /// How it is called.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// How often reading it was put off.
    pub tries: u32,
}

#[derive(FromQueryResult)]
struct DueRow {
    kind: String,
    source: String,
}

#[derive(FromQueryResult)]
struct UnreadRow {
    id: Uuid,
    storage_key: String,
    content_type: String,
    name: String,
    size: i64,
    tries: i32,
}

#[derive(FromQueryResult)]
struct TextRow {
    id: i64,
    workspace_id: Uuid,
    title: String,
    body: String,
    said: Option<String>,
}

impl Worker {
    /// Indexes some messages and documents that are due; how many there were.
    ///
    /// # Errors
    /// If the database fails; then they are still due.
    pub async fn index_what_is_due(&self) -> Result<usize, StoreError> {
        let due = self.due("kind IN ('message', 'document')").await?;
        let (messages, documents): (Vec<_>, Vec<_>) =
            due.iter().partition(|row| row.kind == "message");
        let ids: Vec<Uuid> =
            messages.iter().filter_map(|row| Uuid::parse_str(&row.source).ok()).collect();
        if !messages.is_empty() {
            let workspaces = self.workspaces_of(&ids).await?;
            let tx = self.db.begin().await?;
            hold_all(&self.db, &tx, &workspaces).await?;
            self.done(&tx, "message", messages.iter().map(|row| row.source.as_str())).await?;
            search::index_messages(&self.db, &tx, &ids).await?;
            tx.commit().await?;
        }
        if !documents.is_empty() {
            let tx = self.db.begin().await?;
            self.done(&tx, "document", documents.iter().map(|row| row.source.as_str())).await?;
            let keys = documents.iter().filter_map(|row| row.source.split_once('\n'));
            search::index_documents(&self.db, &tx, keys).await?;
            tx.commit().await?;
        }
        Ok(due.len())
    }

    async fn workspaces_of(&self, messages: &[Uuid]) -> Result<BTreeSet<Uuid>, StoreError> {
        let sql = format!(
            "SELECT DISTINCT workspace_id FROM messages WHERE {}",
            self.db.is_one_of_ids("id", "$1")
        );
        let ids = crate::db::ids(messages.iter().copied());
        let rows = self.db.reader().query_all_raw(self.db.statement(&sql, [ids])).await?;
        rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
    }

    async fn due(&self, condition: &str) -> Result<Vec<DueRow>, StoreError> {
        let sql = format!(
            "SELECT kind, source FROM search_due WHERE {condition} AND try_at <= $1 ORDER BY try_at LIMIT {AT_ONCE}"
        );
        let now = Moment::now().as_millis().into();
        Ok(DueRow::find_by_statement(self.db.statement(&sql, [now])).all(self.db.reader()).await?)
    }

    async fn done<'a>(
        &self,
        tx: &DatabaseTransaction,
        kind: &str,
        sources: impl Iterator<Item = &'a str>,
    ) -> Result<(), StoreError> {
        let sql = format!(
            "DELETE FROM search_due WHERE kind = $1 AND source IN {}",
            self.db.listed("$2")
        );
        let sources = Json::from(sources.collect::<Vec<_>>()).to_string();
        tx.execute_raw(self.db.statement(&sql, [kind.into(), sources.into()])).await?;
        Ok(())
    }

    /// Learns the words of some items that are new, for those who will mistype them; how many items there were.
    ///
    /// # Errors
    /// If the database fails; then they are still to be learnt from.
    pub async fn learn_words(&self) -> Result<usize, StoreError> {
        let due = self.due("kind = 'words'").await?;
        if due.is_empty() {
            return Ok(0);
        }
        let sources: Vec<&str> = due.iter().map(|row| row.source.as_str()).collect();
        let mut words: BTreeMap<String, BTreeSet<Uuid>> = BTreeMap::new();
        for row in self.texts(&sources).await? {
            let text = [row.title, row.said.unwrap_or(row.body)].join(" ");
            for word in search::learnable(&text) {
                words.entry(word).or_default().insert(row.workspace_id);
            }
        }
        let tx = self.db.begin().await?;
        self.done(&tx, "words", sources.into_iter()).await?;
        self.keep_words(&tx, &words).await?;
        tx.commit().await?;
        Ok(due.len())
    }

    async fn texts(&self, items: &[&str]) -> Result<Vec<TextRow>, StoreError> {
        let listed = match self.db.backend() {
            Backend::Sqlite => "i.id IN (SELECT CAST(value AS integer) FROM json_each($1))",
            Backend::Postgres => {
                "i.id = ANY (ARRAY (SELECT value::bigint FROM jsonb_array_elements_text($1::jsonb)))"
            }
        };
        let sql = format!(
            "SELECT i.id, COALESCE(i.workspace_id, w.id) AS workspace_id, i.title, i.body, m.body AS said
             FROM search_items i
             LEFT JOIN messages m ON m.id = i.message_id
             LEFT JOIN documents d ON d.doctype = i.doctype AND d.name = i.name
             LEFT JOIN workspaces w ON w.project = d.project AND w.gone_at IS NULL
             WHERE {listed} AND COALESCE(i.workspace_id, w.id) IS NOT NULL"
        );
        let items = Json::from(items.to_vec()).to_string();
        let mut rows = TextRow::find_by_statement(self.db.statement(&sql, [items.into()]))
            .all(self.db.reader())
            .await?;
        rows.sort_unstable_by_key(|row| row.id);
        Ok(rows)
    }

    async fn keep_words(
        &self,
        tx: &DatabaseTransaction,
        words: &BTreeMap<String, BTreeSet<Uuid>>,
    ) -> Result<(), StoreError> {
        let (rows, unhex) = match self.db.backend() {
            Backend::Sqlite => {
                ("json_each($1)", ["value ->> 0", "unhex(value ->> 1)", "value ->> 1"])
            }
            Backend::Postgres => (
                "jsonb_array_elements($1::jsonb) AS x(value)",
                ["value ->> 0", "(value ->> 1)::uuid", "value ->> 1"],
            ),
        };
        let [word, workspace, variant] = unhex;
        let places: Vec<Json> = words
            .iter()
            .flat_map(|(word, places)| {
                places.iter().map(move |place| json!([word, place.simple().to_string()]))
            })
            .collect();
        let sql = format!(
            "INSERT INTO search_words_in (word, workspace_id) SELECT {word}, {workspace} FROM {rows} WHERE TRUE
             ON CONFLICT DO NOTHING"
        );
        let places = Json::from(places).to_string();
        tx.execute_raw(self.db.statement(&sql, [places.as_str().into()])).await?;
        let sql = format!(
            "INSERT INTO search_words (word) SELECT DISTINCT {word} FROM {rows} WHERE TRUE ON CONFLICT DO NOTHING RETURNING word"
        );
        let new = tx.query_all_raw(self.db.statement(&sql, [places.into()])).await?;
        let mut variants = Vec::new();
        for row in new {
            let word: String = row.try_get_by_index(0)?;
            variants.extend(search::found_by(&word).into_iter().map(|one| json!([word, one])));
        }
        if variants.is_empty() {
            return Ok(());
        }
        let sql = format!(
            "INSERT INTO search_variants (word, variant) SELECT {word}, {variant} FROM {rows} WHERE TRUE ON CONFLICT DO NOTHING"
        );
        let variants = Json::from(variants).to_string();
        tx.execute_raw(self.db.statement(&sql, [variants.into()])).await?;
        Ok(())
    }

    /// The next file that is to be read, if there is one.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn next_unread_file(&self) -> Result<Option<UnreadFile>, StoreError> {
        let id = match self.db.backend() {
            Backend::Sqlite => "unhex(q.source)",
            Backend::Postgres => "q.source::uuid",
        };
        let sql = format!(
            "SELECT f.id, f.storage_key, f.content_type, f.name, f.size, q.tries FROM search_due q
             JOIN files f ON f.id = {id} AND f.state = 'ready'
             WHERE q.kind = 'file' AND q.try_at <= $1 ORDER BY q.try_at LIMIT 1"
        );
        let now = Moment::now().as_millis().into();
        let row = UnreadRow::find_by_statement(self.db.statement(&sql, [now]))
            .one(self.db.reader())
            .await?;
        Ok(row.map(|row| UnreadFile {
            id: FileId::from_uuid(row.id),
            key: row.storage_key,
            content_type: row.content_type,
            name: row.name,
            size: u64::try_from(row.size).unwrap_or(0),
            tries: u32::try_from(row.tries).unwrap_or(0),
        }))
    }

    /// Keeps what a file says, so that it is found by it, or that it says nothing; it is not read again.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn keep_what_file_says(&self, id: FileId, says: &str) -> Result<(), StoreError> {
        let source = id.as_uuid().simple().to_string();
        let tx = self.db.begin().await?;
        self.done(&tx, "file", [source.as_str()].into_iter()).await?;
        search::index_file(&self.db, &tx, id.as_uuid(), &says.replace('\0', " ")).await?;
        Ok(tx.commit().await?)
    }

    /// A file could not be read now: not again before `until`.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn put_off_file(&self, id: FileId, until: Moment) -> Result<(), StoreError> {
        let sql = "UPDATE search_due SET tries = tries + 1, try_at = $2 WHERE kind = 'file' AND source = $1";
        let values = [id.as_uuid().simple().to_string().into(), until.as_millis().into()];
        self.db.writer().execute_raw(self.db.statement(sql, values)).await?;
        Ok(())
    }

    /// How much of the index is still to be made.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn search_waits(&self) -> Result<u64, StoreError> {
        let row = self
            .db
            .reader()
            .query_one_raw(self.db.statement("SELECT COUNT(*) FROM search_due", []))
            .await?
            .ok_or(StoreError::Unreadable { what: "search_due" })?;
        Ok(u64::try_from(row.try_get_by_index::<i64>(0)?).unwrap_or(0))
    }
}
