//! Members' own credentials with ERPNext, what ERPNext lets each read beside the Project, and the ways to sign in that
//! take more than one request.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time.
        for column in
            [text_null("user_image"), text_null("roles"), big_integer_null("ask_again_at")]
        {
            manager
                .alter_table(Table::alter().table("people").add_column(column).to_owned())
                .await?;
        }
        manager
            .create_index(
                Index::create()
                    .name("people_by_asking")
                    .table("people")
                    .col("standing_asked_at")
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("credentials")
                    .col(uuid("person_id").primary_key())
                    .col(text("kind"))
                    .col(text("sealed"))
                    .col(text_null("refresh_sealed"))
                    .col(big_integer("expires_at"))
                    .foreign_key(&mut of_person("credentials"))
                    .to_owned(),
            )
            .await?;
        // `reads` is `all`, `none` or `some`; what `some` is stands in the table after.
        manager
            .create_table(
                Table::create()
                    .table("document_standings")
                    .col(uuid("person_id"))
                    .col(uuid("workspace_id"))
                    .col(text("doctype"))
                    .col(text("reads"))
                    .primary_key(
                        Index::create().col("person_id").col("workspace_id").col("doctype"),
                    )
                    .foreign_key(&mut of_person("document_standings"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("readable_documents")
                    .col(uuid("person_id"))
                    .col(uuid("workspace_id"))
                    .col(text("doctype"))
                    .col(text("name"))
                    .primary_key(
                        Index::create()
                            .col("person_id")
                            .col("workspace_id")
                            .col("doctype")
                            .col("name"),
                    )
                    .foreign_key(&mut of_person("readable_documents"))
                    .to_owned(),
            )
            .await?;
        // Nonces of panels in the ERPNext desk, until they are redeemed or too old.
        manager
            .create_table(
                Table::create()
                    .table("panel_nonces")
                    .col(text("nonce_hash").primary_key())
                    .col(text("secret_hash"))
                    .col(big_integer("expires_at"))
                    .to_owned(),
            )
            .await?;
        // Sign-ins by OAuth that have begun, until their callback or too old.
        manager
            .create_table(
                Table::create()
                    .table("oauth_starts")
                    .col(text("state_hash").primary_key())
                    .col(text("browser_hash"))
                    .col(text("sealed"))
                    .col(text_null("next"))
                    .col(big_integer("expires_at"))
                    .to_owned(),
            )
            .await?;
        // Whether a release of ERPNext gave a token to somebody else than who asked for it.
        manager
            .create_table(
                Table::create()
                    .table("oauth_probes")
                    .col(text("release").primary_key())
                    .col(boolean("proves_identity"))
                    .col(text("reason"))
                    .col(big_integer("probed_at"))
                    .to_owned(),
            )
            .await
    }
}

fn of_person(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table, "person_id")
        .to("people", "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}
