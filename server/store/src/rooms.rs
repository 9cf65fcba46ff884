//! Rooms, found through a scope.

use crate::{Db, StoreError, find::find, rows::room};
use policy::Scope;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
};
use vocabulary::{Room, RoomId, RoomKind, WorkspaceId};

/// The room with this id, if `scope` may see it.
///
/// # Errors
/// If the database fails.
pub async fn room(db: &Db, scope: &Scope, id: RoomId) -> Result<Option<Room>, StoreError> {
    let room = match db.known_rooms().get(id) {
        Some(room) => Some(room),
        None => find::<room::Entity>(scope)
            .filter(room::Column::Id.eq(id.as_uuid()))
            .one(db.reader())
            .await?
            .map(Room::try_from)
            .transpose()?,
    };
    Ok(room.filter(|room| room.workspace == scope.workspace() && scope.sees(room.audience)))
}

/// The room of this kind, if `scope` may see it.
///
/// # Errors
/// If the database fails.
pub async fn room_of_kind(
    db: &Db,
    scope: &Scope,
    kind: RoomKind,
) -> Result<Option<Room>, StoreError> {
    find::<room::Entity>(scope)
        .filter(room::Column::Kind.eq(kind.as_str()))
        .one(db.reader())
        .await?
        .map(Room::try_from)
        .transpose()
}

/// Which workspace the policy has to be asked about before this room can be looked for.
/// It says nothing about the room: whoever may not enter that workspace gets the answer of a wrong id.
///
/// # Errors
/// If the database fails.
#[expect(clippy::disallowed_methods, reason = "it only finds out which policy question to ask")]
pub async fn workspace_to_enter(db: &Db, id: RoomId) -> Result<Option<WorkspaceId>, StoreError> {
    if let Some(room) = db.known_rooms().get(id) {
        return Ok(Some(room.workspace));
    }
    let Some(row) = room::Entity::find_by_id(id.as_uuid()).one(db.reader()).await? else {
        return Ok(None);
    };
    let room = Room::try_from(row)?;
    let workspace = room.workspace;
    db.known_rooms().keep(room);
    Ok(Some(workspace))
}

/// Rooms read before: a room never changes its workspace or its audience.
#[derive(Debug, Default)]
pub(crate) struct KnownRooms(RwLock<HashMap<RoomId, Room>>);

impl KnownRooms {
    fn get(&self, id: RoomId) -> Option<Room> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    fn keep(&self, room: Room) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(room.id, room);
    }
}
