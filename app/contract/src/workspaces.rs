//! Workspaces and what was said in them.

use crate::{AppError, Asker};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use vocabulary::{
    Message, MessageDraft, RoomId, Seq, WorkspaceId, WorkspaceSummary, WorkspaceView,
};

/// A page of history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierMessages {
    /// Oldest first.
    pub messages: Vec<Message>,
    /// Whether there are still earlier ones.
    pub has_earlier: bool,
}

/// Reading workspaces and speaking in them.
#[async_trait]
pub trait Workspaces {
    /// The workspaces whose Project ERPNext lets the asker read, most recently spoken in first.
    ///
    /// # Errors
    /// `SignIn`.
    async fn my_workspaces(&self, asker: &Asker) -> Result<Vec<WorkspaceSummary>, AppError>;

    /// One workspace as its page opens.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for a workspace that is hidden or does not exist.
    async fn workspace(&self, asker: &Asker, id: WorkspaceId) -> Result<WorkspaceView, AppError>;

    /// Up to 50 messages of `room` before `before`.
    ///
    /// # Errors
    /// `SignIn`; `NotFound`.
    async fn earlier_messages(
        &self,
        asker: &Asker,
        room: RoomId,
        before: Seq,
    ) -> Result<EarlierMessages, AppError>;

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
