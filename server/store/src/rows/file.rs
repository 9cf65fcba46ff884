use crate::{StoreError, files::KeptFile};
use sea_orm::entity::prelude::*;
use vocabulary::{FileId, FileName, PersonId, RoomId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "files")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub workspace_id: Uuid,
    pub room_id: Uuid,
    pub audience: String,
    pub person_id: Uuid,
    pub name: String,
    pub content_type: Option<String>,
    pub size: Option<i64>,
    pub width: Option<i32>,
    pub height: Option<i32>,
    pub sha256: Option<String>,
    pub thumbnail: Option<String>,
    pub state: String,
    pub storage_key: Option<String>,
    pub note: Option<String>,
    pub created_at: i64,
    pub changed_at: i64,
    pub removed_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for KeptFile {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let unreadable = |what| StoreError::Unreadable { what };
        Ok(Self {
            id: FileId::from_uuid(row.id),
            room: RoomId::from_uuid(row.room_id),
            by: PersonId::from_uuid(row.person_id),
            name: FileName::new(&row.name),
            content_type: row.content_type.ok_or_else(|| unreadable("files.content_type"))?,
            size: row
                .size
                .and_then(|size| u64::try_from(size).ok())
                .ok_or_else(|| unreadable("files.size"))?,
            width: row.width.and_then(|pixels| u32::try_from(pixels).ok()),
            height: row.height.and_then(|pixels| u32::try_from(pixels).ok()),
            sha256: row.sha256.ok_or_else(|| unreadable("files.sha256"))?,
            thumbnail: row.thumbnail,
            note: row.note,
            key: row.storage_key.ok_or_else(|| unreadable("files.storage_key"))?,
        })
    }
}
