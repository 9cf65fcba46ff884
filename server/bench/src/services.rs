//! What the servers stand on: PostgreSQL and Redis, of our own on loopback or given on the command line.

use crate::{
    fault::{Doing, Outcome},
    options::RunOptions,
};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use std::{
    fs,
    sync::{Mutex, OnceLock},
};
use testkit::{postgres::Postgres, redis::Redis};
use url::Url;
use uuid::Uuid;

/// What differs from a fresh installation: only what keeps PostgreSQL's housekeeping out of the rounds. It commits to
/// the disk.
const SETTINGS: [&str; 5] = [
    "fsync=on",
    "synchronous_commit=on",
    "shared_buffers=256MB",
    "max_wal_size=8GB",
    "checkpoint_timeout=1h",
];

/// PostgreSQL and Redis, for as long as this lives.
pub struct Services {
    postgres: Option<Postgres>,
    /// Where databases are made.
    database_url: Url,
    /// Databases made on a server that is not ours.
    made: Mutex<Vec<String>>,
    redis_url: Option<String>,
    redis: OnceLock<Redis>,
}

impl Services {
    /// Starts PostgreSQL unless one is given; Redis is started when first asked for.
    pub fn start(options: &RunOptions) -> Outcome<Self> {
        let (postgres, url) = match &options.database_url {
            Some(url) => (None, url.clone()),
            None => {
                let postgres = Postgres::start_with(&SETTINGS);
                let url = postgres.url("postgres");
                (Some(postgres), url)
            }
        };
        Ok(Self {
            postgres,
            database_url: url.parse().doing("--database-url")?,
            made: Mutex::default(),
            redis_url: options.redis_url.clone(),
            redis: OnceLock::new(),
        })
    }

    /// A database nobody has used.
    pub async fn fresh_database(&self) -> Outcome<String> {
        let name = format!("bench_{}", Uuid::now_v7().simple());
        self.administer(&format!("CREATE DATABASE {name}")).await?;
        let mut url = self.database_url.clone();
        url.set_path(&name);
        if self.postgres.is_none()
            && let Ok(mut made) = self.made.lock()
        {
            made.push(name);
        }
        Ok(url.into())
    }

    /// Where Redis listens.
    pub fn redis_url(&self) -> String {
        self.redis_url.clone().unwrap_or_else(|| self.redis.get_or_init(Redis::start).url())
    }

    /// The postmaster, if it is ours.
    pub fn postmaster(&self) -> Option<u32> {
        let file = self.postgres.as_ref()?.folder().join("cluster/postmaster.pid");
        fs::read_to_string(file).ok()?.lines().next()?.trim().parse().ok()
    }

    /// Drops what was made on a server that is not ours; our own ends with this value.
    pub async fn stop(self) -> Outcome<()> {
        let made = self.made.lock().map(|mut made| std::mem::take(&mut *made));
        for name in made.unwrap_or_default() {
            self.administer(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
        }
        Ok(())
    }

    async fn administer(&self, sql: &str) -> Outcome<()> {
        let database = one_connection(self.database_url.as_str()).await?;
        database.execute_unprepared(sql).await.doing(sql)?;
        Ok(database.close().await?)
    }
}

/// A single connection, for work beside the measurement.
pub async fn one_connection(url: &str) -> Outcome<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.doing("PostgreSQL")
}
