//! What an administrator may see and do: connections and sync, never content.

use crate::{AppError, Asker};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use vocabulary::Moment;

/// How the connection to ERPNext stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionReport {
    /// When this was true, by the server's clock.
    pub at: Moment,
    /// Whether this server is a demo.
    pub demo: bool,
    /// The site.
    pub site: SiteReport,
    /// Reading from it.
    pub mirror: MirrorReport,
    /// What it tells by itself.
    pub webhooks: WebhookReport,
    /// Writing to it.
    pub outbox: OutboxReport,
    /// Effects given up, newest first, at most 50.
    pub dead_letters: Vec<DeadLetter>,
    /// How members sign in.
    pub ways_in: Vec<WayIn>,
}

/// How the site has answered the server that was asked for the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteReport {
    /// The site's address.
    pub url: String,
    /// When it last answered.
    pub last_answer_at: Option<Moment>,
    /// How long nothing is sent yet, because it did not answer; `None` while requests go through.
    pub resting_for_seconds: Option<u64>,
    /// Requests in a row without an answer of ERPNext's own.
    pub failures_in_a_row: u32,
    /// What went wrong last with the site as a whole.
    pub last_error: Option<String>,
    /// When that was.
    pub last_error_at: Option<Moment>,
    /// Requests since the start that only read.
    pub reads: u64,
    /// Requests since the start that may have changed something.
    pub writes: u64,
    /// Requests that wait for their answer now.
    pub in_flight: u32,
    /// What the site last said about its limit; `None` where it has none.
    pub rate_limit: Option<RateLimitReport>,
}

/// A site's own limit: processing time in each window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateLimitReport {
    /// Of a window, in milliseconds of processing time.
    pub limit_millis: u64,
    /// Left in this window, in milliseconds of processing time.
    pub remaining_millis: u64,
    /// Until the next window.
    pub reset_seconds: Option<u64>,
}

/// How far the copies of ERPNext's documents are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MirrorReport {
    /// When a round over everything last ended well.
    pub finished_at: Option<Moment>,
    /// Why the last round failed, if it did.
    pub error: Option<String>,
    /// Each doctype.
    pub doctypes: Vec<DoctypeReport>,
}

/// How far the copy of one doctype is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctypeReport {
    /// Which.
    pub doctype: String,
    /// Documents that are here.
    pub copied: u64,
    /// Documents that ERPNext has, as far as it was asked.
    pub expected: Option<u64>,
    /// When it was last read well.
    pub finished_at: Option<Moment>,
    /// When all of it was last compared with ERPNext; `None` before the back-fill has ended.
    pub complete_at: Option<Moment>,
    /// Why it was not read the last time, if it was not.
    pub error: Option<String>,
}

/// How ERPNext's webhooks have been.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookReport {
    /// Whether there is a secret to verify them by.
    pub expected: bool,
    /// When one last came.
    pub received_at: Option<Moment>,
    /// How many came.
    pub received: u64,
    /// When one was last refused for its signature.
    pub refused_at: Option<Moment>,
    /// How many were.
    pub refused: u64,
}

/// What ERPNext is owed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxReport {
    /// Effects not sent yet.
    pub waiting: u64,
    /// Workspaces they belong to.
    pub lanes: u64,
    /// When the oldest of them was caused.
    pub oldest: Option<Moment>,
    /// Why nothing is sent at all, if nothing is.
    pub problem: Option<String>,
    /// Why the effect that waits longest was put off, if it was.
    pub put_off: Option<String>,
    /// Effects given up.
    pub dead: u64,
}

/// An effect that was given up. Says nothing of what somebody wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// Its number in the outbox.
    pub id: i64,
    /// What it would have done, in a few words.
    pub effect: String,
    /// `Project.name` of its workspace.
    pub project: String,
    /// When it was caused.
    pub created_at: Moment,
    /// How often it was tried.
    pub attempts: u32,
    /// ERPNext's reason.
    pub reason: String,
}

/// One way for members to sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WayIn {
    /// What people call it.
    pub name: String,
    /// Whether it is open; `None` while nobody knows.
    pub is_open: Option<bool>,
    /// How we know, or why it is not.
    pub reason: String,
}

/// How a check of the connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As it must be.
    Ok,
    /// It works, with less than it could or more risk than it should.
    Warning,
    /// It does not work.
    Fault,
}

/// One thing that was looked at, as `parlance doctor` tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What was looked at.
    pub check: String,
    /// How it ended.
    pub verdict: Verdict,
    /// How it is, in one sentence.
    pub said: String,
    /// What to do about it, in one sentence.
    pub fix: Option<String>,
}

/// For administrators.
#[async_trait]
pub trait Administration {
    /// Whether the asker is an administrator, so that their pages can lead to what is for them.
    ///
    /// # Errors
    /// `SignIn`.
    async fn administers(&self, asker: &Asker) -> Result<bool, AppError>;

    /// How the connection to ERPNext stands.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for anybody who is not an administrator.
    async fn connection_report(&self, asker: &Asker) -> Result<ConnectionReport, AppError>;

    /// Looks the connection over, check by check. Asks ERPNext a few dozen times; who asks again within seconds gets
    /// the same findings.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for anybody who is not an administrator.
    async fn examine_connection(&self, asker: &Asker) -> Result<Vec<Finding>, AppError>;

    /// Sends a dead letter again.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for anybody who is not an administrator; `Conflict` if it is no dead letter any more.
    async fn replay_dead_letter(&self, asker: &Asker, id: i64) -> Result<(), AppError>;

    /// Sends all dead letters again, the oldest first.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for anybody who is not an administrator.
    async fn replay_dead_letters(&self, asker: &Asker) -> Result<(), AppError>;

    /// Leaves a dead letter alone for good.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for anybody who is not an administrator; `Conflict` if it is no dead letter any more.
    async fn discard_dead_letter(&self, asker: &Asker, id: i64) -> Result<(), AppError>;
}
