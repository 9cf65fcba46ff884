//! Secrets of our own making.

use crate::VaultError;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use rand::{TryRngCore, rngs::OsRng};
use secrecy::SecretString;

/// 256 random bits as printable text.
///
/// # Errors
/// [`VaultError::NoRandomBits`].
pub fn random_secret() -> Result<SecretString, VaultError> {
    let mut bits = [0_u8; 32];
    OsRng.try_fill_bytes(&mut bits).map_err(|_| VaultError::NoRandomBits)?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bits).into())
}
