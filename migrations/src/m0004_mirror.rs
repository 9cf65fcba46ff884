//! Local copies of ERPNext documents and how far the mirror has read.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

fn document(table: &'static str) -> TableCreateStatement {
    Table::create()
        .table(table)
        .col(text("name").primary_key())
        .col(text("creation"))
        .col(text("modified"))
        .col(text_null("project"))
        .col(text("subject"))
        .col(text("status"))
        .col(text("priority"))
        .to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut tasks = document("tasks");
        tasks.col(text_null("exp_end_date"));
        manager.create_table(tasks).await?;
        manager.create_table(document("issues")).await?;
        for table in ["tasks", "issues"] {
            let index = Index::create()
                .name(format!("{table}_of_project"))
                .table(table)
                .col("project")
                .to_owned();
            manager.create_index(index).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("project_users")
                    .col(uuid("workspace_id"))
                    .col(text("user"))
                    .col(text("full_name"))
                    .col(integer("idx"))
                    .primary_key(Index::create().col("workspace_id").col("user"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("mirror_cursors")
                    .col(text("doctype").primary_key())
                    .col(text_null("modified"))
                    .col(big_integer("finished_at"))
                    .col(text_null("error"))
                    .to_owned(),
            )
            .await?;
        // Work that only one replica does at a time.
        manager
            .create_table(
                Table::create()
                    .table("leases")
                    .col(text("name").primary_key())
                    .col(text("held_by"))
                    .col(big_integer("held_until"))
                    .to_owned(),
            )
            .await
    }
}
