//! Lanes: a workspace's effects in order, several workspaces side by side.

use crate::{Achieved, Outbox, backoff, communication, site_state::Manners};
use erpnext::{ErpError, Retry};
use std::{collections::BTreeMap, time::Duration};
use store::{
    StoreError,
    worker::{Due, Lanes, Owed},
};
use tokio::sync::mpsc;
use uuid::Uuid;
use vocabulary::Moment;

const LEASE_MILLIS: i64 = 20_000;
const RENEW_AFTER: Duration = Duration::from_secs(5);
const PER_TURN: u64 = 200;

/// Effects settled in one write. What was sent and not settled when the power is cut is sent again and refused by
/// its key: once more asked, never twice written.
const SETTLED_AT_ONCE: usize = 50;

/// What became of an effect that was sent.
enum Outcome {
    Done { id: i64, result: String },
    PutOff { owed: Box<Owed>, error: ErpError },
    GivenUp { id: i64, error: ErpError },
}

impl Outbox {
    pub(crate) async fn serve_lanes(
        &self,
        due: &[Due],
        manners: Manners,
    ) -> Result<Achieved, StoreError> {
        let lanes = self.worker.hold_lanes(due, self.me, lease_end()).await?;
        if lanes.is_empty() {
            return Ok(Achieved::default());
        }
        let served = self.serve(&lanes, manners).await;
        self.worker.free_lanes(&lanes).await?;
        served
    }

    async fn serve(&self, lanes: &Lanes, manners: Manners) -> Result<Achieved, StoreError> {
        let mut by_lane: BTreeMap<Uuid, Vec<Owed>> = BTreeMap::new();
        for owed in self.worker.owed(lanes, PER_TURN).await? {
            by_lane.entry(owed.workspace_id).or_default().push(owed);
        }
        let (outcomes, received) = mpsc::channel(SETTLED_AT_ONCE);
        let mut senders = tokio::task::JoinSet::new();
        for lane in by_lane.into_values() {
            let (outbox, outcomes) = (self.clone(), outcomes.clone());
            senders.spawn(async move { outbox.send_in_order(lane, manners, outcomes).await });
        }
        drop(outcomes);
        // Should the database fail here, dropping the senders stops what has not been sent.
        self.record(lanes, received).await
    }

    /// Sends a lane's effects until one has to wait: what comes after it waits for it.
    async fn send_in_order(
        self,
        lane: Vec<Owed>,
        manners: Manners,
        outcomes: mpsc::Sender<Outcome>,
    ) {
        for owed in lane {
            if owed.next_at > Moment::now().as_millis() {
                return;
            }
            let Ok(_place) = self.at_once.acquire().await else { return };
            let outcome = match communication::ensure(&self.site, &owed, manners).await {
                Ok(result) => Outcome::Done { id: owed.id, result },
                Err(error) if is_hopeless(&error) => Outcome::GivenUp { id: owed.id, error },
                Err(error) => Outcome::PutOff { owed: Box::new(owed), error },
            };
            let waits = matches!(outcome, Outcome::PutOff { .. });
            if outcomes.send(outcome).await.is_err() || waits {
                return;
            }
        }
    }

    async fn record(
        &self,
        lanes: &Lanes,
        mut outcomes: mpsc::Receiver<Outcome>,
    ) -> Result<Achieved, StoreError> {
        let mut achieved = Achieved::default();
        let mut done = Vec::new();
        let mut renewed = tokio::time::Instant::now();
        while let Some(outcome) = outcomes.recv().await {
            match outcome {
                Outcome::Done { id, result } => {
                    self.state.answered();
                    done.push((id, result));
                    achieved.settled += 1;
                }
                Outcome::PutOff { owed, error } => {
                    self.put_off(&owed, &error).await?;
                    achieved.put_off += 1;
                }
                Outcome::GivenUp { id, error } => {
                    tracing::error!(
                        outbox.id = id,
                        error = &error as &dyn std::error::Error,
                        "an effect was given up"
                    );
                    self.worker.give_up(id, &error.to_string()).await?;
                    achieved.given_up += 1;
                }
            }
            if done.len() >= SETTLED_AT_ONCE {
                self.worker.settle(&std::mem::take(&mut done)).await?;
            }
            if renewed.elapsed() > RENEW_AFTER {
                if !self.worker.keep_lanes(lanes, lease_end()).await? {
                    break;
                }
                renewed = tokio::time::Instant::now();
            }
        }
        self.worker.settle(&done).await?;
        Ok(achieved)
    }

    async fn put_off(&self, owed: &Owed, error: &ErpError) -> Result<(), StoreError> {
        let asked = match error.retry() {
            Retry::Later { after } => after,
            // Refused keys and rights are mended by a person, not by hurry.
            Retry::Never => Some(Duration::from_secs(15)),
        };
        if error.is_site_down() || concerns_the_site(error) {
            self.state.is_down(error);
        }
        let wait = backoff::after(u32::try_from(owed.attempts).unwrap_or(0), asked);
        let wait_millis = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX / 2);
        tracing::info!(outbox.id = owed.id, wait_ms = wait_millis, %error, "an effect was put off");
        let next_at = Moment::now().plus_millis(wait_millis);
        self.worker.put_off(owed.id, next_at, &error.to_string()).await
    }
}

fn lease_end() -> Moment {
    Moment::now().plus_millis(LEASE_MILLIS)
}

/// Whether trying this document again can never help.
fn is_hopeless(error: &ErpError) -> bool {
    matches!(error.retry(), Retry::Never) && !concerns_the_site(error)
}

/// Faults of the connection rather than of this one document: giving the document up would lose it for nothing.
fn concerns_the_site(error: &ErpError) -> bool {
    matches!(
        error,
        ErpError::Configuration { .. }
            | ErpError::NotErpnext { .. }
            | ErpError::Unexpected { .. }
            | ErpError::BadCredentials { .. }
            | ErpError::NotPermitted { .. }
    )
}
