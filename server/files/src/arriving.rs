//! A file that arrives, piece by piece.

use crate::{
    Files, FilesError,
    keys::{is_key, path, thumbnail_key},
    kind,
    picture::{self, Picture},
};
use bytes::Bytes;
use futures::{Stream, StreamExt};
use object_store::{ObjectStoreExt, buffered::BufWriter};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tokio::io::AsyncWriteExt;

/// What is held in memory of one file on its way; also the size of the parts that S3 gets, which takes none below 5 MiB.
const PART_BYTES: usize = 5 * 1024 * 1024;

/// Parts of one file that wait for the storage; whoever sends it waits for them.
const PARTS_AT_ONCE: usize = 2;

/// A file that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
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
    /// Keeps what comes, under `key`, which is fresh. Whoever calls this forgets the key if it fails.
    ///
    /// # Errors
    /// [`FilesError::TooLarge`] and [`FilesError::TypeRefused`] as soon as it is seen; [`FilesError::Empty`];
    /// [`FilesError::CutOff`] when the sender stops; [`FilesError::Storage`] and [`FilesError::Unwritten`].
    pub async fn keep<E>(
        &self,
        key: &str,
        pieces: impl Stream<Item = Result<Bytes, E>> + Send,
    ) -> Result<Kept, FilesError> {
        let store = Arc::clone(self.store());
        let mut writer = BufWriter::with_capacity(store, path(key), PART_BYTES)
            .with_max_concurrency(PARTS_AT_ONCE);
        let written = match self.write(&mut writer, pieces).await {
            Ok(written) => written,
            // At its end the writer tidies up itself, and panics if it is told to.
            Err(error @ FilesError::Unwritten(_)) => return Err(error),
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
        let picture = self.seen(key, written.content_type, written.size).await;
        Ok(Kept {
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
        let mut next_look = 0;
        let mut known = None;
        let mut pieces = std::pin::pin!(pieces);
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|_| FilesError::CutOff)?;
            size += piece.len() as u64;
            if size > limit {
                return Err(FilesError::TooLarge { limit });
            }
            if size >= next_look {
                self.has_room_for(PART_BYTES as u64)?;
                next_look = size + PART_BYTES as u64;
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

    /// Takes a file away with its small copy, and what a try to keep it left behind. What is not there is no error, and
    /// what is no key of ours is left alone.
    ///
    /// # Errors
    /// If the storage fails.
    pub async fn forget(&self, key: &str) -> Result<(), FilesError> {
        if !is_key(key) {
            tracing::warn!(key, "this was not written here, so it is not deleted");
            return Ok(());
        }
        self.forget_halves(key).await?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, Place, fresh_key};
    use futures::stream;
    use testkit::folder::Folder;

    #[tokio::test]
    async fn a_storage_that_fails_at_the_very_end_is_an_error_and_no_panic() {
        let folder = Folder::new("unwritten");
        let place = Place::Folder(folder.path().to_owned());
        let files = Files::at(&place, Limits::default()).unwrap();
        let key = fresh_key();
        // Where its folder should be lies a file.
        std::fs::write(folder.path().join(key.split('/').next().unwrap()), "in the way").unwrap();
        let piece = Ok::<_, ()>(Bytes::from_static(b"a small one is written at its end"));
        let kept = files.keep(&key, stream::iter([piece])).await;
        assert!(matches!(kept, Err(FilesError::Unwritten(_))), "{kept:?}");
    }
}
