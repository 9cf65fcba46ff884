//! Whether people can sign in from the desk: whether ERPNext has the doctype of the tickets.

use super::report::way;
use crate::{Services, tickets};
use contract::WayIn;
use erpnext::{ErpError, ListQuery};
use serde_json::json;
use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Between two looks while somebody reads the report.
const EVERY: Duration = Duration::from_secs(60);

/// What was found at the last look.
#[derive(Default)]
pub(crate) struct DeskDoor(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    asked_at: Option<Instant>,
    found: Option<Found>,
}

#[derive(Clone, Copy)]
enum Found {
    Open,
    Missing,
    Forbidden,
}

impl Services {
    /// As far as is known: the report does not wait for ERPNext, it has it looked up for the next one.
    pub(super) fn way_from_the_desk(&self) -> WayIn {
        let (is_due, found) = self.with_desk_door(|seen| {
            let is_due = seen.asked_at.is_none_or(|at| at.elapsed() > EVERY);
            if is_due {
                seen.asked_at = Some(Instant::now());
            }
            (is_due, seen.found)
        });
        if is_due {
            let services = self.clone();
            tokio::spawn(async move { services.look_at_desk_door().await });
        }
        let (is_open, reason) = match found {
            None => (None, "ERPNext has not said yet whether it has what this needs."),
            Some(Found::Open) => (
                Some(true),
                "By a document that ERPNext signs with the user who makes it; needs no password.",
            ),
            Some(Found::Missing) => (
                Some(false),
                "ERPNext has no doctype Parlance Ticket. Running parlance connect makes it, with the tab in the desk.",
            ),
            Some(Found::Forbidden) => (
                Some(false),
                "The service user may not read the doctype Parlance Ticket. Running parlance connect lets it.",
            ),
        };
        way("From the ERPNext desk", is_open, reason)
    }

    async fn look_at_desk_door(&self) {
        let query = ListQuery {
            doctype: tickets::DOCTYPE,
            fields: &["name"],
            filters: json!([]),
            order_by: "creation asc",
            limit: 1,
        };
        let found = match self.site.list_documents(query).await {
            Ok(_) => Found::Open,
            Err(ErpError::NotFound { .. }) => Found::Missing,
            Err(ErpError::NotPermitted { .. }) => Found::Forbidden,
            Err(error) => {
                tracing::debug!(%error, "the doctype of the tickets could not be looked up");
                return;
            }
        };
        self.with_desk_door(|seen| seen.found = Some(found));
    }

    fn with_desk_door<T>(&self, act: impl FnOnce(&mut Seen) -> T) -> T {
        act(&mut self.desk_door.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
