//! Boards of Tasks and Issues. What is done on them is [`crate::Work`].

use crate::{AppError, Asker};
use async_trait::async_trait;
use vocabulary::{BoardView, Cards, WorkDoctype, WorkStory, WorkspaceId};

/// Boards of Tasks and Issues.
#[async_trait]
pub trait Boards {
    /// A board as its page opens.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for everybody who is not of the team.
    async fn board(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        doctype: WorkDoctype,
    ) -> Result<BoardView, AppError>;

    /// The cards as they are now, those that ERPNext lets the asker read.
    ///
    /// # Errors
    /// As [`Boards::board`].
    async fn cards(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        doctype: WorkDoctype,
    ) -> Result<Cards, AppError>;

    /// What is known around one Task or Issue: comments, talk, files, changes.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for a document that does not exist, belongs elsewhere or that ERPNext does not let them read.
    async fn work_story(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        doctype: WorkDoctype,
        name: &str,
    ) -> Result<WorkStory, AppError>;
}
