//! Who can sign in, their sessions, what ended them, and the counters of the sign-in limit.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("people")
                    .col(uuid("id").primary_key())
                    .col(text_uniq("user"))
                    .col(text("full_name"))
                    .col(text("kind"))
                    .col(boolean("enabled"))
                    .col(text_null("password_hash"))
                    .col(big_integer_null("standing_asked_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("sessions")
                    .col(text("token_hash").primary_key())
                    .col(uuid("person_id"))
                    .col(big_integer("created_at"))
                    .col(big_integer("expires_at"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("sessions", "person_id")
                            .to("people", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("sessions_of_person")
                    .table("sessions")
                    .col("person_id")
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("sign_in_attempts")
                    .col(text("subject").primary_key())
                    .col(big_integer("window_started_at"))
                    .col(integer("failures"))
                    .to_owned(),
            )
            .await?;
        // What open lines must hear of within seconds, on whichever replica they are.
        manager
            .create_table(
                Table::create()
                    .table("revocations")
                    .col(big_pk_auto("id"))
                    .col(text_null("token_hash"))
                    .col(uuid_null("person_id"))
                    .col(big_integer("at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("revocations_by_time")
                    .table("revocations")
                    .col("at")
                    .to_owned(),
            )
            .await
    }
}
