//! Fresh databases, one for every server that is started.

use super::postgres::Postgres;
use crate::fault::{Doing, Outcome};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use std::sync::Mutex;
use url::Url;
use uuid::Uuid;

/// A PostgreSQL to make databases on.
pub struct Databases {
    own: Option<Postgres>,
    url: Url,
    made: Mutex<Vec<String>>,
}

impl Databases {
    /// On a cluster of our own.
    pub fn own(postgres: Postgres) -> Outcome<Self> {
        let url = postgres.url().parse()?;
        Ok(Self { own: Some(postgres), url, made: Mutex::default() })
    }

    /// On the server that was named.
    pub fn given(url: &str) -> Outcome<Self> {
        Ok(Self { own: None, url: url.parse().doing("--database-url")?, made: Mutex::default() })
    }

    /// The postmaster, if it is ours.
    pub fn postmaster(&self) -> Option<u32> {
        self.own.as_ref()?.pid()
    }

    /// Makes one and tells its URL.
    pub async fn fresh(&self) -> Outcome<String> {
        let name = format!("bench_{}", Uuid::now_v7().simple());
        self.administer(&format!("CREATE DATABASE {name}")).await?;
        let mut url = self.url.clone();
        url.set_path(&name);
        if let Ok(mut made) = self.made.lock() {
            made.push(name);
        }
        Ok(url.into())
    }

    /// Drops what was made on a server that is not ours.
    pub async fn stop(self) -> Outcome<()> {
        let made = self.made.lock().map(|mut made| std::mem::take(&mut *made)).unwrap_or_default();
        if self.own.is_none() {
            for name in made {
                self.administer(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
            }
        }
        Ok(())
    }

    async fn administer(&self, sql: &str) -> Outcome<()> {
        let mut options = ConnectOptions::new(self.url.as_str());
        options.max_connections(1).sqlx_logging(false);
        let database: DatabaseConnection = Database::connect(options).await.doing("PostgreSQL")?;
        database.execute_unprepared(sql).await.doing(sql)?;
        database.close().await?;
        Ok(())
    }
}
