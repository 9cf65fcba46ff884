//! Parlance as it stands in production: one process with nothing around it, or several with PostgreSQL and Redis.

use crate::{postgres::Postgres, process::Server, redis::Redis, standin::Standin};
use std::time::Duration;

/// Parlance servers for the same people, with what they need.
#[derive(Debug)]
pub struct Testbed {
    /// The replicas. They go before what they need.
    pub servers: Vec<Server>,
    /// The database of several replicas.
    pub postgres: Option<Postgres>,
    /// What carries messages between several replicas.
    pub redis: Option<Redis>,
    /// The ERPNext of several replicas.
    pub erpnext: Option<Standin>,
    /// The database's address, where several share it.
    database: Option<String>,
}

impl Testbed {
    /// One process in demo mode with SQLite.
    pub async fn single() -> Self {
        Self {
            servers: vec![Server::new().start().await],
            postgres: None,
            redis: None,
            erpnext: None,
            database: None,
        }
    }

    /// One process with SQLite that works with an ERPNext of its own, which browsers reach by another host name: another
    /// site than Parlance's.
    ///
    /// # Panics
    /// If anything does not get ready.
    pub async fn on_site() -> Self {
        let erpnext = Standin::start().await;
        let server = Server::new()
            .env("ERPNEXT_URL", Self::other_site(&erpnext))
            .env("ERPNEXT_API_KEY", erpnext.key())
            .env("ERPNEXT_API_SECRET", erpnext.secret());
        let servers = vec![server.start().await];
        Self { servers, postgres: None, redis: None, erpnext: Some(erpnext), database: None }
    }

    /// The ERPNext's address by the host name that no Parlance here has.
    #[must_use]
    pub fn other_site(erpnext: &Standin) -> String {
        erpnext.url().replace("127.0.0.1", "localhost")
    }

    /// This many processes on one PostgreSQL, one Redis and one ERPNext.
    ///
    /// # Panics
    /// If anything does not get ready.
    pub async fn replicas(count: usize) -> Self {
        let (postgres, redis, erpnext) =
            (Postgres::start(), Redis::start(), Standin::start().await);
        let database = postgres.fresh_database();
        let mut servers = Vec::new();
        for number in 1..=count {
            let server = Server::new()
                .named(&format!("replica {number}"))
                .env("DATABASE_URL", &database)
                .env("REDIS_URL", redis.url())
                .env("ERPNEXT_URL", erpnext.url())
                .env("ERPNEXT_API_KEY", erpnext.key())
                .env("ERPNEXT_API_SECRET", erpnext.secret());
            // One after the other: the first makes the tables.
            servers.push(server.start().await);
        }
        Self {
            servers,
            postgres: Some(postgres),
            redis: Some(redis),
            erpnext: Some(erpnext),
            database: Some(database),
        }
    }

    /// Puts `count` messages before what was said in the team room of `project` ([`crate::long_room`]); the servers are
    /// started again.
    ///
    /// # Panics
    /// If the database does not take them, or a server does not come back.
    pub async fn fill(&mut self, project: &str, count: u32) {
        for server in &mut self.servers {
            server.terminate(Duration::from_secs(30)).await;
        }
        let files = ["demo.sqlite", "parlance.sqlite"];
        let files = files.map(|file| self.servers[0].data_folder().join(file));
        let file = files.iter().find(|file| file.is_file());
        let database = self
            .database
            .clone()
            .or_else(|| Some(format!("sqlite://{}", file?.display())))
            .expect("a server that was started has a database");
        crate::long_room::fill(&database, project, count).await.expect("a database that takes it");
        for server in &mut self.servers {
            server.start_again().await;
        }
    }

    /// The replicas' addresses.
    #[must_use]
    pub fn urls(&self) -> Vec<String> {
        self.servers.iter().map(Server::url).collect()
    }
}
