//! What ERPNext is owed, sent exactly once: at least once by trying until it answers; at most once by a unique key on
//! the document that is made, by comparing each field before it is changed, by a mark in a Comment. Lanes (one per
//! workspace) keep the order; a lease keeps two replicas out of one lane.
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed unwrap is a failed test")
)]

mod backoff;
mod communication;
mod ending;
mod file;
mod lane;
mod merge;
mod naming;
mod site_state;
mod speaker;
mod work;

use erpnext::Site;
use files::Files;
use site_state::SiteState;
use std::{sync::Arc, time::Duration};
use store::{StoreError, worker::Worker};
use tokio::sync::{Notify, Semaphore, mpsc::UnboundedSender};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use vault::Vault;
use vocabulary::{Moment, WorkspaceId};

const LOOK_EVERY: Duration = Duration::from_secs(1);

/// After the first thing owed, what comes next is waited for: one turn for all of it costs the database little.
const GATHER: Duration = Duration::from_millis(250);

/// Lanes taken in one turn.
const LANES_PER_TURN: u64 = 64;

/// Requests to ERPNext at the same time.
const AT_ONCE: usize = 4;

/// Files on their way to ERPNext at the same time: each is held in memory whole.
const FILES_AT_ONCE: usize = 1;

/// What is settled is forgotten after this long, and looked for this often.
const REMEMBERED_MILLIS: i64 = 7 * 24 * 60 * 60 * 1000;
const PRUNE_EVERY: Duration = Duration::from_secs(60 * 60);

/// The name under which the outbox reports on the administrator's page.
pub const REPORT: &str = "outbox";

/// What one look achieved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Achieved {
    /// Effects that are done.
    pub settled: u64,
    /// Effects put off.
    pub put_off: u64,
    /// Effects given up.
    pub given_up: u64,
}

/// Sends what ERPNext is owed.
#[derive(Clone)]
pub struct Outbox {
    worker: Worker,
    site: Site,
    vault: Vault,
    files: Option<Files>,
    me: Uuid,
    state: Arc<SiteState>,
    nudge: Arc<Notify>,
    at_once: Arc<Semaphore>,
    files_at_once: Arc<Semaphore>,
    told: Option<UnboundedSender<WorkspaceId>>,
}

impl Outbox {
    /// An outbox towards `site`. `nudge` wakes it when something new is owed; `vault` opens what members act with.
    #[must_use]
    pub fn towards(site: Site, worker: Worker, nudge: Arc<Notify>, vault: Vault) -> Self {
        Self {
            worker,
            site,
            vault,
            files: None,
            me: Uuid::now_v7(),
            state: Arc::default(),
            nudge,
            at_once: Arc::new(Semaphore::new(AT_ONCE)),
            files_at_once: Arc::new(Semaphore::new(FILES_AT_ONCE)),
            told: None,
        }
    }

    /// Tells `changed` of each workspace in which a member's save has come to its end.
    #[must_use]
    pub fn telling(mut self, changed: UnboundedSender<WorkspaceId>) -> Self {
        self.told = Some(changed);
        self
    }

    fn tell(&self, workspace: WorkspaceId) {
        if let Some(told) = &self.told {
            // Nobody listens any more when the server stops.
            let _ = told.send(workspace);
        }
    }

    /// The same, which finds what people's files hold in `files`.
    #[must_use]
    pub fn with_files(mut self, files: Files) -> Self {
        self.files = Some(files);
        self
    }

    /// Sends until `stop`.
    pub async fn run(&self, stop: CancellationToken) {
        let mut prune = tokio::time::interval(PRUNE_EVERY);
        loop {
            let achieved = self.look_with_report().await;
            let pause = if achieved.settled > 0 { GATHER } else { LOOK_EVERY };
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.nudge.notified() => tokio::time::sleep(GATHER).await,
                _ = prune.tick() => self.prune().await,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    async fn prune(&self) {
        let before = Moment::now().plus_millis(-REMEMBERED_MILLIS);
        if let Err(error) = self.worker.prune_outbox(before).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "what was settled long ago could not be forgotten"
            );
        }
    }

    /// Sends what is due now, several lanes at a time.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn run_once(&self) -> Result<Achieved, StoreError> {
        if !self.state.may_try() {
            return Ok(Achieved::default());
        }
        let due = self.worker.lanes_due(LANES_PER_TURN).await?;
        if due.is_empty() {
            return Ok(Achieved::default());
        }
        match self.state.learn_manners(&self.site).await {
            Some(manners) => self.serve_lanes(&due, manners).await,
            None => Ok(Achieved::default()),
        }
    }

    async fn look_with_report(&self) -> Achieved {
        let before = self.state.problem();
        let achieved = match self.run_once().await {
            Ok(achieved) => achieved,
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the outbox could not read or write its queue"
                );
                Achieved::default()
            }
        };
        let now = self.state.problem();
        if before != now {
            let noted = match &now {
                Some(problem) => {
                    tracing::warn!(%problem, "the outbox waits");
                    self.worker.note_round(REPORT, Err(problem)).await
                }
                None => self.worker.note_round(REPORT, Ok(None)).await,
            };
            if let Err(error) = noted {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the outbox could not report"
                );
            }
        }
        achieved
    }
}
