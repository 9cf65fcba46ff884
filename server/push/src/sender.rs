//! Handing something to a device's push service (RFC 8030).

use crate::{Device, Reach, ServerKey, guard::Guarded};
use reqwest::{StatusCode, header, redirect};
use std::{sync::Arc, time::Duration};
use thiserror::Error;

/// The most that is pushed at once, in bytes: push services take 4096, of which encrypting needs 103.
pub const PAYLOAD_LIMIT_BYTES: usize = 3_900;

/// Nobody waits longer for a push service.
const PATIENCE: Duration = Duration::from_secs(15);

/// A push service that asks for a longer pause is asked again after this.
const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);

/// Something could not be made ready to be sent.
#[derive(Debug, Error)]
pub enum PushError {
    /// The client could not be made.
    #[error("the client for push services could not be made")]
    Client(#[source] reqwest::Error),
    /// It is larger than push services take.
    #[error("{0} bytes are more than push services take")]
    TooLarge(usize),
    /// It could not be encrypted.
    #[error("something could not be encrypted for a device")]
    Encryption(#[source] web_push_native::Error),
}

/// How much a device's battery it is worth (RFC 8030, section 5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// When it is awake anyway.
    Normal,
    /// At once.
    High,
}

/// How something is to be handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// How long the push service keeps it for a device that is away.
    pub keep_for: Duration,
    /// How urgent it is.
    pub urgency: Urgency,
    /// It takes the place of what waits under the same topic: up to 32 signs of base64url.
    pub topic: String,
}

/// What the push service said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It takes care of it.
    Taken,
    /// There is no such device any more.
    Gone,
    /// It may take it later; after which pause, if it said so.
    Later {
        /// Why.
        why: String,
        /// The pause.
        after: Option<Duration>,
    },
    /// It will not take it.
    Refused {
        /// Why.
        why: String,
    },
}

/// Speaks with push services. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Sender {
    http: reqwest::Client,
    key: Arc<ServerKey>,
    contact: Arc<str>,
    reach: Reach,
}

impl Sender {
    /// Signs with `key`; `contact` (a `mailto:` or `https:` address) is where operators of push services find ours.
    ///
    /// # Errors
    /// If the client cannot be made.
    pub fn new(key: ServerKey, contact: &str, reach: Reach) -> Result<Self, PushError> {
        let http = reqwest::Client::builder()
            // Whoever could lead us on could lead us anywhere.
            .redirect(redirect::Policy::none())
            .no_proxy()
            .timeout(PATIENCE)
            .dns_resolver(Arc::new(Guarded(reach)))
            .build()
            .map_err(PushError::Client)?;
        Ok(Self { http, key: Arc::new(key), contact: contact.into(), reach })
    }

    /// What browsers subscribe with.
    #[must_use]
    pub fn public_key(&self) -> &str {
        self.key.public()
    }

    /// What may be reached.
    #[must_use]
    pub const fn reach(&self) -> Reach {
        self.reach
    }

    /// Hands `payload` to the push service of `device`.
    ///
    /// # Errors
    /// If it cannot be made ready; what the push service does is an [`Outcome`].
    pub async fn send(
        &self,
        device: &Device,
        payload: &[u8],
        delivery: &Delivery,
    ) -> Result<Outcome, PushError> {
        if payload.len() > PAYLOAD_LIMIT_BYTES {
            return Err(PushError::TooLarge(payload.len()));
        }
        let body = web_push_native::encrypt(payload.to_vec(), &device.public, &device.auth)
            .map_err(PushError::Encryption)?;
        let urgency = match delivery.urgency {
            Urgency::Normal => "normal",
            Urgency::High => "high",
        };
        let answer = self
            .http
            .post(device.endpoint.clone())
            .header(header::AUTHORIZATION, self.key.authorization(&device.endpoint, &self.contact))
            .header(header::CONTENT_ENCODING, "aes128gcm")
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .header("ttl", delivery.keep_for.as_secs())
            .header("urgency", urgency)
            .header("topic", &delivery.topic)
            .body(body)
            .send()
            .await;
        Ok(match answer {
            Ok(answer) => outcome(answer.status(), pause(&answer)),
            // The address is a secret.
            Err(error) => Outcome::Later { why: error.without_url().to_string(), after: None },
        })
    }
}

fn outcome(status: StatusCode, after: Option<Duration>) -> Outcome {
    let why = || format!("the push service answered {status}");
    match status.as_u16() {
        200..300 => Outcome::Taken,
        404 | 410 => Outcome::Gone,
        408 | 425 | 429 | 500.. => Outcome::Later { why: why(), after },
        _ => Outcome::Refused { why: why() },
    }
}

fn pause(answer: &reqwest::Response) -> Option<Duration> {
    let seconds = answer.headers().get(header::RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_push_service_answers_decides_what_happens_next() {
        let said = |status| outcome(StatusCode::from_u16(status).unwrap(), None);
        for taken in [200, 201, 202, 204] {
            assert_eq!(said(taken), Outcome::Taken, "{taken}");
        }
        for gone in [404, 410] {
            assert_eq!(said(gone), Outcome::Gone, "{gone}");
        }
        for later in [408, 429, 500, 502, 503] {
            assert!(matches!(said(later), Outcome::Later { .. }), "{later}");
        }
        for refused in [301, 400, 401, 403, 413] {
            assert!(matches!(said(refused), Outcome::Refused { .. }), "{refused}");
        }
    }
}
