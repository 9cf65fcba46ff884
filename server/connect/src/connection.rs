//! `connection.toml` in the data folder: the settings that connecting leaves there, their secrets sealed, so that a copy of
//! the folder without `PARLANCE_SECRET` opens nothing.

use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use erpnext::SiteConfig;
use secrecy::SecretString;
use url::Url;
use vault::Vault;

use crate::{
    ConnectError, Manifest, Setup,
    plan::{AUDIT_KEY, SERVICE_KEY, WEBHOOK_SECRET},
};

/// Its name in the data folder.
pub const FILE: &str = "connection.toml";

/// Making a Custom Field changes a table, and the first one after a restart takes its time.
const LONGEST_REQUEST: Duration = Duration::from_secs(60);

/// What stands before a sealed value.
pub const SEALED: &str = "sealed:";

/// What a value of this variable is sealed for.
#[must_use]
pub fn purpose(variable: &str) -> String {
    format!("connection {variable}")
}

/// A secret as it stands in the file.
pub(crate) fn sealed(
    vault: &Vault,
    variable: &str,
    secret: &SecretString,
) -> Result<String, ConnectError> {
    Ok(format!("{SEALED}{}", vault.seal(&purpose(variable), secret)?))
}

/// What [`sealed`] made; `None` where it was sealed with another `PARLANCE_SECRET`.
pub(crate) fn opened(vault: &Vault, variable: &str, value: &str) -> Option<SecretString> {
    match value.strip_prefix(SEALED) {
        Some(sealed) => vault.open(&purpose(variable), sealed).ok(),
        None => Some(value.into()),
    }
}

/// Writes the settings, readable by their owner alone; gives the file's path.
///
/// # Errors
/// If the folder cannot be written to.
pub fn write(
    data_dir: &Path,
    settings: &BTreeMap<String, String>,
) -> Result<PathBuf, ConnectError> {
    let path = data_dir.join(FILE);
    let mut text = String::from(
        "# Written by `parlance connect`. The environment and the configuration file beat what stands here.\n[parlance]\n",
    );
    for (variable, value) in settings {
        let value = toml::Value::String(value.clone());
        text.push_str(&format!("{variable} = {value}\n"));
    }
    replace(&path, &text).map_err(|source| ConnectError::File { path: path.clone(), source })?;
    Ok(path)
}

/// Removes the file; one that is gone already is as good.
///
/// # Errors
/// If it cannot be removed.
pub fn remove(data_dir: &Path) -> Result<(), ConnectError> {
    remove_file(&data_dir.join(FILE))
}

pub(crate) fn remove_file(path: &Path) -> Result<(), ConnectError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(ConnectError::File { path: path.to_owned(), source })
        }
        _ => Ok(()),
    }
}

/// Whoever reads the file meanwhile, or after a fall in the middle, sees all of the old text or all of the new.
pub(crate) fn replace(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let fresh = path.with_extension("new");
    // A file left over from a fall might have another mode.
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&fresh, path)
}

/// The site as an administrator sees it who connects or disconnects.
#[must_use]
pub fn administrator(base_url: Url, api_key: &str, api_secret: &str) -> SiteConfig {
    SiteConfig {
        base_url,
        api_key: api_key.trim().to_owned(),
        api_secret: api_secret.trim().into(),
        auditor: None,
        connect_timeout: Duration::from_secs(10),
        timeout: LONGEST_REQUEST,
    }
}

/// What Parlance runs with once it has read the settings that connecting left; `None` where something of it is missing or
/// does not open.
#[must_use]
pub fn ready(manifest: &Manifest, vault: &Vault) -> Option<Ready> {
    let settings = &manifest.settings;
    let secret = |variable: &str| opened(vault, variable, settings.get(variable)?);
    let pair =
        |(key, secret_of): (&str, &str)| Some((settings.get(key)?.clone(), secret(secret_of)?));
    let (api_key, api_secret) = pair(SERVICE_KEY)?;
    let auditor = pair(AUDIT_KEY);
    let setup = Setup {
        public_url: settings.get("PARLANCE_PUBLIC_URL")?.parse().ok()?,
        api_key: api_key.clone(),
        has_auditor: auditor.is_some(),
        webhook_secret: secret(WEBHOOK_SECRET),
        oauth_client: None,
    };
    let site = SiteConfig {
        base_url: manifest.site.parse().ok()?,
        api_key,
        api_secret,
        auditor,
        connect_timeout: Duration::from_secs(5),
        timeout: Duration::from_secs(30),
    };
    Some(Ready { site, setup })
}

/// The site as the service user sees it, and what the doctor looks it over by.
#[derive(Clone, Debug)]
pub struct Ready {
    /// The site.
    pub site: SiteConfig,
    /// For the doctor.
    pub setup: Setup,
}
