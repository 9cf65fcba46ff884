//! Workspaces and what was said in them.

use crate::{AppError, Asker};
use async_trait::async_trait;
use vocabulary::{
    Aim, Message, MessageDraft, RoomId, WorkspaceId, WorkspaceSummary, WorkspaceView,
};

/// Reading workspaces and speaking in them.
#[async_trait]
pub trait Workspaces {
    /// The workspaces whose Project ERPNext lets the asker read, most recently spoken in first.
    ///
    /// # Errors
    /// `SignIn`.
    async fn my_workspaces(&self, asker: &Asker) -> Result<Vec<WorkspaceSummary>, AppError>;

    /// One workspace as its page opens, with the room where `aim` points. A message that is not in this room, hidden or
    /// not there at all, is as good as no aim: then `found` is empty.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for a workspace that is hidden or does not exist.
    async fn workspace(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        aim: Option<Aim>,
    ) -> Result<WorkspaceView, AppError>;

    /// Says `draft` in `room`. Safe to repeat: the same `draft.key` answers with the first message.
    ///
    /// # Errors
    /// `SignIn`; `NotFound`; `Refused` if the room's audience is not the draft's.
    async fn post_message(
        &self,
        asker: &Asker,
        room: RoomId,
        draft: MessageDraft,
    ) -> Result<Message, AppError>;
}
