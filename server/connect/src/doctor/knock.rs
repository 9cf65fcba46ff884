//! Sending our own door what ERPNext would send it.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use erpnext::SIGNATURE_HEADER;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, redirect::Policy};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use sha2::Sha256;
use url::{Host, Url};

use super::{Exam, tls};
use crate::webhooks::{self, PATH};

/// The event in the hint that the doctor sends: taken where it is signed, and then forgotten.
pub const KNOCK: &str = "doctor";

/// Parlance's own answer; servers that answer anything to anybody say 200.
const TAKEN: u16 = 204;

/// Whether our own door was open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Knocked {
    /// It takes what ERPNext signs with our secret.
    Open,
    /// It does not, or nobody answered.
    Shut,
}

impl Exam<'_> {
    /// Whether Parlance takes webhooks at its public address.
    pub(super) async fn knock(&mut self) -> Knocked {
        let address = webhooks::address(&self.setup.public_url);
        let Some(secret) = self.setup.webhook_secret.clone() else {
            self.warn(
                "webhook-secret",
                "ERPNEXT_WEBHOOK_SECRET is not set, so Parlance refuses webhooks and changes show late.",
                "Run `parlance connect`, which makes one.",
            );
            return Knocked::Shut;
        };
        let (status, text) = match self.post(&address, &secret).await {
            Ok(answer) => answer,
            Err(error) if tls::is_tls(&error) => {
                let (said, fix) = tls::problem(&error, &self.setup.public_url);
                self.fault("webhook-address", said, fix);
                return Knocked::Shut;
            }
            Err(_) => {
                self.warn(
                    "webhook-address",
                    format!("Parlance does not answer at {address}, so webhooks were not tried."),
                    "Start Parlance, and the proxy in front of it, then run `parlance doctor` again.",
                );
                return Knocked::Shut;
            }
        };
        let restart = "Restart Parlance with these settings, so that both use the same ERPNEXT_WEBHOOK_SECRET.";
        match status {
            TAKEN => {
                self.ok("webhook-address", format!("Parlance takes signed webhooks at {address}."));
                return Knocked::Open;
            }
            401 | 403 => self.fault(
                "webhook-secret",
                format!("Parlance at {address} refuses what is signed with this ERPNEXT_WEBHOOK_SECRET (status {status})."),
                restart,
            ),
            _ if text.contains("ERPNEXT_WEBHOOK_SECRET") => self.fault(
                "webhook-secret",
                format!("Parlance at {address} runs without an ERPNEXT_WEBHOOK_SECRET."),
                restart,
            ),
            _ => self.fault(
                "webhook-address",
                format!("What answers at {address} is not Parlance's door for webhooks (status {status})."),
                format!("Let the proxy pass {PATH} on to Parlance, or correct PARLANCE_PUBLIC_URL and run `parlance connect` again."),
            ),
        }
        Knocked::Shut
    }

    /// Status and text of the answer to a signed hint that is about nothing.
    async fn post(
        &self,
        address: &str,
        secret: &SecretString,
    ) -> Result<(u16, String), reqwest::Error> {
        let hint = json!({
            "event": KNOCK, "doctype": "User", "name": self.user, "modified": "", "user": "",
        });
        let body = hint.to_string();
        let mut request = client(&self.setup.public_url)?
            .post(address)
            .header("Content-Type", "application/json");
        if let Some(signature) = signature(secret, body.as_bytes()) {
            request = request.header(SIGNATURE_HEADER, signature);
        }
        let answer = request.body(body).send().await?;
        Ok((answer.status().as_u16(), answer.text().await?))
    }
}

/// As ERPNext signs.
fn signature(secret: &SecretString, body: &[u8]) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).ok()?;
    mac.update(body);
    Some(BASE64_STANDARD.encode(mac.finalize().into_bytes()))
}

/// For asking ourselves.
pub(super) fn client(ourselves: &Url) -> Result<Client, reqwest::Error> {
    let mut builder = Client::builder()
        .redirect(Policy::none())
        .connect_timeout(Duration::from_secs(3))
        .timeout(Duration::from_secs(10));
    let is_here = match ourselves.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    if is_here {
        builder = builder.no_proxy();
    }
    builder.build()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn what_we_sign_is_taken() {
        let secret = SecretString::from("s3cret");
        let signed = signature(&secret, b"{}").unwrap();
        assert!(erpnext::verify_signature(&secret, b"{}", &signed));
    }
}
