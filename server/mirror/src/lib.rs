//! ERPNext's documents copied here, and kept like ERPNext has them.
//!
//! Three things run side by side, in one replica at a time: hints of webhooks are worked off within a second; rounds ask
//! for what was modified; sweeps compare everything, for what neither tells of. Each may fail or be cut off at any
//! moment: the others find the same, only later. See `rounds.rs` for how often ERPNext is asked.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed unwrap is a failed test")
)]

pub mod compare;
mod doctypes;
mod hints;
mod keep;
mod reading;
mod renames;
mod rounds;
mod sweep;
mod wanted;

use chrono_tz::Tz;
use erpnext::{ErpError, Site};
use reading::{Depth, Lacking};
use rounds::{Timetable, is_about_the_site};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use store::{StoreError, worker::Worker};
use thiserror::Error;
use tokio::sync::{Notify, OnceCell};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use vocabulary::Moment;
use wanted::Wanted;

/// Between two rounds; each asks for what is due.
const ROUND_EVERY: Duration = Duration::from_secs(5);

/// Hints may have come to another replica, whose nudge is not heard here.
const HINTS_EVERY: Duration = Duration::from_secs(1);

const SWEEP_EVERY: Duration = Duration::from_secs(600);

/// A sweep that took long is followed by a rest this many times as long.
const REST_AFTER_SWEEP: u32 = 20;

/// After a sweep that was cut off, or asked for again at once.
const SWEEP_AGAIN: Duration = Duration::from_secs(10);

const LEASE_MILLIS: i64 = 20_000;
const RENEW_EVERY: Duration = Duration::from_secs(5);

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

impl MirrorError {
    fn is_erpnext_away(&self) -> bool {
        matches!(self, Self::Erpnext(error) if is_about_the_site(error))
    }
}

/// Copies ERPNext's documents.
#[derive(Clone)]
pub struct Mirror {
    worker: Worker,
    site: Site,
    me: Uuid,
    zone: Arc<OnceCell<Tz>>,
    lacking: Arc<Lacking>,
    wanted: Arc<Wanted>,
}

impl Mirror {
    /// A mirror of `site`. Whoever keeps a hint rings `nudge`.
    #[must_use]
    pub fn of(site: Site, worker: Worker, nudge: Arc<Notify>) -> Self {
        Self {
            worker,
            site,
            me: Uuid::now_v7(),
            zone: Arc::default(),
            lacking: Arc::default(),
            wanted: Arc::new(Wanted::of(nudge)),
        }
    }

    /// Copies again and again until `stop`; only one replica at a time does.
    pub async fn run(&self, stop: CancellationToken) {
        loop {
            if self.is_my_turn().await {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = self.turn_is_over() => {}
                    () = self.work_off_hints_again_and_again() => {}
                    () = self.go_round_again_and_again() => {}
                    () = self.sweep_again_and_again() => {}
                }
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(RENEW_EVERY) => {}
            }
        }
    }

    /// Everything once: the hints that wait, what was modified, and with `sweep` also what that does not show.
    ///
    /// # Errors
    /// If ERPNext or the database fails; what was copied until then stays.
    pub async fn run_once(&self, sweep: bool) -> Result<(), MirrorError> {
        self.know_the_zone().await?;
        if sweep {
            self.sweep(Depth::All).await?;
        }
        while self.work_off_hints().await? {}
        let progress = self.progress().await?;
        for mirrored in doctypes::ALL {
            let progress = progress.get(mirrored.doctype);
            if progress.is_some_and(|one| one.complete_at.is_some() || one.error.is_some()) {
                self.poll(mirrored, progress).await?;
            } else if let Err(error) = self.sweep_over(mirrored, Depth::All).await {
                self.refused(mirrored, error).await?;
            }
        }
        Ok(())
    }

    /// Looks at what changes without a word: status, progress and assignments of open documents.
    ///
    /// # Errors
    /// If ERPNext or the database fails.
    pub async fn look_at_open_documents(&self) -> Result<(), MirrorError> {
        self.look_at_open().await
    }

    /// Makes up for what ERPNext told and deleted since `since` while nobody listened; its log of webhooks and its
    /// Deleted Documents remember.
    ///
    /// # Errors
    /// If ERPNext or the database fails.
    pub async fn catch_up_since(&self, since: Moment) -> Result<(), MirrorError> {
        self.catch_up(since).await?;
        while self.work_off_hints().await? {}
        Ok(())
    }

    /// The site's time zone, asked once.
    async fn time_zone(&self) -> Result<Tz, MirrorError> {
        Ok(*self.zone.get_or_try_init(|| self.site.time_zone()).await?)
    }

    /// ERPNext's stamps are understood from here on, also of what was kept before.
    async fn know_the_zone(&self) -> Result<(), MirrorError> {
        self.worker.keep_time_zone(self.time_zone().await?).await?;
        Ok(self.worker.date_documents().await?)
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

    /// Ends when another replica has the lease.
    async fn turn_is_over(&self) {
        loop {
            tokio::time::sleep(RENEW_EVERY).await;
            if !self.is_my_turn().await {
                return;
            }
        }
    }

    async fn work_off_hints_again_and_again(&self) {
        loop {
            match self.work_off_hints().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => {
                    tracing::debug!(
                        error = &error as &dyn std::error::Error,
                        "hints of ERPNext's wait"
                    );
                }
            }
            tokio::select! {
                () = self.wanted.woken() => {}
                () = tokio::time::sleep(HINTS_EVERY) => {}
            }
        }
    }

    async fn go_round_again_and_again(&self) {
        let mut timetable = Timetable::default();
        loop {
            let went = self.round(&mut timetable).await;
            self.report(&went).await;
            tokio::time::sleep(ROUND_EVERY).await;
        }
    }

    async fn report(&self, went: &Result<(), MirrorError>) {
        let noted = match went {
            Ok(()) => {
                self.wanted.heard();
                self.worker.note_round("round", Ok(None)).await
            }
            Err(error) => {
                if error.is_erpnext_away() {
                    self.wanted.not_heard();
                }
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

    /// Everything at the start, long texts too; then every ten minutes, after an outage and after a rename.
    async fn sweep_again_and_again(&self) {
        if let Ok(rounds) = self.worker.mirror_rounds().await
            && let Some(round) = rounds.into_iter().find(|round| round.doctype == "round")
            && round.finished_at > 0
        {
            self.wanted.missed_since(Moment::from_millis(round.finished_at));
        }
        let mut depth = Depth::All;
        loop {
            let began = Instant::now();
            let missed = self.wanted.take_missed();
            let went = async {
                if let Some(since) = missed {
                    self.catch_up(since).await?;
                }
                self.sweep(depth).await
            }
            .await;
            match went {
                Ok(()) => {
                    depth = Depth::Compared;
                    tracing::debug!(took = ?began.elapsed(), "everything was compared with ERPNext");
                    tokio::time::sleep(SWEEP_AGAIN).await;
                    tokio::select! {
                        () = self.wanted.sweep_wanted() => {}
                        () = tokio::time::sleep(SWEEP_EVERY.max(began.elapsed() * REST_AFTER_SWEEP)) => {}
                    }
                }
                Err(error) => {
                    if let Some(since) = missed {
                        self.wanted.missed_since(since);
                    }
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "comparing everything with ERPNext did not end well"
                    );
                    tokio::time::sleep(SWEEP_AGAIN).await;
                }
            }
        }
    }
}
