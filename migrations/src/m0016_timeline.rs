//! What happened to mirrored documents, in the order of time; when somebody last looked; the site's time zone.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // A row for each document that is something that happened, and one for each save that changed a Task or an Issue.
        // `at` is when it happened, `noticed_at` when it came here. `project` is empty where it belongs to none. `changes` is
        // JSON: fields with both values.
        manager
            .create_table(
                Table::create()
                    .table("timeline")
                    .col(uuid("id").primary_key())
                    .col(text("project"))
                    .col(big_integer("at"))
                    .col(big_integer("noticed_at"))
                    .col(text("kind"))
                    .col(text("doctype"))
                    .col(text("name"))
                    .col(text("creation"))
                    .col(text_null("about_doctype"))
                    .col(text_null("about_name"))
                    .col(text("audience"))
                    .col(text_null("who"))
                    .col(text_null("who_name"))
                    .col(text_null("changes"))
                    .to_owned(),
            )
            .await?;
        for (name, table, columns) in [
            ("timeline_of_project", "timeline", ["project", "at", "id"].as_slice()),
            ("timeline_of_document", "timeline", &["doctype", "name"]),
            ("timeline_about", "timeline", &["about_doctype", "about_name"]),
            ("messages_of_workspace_by_time", "messages", &["workspace_id", "sent_at", "id"]),
        ] {
            let mut index = Index::create();
            index.name(name).table(table);
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        // `since` is when the person was last here before the visit that `looked_at` belongs to.
        manager
            .create_table(
                Table::create()
                    .table("timeline_visits")
                    .col(uuid("person_id"))
                    .col(uuid("workspace_id"))
                    .col(big_integer("looked_at"))
                    .col(big_integer_null("since"))
                    .primary_key(Index::create().col("person_id").col("workspace_id"))
                    .to_owned(),
            )
            .await?;
        // One row: `single` is 1. ERPNext's stamps are in this zone; `dated` says that whatever was kept has its rows.
        manager
            .create_table(
                Table::create()
                    .table("site")
                    .col(integer("single").primary_key())
                    .col(text("time_zone"))
                    .col(boolean("dated").default(false))
                    .to_owned(),
            )
            .await
    }
}
