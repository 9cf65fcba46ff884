//! One table for every mirrored ERPNext document, what webhooks hint at, and how far each doctype's copy is.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["tasks", "issues"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("documents")
                    .col(text("doctype"))
                    .col(text("name"))
                    .col(text("creation"))
                    .col(text("modified"))
                    .col(text_null("project"))
                    .col(text_null("status"))
                    .col(text_null("title"))
                    // What a Communication, Comment, ToDo or File is about: it belongs to that one's Project.
                    .col(text_null("about_doctype"))
                    .col(text_null("about_name"))
                    .col(text("fields"))
                    // When the read began that this copy comes from: an older read must not undo a newer one.
                    .col(big_integer("read_at"))
                    .primary_key(Index::create().col("doctype").col("name"))
                    .to_owned(),
            )
            .await?;
        for (name, columns) in [
            ("documents_of_project", ["doctype", "project"]),
            ("documents_by_creation", ["doctype", "creation"]),
            ("documents_about", ["about_doctype", "about_name"]),
        ] {
            let mut index = Index::create();
            index.name(name).table("documents");
            for column in columns {
                index.col(column);
            }
            manager.create_index(index).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("hints")
                    .col(text("doctype"))
                    .col(text("name"))
                    .col(text("event"))
                    .col(text("user"))
                    .col(big_integer("received_at"))
                    .primary_key(Index::create().col("doctype").col("name"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("webhook_state")
                    .col(integer("id").primary_key())
                    .col(big_integer_null("received_at"))
                    .col(big_integer("received").default(0))
                    .col(big_integer_null("refused_at"))
                    .col(big_integer("refused").default(0))
                    .to_owned(),
            )
            .await?;
        // Counts what pages show of a Project, so that open ones notice.
        let facts = big_integer("facts_changes").default(0).to_owned();
        manager
            .alter_table(Table::alter().table("workspaces").add_column(facts).to_owned())
            .await?;
        // Cursors over `modified` start anew: the copies they stood for are gone.
        manager.drop_table(Table::drop().table("mirror_cursors").to_owned()).await?;
        manager
            .create_table(
                Table::create()
                    .table("mirror_cursors")
                    .col(text("doctype").primary_key())
                    .col(text_null("modified"))
                    .col(big_integer("finished_at"))
                    .col(text_null("error"))
                    .col(big_integer_null("expected"))
                    .col(big_integer_null("complete_at"))
                    .to_owned(),
            )
            .await
    }
}
