//! The key that push services know us by (RFC 8292). Browsers subscribe for it, so it has to stay the same.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use p256::{
    SecretKey,
    ecdsa::{Signature, SigningKey, signature::Signer},
    elliptic_curve::{rand_core::OsRng, sec1::ToEncodedPoint},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use thiserror::Error;
use url::Url;

/// How long a signature counts; RFC 8292 allows a day.
const SIGNED_FOR: Duration = Duration::from_secs(12 * 60 * 60);

/// What is kept is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("what is kept as the key for push services is none")]
pub struct KeyError;

/// Our key.
#[derive(Clone)]
pub struct ServerKey {
    secret: SecretKey,
    public: String,
}

impl std::fmt::Debug for ServerKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ServerKey({})", self.public)
    }
}

impl ServerKey {
    /// A new one.
    #[must_use]
    pub fn fresh() -> Self {
        Self::of(SecretKey::random(&mut OsRng))
    }

    fn of(secret: SecretKey) -> Self {
        let point = secret.public_key().to_encoded_point(false);
        Self { secret, public: BASE64_URL_SAFE_NO_PAD.encode(point.as_bytes()) }
    }

    /// The key that [`ServerKey::secret`] wrote.
    ///
    /// # Errors
    /// If it is none.
    pub fn read(secret: &SecretString) -> Result<Self, KeyError> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(secret.expose_secret()).map_err(|_| KeyError)?;
        SecretKey::from_slice(&bytes).map(Self::of).map_err(|_| KeyError)
    }

    /// To be kept sealed.
    #[must_use]
    pub fn secret(&self) -> SecretString {
        BASE64_URL_SAFE_NO_PAD.encode(self.secret.to_bytes()).into()
    }

    /// What browsers subscribe with: the point, uncompressed, as base64url.
    #[must_use]
    pub fn public(&self) -> &str {
        &self.public
    }

    /// The header that says to the push service of `endpoint` who sends. `contact` is where its operator finds ours.
    pub(crate) fn authorization(&self, endpoint: &Url, contact: &str) -> String {
        let until = SystemTime::now() + SIGNED_FOR;
        let until = until.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let header = json!({ "typ": "JWT", "alg": "ES256" });
        let aud = endpoint.origin().ascii_serialization();
        let claims = json!({ "aud": aud, "exp": until, "sub": contact });
        let part = |json: serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature: Signature = SigningKey::from(&self.secret).sign(signed.as_bytes());
        let signature = BASE64_URL_SAFE_NO_PAD.encode(signature.to_bytes());
        format!("vapid t={signed}.{signature}, k={}", self.public)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_was_kept_is_the_same() {
        let key = ServerKey::fresh();
        let same = ServerKey::read(&key.secret()).unwrap();
        assert_eq!(key.public(), same.public());
        assert_ne!(key.public(), ServerKey::fresh().public());
        // A browser wants 65 bytes.
        assert_eq!(BASE64_URL_SAFE_NO_PAD.decode(key.public()).unwrap().len(), 65);
        assert!(!format!("{key:?}").contains(key.secret().expose_secret()));
        for none in ["", "AAAA", "%"] {
            assert!(ServerKey::read(&none.into()).is_err());
        }
    }
}
