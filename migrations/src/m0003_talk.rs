//! Messages with their place in the workspace, and the outbox with one lane per workspace.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The counter stands apart from the workspace: it is the row every post locks, the mirror writes the other.
        manager
            .create_table(
                Table::create()
                    .table("workspace_counters")
                    .col(uuid("workspace_id").primary_key())
                    .col(big_integer("last_seq").default(0))
                    .foreign_key(
                        ForeignKey::create()
                            .from("workspace_counters", "workspace_id")
                            .to("workspaces", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("messages")
                    .col(uuid("id").primary_key())
                    .col(uuid("message_key"))
                    .col(uuid("workspace_id"))
                    .col(uuid("room_id"))
                    .col(big_integer("seq"))
                    .col(uuid("author_id"))
                    .col(text("author_name"))
                    .col(text("audience"))
                    .col(text("body"))
                    .col(big_integer("sent_at"))
                    .to_owned(),
            )
            .await?;
        for (name, columns) in [
            ("messages_by_key", ["author_id", "message_key"].as_slice()),
            ("messages_by_seq", ["workspace_id", "seq"].as_slice()),
        ] {
            let mut index = Index::create();
            index.name(name).table("messages").unique();
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("outbox")
                    .col(big_pk_auto("id"))
                    .col(uuid("workspace_id"))
                    .col(text("effect"))
                    .col(text_uniq("idempotency_key"))
                    .col(uuid("message_id"))
                    .col(text("state"))
                    .col(integer("attempts").default(0))
                    .col(big_integer("created_at"))
                    .col(big_integer("next_at"))
                    .col(text_null("last_error"))
                    .col(text_null("result"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("outbox_in_order")
                    .table("outbox")
                    .col("state")
                    .col("workspace_id")
                    .col("id")
                    .to_owned(),
            )
            .await?;
        // Whoever holds a workspace's lane sends its effects, in order, until the lease is over.
        manager
            .create_table(
                Table::create()
                    .table("outbox_lanes")
                    .col(uuid("workspace_id").primary_key())
                    .col(text_null("held_by"))
                    .col(big_integer("held_until").default(0))
                    .to_owned(),
            )
            .await
    }
}
