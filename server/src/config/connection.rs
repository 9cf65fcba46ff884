//! `connection.toml` in the data folder: what connecting ERPNext left there. Its secrets are sealed (`sealed:…`), so that a
//! copy of the folder without `PARLANCE_SECRET` opens nothing.

use crate::config::{ConfigError, sources};
use connect::connection::{FILE, SEALED, purpose};
use secrecy::{ExposeSecret, SecretString};
use std::{collections::HashMap, path::Path};
use vault::Vault;

/// The settings in the file, opened; none where there is no file.
pub(super) fn read(
    data_dir: &Path,
    secret: Option<SecretString>,
) -> Result<HashMap<String, String>, ConfigError> {
    let file = data_dir.join(FILE);
    if !file.exists() {
        return Ok(HashMap::new());
    }
    let unusable =
        |problem: String| ConfigError::File { file: file.display().to_string(), problem };
    let mut settings = sources::read(&file)?;
    if settings.values().any(|value| value.starts_with(SEALED)) {
        let vault = open_vault(data_dir, secret).map_err(|error| unusable(error.to_string()))?;
        for (variable, value) in &mut settings {
            if let Some(sealed) = value.strip_prefix(SEALED) {
                let opened = vault
                    .open(&purpose(variable), sealed)
                    .map_err(|error| unusable(format!("{variable}: {error}")))?;
                *value = opened.expose_secret().to_owned();
            }
        }
    }
    Ok(settings)
}

/// The vault of this data folder.
pub(super) fn open_vault(
    data_dir: &Path,
    secret: Option<SecretString>,
) -> Result<Vault, vault::RootError> {
    let root = match secret {
        Some(secret) => secret,
        None => vault::root_secret(data_dir)?,
    };
    Ok(Vault::with(root))
}
