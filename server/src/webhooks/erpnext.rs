//! `POST /webhooks/erpnext`: ERPNext says that something happened to a document. Signed, kept as a hint, answered at once;
//! the mirror reads the document afterwards.
//!
//! ERPNext waits for the answer with its only background worker and gives a hint up after three failures, so nothing is
//! done here but keeping it. A hint that comes twice, or is replayed, is one more look at the same document.

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use erpnext::SIGNATURE_HEADER;
use secrecy::SecretString;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use store::worker::{Hint, Worker};
use tokio::sync::Notify;
use vocabulary::Moment;

/// The largest body: our template makes a few hundred bytes.
pub(crate) const BODY_LIMIT_BYTES: usize = 64 * 1024;

/// Whoever sends what is not signed neither fills the log nor keeps the database busy.
const REFUSALS_NOTED_EVERY: Duration = Duration::from_secs(10);

/// What takes them.
#[derive(Clone)]
pub(crate) struct Webhooks(Arc<Inner>);

struct Inner {
    worker: Worker,
    /// Wakes the mirror.
    hinted: Arc<Notify>,
    secret: Option<SecretString>,
    refusals: Mutex<Refusals>,
}

#[derive(Default)]
struct Refusals {
    not_noted: u32,
    noted_at: Option<Instant>,
}

impl Refusals {
    /// One more; the number to note now, if it is time.
    fn one_more(&mut self) -> Option<u32> {
        self.not_noted = self.not_noted.saturating_add(1);
        if self.noted_at.is_some_and(|at| at.elapsed() < REFUSALS_NOTED_EVERY) {
            return None;
        }
        self.noted_at = Some(Instant::now());
        Some(std::mem::take(&mut self.not_noted))
    }
}

impl Webhooks {
    /// Takes what is signed with `secret`, and without one nothing.
    pub(crate) fn signed_with(
        secret: Option<SecretString>,
        worker: Worker,
        hinted: Arc<Notify>,
    ) -> Self {
        Self(Arc::new(Inner { worker, hinted, secret, refusals: Mutex::default() }))
    }

    async fn refused(&self) {
        let number = {
            let mut refusals = self.0.refusals.lock().unwrap_or_else(PoisonError::into_inner);
            refusals.one_more()
        };
        let Some(number) = number else { return };
        tracing::warn!(number, "webhooks without our signature were refused");
        if let Err(error) = self.0.worker.count_webhooks(false, number).await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "refused webhooks could not be counted");
        }
    }
}

/// Takes one.
pub(crate) async fn receive(
    State(webhooks): State<Webhooks>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(secret) = &webhooks.0.secret else {
        return (
            StatusCode::NOT_FOUND,
            "Webhooks are not set up here: ERPNEXT_WEBHOOK_SECRET is not set.\n",
        )
            .into_response();
    };
    let signature = headers.get(SIGNATURE_HEADER).and_then(|header| header.to_str().ok());
    if !signature.is_some_and(|header| erpnext::verify_signature(secret, &body, header)) {
        webhooks.refused().await;
        return (StatusCode::UNAUTHORIZED, "The signature is missing or is not ours.\n")
            .into_response();
    }
    let hint = match erpnext::Hint::from_body(&body) {
        Ok(hint) => hint,
        Err(problem) => {
            tracing::warn!(%problem, "a webhook of ERPNext's says something else than we set up");
            let words =
                "This is not the body that Parlance's webhooks send. Run `parlance doctor`.\n";
            return (StatusCode::BAD_REQUEST, words).into_response();
        }
    };
    if hint.event == connect::KNOCK {
        // The doctor asks whether we answer; ERPNext has said nothing.
        return StatusCode::NO_CONTENT.into_response();
    }
    let hint = Hint {
        doctype: hint.doctype,
        name: hint.name,
        event: hint.event,
        user: hint.user,
        received_at: Moment::now().as_millis(),
    };
    let kept = async {
        webhooks.0.worker.keep_hint(&hint).await?;
        webhooks.0.worker.count_webhooks(true, 1).await
    };
    if let Err(error) = kept.await {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(error, "a webhook could not be kept; ERPNext tries again");
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    webhooks.0.hinted.notify_one();
    StatusCode::NO_CONTENT.into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_refusals_are_noted_together() {
        let mut refusals = Refusals::default();
        assert_eq!(refusals.one_more(), Some(1));
        for _ in 0..50 {
            assert_eq!(refusals.one_more(), None);
        }
        refusals.noted_at = Instant::now().checked_sub(REFUSALS_NOTED_EVERY);
        assert_eq!(refusals.one_more(), Some(51));
    }
}
