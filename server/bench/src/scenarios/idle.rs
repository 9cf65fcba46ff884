//! A crowd that says nothing: what a connection costs by being there.

use super::measure::{Round, Window};
use crate::{
    fault::Outcome,
    generator::{Crowd, Ledger},
    options::RunOptions,
    servers::Running,
    services::Services,
};
use std::{sync::Arc, time::Duration};

/// Rooms the crowd is spread over.
pub const ROOMS: usize = 10;

/// Connections that are opened at a time.
const AT_ONCE: usize = 100;

/// Connections and no line.
#[derive(Clone, Copy, Debug)]
pub struct Idle {
    seconds: u64,
}

impl Idle {
    /// Long enough for two heartbeats of every connection.
    pub const fn new(options: &RunOptions) -> Self {
        Self { seconds: if options.quick { 35 } else { 65 } }
    }

    /// One round.
    pub async fn round(&self, running: &Running, services: &Services) -> Outcome<Round> {
        let ledger = Arc::new(Ledger::new(0));
        let before = running.memory()?;
        let seats = running.seats.iter().map(|seat| (seat.clone(), None)).collect();
        let crowd = Crowd::join(seats, &ledger, AT_ONCE).await?;
        tokio::time::sleep(Duration::from_secs(2)).await;
        let window = Window::open(running, services, &ledger)?;
        tokio::time::sleep(Duration::from_secs(self.seconds)).await;
        let mut round = Round::default();
        window.close(running, services, &ledger, &mut round)?;
        round.memory(before, running.memory()?, crowd.len());
        round.count(&crowd.leave().await?, &ledger, 0, ROOMS);
        Ok(round)
    }
}
