//! Why connecting or disconnecting stopped.

use std::{io, path::PathBuf};

use erpnext::ErpError;
use thiserror::Error;

/// Connecting or disconnecting stopped; what was done until then is in the manifest, and the same call goes on from there.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// ERPNext did not do it.
    #[error("{doing}")]
    Erpnext {
        /// What was attempted.
        doing: String,
        /// What ERPNext said.
        #[source]
        source: ErpError,
    },
    /// The key is not an administrator's.
    #[error(
        "the API key of {user} is not enough: connecting needs that of a user with the role System Manager. Nothing was changed"
    )]
    NotSystemManager {
        /// Whose key it is.
        user: String,
    },
    /// The release is too old for any of this.
    #[error(
        "ERPNext {version} is too old: Parlance needs 15 or 16, and 14 with less. Nothing was changed"
    )]
    TooOld {
        /// Its version.
        version: String,
    },
    /// The data folder holds the manifest of another site.
    #[error(
        "this data folder is connected to {connected}, not to {asked}: run `parlance disconnect` for that site first, or use another PARLANCE_DATA_DIR"
    )]
    OtherSite {
        /// The site in the manifest.
        connected: String,
        /// The site that was asked for.
        asked: String,
    },
    /// A file in the data folder cannot be used.
    #[error("{} cannot be used", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The manifest is no manifest.
    #[error("{} is not a connection manifest: {problem}", path.display())]
    Manifest {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// A secret cannot be sealed or opened.
    #[error("a secret of the connection cannot be kept")]
    Vault(#[from] vault::VaultError),
    /// Whoever watched wanted it to stop.
    #[error("stopped after {after}; the same command goes on from there")]
    Stopped {
        /// The last step.
        after: String,
    },
}

impl ConnectError {
    pub(crate) fn erpnext(doing: impl Into<String>) -> impl FnOnce(ErpError) -> Self {
        let doing = doing.into();
        move |source| Self::Erpnext { doing, source }
    }
}
