//! A file on its way out, whole or in part.

use crate::{
    Files, FilesError,
    keys::{path, thumbnail_key},
};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{GetOptions, GetRange, ObjectStore};
use std::ops::Range;

/// What comes next of a file.
pub type Piece = Result<Bytes, FilesError>;

/// A file on its way.
pub type Pieces = BoxStream<'static, Piece>;

impl Files {
    /// The bytes of `range`, or all.
    ///
    /// # Errors
    /// [`FilesError::Missing`]; [`FilesError::Storage`], also in the middle.
    pub async fn read(&self, key: &str, range: Option<Range<u64>>) -> Result<Pieces, FilesError> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        let found = self.store().get_opts(&path(key), options).await?;
        Ok(found.into_stream().map_err(FilesError::from).boxed())
    }

    /// The small copy of a picture, and its size in bytes.
    ///
    /// # Errors
    /// As [`Files::read`].
    pub async fn thumbnail(&self, key: &str) -> Result<(Pieces, u64), FilesError> {
        let found =
            self.store().get_opts(&path(&thumbnail_key(key)), GetOptions::default()).await?;
        let size = found.meta.size;
        Ok((found.into_stream().map_err(FilesError::from).boxed(), size))
    }

    /// All bytes at once, for what is small.
    ///
    /// # Errors
    /// [`FilesError::TooLarge`] beyond `limit`; otherwise as [`Files::read`].
    pub async fn whole(&self, key: &str, limit: u64) -> Result<Vec<u8>, FilesError> {
        let found = self.store().get_opts(&path(key), GetOptions::default()).await?;
        let size = found.meta.size;
        if size > limit {
            return Err(FilesError::TooLarge { limit });
        }
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
        let mut pieces = found.into_stream();
        while let Some(piece) = pieces.try_next().await? {
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    }
}
