use crate::StoreError;
use sea_orm::entity::prelude::*;
use vocabulary::{Room, RoomId, WorkspaceId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rooms")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub workspace_id: Uuid,
    pub kind: String,
    pub audience: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Room {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: RoomId::from_uuid(row.id),
            workspace: WorkspaceId::from_uuid(row.workspace_id),
            kind: row.kind.parse().map_err(|()| StoreError::Unreadable { what: "rooms.kind" })?,
            audience: row
                .audience
                .parse()
                .map_err(|_| StoreError::Unreadable { what: "rooms.audience" })?,
        })
    }
}
