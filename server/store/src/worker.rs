//! What background work may do: the mirror, the outbox and the live hub have no principal and never answer a person.

mod documents;
mod files;
mod hints;
mod leases;
mod live;
mod mirror;
mod outbox;
mod search;
mod storage;
mod users;

pub(crate) use documents::copy_of;
pub use documents::{DocumentCopy, DocumentKey};
pub use files::StoredFile;
pub use hints::{Hint, WebhookState};
pub use live::Place;
pub use mirror::{DoctypeProgress, MirrorRound, ProjectCopy, ProjectUserCopy};
pub use outbox::{
    Actor, Assignment, Attachment, ChatLine, DeadLetter, Due, Effect, EffectKind, FieldChange,
    FieldEnd, FileUpload, Insertion, Lanes, NewEffect, OutboxState, Owed, Saved, Update,
    WorkDocument,
};

pub use search::UnreadFile;

pub(crate) use outbox::owe;

use crate::Db;

/// Leave to work on all workspaces. Made once, by whoever starts the background work; `clippy.toml` bans its maker
/// elsewhere.
#[derive(Clone, Debug)]
pub struct Worker {
    db: Db,
}

impl Worker {
    /// For `serve`, which starts the background work, and for tests.
    #[must_use]
    pub const fn for_background_work(db: Db) -> Self {
        Self { db }
    }

    /// The database it works on.
    #[must_use]
    pub const fn db(&self) -> &Db {
        &self.db
    }
}
