//! What the storage of files is swept by: whose it is, what was written into it, and what was taken away with its message.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter().table("files").add_column(big_integer_null("removed_at")).to_owned(),
            )
            .await?;
        // One row: `single` is 1.
        manager
            .create_table(
                Table::create()
                    .table("installation")
                    .col(integer("single").primary_key())
                    .col(uuid("id"))
                    .to_owned(),
            )
            .await?;
        // A storage key from before anything is written under it until a file has it.
        manager
            .create_table(
                Table::create()
                    .table("file_tries")
                    .col(text("storage_key").primary_key())
                    .col(big_integer("begun_at"))
                    .to_owned(),
            )
            .await
    }
}
