//! Tickets: documents that a desk user's browser inserts, so that their `owner` proves who sits there.

use serde::Deserialize;
use serde_json::json;

use crate::{ErpError, Site, list::List};

/// A ticket as ERPNext keeps it; the one who inserted it could choose none of these.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Ticket {
    /// Of the ticket document.
    pub name: String,
    /// The User who inserted it.
    pub owner: String,
    /// When, in the site's zone; see [`crate::utc_candidates`].
    pub creation: String,
}

impl Site {
    /// The ticket of `doctype` with this `nonce`, which is unique.
    ///
    /// # Errors
    /// [`ErpError::NotFound`] when the site lacks the doctype; [`ErpError::NotPermitted`].
    pub async fn ticket_by_nonce(
        &self,
        doctype: &str,
        nonce: &str,
    ) -> Result<Option<Ticket>, ErpError> {
        let mut rows: Vec<Ticket> = self
            .list(List {
                doctype,
                fields: &["name", "owner", "creation"],
                filters: json!([["nonce", "=", nonce]]),
                order_by: "creation asc",
                limit: 1,
            })
            .await?;
        Ok(rows.pop())
    }

    /// Deletes a ticket, so that nobody can use it again; `false` if somebody else has just done so.
    ///
    /// # Errors
    /// [`ErpError::NotPermitted`], or whatever keeps the site from answering: then the ticket may still be there.
    pub async fn delete_ticket(&self, doctype: &str, name: &str) -> Result<bool, ErpError> {
        match self.delete_document(doctype, name).await {
            Ok(()) => Ok(true),
            Err(ErpError::NotFound { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
