//! A file that arrives, piece by piece.

use crate::{
    Files, FilesError, kind,
    picture::{self, Picture},
};
use bytes::Bytes;
use futures::{Stream, StreamExt};
use object_store::{ObjectStoreExt, buffered::BufWriter, path::Path};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

/// What is held in memory of one file on its way; also the size of the parts that S3 gets, which takes none below 5 MiB.
const PART_BYTES: usize = 5 * 1024 * 1024;

/// A file that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// What it is found by.
    pub key: String,
    /// Bytes.
    pub size: u64,
    /// What its bytes are.
    pub content_type: &'static str,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// What is seen on it, if it is a picture we can read.
    pub picture: Option<Picture>,
}

impl Files {
    /// Keeps what comes, under a key of its own. What is refused, or does not come whole, leaves nothing behind.
    ///
    /// # Errors
    /// [`FilesError::TooLarge`] and [`FilesError::TypeRefused`] as soon as it is seen; [`FilesError::Empty`];
    /// [`FilesError::CutOff`] when the sender stops; [`FilesError::Storage`].
    pub async fn keep<E>(
        &self,
        pieces: impl Stream<Item = Result<Bytes, E>> + Send,
    ) -> Result<Kept, FilesError> {
        let key = fresh_key();
        let mut writer = BufWriter::with_capacity(Arc::clone(self.store()), path(&key), PART_BYTES);
        let written = match self.write(&mut writer, pieces).await {
            Ok(written) => written,
            Err(error) => {
                if let Err(error) = writer.abort().await {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "the beginning of a file stays behind"
                    );
                }
                return Err(error);
            }
        };
        let picture = self.seen(&key, written.content_type, written.size).await;
        Ok(Kept {
            key,
            size: written.size,
            content_type: written.content_type,
            sha256: written.sha256,
            picture,
        })
    }

    async fn write<E>(
        &self,
        writer: &mut BufWriter,
        pieces: impl Stream<Item = Result<Bytes, E>> + Send,
    ) -> Result<Written, FilesError> {
        let limit = self.limits().largest;
        let (mut head, mut size, mut hash) = (Vec::new(), 0_u64, Sha256::new());
        let mut known = None;
        let mut pieces = std::pin::pin!(pieces);
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|_| FilesError::CutOff)?;
            size += piece.len() as u64;
            if size > limit {
                return Err(FilesError::TooLarge { limit });
            }
            if known.is_none() {
                let wanted = kind::HEAD_BYTES - head.len();
                head.extend_from_slice(&piece[..piece.len().min(wanted)]);
                if head.len() == kind::HEAD_BYTES {
                    known = Some(self.taken(&head)?);
                }
            }
            hash.update(&piece);
            writer.put(piece).await?;
        }
        if size == 0 {
            return Err(FilesError::Empty);
        }
        let content_type = match known {
            Some(known) => known,
            None => self.taken(&head)?,
        };
        writer.shutdown().await.map_err(FilesError::Unwritten)?;
        let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Written { size, content_type, sha256 })
    }

    fn taken(&self, head: &[u8]) -> Result<&'static str, FilesError> {
        let content_type = kind::of(head);
        if self.limits().take(content_type) {
            Ok(content_type)
        } else {
            Err(FilesError::TypeRefused { content_type: content_type.to_owned() })
        }
    }

    /// Measures a picture and keeps a small copy. A picture that cannot be read is a file like any other.
    async fn seen(&self, key: &str, content_type: &str, size: u64) -> Option<Picture> {
        if !picture::can_be_read(content_type) || size > picture::SOURCE_LIMIT_BYTES {
            return None;
        }
        let _turn = self.pictures().acquire().await.ok()?;
        let bytes = match self.whole(key, picture::SOURCE_LIMIT_BYTES).await {
            Ok(bytes) => bytes,
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "a picture could not be read again"
                );
                return None;
            }
        };
        let made = tokio::task::spawn_blocking(move || picture::seen(&bytes)).await.ok()?;
        let (mut picture, small) = made?;
        if let Some(small) = small {
            match self.store().put(&path(&thumbnail_key(key)), small.into()).await {
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "a thumbnail could not be kept"
                    );
                    picture.thumbnail = None;
                }
            }
        }
        Some(picture)
    }

    /// Takes a file away with its small copy. What is not there is no error.
    ///
    /// # Errors
    /// If the storage fails.
    pub async fn forget(&self, key: &str) -> Result<(), FilesError> {
        for key in [thumbnail_key(key), key.to_owned()] {
            match self.store().delete(&path(&key)).await.map_err(FilesError::from) {
                Ok(()) | Err(FilesError::Missing) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

struct Written {
    size: u64,
    content_type: &'static str,
    sha256: String,
}

/// Each try has a key of its own: two tries of the same file never write into each other. The folder before it keeps
/// folders of a disk small.
fn fresh_key() -> String {
    let id = Uuid::now_v7().simple().to_string();
    format!("{}/{id}", &id[id.len() - 2..])
}

pub(crate) fn thumbnail_key(key: &str) -> String {
    format!("{key}.thumbnail")
}

pub(crate) fn path(key: &str) -> Path {
    Path::from(key)
}
