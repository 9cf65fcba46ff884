//! What the requests so far tell about the site.

use chrono::Utc;
use reqwest::header::HeaderMap;
use serde::{Deserialize, Serialize};

use crate::ErpError;

/// The state of the connection to a site, for those who look after it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteHealth {
    /// Requests sent so far that only read; second tries count.
    pub reads: u64,
    /// Requests sent so far that may have changed something, signing in and out included.
    pub writes: u64,
    /// Requests that wait for their answer now.
    pub in_flight: u32,
    /// How long nothing will be sent yet, in milliseconds; `None` while requests go through.
    pub resting_for_millis: Option<u64>,
    /// Requests in a row without an answer of ERPNext's own.
    pub failures_in_a_row: u32,
    /// What went wrong last with the site as a whole.
    pub last_error: Option<String>,
    /// When that was, in milliseconds of Unix time.
    pub last_error_at: Option<i64>,
    /// When ERPNext last answered, be it with a refusal, in milliseconds of Unix time.
    pub last_answer_at: Option<i64>,
    /// What the site last said about its limit; `None` where none is configured.
    pub rate_limit: Option<RateLimit>,
}

/// A site's own limit: processing time in each window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateLimit {
    /// Of a window, in microseconds of processing time.
    pub limit_micros: u64,
    /// Left in this window, in microseconds of processing time.
    pub remaining_micros: u64,
    /// Used by the request, in microseconds; a refusal names none.
    pub used_micros: Option<u64>,
    /// Until the next window, in seconds.
    pub reset_seconds: Option<u64>,
}

impl SiteHealth {
    pub(super) fn failed_with(&mut self, error: &ErpError) {
        self.last_error = Some(error.to_string());
        self.last_error_at = Some(Utc::now().timestamp_millis());
    }

    pub(super) fn answered(&mut self) {
        self.last_answer_at = Some(Utc::now().timestamp_millis());
    }
}

impl RateLimit {
    pub(super) fn in_headers(headers: &HeaderMap) -> Option<Self> {
        let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse().ok();
        Some(Self {
            limit_micros: number("x-ratelimit-limit")?,
            remaining_micros: number("x-ratelimit-remaining")?,
            used_micros: number("x-ratelimit-used"),
            reset_seconds: number("x-ratelimit-reset"),
        })
    }
}
