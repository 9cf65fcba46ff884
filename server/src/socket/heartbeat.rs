//! Finding lines that are dead without having been closed.

use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep};

const PING_EVERY: Duration = Duration::from_secs(30);
const DEAD_AFTER: Duration = Duration::from_secs(75);

/// When to ping next, and when something was last heard.
pub(super) struct Heartbeat {
    heard: Instant,
    beat: std::pin::Pin<Box<Sleep>>,
}

impl Heartbeat {
    /// Starts at a random point of the interval, so that lines that came together do not ping together.
    pub(super) fn start() -> Self {
        let first = PING_EVERY.mul_f64(rand::random_range(0.5..1.0));
        Self { heard: Instant::now(), beat: Box::pin(sleep(first)) }
    }

    pub(super) fn heard(&mut self) {
        self.heard = Instant::now();
    }

    pub(super) fn is_dead(&self) -> bool {
        self.heard.elapsed() > DEAD_AFTER
    }

    /// Waits for the next beat.
    pub(super) async fn next(&mut self) {
        self.beat.as_mut().await;
        self.beat.as_mut().reset(Instant::now() + PING_EVERY);
    }
}
