//! The way to push services: made at the first use, with the one key that all replicas share.

use crate::{
    Services,
    errors::{app_error, from_store},
};
use contract::AppError;
use push::{Reach, Sender, ServerKey};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::OnceCell;
use url::Url;
use vault::Vault;
use vocabulary::NewDevice;

/// What the key is sealed for, and called.
const KEY: &str = "push-key";

/// What subscriptions are sealed for.
const DEVICE: &str = "push-device";

/// The way to push services.
pub(crate) struct PushDoor {
    reach: Reach,
    sender: OnceCell<Sender>,
}

impl PushDoor {
    pub(crate) fn towards(reach: Reach) -> Self {
        Self { reach, sender: OnceCell::new() }
    }
}

impl Services {
    /// What speaks with push services.
    pub(super) async fn push_sender(&self) -> Result<&Sender, AppError> {
        self.push.sender.get_or_try_init(|| self.make_push_sender()).await
    }

    async fn make_push_sender(&self) -> Result<Sender, AppError> {
        let key = self.server_key().await?;
        let contact = contact(&self.settings.public_url);
        Sender::new(key, &contact, self.push.reach).map_err(|error| app_error(&error))
    }

    /// The key that was made first, by whichever replica. One that does not open with this PARLANCE_SECRET is replaced: the
    /// devices that know it do not open either.
    async fn server_key(&self) -> Result<ServerKey, AppError> {
        let worker = self.live.worker();
        let kept = worker.server_key(KEY).await.map_err(from_store)?;
        if let Some(key) = kept.as_deref().and_then(|sealed| self.opened_key(sealed)) {
            return Ok(key);
        }
        if kept.is_some() {
            tracing::warn!(
                "the key for push services does not open with this PARLANCE_SECRET: a new one is made, and people have to turn notices on again"
            );
        }
        let fresh = self.vault.seal(KEY, &ServerKey::fresh().secret());
        let fresh = fresh.map_err(|error| app_error(&error))?;
        worker.keep_server_key(KEY, &fresh, kept.as_deref()).await.map_err(from_store)?;
        let first = worker.server_key(KEY).await.map_err(from_store)?;
        first
            .as_deref()
            .and_then(|sealed| self.opened_key(sealed))
            .ok_or_else(|| app_error(&vault::VaultError::DoesNotOpen))
    }

    fn opened_key(&self, sealed: &str) -> Option<ServerKey> {
        ServerKey::read(&self.vault.open(KEY, sealed).ok()?).ok()
    }
}

/// A subscription as it is kept.
pub(super) fn seal(vault: &Vault, device: &NewDevice) -> Result<String, AppError> {
    let kept = NewDevice { before: None, ..device.clone() };
    let text = serde_json::to_string(&kept).map_err(|error| app_error(&error))?;
    vault.seal(DEVICE, &SecretString::from(text)).map_err(|error| app_error(&error))
}

/// The subscription; `None` for one that was sealed with another PARLANCE_SECRET.
pub(super) fn open(vault: &Vault, sealed: &str) -> Option<NewDevice> {
    let text = vault.open(DEVICE, sealed).ok()?;
    serde_json::from_str(text.expose_secret()).ok()
}

/// Where operators of push services find ours: an https address, or a mailbox of the same host (RFC 8292, section 2.1).
fn contact(public_url: &str) -> String {
    if public_url.starts_with("https://") {
        return public_url.to_owned();
    }
    let host = Url::parse(public_url).ok().and_then(|url| url.host_str().map(str::to_owned));
    format!("mailto:postmaster@{}", host.as_deref().unwrap_or("localhost"))
}
