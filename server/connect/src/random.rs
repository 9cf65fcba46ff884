//! Secrets of our own making.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use rand::{TryRngCore, rngs::OsRng};
use secrecy::SecretString;

use crate::ConnectError;

/// 256 random bits as printable text.
pub(crate) fn secret() -> Result<SecretString, ConnectError> {
    let mut bits = [0_u8; 32];
    OsRng.try_fill_bytes(&mut bits).map_err(|_| ConnectError::NoRandomBits)?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bits).into())
}
