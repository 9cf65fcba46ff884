//! Connecting to SQLite or PostgreSQL.

use crate::{StoreError, rooms::KnownRooms};
use migrations::Migrator;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait, Value,
    sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use sea_orm_migration::MigratorTrait;
use std::{sync::Arc, time::Duration};
use uuid::Uuid;

/// Which database this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// One file, one process.
    Sqlite,
    /// Any number of replicas.
    Postgres,
}

/// A connected database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    backend: Backend,
    /// SQLite has one writer: a pool of one connection queues them without busy errors.
    write: DatabaseConnection,
    read: DatabaseConnection,
    rooms: Arc<KnownRooms>,
}

impl Db {
    /// Connects to `url` (`sqlite://…` or `postgres://…`).
    ///
    /// # Errors
    /// If the URL names another database or the database does not answer.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("sqlite:") {
            let write = Database::connect(sqlite(url, 1)).await?;
            let read = Database::connect(sqlite(url, 4)).await?;
            Ok(Self { backend: Backend::Sqlite, write, read, rooms: Arc::default() })
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let both = Database::connect(postgres(url)).await?;
            Ok(Self {
                backend: Backend::Postgres,
                write: both.clone(),
                read: both,
                rooms: Arc::default(),
            })
        } else {
            Err(StoreError::UnknownBackend)
        }
    }

    /// Brings the database to this version's shape. Replicas may do so at the same time.
    ///
    /// # Errors
    /// If a migration fails.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        if self.backend == Backend::Sqlite {
            return Ok(Migrator::up(&self.write, None).await?);
        }
        // One replica migrates, the others wait for it: the lock ends with this transaction.
        let lock = self.write.begin().await?;
        lock.execute_unprepared("SELECT pg_advisory_xact_lock(7217346002)").await?;
        Migrator::up(&self.write, None).await?;
        lock.commit().await?;
        Ok(())
    }

    /// Which database this is.
    #[must_use]
    pub const fn backend(&self) -> Backend {
        self.backend
    }

    /// Asks for an answer, for `/readyz`.
    ///
    /// # Errors
    /// If there is none.
    pub async fn ping(&self) -> Result<(), StoreError> {
        Ok(self.write.ping().await?)
    }

    /// Closes all connections.
    pub async fn close(self) {
        if let Err(error) = self.write.close().await {
            tracing::warn!(%error, "the database connection did not close cleanly");
        }
    }

    pub(crate) fn known_rooms(&self) -> &KnownRooms {
        &self.rooms
    }

    pub(crate) const fn reader(&self) -> &DatabaseConnection {
        &self.read
    }

    pub(crate) const fn writer(&self) -> &DatabaseConnection {
        &self.write
    }

    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction, StoreError> {
        Ok(self
            .write
            .begin_with_options(TransactionOptions {
                sqlite_transaction_mode: match self.backend {
                    Backend::Sqlite => Some(SqliteTransactionMode::Immediate),
                    Backend::Postgres => None,
                },
                ..TransactionOptions::default()
            })
            .await?)
    }

    /// A statement with `$1`, `$2` … as placeholders, which both databases read.
    pub(crate) fn statement<const N: usize>(&self, sql: &str, values: [Value; N]) -> Statement {
        self.statement_of(sql, values.into())
    }

    /// The same for as many values as there happen to be.
    pub(crate) fn statement_of(&self, sql: &str, values: Vec<Value>) -> Statement {
        let backend = match self.backend {
            Backend::Sqlite => DbBackend::Sqlite,
            Backend::Postgres => DbBackend::Postgres,
        };
        Statement::from_sql_and_values(backend, sql, values)
    }

    /// The texts of a JSON array given as the value `placeholder`, such as `$2`, as a subquery.
    pub(crate) fn listed(&self, placeholder: &str) -> String {
        match self.backend {
            Backend::Sqlite => format!("(SELECT value FROM json_each({placeholder}))"),
            Backend::Postgres => {
                format!("(SELECT jsonb_array_elements_text({placeholder}::jsonb))")
            }
        }
    }

    /// The ids of [`ids`] given as the value `placeholder`, as a subquery.
    pub(crate) fn listed_ids(&self, placeholder: &str) -> String {
        match self.backend {
            Backend::Sqlite => format!("(SELECT unhex(value) FROM json_each({placeholder}))"),
            Backend::Postgres => {
                format!("(SELECT value::uuid FROM jsonb_array_elements_text({placeholder}::jsonb))")
            }
        }
    }

    /// That a column has one of the ids of [`ids`] given as the value `placeholder`. PostgreSQL joins with a subquery as with
    /// a table it knows nothing of, and may then read all of the other; with an array it takes an index.
    pub(crate) fn is_one_of_ids(&self, column: &str, placeholder: &str) -> String {
        let listed = self.listed_ids(placeholder);
        match self.backend {
            Backend::Sqlite => format!("{column} IN {listed}"),
            Backend::Postgres => format!("{column} = ANY (ARRAY {listed})"),
        }
    }

    /// The condition that the document whose fields are in `column` has a row in its table `links` to the document `name`,
    /// an SQL expression; not true where that is NULL.
    pub(crate) fn linked(&self, column: &str, doctype: &str, name: &str) -> String {
        match self.backend {
            // What is no object has no fields to look at.
            Backend::Sqlite => {
                let row = "CASE link.type WHEN 'object' THEN link.value ELSE '{}' END";
                format!(
                    "EXISTS (SELECT 1 FROM json_each({column}, '$.links') link
                       WHERE json_extract({row}, '$.link_doctype') = '{doctype}' AND json_extract({row}, '$.link_name') = {name})"
                )
            }
            Backend::Postgres => format!(
                "(({name}) IS NOT NULL AND COALESCE({column}::jsonb -> 'links' @> jsonb_build_array(
                   jsonb_build_object('link_doctype', '{doctype}'::text, 'link_name', ({name})::text)), FALSE))"
            ),
        }
    }

    /// The text of a field in a column that holds a JSON object.
    pub(crate) fn json_text(&self, column: &str, field: &str) -> String {
        match self.backend {
            Backend::Sqlite => format!("CAST(json_extract({column}, '$.{field}') AS TEXT)"),
            Backend::Postgres => format!("({column}::jsonb ->> '{field}')"),
        }
    }
}

/// Ids as one value of a statement: their bits in hexadecimal, which both databases read.
pub(crate) fn ids(ids: impl IntoIterator<Item = Uuid>) -> Value {
    let ids: Vec<String> = ids.into_iter().map(|id| id.simple().to_string()).collect();
    serde_json::Value::from(ids).to_string().into()
}

fn sqlite(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|options: SqliteConnectOptions| {
            options
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                // What was acknowledged survives a power cut too (rule 6).
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(Duration::from_secs(10))
                .foreign_keys(true)
        });
    options
}

fn postgres(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(16)
        .min_connections(2)
        .connect_timeout(Duration::from_secs(5))
        .acquire_timeout(Duration::from_secs(5))
        // A ping before each use would double the round trips of a post; a dead connection is found by its use.
        .test_before_acquire(false)
        .sqlx_logging(false);
    options
}
