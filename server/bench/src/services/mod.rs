//! What the servers stand on: PostgreSQL and Redis, of our own on loopback or given on the command line.

mod database;
mod postgres;
mod redis;

use crate::{
    fault::{Doing, Outcome},
    options::RunOptions,
};
use database::Databases;
use std::{
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    time::Duration,
};
use tempfile::TempDir;
use tokio::{io::AsyncReadExt, net::TcpStream, process::Child, time::Instant};

/// PostgreSQL, Redis and a folder, for as long as this lives.
pub struct Services {
    databases: Databases,
    redis_url: Option<String>,
    redis: tokio::sync::OnceCell<redis::Redis>,
    scratch: TempDir,
}

impl Services {
    /// Starts PostgreSQL unless one is given; Redis is started when first asked for.
    pub async fn start(options: &RunOptions) -> Outcome<Self> {
        let parent = options.scratch.clone().unwrap_or_else(std::env::temp_dir);
        let scratch =
            tempfile::Builder::new().prefix("bench-").tempdir_in(parent).doing("scratch folder")?;
        let databases = match &options.database_url {
            Some(url) => Databases::given(url)?,
            None => Databases::own(postgres::Postgres::start(scratch.path()).await?)?,
        };
        let (redis_url, redis) = (options.redis_url.clone(), tokio::sync::OnceCell::new());
        Ok(Self { databases, redis_url, redis, scratch })
    }

    /// A database nobody has used.
    pub async fn fresh_database(&self) -> Outcome<String> {
        self.databases.fresh().await
    }

    /// Where Redis listens.
    pub async fn redis_url(&self) -> Outcome<String> {
        if let Some(url) = &self.redis_url {
            return Ok(url.clone());
        }
        let redis = self.redis.get_or_try_init(|| redis::Redis::start(self.scratch.path())).await?;
        Ok(redis.url.clone())
    }

    /// The postmaster, if it is ours.
    pub fn postmaster(&self) -> Option<u32> {
        self.databases.postmaster()
    }

    /// A new folder of this name for one server.
    pub fn folder(&self, name: &str) -> Outcome<PathBuf> {
        let folder = tempfile::Builder::new().prefix(name).tempdir_in(self.scratch.path())?;
        Ok(folder.keep())
    }

    /// Stops and removes what was started; databases made on a given server are dropped.
    pub async fn stop(self) -> Outcome<()> {
        self.databases.stop().await
    }
}

/// A loopback address that was free just now.
pub fn free_address() -> Outcome<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr())?)
}

/// Waits until standard input ends: the measurement holds its other end, so its servers never outlive it.
pub async fn until_parent_is_gone() {
    let mut byte = [0];
    while matches!(tokio::io::stdin().read(&mut byte).await, Ok(1..)) {}
}

/// Waits until somebody listens there; `child` ending first is an error that shows the end of its log.
pub async fn listening(address: SocketAddr, child: &mut Child, log: &Path) -> Outcome<()> {
    let deadline = Instant::now() + Duration::from_secs(60);
    while TcpStream::connect(address).await.is_err() {
        let ended = child.try_wait()?;
        if ended.is_some() || Instant::now() > deadline {
            let said = std::fs::read_to_string(log).unwrap_or_default();
            let tail: Vec<&str> = said.lines().rev().take(5).collect();
            let tail = tail.into_iter().rev().collect::<Vec<_>>().join(" | ");
            return Err(format!("nobody listens on {address} ({ended:?}): {tail}").into());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}
