//! What an administrator may see: connections and sync, never content.

use crate::{AppError, Asker};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use vocabulary::Moment;

/// An effect that was given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// Its number in the outbox.
    pub id: i64,
    /// When it was caused.
    pub created_at: Moment,
    /// How often it was tried.
    pub attempts: i32,
    /// ERPNext's reason.
    pub last_error: String,
}

/// How the connection to ERPNext stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionReport {
    /// The site's address.
    pub erpnext_url: String,
    /// Whether this server is a demo.
    pub demo: bool,
    /// When the mirror last finished a round.
    pub mirrored_at: Option<Moment>,
    /// Why the last round failed, if it did.
    pub mirror_error: Option<String>,
    /// Effects waiting in the outbox.
    pub outbox_waiting: u64,
    /// When the oldest waiting effect was caused.
    pub outbox_oldest: Option<Moment>,
    /// Why the outbox stands still, if it does.
    pub outbox_error: Option<String>,
    /// Effects given up, newest first, at most 50.
    pub dead_letters: Vec<DeadLetter>,
}

/// For administrators.
#[async_trait]
pub trait Administration {
    /// How the connection to ERPNext stands.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for anybody who is not an administrator.
    async fn connection_report(&self, asker: &Asker) -> Result<ConnectionReport, AppError>;
}
