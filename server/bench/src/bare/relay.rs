//! Lines between processes: one Redis channel per room, the frame itself as payload.

use super::rooms::Rooms;
use crate::fault::{Doing, Outcome};
use axum::extract::ws::Utf8Bytes;
use fred::{
    clients::{Client, SubscriberClient},
    prelude::{Builder, ClientLike, Config, EventInterface, PubsubInterface},
    types::Message,
};
use std::sync::Arc;
use tokio::sync::broadcast::Receiver;
use uuid::Uuid;
use vocabulary::{RoomId, Seq};

/// The default of 32 loses lines (`RecvError::Lagged`) under load.
const WAITING_LINES: usize = 10_000;

/// The two connections to Redis.
pub struct Relay {
    publisher: Client,
    /// Keeps the subscription.
    _subscriber: SubscriberClient,
    /// Tells our own lines from other processes'.
    origin: Uuid,
}

impl Relay {
    /// Connects and passes on what other processes say.
    pub async fn connect(url: &str, rooms: Arc<Rooms>) -> Outcome<Self> {
        let mut builder = Builder::from_config(Config::from_url(url).doing("Redis URL")?);
        builder.with_performance_config(|config| config.broadcast_channel_capacity = WAITING_LINES);
        let publisher = builder.build().doing("Redis")?;
        let subscriber = builder.build_subscriber_client().doing("Redis")?;
        publisher.init().await.doing("Redis")?;
        subscriber.init().await.doing("Redis")?;
        let origin = Uuid::now_v7();
        let lines = subscriber.message_rx();
        subscriber.psubscribe("bare:*").await.doing("Redis")?;
        tokio::spawn(pass_on(lines, rooms, origin));
        Ok(Self { publisher, _subscriber: subscriber, origin })
    }

    /// Tells the other processes.
    pub async fn publish(
        &self,
        room: RoomId,
        seq: Seq,
        frame: &str,
    ) -> Result<(), fred::error::Error> {
        let payload = format!("{} {seq} {frame}", self.origin);
        self.publisher.publish(format!("bare:{room}"), payload).await
    }
}

async fn pass_on(mut lines: Receiver<Message>, rooms: Arc<Rooms>, origin: Uuid) {
    while let Ok(line) = lines.recv().await {
        let Some(room) = line.channel.strip_prefix("bare:").and_then(|id| id.parse().ok()) else {
            continue;
        };
        let Some(payload) = line.value.as_str() else { continue };
        let mut parts = payload.splitn(3, ' ');
        let from: Option<Uuid> = parts.next().and_then(|id| id.parse().ok());
        let seq = parts.next().and_then(|seq| seq.parse().ok()).map(Seq::new);
        if let (Some(from), Some(seq), Some(frame)) = (from, seq, parts.next())
            && from != origin
        {
            rooms.room(room).pass_on(seq, Utf8Bytes::from(frame));
        }
    }
}
