//! The bus through Redis publish/subscribe.

use crate::{Bell, BusError, Heard, LISTENER_CAPACITY};
use fred::{
    clients::SubscriberClient,
    prelude::*,
    types::config::{Config, ReconnectPolicy, UnresponsiveConfig},
};
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{broadcast, mpsc},
    task::AbortHandle,
};
use uuid::Uuid;

const CHANNEL: &str = "parlance:bells:1";

/// Bells that may wait for Redis before new ones are dropped (and found by looking).
const RINGER_CAPACITY: usize = 4_096;

#[derive(Serialize, Deserialize)]
struct Envelope {
    from: Uuid,
    #[serde(flatten)]
    bell: Bell,
}

/// A replica's place on the bus.
pub struct RedisBus {
    ringer: mpsc::Sender<Bell>,
    heard: broadcast::Sender<Heard>,
    joined: Arc<AtomicBool>,
    publisher: Client,
    subscriber: SubscriberClient,
    tasks: Vec<AbortHandle>,
}

impl fmt::Debug for RedisBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisBus").field("joined", &self.is_joined()).finish_non_exhaustive()
    }
}

impl RedisBus {
    pub(crate) async fn join(url: &str, me: Uuid) -> Result<Self, BusError> {
        let config = Config::from_url(url).map_err(BusError::Address)?;
        let mut builder = Builder::from_config(config);
        builder
            .with_connection_config(|connection| {
                connection.connection_timeout = Duration::from_secs(2);
                connection.unresponsive = UnresponsiveConfig {
                    max_timeout: Some(Duration::from_secs(3)),
                    interval: Duration::from_millis(500),
                };
            })
            .with_performance_config(|performance| {
                performance.default_command_timeout = Duration::from_millis(1_500);
                // The default of 32 overflows within milliseconds.
                performance.broadcast_channel_capacity = LISTENER_CAPACITY;
            })
            .set_policy(ReconnectPolicy::new_exponential(0, 50, 2_000, 2));
        let publisher = builder.build().map_err(BusError::Address)?;
        let subscriber = builder.build_subscriber_client().map_err(BusError::Address)?;

        let (heard, _) = broadcast::channel(LISTENER_CAPACITY);
        let (ringer, to_ring) = mpsc::channel(RINGER_CAPACITY);
        let joined = Arc::new(AtomicBool::new(false));
        let mut tasks = vec![subscriber.manage_subscriptions().abort_handle()];
        tasks.push(
            tokio::spawn(hear(subscriber.clone(), me, heard.clone(), Arc::clone(&joined)))
                .abort_handle(),
        );
        tasks.push(tokio::spawn(publish(publisher.clone(), me, to_ring)).abort_handle());
        Ok(Self { ringer, heard, joined, publisher, subscriber, tasks })
    }

    pub(crate) fn ring(&self, bell: Bell) {
        if self.ringer.try_send(bell).is_err() {
            tracing::debug!("a bell was dropped: Redis is slow or away");
        }
    }

    pub(crate) fn listen(&self) -> broadcast::Receiver<Heard> {
        self.heard.subscribe()
    }

    pub(crate) fn is_joined(&self) -> bool {
        self.joined.load(Ordering::Relaxed)
    }

    pub(crate) async fn leave(&self) {
        for result in [self.publisher.quit().await, self.subscriber.quit().await] {
            if let Err(error) = result {
                tracing::debug!(%error, "Redis was away when the bus was left");
            }
        }
    }
}

impl Drop for RedisBus {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// Tells listeners what other replicas ring, and that bells may be missing after each (re)connect.
async fn hear(
    subscriber: SubscriberClient,
    me: Uuid,
    heard: broadcast::Sender<Heard>,
    joined: Arc<AtomicBool>,
) {
    let mut messages = subscriber.message_rx();
    let mut reconnects = subscriber.reconnect_rx();
    let mut errors = subscriber.error_rx();
    subscribe(&subscriber, &joined).await;
    let tell = |what| {
        // Nobody listening is no fault.
        let _listeners = heard.send(what).unwrap_or(0);
    };
    tell(Heard::Gap);
    loop {
        tokio::select! {
            message = messages.recv() => match message {
                Ok(message) => {
                    let text = message.value.as_bytes_str();
                    match text.as_deref().map(serde_json::from_str::<Envelope>) {
                        Some(Ok(envelope)) if envelope.from != me => tell(Heard::Bell(envelope.bell)),
                        Some(Ok(_)) => {}
                        _ => tracing::warn!("something that is no bell came over Redis"),
                    }
                }
                Err(broadcast::error::RecvError::Lagged(_)) => tell(Heard::Gap),
                Err(broadcast::error::RecvError::Closed) => return,
            },
            reconnected = reconnects.recv() => match reconnected {
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {
                    // `manage_subscriptions` subscribes again on its own; doing it here too tells us when it is done.
                    subscribe(&subscriber, &joined).await;
                    tracing::info!("Redis is back: looking for what was missed");
                    tell(Heard::Gap);
                }
                Err(broadcast::error::RecvError::Closed) => return,
            },
            error = errors.recv() => {
                joined.store(false, Ordering::Relaxed);
                match error {
                    Ok((error, _)) => tracing::warn!(%error, "Redis is away; replicas look in the database meanwhile"),
                    Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => return,
                }
            }
        }
    }
}

/// Connects if need be and subscribes, however long Redis takes to come.
async fn subscribe(subscriber: &SubscriberClient, joined: &AtomicBool) {
    let mut wait = Duration::from_millis(100);
    loop {
        let subscribed = match connect(subscriber).await {
            Ok(()) => subscriber.subscribe(CHANNEL).await,
            Err(error) => Err(error),
        };
        match subscribed {
            Ok(()) => {
                joined.store(true, Ordering::Relaxed);
                return;
            }
            Err(error) => {
                joined.store(false, Ordering::Relaxed);
                tracing::debug!(%error, "Redis does not answer yet");
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(Duration::from_secs(2));
            }
        }
    }
}

/// `init` fails at once while Redis is down and must not run twice while it is up.
async fn connect<C: ClientLike>(client: &C) -> Result<(), Error> {
    if client.is_connected() {
        return Ok(());
    }
    if client.active_connections().is_empty() && !client.has_reconnect_policy() {
        return client.init().await.map(drop);
    }
    match client.state() {
        fred::types::ClientState::Disconnected => client.init().await.map(drop),
        _ => client.wait_for_connect().await,
    }
}

async fn publish(publisher: Client, me: Uuid, mut to_ring: mpsc::Receiver<Bell>) {
    let mut first = true;
    while let Some(bell) = to_ring.recv().await {
        if first || !publisher.is_connected() {
            match tokio::time::timeout(Duration::from_secs(2), connect(&publisher)).await {
                Ok(Ok(())) => first = false,
                // Bells that cannot be rung are worth nothing later: replicas look when Redis is back.
                Ok(Err(_)) | Err(_) => continue,
            }
        }
        match serde_json::to_string(&Envelope { from: me, bell }) {
            Ok(text) => {
                // Not awaited one by one: fred pipelines them on one connection, in order.
                let publisher = publisher.clone();
                let sent = publisher.publish::<i64, _, _>(CHANNEL, text);
                if let Err(error) = sent.await {
                    tracing::debug!(%error, "a bell was lost");
                }
            }
            Err(error) => tracing::error!(%error, "a bell could not be written"),
        }
    }
}
