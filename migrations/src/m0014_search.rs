//! What can be searched: one row an item, the words of it in the database's own full-text index, and the words there are,
//! for those who mistype one.
//!
//! An item's id is its time in milliseconds with 20 bits behind, so that both databases read the newest first.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let is_postgres = manager.get_database_backend() == DbBackend::Postgres;
        let (uuid, number) = if is_postgres { ("uuid", "bigint") } else { ("blob", "integer") };
        let words = if is_postgres { ", words tsvector NOT NULL" } else { "" };
        let connection = manager.get_connection();
        for sql in [
            format!(
                "CREATE TABLE search_items (
                   id {number} PRIMARY KEY, kind text NOT NULL, workspace_id {uuid}, message_id {uuid}, file_id {uuid},
                   doctype text, name text, creation text, at bigint NOT NULL,
                   title text NOT NULL, body text NOT NULL, by_name text NOT NULL{words})"
            ),
            "CREATE UNIQUE INDEX search_items_of_message ON search_items (message_id) WHERE message_id IS NOT NULL".into(),
            "CREATE UNIQUE INDEX search_items_of_file ON search_items (file_id) WHERE file_id IS NOT NULL".into(),
            "CREATE UNIQUE INDEX search_items_of_document ON search_items (doctype, name) WHERE doctype IS NOT NULL".into(),
            if is_postgres {
                // Without a list of what is pending: no post waits for its flush, and no search reads through it.
                "CREATE INDEX search_items_words ON search_items USING gin (words) WITH (fastupdate = off)".into()
            } else {
                // The words come stemmed and folded; what they stand in is not kept a second time.
                "CREATE VIRTUAL TABLE search_text USING fts5(title, body, facets,
                   content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0')"
                    .to_owned()
            },
            // What is still to be indexed (a message, a document), read (a file) or learnt from (words of an item).
            "CREATE TABLE search_due (kind text NOT NULL, source text NOT NULL, try_at bigint NOT NULL DEFAULT 0,
               tries integer NOT NULL DEFAULT 0, PRIMARY KEY (kind, source))"
                .into(),
            "CREATE INDEX search_due_in_order ON search_due (try_at)".into(),
            // Words, where they stand, and what they become when letters are left out of them.
            "CREATE TABLE search_words (word text PRIMARY KEY)".into(),
            format!(
                "CREATE TABLE search_words_in (word text NOT NULL, workspace_id {uuid} NOT NULL, PRIMARY KEY (word, workspace_id))"
            ),
            "CREATE TABLE search_variants (variant text NOT NULL, word text NOT NULL, PRIMARY KEY (variant, word))".into(),
        ] {
            connection.execute_unprepared(&sql).await?;
        }
        connection.execute_unprepared(&what_is_there(is_postgres)).await?;
        Ok(())
    }
}

/// What was here before is indexed in the background.
fn what_is_there(is_postgres: bool) -> String {
    let id = if is_postgres { "REPLACE(id::text, '-', '')" } else { "LOWER(HEX(id))" };
    let newline = if is_postgres { "chr(10)" } else { "char(10)" };
    format!(
        "INSERT INTO search_due (kind, source)
         SELECT 'message', {id} FROM messages WHERE removed_at IS NULL AND kind = 'said'
         UNION ALL
         SELECT 'file', {id} FROM files WHERE state = 'ready'
         UNION ALL
         SELECT 'document', doctype || {newline} || name FROM documents
         WHERE doctype IN ('Task', 'Issue', 'Communication', 'Comment', 'File')"
    )
}
