//! Kind to the site: so many requests at once, none while it is down, none before the time it asked for.
//!
//! All clones of a [`Site`](crate::Site) share one gate, whoever they speak as.

mod breaker;
mod health;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use reqwest::header::HeaderMap;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use self::breaker::Breaker;
pub use self::health::{RateLimit, SiteHealth};
use crate::ErpError;

/// A small ERPNext has two to four workers of four threads each.
const BACKGROUND_AT_ONCE: usize = 8;
/// Kept for people, who should not queue behind a back-fill.
const PEOPLE_AT_ONCE: usize = 4;
/// Downloads last as long as the browser takes, so they have places of their own.
const DOWNLOADS_AT_ONCE: usize = 8;

/// Who waits for the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    Background,
    Person,
    Download,
}

/// Whether the request changes anything there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Read,
    Write,
}

pub(crate) struct Gate {
    background: Arc<Semaphore>,
    people: Arc<Semaphore>,
    downloads: Arc<Semaphore>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    breaker: Breaker,
    health: SiteHealth,
}

/// The right to send one request; what came of it is told with [`Pass::settle`].
pub(crate) struct Pass {
    gate: Arc<Gate>,
    is_probe: bool,
    is_settled: bool,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Gate {
    pub(crate) fn new() -> Self {
        Self {
            background: Arc::new(Semaphore::new(BACKGROUND_AT_ONCE)),
            people: Arc::new(Semaphore::new(PEOPLE_AT_ONCE)),
            downloads: Arc::new(Semaphore::new(DOWNLOADS_AT_ONCE)),
            state: Mutex::default(),
        }
    }

    /// Waits for a free place; fails at once while the site rests.
    pub(crate) async fn enter(self: &Arc<Self>, lane: Lane, kind: Kind) -> Result<Pass, ErpError> {
        let resting = |for_: Duration| ErpError::Resting { for_ };
        self.state().breaker.look(Instant::now()).map_err(resting)?;
        let permit = self.place(lane).await;
        let mut state = self.state();
        // Asked again: the site may have gone down while this request stood in the queue.
        let is_probe = state.breaker.admit(Instant::now()).map_err(resting)?;
        match kind {
            Kind::Read => state.health.reads += 1,
            Kind::Write => state.health.writes += 1,
        }
        state.health.in_flight += 1;
        drop(state);
        Ok(Pass { gate: Arc::clone(self), is_probe, is_settled: false, _permit: permit })
    }

    /// `None` would mean a closed semaphore; these are never closed.
    async fn place(&self, lane: Lane) -> Option<OwnedSemaphorePermit> {
        let background = Arc::clone(&self.background).acquire_owned();
        match lane {
            Lane::Background => background.await.ok(),
            Lane::Download => Arc::clone(&self.downloads).acquire_owned().await.ok(),
            Lane::Person => {
                let people = Arc::clone(&self.people).acquire_owned();
                tokio::select! {
                    biased;
                    permit = people => permit.ok(),
                    permit = background => permit.ok(),
                }
            }
        }
    }

    pub(crate) fn health(&self) -> SiteHealth {
        let state = self.state();
        let resting = state.breaker.look(Instant::now()).err();
        SiteHealth {
            resting_for_millis: resting.map(|left| millis(left).max(1)),
            failures_in_a_row: state.breaker.failures(),
            ..state.health.clone()
        }
    }

    pub(crate) fn rest_at_most(&self, longest: Duration) {
        self.state().breaker.rest_at_most(longest);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pass {
    /// Notes what the site says about its limits.
    pub(crate) fn saw(&self, headers: &HeaderMap) {
        if let Some(limit) = RateLimit::in_headers(headers) {
            self.gate.state().health.rate_limit = Some(limit);
        }
    }

    /// Tells what came of the request: any answer of ERPNext's own shows that the site is there.
    pub(crate) fn settle(&mut self, error: Option<&ErpError>) {
        if self.is_settled {
            return;
        }
        self.is_settled = true;
        let mut state = self.gate.state();
        let now = Instant::now();
        match error {
            Some(error) if error.is_site_down() => {
                state.breaker.failed(now, self.is_probe, rand::random_range(0.7..1.3));
                state.health.failed_with(error);
            }
            Some(error @ ErpError::TooManyRequests { retry_after, .. }) => {
                state.breaker.answered();
                // A limit on one method names no time and concerns no other request.
                if let Some(for_) = retry_after {
                    state.breaker.asked(now, *for_);
                    state.health.failed_with(error);
                }
                state.health.answered();
            }
            _ => {
                state.breaker.answered();
                state.health.answered();
            }
        }
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        state.health.in_flight = state.health.in_flight.saturating_sub(1);
        if self.is_probe && !self.is_settled {
            state.breaker.probe_was_lost();
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
