//! The bus between replicas: it carries, never decides. The database has the numbers; a bell only says "look".
//!
//! [`Bus::Local`] serves one process; [`Bus::Redis`] joins any number of them. Either may lose a bell (Redis
//! pub/sub does, on every reconnect): whoever listens asks the database from time to time and on [`Heard::Gap`].

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed unwrap is a failed test")
)]

mod bell;
mod redis;

pub use bell::{Bell, Heard};
use redis::RedisBus;
use std::sync::Arc;
use thiserror::Error;
use tokio::sync::broadcast;
use uuid::Uuid;

/// How many bells a slow listener may be behind before it is told [`Heard::Gap`].
const LISTENER_CAPACITY: usize = 16_384;

/// The bus could not be set up.
#[derive(Debug, Error)]
pub enum BusError {
    /// `REDIS_URL` is not one.
    #[error("REDIS_URL is not a Redis address such as redis://127.0.0.1:6379")]
    Address(#[source] fred::error::Error),
    /// Redis refused the subscription while it could be reached.
    #[error("Redis refused to be listened to")]
    Subscribe(#[source] fred::error::Error),
}

/// In this process only, or through Redis.
#[derive(Clone, Debug)]
pub enum Bus {
    /// One process.
    Local(broadcast::Sender<Heard>),
    /// Replicas joined by Redis.
    Redis(Arc<RedisBus>),
}

impl Bus {
    /// The bus of a single process. Nobody else is there to ring, so it stays silent.
    #[must_use]
    pub fn local() -> Self {
        Self::Local(broadcast::channel(LISTENER_CAPACITY).0)
    }

    /// Joins the replicas at `url`. Redis may be away: it is joined when it comes.
    ///
    /// # Errors
    /// If the address is none.
    pub async fn redis(url: &str) -> Result<Self, BusError> {
        Ok(Self::Redis(Arc::new(RedisBus::join(url, Uuid::now_v7()).await?)))
    }

    /// Rings for the other replicas; whoever rings does not hear it. Never waits and never fails: a lost bell is
    /// found by looking.
    pub fn ring(&self, bell: Bell) {
        match self {
            Self::Local(_) => {}
            Self::Redis(redis) => redis.ring(bell),
        }
    }

    /// What the other replicas ring from now on.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Heard> {
        match self {
            Self::Local(heard) => heard.subscribe(),
            Self::Redis(redis) => redis.listen(),
        }
    }

    /// Whether replicas can hear each other now.
    #[must_use]
    pub fn is_joined(&self) -> bool {
        match self {
            Self::Local(_) => true,
            Self::Redis(redis) => redis.is_joined(),
        }
    }

    /// Leaves the bus.
    pub async fn leave(&self) {
        if let Self::Redis(redis) = self {
            redis.leave().await;
        }
    }
}
