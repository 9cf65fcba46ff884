//! Making and changing Tasks and Issues.

use crate::{AppError, Asker};
use async_trait::async_trait;
use vocabulary::{
    Assign, EditId, NewWork, Resolve, SaveId, WorkChange, WorkDoctype, WorkItem, WorkspaceFacts,
    WorkspaceId,
};

/// Making and changing Tasks and Issues. What is saved is kept at once and reaches ERPNext a moment later, in the
/// member's own name where we hold what they act with. Whatever ERPNext answers is found again in the facts.
#[async_trait]
pub trait Work {
    /// The Project's people, open Tasks and open Issues as they are now, with what is on its way.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for everybody who is not of the team.
    async fn facts(&self, asker: &Asker, id: WorkspaceId) -> Result<WorkspaceFacts, AppError>;

    /// One Task or Issue with all that can be changed here.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for a document that does not exist, belongs elsewhere or that ERPNext does not let them read.
    async fn work_item(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        doctype: WorkDoctype,
        name: &str,
    ) -> Result<WorkItem, AppError>;

    /// Makes a Task or an Issue. Sending it again makes nothing new.
    ///
    /// # Errors
    /// `SignIn`, `NotFound`; `Invalid` for a value that is none; `Refused` where ERPNext could not be asked in their name.
    async fn make_work(&self, asker: &Asker, id: WorkspaceId, new: NewWork)
    -> Result<(), AppError>;

    /// Changes fields. Sending it again changes nothing more.
    ///
    /// # Errors
    /// As [`Work::make_work`]; `Refused` also where ERPNext does not let them change it.
    async fn change_work(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        change: WorkChange,
    ) -> Result<(), AppError>;

    /// Gives a Task or an Issue to somebody, or takes it from them.
    ///
    /// # Errors
    /// As [`Work::change_work`].
    async fn assign_work(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        assign: Assign,
    ) -> Result<(), AppError>;

    /// Decides on an edit of theirs that is in conflict or was refused.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for an edit that is somebody else's or needs no decision.
    async fn resolve_edit(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        edit: EditId,
        resolve: Resolve,
    ) -> Result<(), AppError>;

    /// Drops a Task or an Issue that ERPNext refused to make.
    ///
    /// # Errors
    /// As [`Work::resolve_edit`].
    async fn drop_new_work(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        save: SaveId,
    ) -> Result<(), AppError>;
}
