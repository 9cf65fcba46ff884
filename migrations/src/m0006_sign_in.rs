//! Sign-ins under way that came from ERPNext: panels' nonces and OAuth.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
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
