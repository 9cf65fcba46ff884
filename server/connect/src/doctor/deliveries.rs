//! What ERPNext's own log says about the webhooks it sent us.

use erpnext::{Document, ListQuery, utc_millis};
use serde_json::json;

use super::{Exam, NEW_KEYS, WebhookState, knock::Knocked};
use crate::webhooks;

/// Attempts that are looked at.
const SEEN: u32 = 20;

impl Exam<'_> {
    pub(super) async fn deliveries(&mut self, knocked: Knocked, state: Option<WebhookState>) {
        let address = webhooks::address(&self.setup.public_url);
        let query = ListQuery {
            doctype: "Webhook Request Log",
            fields: &["name", "creation", "error"],
            filters: json!([["webhook", "like", "Parlance%"], ["url", "=", address]]),
            order_by: "creation desc",
            limit: SEEN,
        };
        let rows = match self.eyes.list_documents(query).await {
            Ok(rows) => rows,
            Err(error) => return self.unseen("deliveries", "Webhook Request Log", &error),
        };
        let Some(last) = rows.first() else {
            return self.ok("deliveries", "ERPNext has sent no webhook yet.");
        };
        let Some(error) = last.text("error") else {
            return self.ok(
                "deliveries",
                format!("ERPNext's last webhook arrived ({}, its time).", seconds(last)),
            );
        };
        if self.came_after(last, state).await {
            return self.ok("deliveries", "Webhooks arrive again.");
        }
        let (at, error) = (seconds(last), brief(error));
        let said = format!("ERPNext could not deliver its last webhook ({at}, its time): {error}.");
        if is_refusal(&error) {
            return self.fault(
                "webhook-secret",
                format!("ERPNext signs its webhooks with another secret than Parlance's: the last one was refused ({at}, its time)."),
                NEW_KEYS,
            );
        }
        match knocked {
            Knocked::Open => self.fault(
                "deliveries",
                said,
                format!("Let ERPNext's machine reach {address}, change any document there and run `parlance doctor` again."),
            ),
            // Then the address has a finding of its own.
            Knocked::Shut => self.warn(
                "deliveries",
                said,
                "Start Parlance where PARLANCE_PUBLIC_URL says it is; what was missed is caught up with.",
            ),
        }
    }

    /// Whether the server has received one since.
    async fn came_after(&self, failed: &Document, state: Option<WebhookState>) -> bool {
        let Some(received) = state.and_then(|state| state.last_received) else { return false };
        let Ok(zone) = self.site.time_zone().await else { return false };
        utc_millis(failed.creation(), zone).is_some_and(|failed| received > failed)
    }
}

/// Without parts of seconds.
fn seconds(row: &Document) -> &str {
    row.creation().split('.').next().unwrap_or_default()
}

/// The last line of a traceback, without its full stop.
fn brief(error: &str) -> String {
    let line = error.trim().lines().last().unwrap_or_default().trim();
    line.chars().take(200).collect::<String>().trim_end_matches('.').to_owned()
}

/// As ERPNext's HTTP library tells it: `401 Client Error: Unauthorized for url: …`.
fn is_refusal(error: &str) -> bool {
    ["401", "403"].iter().any(|status| {
        let told = [format!("{status} Client Error"), format!("HTTPError: {status}")];
        told.iter().any(|told| error.contains(told.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_means_another_secret() {
        assert!(is_refusal("401 Client Error: Unauthorized for url: https://x/webhooks/erpnext"));
        assert!(is_refusal("HTTPError: 403 Forbidden for url: http://127.0.0.1:4013/"));
        assert!(!is_refusal("502 Server Error: Bad Gateway for url: http://127.0.0.1:4013/"));
        assert!(!is_refusal("Connection to 10.0.0.401 refused"));
    }
}
