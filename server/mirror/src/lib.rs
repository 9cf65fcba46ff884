//! ERPNext's documents copied here: Projects with their users and customer, Tasks and Issues.
//!
//! A round reads what `modified` shows, with an overlap, because a row can be committed behind the cursor. A sweep
//! now and then compares all names and creations and finds what `modified` does not show: deletions, reused names,
//! `percent_complete`, Tasks going Overdue.

mod copy;
mod round;
mod sweep;

use chrono_tz::Tz;
use erpnext::{ErpError, Site};
use std::{sync::Arc, time::Duration};
use store::{StoreError, worker::Worker};
use thiserror::Error;
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use vocabulary::Moment;

const ROUND_EVERY: Duration = Duration::from_secs(5);
const ROUNDS_PER_SWEEP: u32 = 12;
const LEASE_MILLIS: i64 = 20_000;

/// A round that did not end well; the next one starts where the last good one ended.
#[derive(Debug, Error)]
pub enum MirrorError {
    /// ERPNext did not give what was asked.
    #[error(transparent)]
    Erpnext(#[from] ErpError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Copies ERPNext's documents.
#[derive(Clone)]
pub struct Mirror {
    worker: Worker,
    site: Site,
    me: Uuid,
    zone: Arc<OnceCell<Tz>>,
}

impl Mirror {
    /// A mirror of `site`.
    #[must_use]
    pub fn of(site: Site, worker: Worker) -> Self {
        Self { worker, site, me: Uuid::now_v7(), zone: Arc::default() }
    }

    /// Copies again and again until `stop`; only one replica at a time does.
    pub async fn run(&self, stop: CancellationToken) {
        let mut rounds = 0_u32;
        loop {
            if self.is_my_turn().await {
                self.round_with_report(rounds.is_multiple_of(ROUNDS_PER_SWEEP)).await;
                rounds = rounds.wrapping_add(1);
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(ROUND_EVERY) => {}
            }
        }
    }

    /// One round over everything; with `sweep` also what `modified` does not show.
    ///
    /// # Errors
    /// If ERPNext or the database fails; what was copied until then stays.
    pub async fn run_once(&self, sweep: bool) -> Result<(), MirrorError> {
        round::projects(self).await?;
        round::tasks(self).await?;
        round::issues(self).await?;
        if sweep {
            sweep::everything(self).await?;
        }
        Ok(())
    }

    /// The site's time zone, asked once.
    async fn time_zone(&self) -> Result<Tz, MirrorError> {
        Ok(*self.zone.get_or_try_init(|| self.site.time_zone()).await?)
    }

    async fn is_my_turn(&self) -> bool {
        let until = Moment::now().plus_millis(LEASE_MILLIS);
        match self.worker.hold_lease("mirror", self.me, until).await {
            Ok(mine) => mine,
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the mirror could not take its turn"
                );
                false
            }
        }
    }

    async fn round_with_report(&self, sweep: bool) {
        let went = self.run_once(sweep).await;
        let noted = match &went {
            Ok(()) => self.worker.note_round("round", Ok(None)).await,
            Err(error) => {
                tracing::warn!(
                    error = error as &dyn std::error::Error,
                    "the mirror's round did not end well"
                );
                self.worker.note_round("round", Err(&error.to_string())).await
            }
        };
        if let Err(error) = noted {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the mirror's round could not be noted"
            );
        }
    }
}
