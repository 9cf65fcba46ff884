//! What a document is looked for by, lines that tell nothing of their document, and indexes for what is asked by thread, by message and by save.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter().table("documents").add_column(text_null("folded")).to_owned(),
            )
            .await?;
        // Nearly what a copy is given when it is kept: accents go with the next sweep, which writes it anew.
        manager
            .get_connection()
            .execute_unprepared(
                "UPDATE documents SET folded = LOWER(name || '\n' || COALESCE(title, ''))
                 WHERE doctype IN ('Task', 'Issue', 'Customer', 'Contact')",
            )
            .await?;
        manager.get_connection().execute_unprepared(&lines_without_status(manager)).await?;
        manager
            .alter_table(
                Table::alter()
                    .table("room_reads")
                    .add_column(boolean("muted").default(false))
                    .to_owned(),
            )
            .await?;
        // Switches have words of their own.
        manager
            .get_connection()
            .execute_unprepared(
                "UPDATE preferences SET value = CASE value WHEN 'true' THEN 'on' ELSE 'off' END
                 WHERE name IN ('enter_sends', 'show_typing') AND value IN ('true', 'false')",
            )
            .await?;
        for (name, table, columns) in [
            ("follows_of_thread", "thread_follows", ["thread_id"].as_slice()),
            ("saved_of_message", "saved_messages", &["message_id"]),
            ("tags_under_way", "message_tags", &["workspace_id", "making"]),
        ] {
            let mut index = Index::create();
            index.name(name).table(table);
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

/// Lines about documents no longer say in their text what became of them: the room reads it.
fn lines_without_status(manager: &SchemaManager) -> String {
    let place = match manager.get_database_backend() {
        sea_orm_migration::sea_orm::DbBackend::Postgres => "STRPOS(body, ') is ')",
        _ => "INSTR(body, ') is ')",
    };
    format!(
        "UPDATE messages SET body = CASE WHEN {place} > 0 THEN SUBSTR(body, 1, {place}) ELSE 'A document' END || ' has changed.'
         WHERE kind = 'line'"
    )
}
