use crate::StoreError;
use sea_orm::entity::prelude::*;
use vocabulary::{
    Author, Message, MessageBody, MessageId, MessageKey, Moment, PersonId, RoomId, Seq,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "messages")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub message_key: Uuid,
    pub workspace_id: Uuid,
    pub room_id: Uuid,
    pub seq: i64,
    pub author_id: Uuid,
    pub author_name: String,
    pub audience: String,
    pub body: String,
    pub sent_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Message {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: MessageId::from_uuid(row.id),
            key: MessageKey::from_uuid(row.message_key),
            room: RoomId::from_uuid(row.room_id),
            seq: Seq::new(row.seq),
            author: Author { id: PersonId::from_uuid(row.author_id), full_name: row.author_name },
            audience: row
                .audience
                .parse()
                .map_err(|_| StoreError::Unreadable { what: "messages.audience" })?,
            body: MessageBody::new(&row.body)
                .map_err(|_| StoreError::Unreadable { what: "messages.body" })?,
            sent_at: Moment::from_millis(row.sent_at),
        })
    }
}
