//! Whether anybody is there, and what time it is there.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::{DATE, HeaderMap};

use crate::{ErpError, Site, gate::Kind};

/// What a first request tells, before any key is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Whether the address is `https`; its certificate was accepted then.
    pub is_https: bool,
    /// The server's clock, in whole seconds; `None` where it sends no `Date`.
    pub server_clock: Option<DateTime<Utc>>,
    /// Our clock, in the middle of the request.
    pub our_clock: DateTime<Utc>,
    /// How long the answer took.
    pub took: Duration,
}

impl Probe {
    /// How far the server's clock is ahead of ours (negative: behind), give or take a second and half of
    /// [`Probe::took`].
    #[must_use]
    pub fn clock_skew(&self) -> Option<TimeDelta> {
        // The header cuts its second off; on average half of it has passed.
        let server = self.server_clock? + TimeDelta::milliseconds(500);
        Some(server - self.our_clock)
    }
}

impl Site {
    /// Asks for nothing but an answer, as a guest.
    ///
    /// # Errors
    /// Says what is in the way: no such host, nobody listening, no trusted TLS connection, something else than ERPNext.
    pub async fn probe(&self) -> Result<Probe, ErpError> {
        let started = Instant::now();
        let request = self.http().get(self.url(["api", "method", "ping"]));
        let answer = self.once(Kind::Read, request).await?;
        let took = started.elapsed();
        if answer.body.get("message").and_then(|message| message.as_str()) != Some("pong") {
            return Err(ErpError::Unexpected { problem: "no pong".into() });
        }
        Ok(Probe {
            is_https: self.base_url().scheme() == "https",
            server_clock: server_clock(&answer.headers),
            our_clock: Utc::now() - TimeDelta::from_std(took / 2).unwrap_or_default(),
            took,
        })
    }
}

impl Site {
    /// The server's clock now (Unix time, milliseconds; whole seconds), by the `Date` of an answer (RFC 9110, section
    /// 6.6.1); `None` where a proxy leaves that out.
    ///
    /// # Errors
    /// Those of [`Site::probe`].
    pub async fn clock(&self) -> Result<Option<i64>, ErpError> {
        Ok(self.probe().await?.server_clock.map(|clock| clock.timestamp_millis()))
    }
}

fn server_clock(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    let text = headers.get(DATE)?.to_str().ok()?;
    DateTime::parse_from_rfc2822(text).ok().map(|date| date.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_header_gives_the_servers_clock() {
        let mut headers = HeaderMap::new();
        assert_eq!(server_clock(&headers), None);
        headers.insert(DATE, "Sun, 22 Nov 2026 08:32:42 GMT".parse().unwrap());
        let clock = server_clock(&headers).unwrap();
        assert_eq!(clock.timestamp(), 1_795_336_362);
        let probe = Probe {
            is_https: false,
            server_clock: Some(clock),
            our_clock: clock + TimeDelta::seconds(90),
            took: Duration::from_millis(20),
        };
        assert_eq!(probe.clock_skew().map(|skew| skew.num_seconds()), Some(-89));
    }
}
