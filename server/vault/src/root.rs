//! The root of all keys: `PARLANCE_SECRET`, or one made at the first start and kept in the data folder.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

use crate::{VaultError, random_secret};

const FILE: &str = "secret.key";

/// The root secret cannot be read or made.
#[derive(Debug, Error)]
pub enum RootError {
    /// The file cannot be used.
    #[error("{} cannot be used", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// None could be made.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// The secret kept in `folder`, readable by its owner alone; made when there is none yet.
///
/// # Errors
/// If the file cannot be read or written.
pub fn root_secret(folder: &Path) -> Result<SecretString, RootError> {
    let path = folder.join(FILE);
    let unusable = |source| RootError::File { path: path.clone(), source };
    std::fs::create_dir_all(folder).map_err(unusable)?;
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
        Ok(mut file) => {
            let secret = random_secret()?;
            file.write_all(secret.expose_secret().as_bytes())
                .and_then(|()| file.sync_all())
                .map_err(unusable)?;
            Ok(secret)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => read(&path).map_err(unusable),
        Err(error) => Err(unusable(error)),
    }
}

fn read(path: &Path) -> io::Result<SecretString> {
    let mut text = String::new();
    File::open(path)?.read_to_string(&mut text)?;
    let text = text.trim();
    if text.len() < 16 {
        return Err(io::Error::other("it holds no secret; delete it to have a new one made"));
    }
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;
    use testkit::folder::Folder;

    #[test]
    fn a_secret_is_made_once_and_is_the_owners_alone() {
        let folder = Folder::new("vault");
        let first = root_secret(folder.path()).unwrap();
        assert_eq!(first.expose_secret(), root_secret(folder.path()).unwrap().expose_secret());
        let mode = std::fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn an_emptied_file_is_an_error_and_is_not_replaced() {
        let folder = Folder::new("vault");
        std::fs::write(folder.path().join(FILE), "").unwrap();
        assert!(root_secret(folder.path()).is_err());
    }
}
