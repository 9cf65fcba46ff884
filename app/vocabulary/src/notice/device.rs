//! Devices that get notices pushed (W3C Push API).

use serde::{Deserialize, Serialize};

/// Devices one person can have notices pushed to; one more takes the place of the one that was seen longest ago.
pub const DEVICES_LIMIT: usize = 10;

/// A browser's `PushSubscription`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewDevice {
    /// Where its push service takes messages for it.
    pub endpoint: String,
    /// Its public key (P-256, uncompressed, base64url).
    pub p256dh: String,
    /// Its secret (16 bytes, base64url).
    pub auth: String,
    /// The address that it had before, where the browser has changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
}
