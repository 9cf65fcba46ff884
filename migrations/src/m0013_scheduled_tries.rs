//! When a message that is due and could not be sent yet is tried again.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("scheduled")
                    .add_column(big_integer("try_at").default(0))
                    .to_owned(),
            )
            .await
    }
}
