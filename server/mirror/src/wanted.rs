//! What one part of the mirror wants of another.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};
use tokio::sync::Notify;
use vocabulary::Moment;

/// Shared by the rounds, the sweeps and the hints of one process.
pub(crate) struct Wanted {
    /// Rung by whoever has kept a hint.
    nudge: Arc<Notify>,
    sweep: Notify,
    refused: AtomicBool,
    /// Since when ERPNext has not been heard, and since when something may have been missed.
    missed: Mutex<Missed>,
}

#[derive(Default)]
struct Missed {
    is_away: bool,
    last_heard: Option<Moment>,
    since: Option<Moment>,
}

impl Wanted {
    pub(crate) fn of(nudge: Arc<Notify>) -> Self {
        Self {
            nudge,
            sweep: Notify::new(),
            refused: AtomicBool::new(false),
            missed: Mutex::default(),
        }
    }

    /// Hints wait.
    pub(crate) fn wake(&self) {
        self.nudge.notify_one();
    }

    pub(crate) async fn woken(&self) {
        self.nudge.notified().await;
    }

    /// Something happened after which everything should be compared.
    pub(crate) fn sweep_soon(&self) {
        self.sweep.notify_one();
    }

    pub(crate) async fn sweep_wanted(&self) {
        self.sweep.notified().await;
    }

    /// Rights have changed, perhaps our own.
    pub(crate) fn try_refused_again(&self) {
        self.refused.store(true, Ordering::Relaxed);
        self.sweep.notify_one();
    }

    pub(crate) fn take_refused(&self) -> bool {
        self.refused.swap(false, Ordering::Relaxed)
    }

    /// ERPNext answers; after it did not for a while, everything is looked at.
    pub(crate) fn heard(&self) {
        let mut missed = self.missed.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::take(&mut missed.is_away) {
            missed.since = missed.since.or(missed.last_heard);
            self.sweep.notify_one();
        }
        missed.last_heard = Some(Moment::now());
    }

    /// ERPNext does not answer.
    pub(crate) fn not_heard(&self) {
        self.missed.lock().unwrap_or_else(PoisonError::into_inner).is_away = true;
    }

    /// Nobody listened since `moment`.
    pub(crate) fn missed_since(&self, moment: Moment) {
        self.missed.lock().unwrap_or_else(PoisonError::into_inner).since = Some(moment);
    }

    /// Since when something may have been missed.
    pub(crate) fn take_missed(&self) -> Option<Moment> {
        self.missed.lock().unwrap_or_else(PoisonError::into_inner).since.take()
    }
}
