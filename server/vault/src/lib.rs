//! Secrets at rest: what others gave us to act with (sessions, tokens, API secrets) is stored sealed, never in the clear.
//!
//! XChaCha20-Poly1305 with a key of its own for each purpose, derived by HKDF-SHA256 (RFC 5869) from `PARLANCE_SECRET`.
//! The purpose is authenticated too: what was sealed for one does not open for another.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may"))]

mod random;
mod root;

pub use random::random_secret;
pub use root::{RootError, root_secret};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use hkdf::Hkdf;
use rand::{TryRngCore, rngs::OsRng};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use thiserror::Error;

const VERSION: &str = "v1.";
const NONCE_BYTES: usize = 24;

/// A secret could not be sealed or opened.
#[derive(Debug, Error)]
pub enum VaultError {
    /// The machine gave no random bits.
    #[error("the machine gave no random bits")]
    NoRandomBits,
    /// It was sealed with another `PARLANCE_SECRET`, for another purpose, or was changed.
    #[error("what is stored does not open with this PARLANCE_SECRET")]
    DoesNotOpen,
}

/// Seals and opens secrets. Cheap to clone.
#[derive(Clone)]
pub struct Vault(SecretString);

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(…)")
    }
}

impl Vault {
    /// The vault that `root`, the value of `PARLANCE_SECRET`, opens.
    #[must_use]
    pub const fn with(root: SecretString) -> Self {
        Self(root)
    }

    /// Seals `secret` for `purpose`, such as `erpnext-session`, as printable text.
    ///
    /// # Errors
    /// If the machine gives no random bits.
    pub fn seal(&self, purpose: &str, secret: &SecretString) -> Result<String, VaultError> {
        let mut nonce = [0_u8; NONCE_BYTES];
        OsRng.try_fill_bytes(&mut nonce).map_err(|_| VaultError::NoRandomBits)?;
        let payload = Payload { msg: secret.expose_secret().as_bytes(), aad: purpose.as_bytes() };
        let sealed = self
            .cipher(purpose)
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| VaultError::DoesNotOpen)?;
        let mut bytes = nonce.to_vec();
        bytes.extend_from_slice(&sealed);
        Ok(format!("{VERSION}{}", BASE64_URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Opens what [`Vault::seal`] made for the same purpose.
    ///
    /// # Errors
    /// [`VaultError::DoesNotOpen`].
    pub fn open(&self, purpose: &str, sealed: &str) -> Result<SecretString, VaultError> {
        let text = sealed.strip_prefix(VERSION).ok_or(VaultError::DoesNotOpen)?;
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| VaultError::DoesNotOpen)?;
        let (nonce, sealed) =
            bytes.split_first_chunk::<NONCE_BYTES>().ok_or(VaultError::DoesNotOpen)?;
        let payload = Payload { msg: sealed, aad: purpose.as_bytes() };
        let secret = self
            .cipher(purpose)
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| VaultError::DoesNotOpen)?;
        String::from_utf8(secret).map(SecretString::from).map_err(|_| VaultError::DoesNotOpen)
    }

    fn cipher(&self, purpose: &str) -> XChaCha20Poly1305 {
        let mut key = [0_u8; 32];
        let hkdf = Hkdf::<Sha256>::new(Some(b"parlance"), self.0.expose_secret().as_bytes());
        let expanded = hkdf.expand(purpose.as_bytes(), &mut key);
        debug_assert!(expanded.is_ok(), "32 bytes are never too many for HKDF-SHA256");
        XChaCha20Poly1305::new(&key.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault(root: &str) -> Vault {
        Vault::with(SecretString::from(root))
    }

    #[test]
    fn a_secret_opens_only_with_its_root_for_its_purpose_and_unchanged() {
        let (ours, theirs) = (vault("root one"), vault("root two"));
        let sealed = ours.seal("session", &"the sid".into()).unwrap();
        assert!(!sealed.contains("sid"));
        assert_eq!(ours.open("session", &sealed).unwrap().expose_secret(), "the sid");
        assert!(ours.open("token", &sealed).is_err());
        assert!(theirs.open("session", &sealed).is_err());
        let mut changed = sealed.clone();
        changed.replace_range(10..11, if &sealed[10..11] == "A" { "B" } else { "A" });
        assert!(ours.open("session", &changed).is_err());
        for broken in ["", "v1.", "v1.AAAA", "the sid"] {
            assert!(ours.open("session", broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn the_same_secret_is_never_sealed_the_same() {
        let vault = vault("root");
        let secret = "x".into();
        assert_ne!(vault.seal("a", &secret).unwrap(), vault.seal("a", &secret).unwrap());
    }
}
