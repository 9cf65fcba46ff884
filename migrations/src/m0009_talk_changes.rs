//! Threads, changes of what was said, and what belongs to one person alone.
//!
//! Each change of a message takes the workspace's next place, as a new message does, and is noted in `messages.changed`.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite takes one column at a time.
        for column in [
            uuid_null("thread_id"),
            boolean("in_room").default(true).take(),
            text("kind").default("said").take(),
            big_integer("changed").default(0).take(),
            big_integer_null("edited_at"),
            big_integer_null("removed_at"),
            uuid_null("removed_by"),
            text_null("removed_by_name"),
            boolean("undone").default(false).take(),
            big_integer_null("pinned_at"),
            uuid_null("pinned_by"),
            text_null("pinned_by_name"),
        ] {
            manager
                .alter_table(Table::alter().table("messages").add_column(column).to_owned())
                .await?;
        }
        manager.get_connection().execute_unprepared("UPDATE messages SET changed = seq").await?;
        for table in marks() {
            manager.create_table(table).await?;
        }
        for table in mine() {
            manager.create_table(table).await?;
        }
        manager
            .alter_table(
                Table::alter()
                    .table("people")
                    .add_column(big_integer("mine_changes").default(0))
                    .to_owned(),
            )
            .await?;
        for (name, table, columns, unique) in [
            ("messages_by_change", "messages", ["workspace_id", "changed"].as_slice(), true),
            ("messages_of_room", "messages", &["room_id", "in_room", "seq"], false),
            ("messages_by_time", "messages", &["room_id", "sent_at"], false),
            ("messages_of_thread", "messages", &["thread_id", "seq"], false),
            ("messages_pinned", "messages", &["room_id", "pinned_at"], false),
            (
                "mentions_of_user",
                "message_mentions",
                &["workspace_id", "target", "message_id"],
                false,
            ),
            ("tags_of_document", "message_tags", &["doctype", "name"], false),
            ("message_files_of_file", "message_files", &["file_id"], false),
            ("drafts_of_person", "drafts", &["person_id"], false),
            ("scheduled_due", "scheduled", &["state", "send_at"], false),
        ] {
            let mut index = Index::create();
            index.name(name).table(table);
            for column in columns {
                index.col(*column);
            }
            if unique {
                index.unique();
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

/// What stands on a message. `target` is `User.name`, or `team`; a tag's `name` is the save it is made with while
/// ERPNext does not have it.
fn marks() -> [TableCreateStatement; 5] {
    let of_message = || {
        let mut table = Table::create();
        table.col(uuid("message_id"));
        table
    };
    [
        of_message()
            .table("message_versions")
            .col(big_integer("since"))
            .col(text("body"))
            .primary_key(Index::create().col("message_id").col("since"))
            .to_owned(),
        of_message()
            .table("message_reactions")
            .col(text("emoji"))
            .col(uuid("person_id"))
            .col(text("full_name"))
            .col(big_integer("at"))
            .primary_key(Index::create().col("message_id").col("emoji").col("person_id"))
            .to_owned(),
        of_message()
            .table("message_mentions")
            .col(uuid("workspace_id"))
            .col(text("target"))
            .col(integer("position"))
            .primary_key(Index::create().col("message_id").col("target"))
            .to_owned(),
        of_message()
            .table("message_tags")
            .col(uuid("workspace_id"))
            .col(text("doctype"))
            .col(text("name"))
            .col(text_null("creation"))
            .col(boolean("making"))
            .col(big_integer("at"))
            .primary_key(Index::create().col("message_id").col("doctype").col("name"))
            .to_owned(),
        of_message()
            .table("message_files")
            .col(uuid("file_id"))
            .col(text("name"))
            .col(big_integer("size"))
            .col(integer("position"))
            .primary_key(Index::create().col("message_id").col("file_id"))
            .to_owned(),
    ]
}

/// What belongs to one person alone. A draft's `thread_id` is the nil id where it is for the room itself.
fn mine() -> [TableCreateStatement; 6] {
    let of_person = || {
        let mut table = Table::create();
        table.col(uuid("person_id"));
        table
    };
    [
        of_person()
            .table("room_reads")
            .col(uuid("workspace_id"))
            .col(uuid("room_id"))
            .col(big_integer("read_seq"))
            .col(boolean("marked_unread").default(false))
            .primary_key(Index::create().col("person_id").col("room_id"))
            .to_owned(),
        of_person()
            .table("thread_follows")
            .col(uuid("workspace_id"))
            .col(uuid("thread_id"))
            .col(boolean("following"))
            .col(big_integer("read_seq"))
            .primary_key(Index::create().col("person_id").col("thread_id"))
            .to_owned(),
        of_person()
            .table("drafts")
            .col(uuid("workspace_id"))
            .col(uuid("room_id"))
            .col(uuid("thread_id"))
            .col(text("body"))
            .col(big_integer("at"))
            .primary_key(Index::create().col("person_id").col("room_id").col("thread_id"))
            .to_owned(),
        of_person()
            .table("saved_messages")
            .col(uuid("workspace_id"))
            .col(uuid("message_id"))
            .col(big_integer("at"))
            .primary_key(Index::create().col("person_id").col("message_id"))
            .to_owned(),
        of_person()
            .table("scheduled")
            .col(uuid("message_key").primary_key())
            .col(uuid("workspace_id"))
            .col(uuid("room_id"))
            .col(text("draft"))
            .col(big_integer("send_at"))
            .col(text("state"))
            .col(text_null("reason"))
            .to_owned(),
        of_person()
            .table("preferences")
            .col(text("name"))
            .col(text("value"))
            .primary_key(Index::create().col("person_id").col("name"))
            .to_owned(),
    ]
}
