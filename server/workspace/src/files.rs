//! Sending files into an open room, and opening them.

use crate::{OpenRoom, Services, errors::from_store};
use contract::AppError;
use policy::Principal;
use store::files::{self, Arrived, Begun, KeptFile, Withdrawn};
use vocabulary::{Attached, AttachedState, FileId, FileName, MessageId};

impl OpenRoom {
    /// Begins to take a file for this room, to be written under `key`. What is here already is answered with.
    ///
    /// # Errors
    /// `Conflict` if the id belongs to a file of somebody else, or of another room.
    pub async fn begin_file(
        &self,
        id: FileId,
        name: &FileName,
        key: &str,
    ) -> Result<Option<Attached>, AppError> {
        let begun = files::begin(&self.services.db, &self.scope, &self.room, (id, name), key).await;
        match begun.map_err(from_store)? {
            Begun::Yes => Ok(None),
            Begun::Before(kept) => Ok(Some(attached(&kept))),
            Begun::IdUsedElsewhere => Err(AppError::Conflict {
                reason:
                    "This file was already sent somewhere else. Nothing was kept; add it once more."
                        .into(),
            }),
        }
    }

    /// The file is here: whoever sees its message sees it. Also says whether it was this upload that brought it.
    ///
    /// # Errors
    /// `Unexpected` if the store fails; then it is not here.
    pub async fn file_arrived(
        &self,
        id: FileId,
        name: &FileName,
        arrived: &Arrived,
    ) -> Result<(Attached, bool), AppError> {
        let noted = files::arrived(&self.services.db, &self.scope, id, arrived).await;
        match noted.map_err(from_store)? {
            Some(carriers) => {
                self.tell(&carriers).await;
                let (width, height) = arrived.sides.unzip();
                let attached = Attached {
                    id,
                    name: name.to_string(),
                    content_type: arrived.content_type.clone(),
                    size: arrived.size,
                    width,
                    height,
                    state: AttachedState::Ready,
                    note: None,
                };
                Ok((attached, true))
            }
            None => {
                let first = files::before(&self.services.db, &self.scope, &self.room, id).await;
                // Otherwise it was taken back while it came.
                let first = first.map_err(from_store)?.ok_or(AppError::NotFound)?;
                Ok((attached(&first), false))
            }
        }
    }

    /// The file is not taken: whoever sees its message sees that.
    ///
    /// # Errors
    /// `Unexpected` if the store fails.
    pub async fn file_failed(&self, id: FileId) -> Result<(), AppError> {
        let carriers =
            files::failed(&self.services.db, &self.scope, id).await.map_err(from_store)?;
        self.tell(&carriers).await;
        Ok(())
    }

    async fn tell(&self, carriers: &[MessageId]) {
        if !carriers.is_empty() {
            self.services.live().look_at(self.room.workspace).await;
            self.services.owed.notify_one();
        }
    }
}

impl Services {
    /// Nothing lies in the storage under `key` any more.
    ///
    /// # Errors
    /// `Unexpected` if the store fails; then it is looked at again later.
    pub async fn file_try_over(&self, key: &str) -> Result<(), AppError> {
        files::end_try(&self.db, key).await.map_err(from_store)
    }

    /// Opens a file by its id alone, through a visit of the workspace it belongs to.
    ///
    /// # Errors
    /// `NotFound` for a wrong file and for a hidden one alike.
    pub async fn open_file_as(&self, who: Principal, id: FileId) -> Result<KeptFile, AppError> {
        let workspace = files::workspace_to_enter(&self.db, id)
            .await
            .map_err(from_store)?
            .ok_or(AppError::NotFound)?;
        let visit = self.enter_as(who, workspace).await?;
        let file = files::file(&self.db, &visit.scope, id).await.map_err(from_store)?;
        file.ok_or(AppError::NotFound)
    }

    /// Takes a file back that its sender has not sent with a message; gives the storage key of what it held.
    ///
    /// # Errors
    /// `NotFound` for a file that is not theirs; `Conflict` for one that was sent.
    pub async fn withdraw_file_as(
        &self,
        who: Principal,
        id: FileId,
    ) -> Result<Option<String>, AppError> {
        let workspace = files::workspace_to_enter(&self.db, id)
            .await
            .map_err(from_store)?
            .ok_or(AppError::NotFound)?;
        let visit = self.enter_as(who, workspace).await?;
        match files::withdraw(&self.db, &visit.scope, id).await.map_err(from_store)? {
            Withdrawn::Gone(key) => Ok(key),
            Withdrawn::Failed(_) => {
                self.live().look_at(workspace).await;
                Ok(None)
            }
            Withdrawn::Missing => Err(AppError::NotFound),
            Withdrawn::IsSent => Err(AppError::Conflict {
                reason: "This file was sent with a message. It goes when the message is removed."
                    .into(),
            }),
        }
    }
}

fn attached(kept: &KeptFile) -> Attached {
    Attached {
        id: kept.id,
        name: kept.name.to_string(),
        content_type: kept.content_type.clone(),
        size: kept.size,
        width: kept.width,
        height: kept.height,
        state: AttachedState::Ready,
        note: kept.note.clone(),
    }
}
