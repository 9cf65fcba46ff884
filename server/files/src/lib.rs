//! Where files lie, and what they are. They come and go in pieces, never whole in memory; what they are is seen by their
//! bytes; pictures get a small copy. Who may have one is not decided here.

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed unwrap is a failed test")
)]

mod arriving;
mod error;
mod halves;
mod keys;
mod kind;
mod limits;
mod mark;
mod name;
mod picture;
mod place;
mod range;
mod reading;
mod room;

pub use arriving::Kept;
pub use error::FilesError;
pub use keys::{fresh_key, is_key};
pub use kind::{OTHER, may_be_shown};
pub use limits::{Limits, Types};
pub use mark::MARK;
pub use name::disposition;
pub use picture::Picture;
pub use place::{Place, S3};
pub use range::{Asked, Part, wanted};
pub use reading::{Piece, Pieces};

use object_store::ObjectStore;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::sync::Semaphore;

/// Pictures made small at the same time; each may take [`picture::MEMORY_LIMIT_BYTES`].
const PICTURES_AT_ONCE: usize = 2;

/// The files of this installation. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Files(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Arc<dyn ObjectStore>,
    /// Where it lies on a disk of ours.
    folder: Option<PathBuf>,
    limits: Limits,
    pictures: Semaphore,
}

impl Files {
    /// The files that lie at `place`.
    ///
    /// # Errors
    /// If the folder cannot be made, or the settings of the object storage do not fit together.
    pub fn at(place: &Place, limits: Limits) -> Result<Self, FilesError> {
        Ok(Self(Arc::new(Inner {
            store: place.open()?,
            folder: place.folder().map(Path::to_owned),
            limits,
            pictures: Semaphore::new(PICTURES_AT_ONCE),
        })))
    }

    /// What is taken.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    pub(crate) fn folder(&self) -> Option<&Path> {
        self.0.folder.as_deref()
    }

    pub(crate) fn store(&self) -> &Arc<dyn ObjectStore> {
        &self.0.store
    }

    pub(crate) fn pictures(&self) -> &Semaphore {
        &self.0.pictures
    }
}
