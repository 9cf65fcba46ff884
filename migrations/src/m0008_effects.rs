//! Effects of every kind in the outbox, and what members have changed until ERPNext has it.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match manager.get_database_backend() {
            DbBackend::Sqlite => rebuild_outbox(manager).await?,
            _ => alter_outbox(manager).await?,
        }
        // What a file holds, until ERPNext has it.
        manager
            .create_table(
                Table::create()
                    .table("outbox_contents")
                    .col(text("idempotency_key").primary_key())
                    .col(binary("content"))
                    .to_owned(),
            )
            .await?;
        // One row a field; what was saved together shares `save_id`, which is the effect's key. A document that is yet
        // to be made has no name. `base`, `value` and `theirs` are JSON.
        manager
            .create_table(
                Table::create()
                    .table("edits")
                    .col(big_pk_auto("id"))
                    .col(uuid("save_id"))
                    .col(uuid("workspace_id"))
                    .col(uuid("person_id"))
                    .col(text("doctype"))
                    .col(text_null("name"))
                    .col(text_null("creation"))
                    .col(text("field"))
                    .col(text_null("base"))
                    .col(text_null("value"))
                    .col(text("state"))
                    .col(text_null("theirs"))
                    .col(text_null("words"))
                    .col(big_integer("at"))
                    .to_owned(),
            )
            .await?;
        for (name, columns) in [
            ("edits_of_save", ["save_id", "field"].as_slice()),
            ("edits_of_workspace", ["workspace_id", "state"].as_slice()),
        ] {
            let mut index = Index::create();
            index.name(name).table("edits");
            for column in columns {
                index.col(*column);
            }
            if name == "edits_of_save" {
                index.unique();
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

async fn alter_outbox(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::alter();
    table.table("outbox").modify_column(ColumnDef::new("message_id").uuid().null());
    for column in added() {
        table.add_column(column);
    }
    manager.alter_table(table).await
}

/// SQLite cannot make a column nullable.
async fn rebuild_outbox(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table("outbox_rebuilt")
        .col(big_pk_auto("id"))
        .col(uuid("workspace_id"))
        .col(text("effect"))
        .col(text_uniq("idempotency_key"))
        .col(uuid_null("message_id"))
        .col(text("state"))
        .col(integer("attempts").default(0))
        .col(big_integer("created_at"))
        .col(big_integer("next_at"))
        .col(text_null("last_error"))
        .col(text_null("result"));
    for column in added() {
        table.col(column);
    }
    manager.create_table(table).await?;
    let columns = "id, workspace_id, effect, idempotency_key, message_id, state, attempts, created_at, next_at, last_error, result";
    let connection = manager.get_connection();
    connection
        .execute_unprepared(&format!(
            "INSERT INTO outbox_rebuilt ({columns}) SELECT {columns} FROM outbox"
        ))
        .await?;
    manager.drop_table(Table::drop().table("outbox").to_owned()).await?;
    manager.rename_table(Table::rename().table("outbox_rebuilt", "outbox").to_owned()).await?;
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
        .await
}

/// Who caused it, what it is made of, whether a try has begun, and when it was settled.
fn added() -> [ColumnDef; 4] {
    [
        uuid_null("person_id"),
        text_null("payload"),
        big_integer_null("begun_at"),
        big_integer_null("settled_at"),
    ]
}
