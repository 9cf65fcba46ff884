//! What can go wrong with a file.

use thiserror::Error;
use vocabulary::file_size;

/// Why a file was not kept, or cannot be read.
#[derive(Debug, Error)]
pub enum FilesError {
    /// It is larger than what is taken.
    #[error("The file is larger than {}, which is the most that is taken here.", file_size(*.limit))]
    TooLarge {
        /// The most that is taken, in bytes.
        limit: u64,
    },
    /// Nothing came.
    #[error("The file is empty.")]
    Empty,
    /// Files of this type are not taken.
    #[error("Files of the type {content_type} are not taken here.")]
    TypeRefused {
        /// What the bytes are.
        content_type: String,
    },
    /// The disk is full, but for what the database needs.
    #[error("There is no room left on the server's disk; whoever runs Parlance can make some.")]
    Full,
    /// Whoever sent it stopped in the middle.
    #[error("the rest of the file did not come")]
    CutOff,
    /// It is not there.
    #[error("there is no such file")]
    Missing,
    /// The disk or the object storage failed.
    #[error("the storage of files failed")]
    Storage(#[source] object_store::Error),
    /// The disk or the object storage failed at the end of a file.
    #[error("the storage of files did not take the end of a file")]
    Unwritten(#[source] std::io::Error),
    /// The folder cannot be used.
    #[error("the folder of files cannot be used")]
    Folder(#[source] std::io::Error),
}

impl From<object_store::Error> for FilesError {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::Missing,
            error => Self::Storage(error),
        }
    }
}
