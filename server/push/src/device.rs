//! A browser that something can be pushed to.

use crate::Reach;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use p256::PublicKey;
use thiserror::Error;
use url::Url;
use web_push_native::Auth;

/// The longest address, in bytes.
const ENDPOINT_LIMIT_BYTES: usize = 2_000;

/// Bytes of a device's secret (RFC 8291, section 3.2).
const AUTH_BYTES: usize = 16;

/// What cannot be pushed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NoDevice {
    /// Its address is none that a push service could have.
    #[error("the address of the push service is not one")]
    Endpoint,
    /// Its keys are none.
    #[error("the keys of the browser are not keys")]
    Keys,
}

/// A browser's subscription, checked.
#[derive(Clone)]
pub struct Device {
    pub(crate) endpoint: Url,
    pub(crate) public: PublicKey,
    pub(crate) auth: Auth,
}

impl std::fmt::Debug for Device {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The path is a secret: whoever knows it can send.
        write!(f, "Device({})", self.endpoint.host_str().unwrap_or_default())
    }
}

impl Device {
    /// Reads what a browser gave: the address, its public key and its secret, both base64url.
    ///
    /// # Errors
    /// For an address that `reach` does not allow or that is too long, and for keys that are none.
    pub fn read(endpoint: &str, p256dh: &str, auth: &str, reach: Reach) -> Result<Self, NoDevice> {
        if endpoint.len() > ENDPOINT_LIMIT_BYTES {
            return Err(NoDevice::Endpoint);
        }
        let endpoint = Url::parse(endpoint).map_err(|_| NoDevice::Endpoint)?;
        if !reach.allows(&endpoint) {
            return Err(NoDevice::Endpoint);
        }
        let public = PublicKey::from_sec1_bytes(&bytes(p256dh)?).map_err(|_| NoDevice::Keys)?;
        let auth = bytes(auth)?;
        if auth.len() != AUTH_BYTES {
            return Err(NoDevice::Keys);
        }
        Ok(Self { endpoint, public, auth: Auth::clone_from_slice(&auth) })
    }

    /// Whether its push service shows something of its own for a push that shows nothing, and soon takes none any more.
    #[must_use]
    pub fn must_show_something(&self) -> bool {
        self.endpoint
            .host_str()
            .is_some_and(|host| host == "web.push.apple.com" || host.ends_with(".push.apple.com"))
    }
}

fn bytes(text: &str) -> Result<Vec<u8>, NoDevice> {
    BASE64_URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).map_err(|_| NoDevice::Keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Of RFC 8291, section 5.
    const P256DH: &str =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

    fn read(endpoint: &str, p256dh: &str, auth: &str) -> Result<Device, NoDevice> {
        Device::read(endpoint, p256dh, auth, Reach::Internet)
    }

    #[test]
    fn a_device_has_an_address_of_a_push_service_and_keys() {
        let good = read("https://push.example.com/abc?x=1", P256DH, AUTH).unwrap();
        assert!(!good.must_show_something());
        assert!(!format!("{good:?}").contains("abc"));
        assert!(read("https://web.push.apple.com/Q", P256DH, AUTH).unwrap().must_show_something());
        let long = format!("https://push.example.com/{}", "x".repeat(ENDPOINT_LIMIT_BYTES));
        for endpoint in ["", "push", "http://push.example.com/", "ftp://push.example.com/", &long] {
            assert_eq!(read(endpoint, P256DH, AUTH).unwrap_err(), NoDevice::Endpoint, "{endpoint}");
        }
        let no_point = format!("B{}", &"A".repeat(86));
        for (p256dh, auth) in [
            ("", AUTH),
            (P256DH, ""),
            (P256DH, "BTBZ"),
            (AUTH, AUTH),
            ("%%", AUTH),
            (&no_point, AUTH),
        ] {
            let got = read("https://push.example.com/", p256dh, auth);
            assert_eq!(got.unwrap_err(), NoDevice::Keys, "{p256dh} {auth}");
        }
    }
}
