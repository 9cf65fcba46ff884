//! Notices of each person, what they want to hear of, the devices that notices are pushed to, and what is on its way there.

use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("room_reads")
                    .add_column(text("rule").default("mentions"))
                    .to_owned(),
            )
            .await?;
        for table in [
            notices(),
            notice_cursors(),
            document_rules(),
            server_keys(),
            push_devices(),
            pushes(),
            windows(),
        ] {
            manager.create_table(table).await?;
        }
        for (name, table, columns, unique) in [
            ("notices_by_key", "notices", ["person_id", "notice_key"].as_slice(), true),
            ("notices_of_person", "notices", &["person_id", "at"], false),
            ("notices_of_message", "notices", &["message_id"], false),
            ("notices_of_cause", "notices", &["cause_id"], false),
            ("pushes_of_device", "pushes", &["device_id"], false),
            ("push_devices_of_person", "push_devices", &["person_id"], false),
            ("pushes_due", "pushes", &["state", "next_at"], false),
            ("document_rules_of_document", "document_rules", &["doctype", "name"], false),
        ] {
            let mut index = Index::create();
            index.name(name).table(table);
            for column in columns {
                index.col(*column);
            }
            if unique {
                index.unique();
            }
            manager.create_index(index).await?;
        }
        let connection = manager.get_connection();
        for part in [
            // Asked with every look at one's own: only what is new is in them.
            "CREATE INDEX notices_unread ON notices (person_id, room_id) WHERE read_at IS NULL",
            "CREATE INDEX notices_untold ON notices (person_id) WHERE told = FALSE",
            // What was said before there were notices makes none.
            "INSERT INTO notice_cursors (workspace_id, upto)
             SELECT workspace_id, last_seq FROM workspace_counters WHERE last_seq > 0",
        ] {
            connection.execute_unprepared(part).await?;
        }
        Ok(())
    }
}

/// One row for each person and each thing that happened: `notice_key` says which. `seq`, `room_id` and `thread_id` are the
/// message's, for reading it where it stands; `cause_id` is the save or the scheduled message. `quiet`: it counts and rings
/// nowhere. `told`: the person's devices have been told that there is something new.
fn notices() -> TableCreateStatement {
    Table::create()
        .table("notices")
        .col(uuid("id").primary_key())
        .col(uuid("person_id"))
        .col(uuid("workspace_id"))
        .col(text("kind"))
        .col(text("notice_key"))
        .col(big_integer("at"))
        .col(uuid_null("room_id"))
        .col(uuid_null("thread_id"))
        .col(boolean("in_room").default(false))
        .col(big_integer_null("seq"))
        .col(uuid_null("message_id"))
        .col(text_null("doctype"))
        .col(text_null("name"))
        .col(text_null("creation"))
        .col(text_null("words"))
        .col(uuid_null("cause_id"))
        .col(boolean("quiet").default(false))
        .col(big_integer_null("read_at"))
        .col(big_integer_null("done_at"))
        .col(boolean("told").default(false))
        .foreign_key(&mut of_person("notices"))
        .to_owned()
}

/// Everything said in a workspace up to `upto` was looked at for whom to tell.
fn notice_cursors() -> TableCreateStatement {
    Table::create()
        .table("notice_cursors")
        .col(uuid("workspace_id").primary_key())
        .col(big_integer("upto"))
        .to_owned()
}

fn document_rules() -> TableCreateStatement {
    Table::create()
        .table("document_rules")
        .col(uuid("person_id"))
        .col(text("doctype"))
        .col(text("name"))
        .col(text("creation"))
        .col(text("rule"))
        .primary_key(Index::create().col("person_id").col("doctype").col("name").col("creation"))
        .foreign_key(&mut of_person("document_rules"))
        .to_owned()
}

/// Keys of our own that all replicas share, sealed.
fn server_keys() -> TableCreateStatement {
    Table::create()
        .table("server_keys")
        .col(text("name").primary_key())
        .col(text("sealed"))
        .col(big_integer("made_at"))
        .to_owned()
}

/// `sealed` is the browser's subscription, `endpoint_hash` finds it again, `session_hash` ends it.
fn push_devices() -> TableCreateStatement {
    Table::create()
        .table("push_devices")
        .col(uuid("id").primary_key())
        .col(uuid("person_id"))
        .col(text("session_hash"))
        .col(text_uniq("endpoint_hash"))
        .col(text("sealed"))
        .col(big_integer("seen_at"))
        .foreign_key(&mut of_person("push_devices"))
        .to_owned()
}

/// One row for each notice and device: `due`, `sending`, `shown`, `closing`; gone when it is over.
fn pushes() -> TableCreateStatement {
    Table::create()
        .table("pushes")
        .col(uuid("notice_id"))
        .col(uuid("device_id"))
        .col(text("state"))
        .col(big_integer("next_at"))
        .col(integer("attempts").default(0))
        .col(big_integer("made_at"))
        .primary_key(Index::create().col("notice_id").col("device_id"))
        .foreign_key(
            ForeignKey::create()
                .from("pushes", "notice_id")
                .to("notices", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .foreign_key(
            ForeignKey::create()
                .from("pushes", "device_id")
                .to("push_devices", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .to_owned()
}

/// What somebody looks at in a window that has the focus, until they say so again. The nil thread is the room itself.
fn windows() -> TableCreateStatement {
    Table::create()
        .table("attention")
        .col(uuid("person_id"))
        .col(uuid("window_id"))
        .col(uuid("room_id"))
        .col(uuid("thread_id"))
        .col(big_integer("until"))
        .primary_key(Index::create().col("person_id").col("window_id"))
        .foreign_key(&mut of_person("attention"))
        .to_owned()
}

fn of_person(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table, "person_id")
        .to("people", "id")
        .on_delete(ForeignKeyAction::Cascade)
        .to_owned()
}
