//! The durable insert: one row and one commit per line.

use crate::fault::{Doing, Outcome};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, Statement,
    Value,
};
use vocabulary::{Message, Seq};

/// The columns of the product's `message` table, and its two unique keys.
const TABLE: &str = "
    CREATE TABLE IF NOT EXISTS bare_message (
        id uuid PRIMARY KEY,
        key uuid NOT NULL,
        workspace uuid NOT NULL,
        room uuid NOT NULL,
        seq bigint GENERATED ALWAYS AS IDENTITY,
        author uuid NOT NULL,
        author_name text NOT NULL,
        audience text NOT NULL,
        body text NOT NULL,
        sent_at bigint NOT NULL,
        UNIQUE (workspace, seq),
        UNIQUE (author, key)
    )";

const INSERT: &str = "
    INSERT INTO bare_message (id, key, workspace, room, author, author_name, audience, body, sent_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING seq";

/// Connections to PostgreSQL, as many as the product's pool has.
const CONNECTIONS: u32 = 16;

/// The table of lines.
pub struct Durable(DatabaseConnection);

impl Durable {
    /// Connects and makes the table.
    pub async fn connect(url: &str) -> Outcome<Self> {
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(CONNECTIONS)
            .min_connections(2)
            .test_before_acquire(false)
            .sqlx_logging(false);
        let database = Database::connect(options).await.doing("PostgreSQL")?;
        database.execute_unprepared(TABLE).await.doing("table of lines")?;
        Ok(Self(database))
    }

    /// Keeps one line; when this returns, it is on disk. Its place comes back.
    pub async fn keep(&self, message: &Message) -> Result<Seq, DbErr> {
        let room = message.room.as_uuid();
        let values: [Value; 9] = [
            message.id.as_uuid().into(),
            message.key.as_uuid().into(),
            room.into(),
            room.into(),
            message.author.id.as_uuid().into(),
            message.author.full_name.clone().into(),
            message.audience.as_str().into(),
            message.words().into(),
            message.sent_at.as_millis().into(),
        ];
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, INSERT, values);
        let row = self.0.query_one_raw(statement).await?;
        let row = row.ok_or_else(|| DbErr::RecordNotFound("INSERT returned no row".into()))?;
        row.try_get_by_index(0).map(Seq::new)
    }
}
