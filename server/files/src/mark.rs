//! Whose storage this is: an object that names the installation which may tidy up here.

use crate::{Files, FilesError};
use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{ObjectStoreExt, path::Path};
use uuid::Uuid;

/// The object with the installation's id in it.
pub const MARK: &str = "installation";

/// No id is longer.
const LIMIT_BYTES: u64 = 1024;

impl Files {
    /// The installation this storage is marked with, in its own words; `None` without a mark.
    ///
    /// # Errors
    /// If the storage fails.
    pub async fn mark(&self) -> Result<Option<String>, FilesError> {
        match self.whole(MARK, LIMIT_BYTES).await {
            Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).trim().to_owned())),
            Err(FilesError::Missing) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Marks it as this installation's.
    ///
    /// # Errors
    /// If the storage fails.
    pub async fn put_mark(&self, installation: Uuid) -> Result<(), FilesError> {
        let words = format!("{installation}\n");
        self.store().put(&Path::from(MARK), words.into()).await?;
        Ok(())
    }

    /// The names of all that lies here; a small copy counts as its picture.
    pub fn all(&self) -> BoxStream<'static, Result<String, FilesError>> {
        let names = self.store().list(None).map_err(FilesError::from);
        names
            .map_ok(|meta| {
                let name = meta.location.to_string();
                name.strip_suffix(".thumbnail").map(str::to_owned).unwrap_or(name)
            })
            .boxed()
    }
}
