//! One workspace per ERPNext Project, its rooms, and who may read it by ERPNext's own answer.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("workspaces")
                    .col(uuid("id").primary_key())
                    // ERPNext reuses names: the Project is known by its name and its creation.
                    .col(text("project"))
                    .col(text("project_creation"))
                    .col(text("project_name"))
                    .col(text("status"))
                    .col(text_null("customer"))
                    .col(integer("percent_complete"))
                    .col(text_null("expected_end_date"))
                    .col(big_integer_null("gone_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("workspaces_by_project")
                    .table("workspaces")
                    .col("project")
                    .col("project_creation")
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("rooms")
                    .col(uuid("id").primary_key())
                    .col(uuid("workspace_id"))
                    .col(text("kind"))
                    .col(text("audience"))
                    .foreign_key(
                        ForeignKey::create().from("rooms", "workspace_id").to("workspaces", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("rooms_of_workspace")
                    .table("rooms")
                    .col("workspace_id")
                    .col("kind")
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("standings")
                    .col(uuid("person_id"))
                    .col(uuid("workspace_id"))
                    .primary_key(Index::create().col("person_id").col("workspace_id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("standings", "person_id")
                            .to("people", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("standings", "workspace_id")
                            .to("workspaces", "id"),
                    )
                    .to_owned(),
            )
            .await
    }
}
