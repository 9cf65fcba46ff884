use crate::StoreError;
use sea_orm::entity::prelude::*;
use vocabulary::{
    Author, Deed, Message, MessageBody, MessageId, MessageKey, Moment, PersonId, Removal, RoomId,
    Seq,
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
    pub thread_id: Option<Uuid>,
    pub in_room: bool,
    pub kind: String,
    pub changed: i64,
    pub edited_at: Option<i64>,
    pub removed_at: Option<i64>,
    pub removed_by: Option<Uuid>,
    pub removed_by_name: Option<String>,
    pub undone: bool,
    pub pinned_at: Option<i64>,
    pub pinned_by: Option<Uuid>,
    pub pinned_by_name: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The message as its own row tells it; what stands on it is in other tables (`messages::with_marks`).
    pub fn bare(self) -> Result<Message, StoreError> {
        let removed = deed(self.removed_at, self.removed_by, self.removed_by_name)
            .map(|deed| Removal { deed, undone: self.undone });
        let body = (!self.body.is_empty()).then(|| MessageBody::stored(self.body));
        Ok(Message {
            id: MessageId::from_uuid(self.id),
            key: MessageKey::from_uuid(self.message_key),
            room: RoomId::from_uuid(self.room_id),
            seq: Seq::new(self.seq),
            changed: Seq::new(self.changed),
            thread: self.thread_id.map(MessageId::from_uuid),
            in_room: self.in_room,
            kind: self
                .kind
                .parse()
                .map_err(|()| StoreError::Unreadable { what: "messages.kind" })?,
            author: Author { id: PersonId::from_uuid(self.author_id), full_name: self.author_name },
            audience: self
                .audience
                .parse()
                .map_err(|_| StoreError::Unreadable { what: "messages.audience" })?,
            body,
            sent_at: Moment::from_millis(self.sent_at),
            edited_at: self.edited_at.map(Moment::from_millis),
            removed,
            pinned: deed(self.pinned_at, self.pinned_by, self.pinned_by_name),
            mentions: Vec::new(),
            tags: Vec::new(),
            files: Vec::new(),
            reactions: Vec::new(),
            replies: None,
        })
    }
}

fn deed(at: Option<i64>, by: Option<Uuid>, name: Option<String>) -> Option<Deed> {
    Some(Deed {
        by: Author { id: PersonId::from_uuid(by?), full_name: name.unwrap_or_default() },
        at: Moment::from_millis(at?),
    })
}
