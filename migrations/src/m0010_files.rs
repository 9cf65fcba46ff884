//! Files people send. What they hold lies in the storage of files; a row says what it is and who may have it.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // `thumbnail` is the media type of the small copy, `note` what became of it in ERPNext where that is not the
        // ordinary, `changed_at` the last sign of life of its upload.
        manager
            .create_table(
                Table::create()
                    .table("files")
                    .col(uuid("id").primary_key())
                    .col(uuid("workspace_id"))
                    .col(uuid("room_id"))
                    .col(text("audience"))
                    .col(uuid("person_id"))
                    .col(text("name"))
                    .col(text_null("content_type"))
                    .col(big_integer_null("size"))
                    .col(integer_null("width"))
                    .col(integer_null("height"))
                    .col(text_null("sha256"))
                    .col(text_null("thumbnail"))
                    .col(text("state"))
                    .col(text_null("storage_key"))
                    .col(text_null("note"))
                    .col(big_integer("created_at"))
                    .col(big_integer("changed_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("files_by_storage_key")
                    .table("files")
                    .col("storage_key")
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("files_by_change")
                    .table("files")
                    .col("state")
                    .col("changed_at")
                    .to_owned(),
            )
            .await
    }
}
