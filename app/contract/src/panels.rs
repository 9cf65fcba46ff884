//! Signing in from a panel in the ERPNext desk, by a ticket that ERPNext signs with the user who makes it.

use crate::{AppError, SignedIn};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::{fmt, net::IpAddr};

/// What a panel needs to ask the desk for a ticket.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PanelNonce {
    /// To be put into the ticket.
    pub nonce: String,
    /// Never leaves the frame's memory but to redeem the ticket.
    pub secret: String,
    /// The only origin the panel talks to.
    pub erpnext_origin: String,
}

impl fmt::Debug for PanelNonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PanelNonce")
            .field("erpnext_origin", &self.erpnext_origin)
            .finish_non_exhaustive()
    }
}

/// Panels in the ERPNext desk.
#[async_trait]
pub trait Panels {
    /// Issues a nonce for one frame, for a minute and for one use.
    ///
    /// # Errors
    /// `TooMuch` while far too many are out.
    async fn panel_nonce(&self) -> Result<PanelNonce, AppError>;

    /// Begins a session of whoever made the ticket with `nonce` in ERPNext, if they may use the desk.
    ///
    /// # Errors
    /// `Refused`, with the same words, for everything that is not a fresh ticket for this very frame; `TooMuch` after too
    /// many of those; `Waiting` if ERPNext is away.
    async fn redeem_ticket(
        &self,
        nonce: &str,
        secret: &str,
        from: Option<IpAddr>,
    ) -> Result<SignedIn, AppError>;
}
