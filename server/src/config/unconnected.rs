//! What must be known before ERPNext is connected: everything else may still be missing, or be about to change.

use crate::config::{ConfigError, Sources, addr, secret, vault};
use secrecy::SecretString;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};
use vault::Vault;

/// The settings that connecting and disconnecting start from.
#[derive(Debug)]
pub(crate) struct Unconnected {
    /// Address and port that the server listens on.
    pub(crate) addr: SocketAddr,
    /// `PARLANCE_PUBLIC_URL` where somebody set it.
    pub(crate) public_url: Option<String>,
    /// Where the connection is kept.
    pub(crate) data_dir: PathBuf,
    secret: Option<SecretString>,
}

impl Unconnected {
    /// Reads the environment and the configuration file, but not what connecting left before.
    ///
    /// # Errors
    /// The first of these settings that cannot be used.
    pub(crate) fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let sources = Sources::unconnected(file)?;
        Ok(Self {
            addr: addr(&sources)?,
            public_url: sources.text("PARLANCE_PUBLIC_URL"),
            data_dir: sources.data_dir(),
            secret: secret(&sources)?,
        })
    }

    /// What secrets at rest are sealed with.
    ///
    /// # Errors
    /// If the data folder's own secret cannot be read or made.
    pub(crate) fn vault(&self) -> Result<Vault, ConfigError> {
        vault(&self.data_dir, self.secret.clone())
    }
}
