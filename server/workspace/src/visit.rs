//! One principal in one workspace, now; and a room they have opened. Acts are methods of what was found.

use crate::{
    Services,
    errors::{from_hidden, from_store},
};
use contract::{AppError, Asker};
use policy::{Principal, Scope, TeamScope};
use store::rooms;
use vocabulary::{Room, RoomId, RoomKind, WorkspaceId};

/// One principal in one workspace, now.
#[derive(Clone)]
pub struct Visit {
    pub(crate) services: Services,
    pub(crate) scope: Scope,
}

/// A room found through a visit.
#[derive(Clone)]
pub struct OpenRoom {
    pub(crate) services: Services,
    pub(crate) scope: Scope,
    pub(crate) room: Room,
}

impl Services {
    /// Lets the asker into `workspace`.
    ///
    /// # Errors
    /// `SignIn` without a session; `NotFound` if the policy hides the workspace, or there is none.
    pub async fn enter(&self, asker: &Asker, workspace: WorkspaceId) -> Result<Visit, AppError> {
        let session = self.session(asker).await?;
        self.enter_as(session.principal, workspace).await
    }

    /// The same for a principal whose session was checked just now.
    ///
    /// # Errors
    /// `NotFound` if the policy hides the workspace, or there is none.
    pub async fn enter_as(
        &self,
        who: Principal,
        workspace: WorkspaceId,
    ) -> Result<Visit, AppError> {
        let standing = self.standing(&who, workspace).await?;
        let scope = policy::enter(who, workspace, standing).map_err(from_hidden)?;
        Ok(Visit { services: self.clone(), scope })
    }

    /// Opens a room by its id alone, through a visit of the workspace it belongs to.
    ///
    /// # Errors
    /// `NotFound` for a wrong room and for a hidden one alike.
    pub async fn open_room_as(&self, who: Principal, room: RoomId) -> Result<OpenRoom, AppError> {
        let workspace = rooms::workspace_to_enter(&self.db, room)
            .await
            .map_err(from_store)?
            .ok_or(AppError::NotFound)?;
        self.enter_as(who, workspace).await?.open_room(room).await
    }
}

impl Visit {
    /// Opens one of the rooms this visitor may see.
    ///
    /// # Errors
    /// `NotFound` for a wrong room and for a hidden one alike.
    pub async fn open_room(self, id: RoomId) -> Result<OpenRoom, AppError> {
        let room = rooms::room(&self.services.db, &self.scope, id).await.map_err(from_store)?;
        self.opened(room)
    }

    /// Opens the team room.
    ///
    /// # Errors
    /// `NotFound` for those who are not of the team.
    pub async fn open_team_room(self) -> Result<OpenRoom, AppError> {
        let room = rooms::room_of_kind(&self.services.db, &self.scope, RoomKind::Team)
            .await
            .map_err(from_store)?;
        self.opened(room)
    }

    /// The visitor as one of the team.
    ///
    /// # Errors
    /// `NotFound` for clients.
    pub fn team(&self) -> Result<TeamScope, AppError> {
        self.scope.clone().team().map_err(from_hidden)
    }

    fn opened(self, room: Option<Room>) -> Result<OpenRoom, AppError> {
        let room = room.ok_or(AppError::NotFound)?;
        Ok(OpenRoom { services: self.services, scope: self.scope, room })
    }
}

impl OpenRoom {
    /// Which room it is.
    #[must_use]
    pub const fn id(&self) -> RoomId {
        self.room.id
    }
}
