//! Finding one message.

use super::with_marks;
use crate::{Db, StoreError, find::find, rows::message};
use policy::Scope;
use sea_orm::{
    ColumnTrait, ConnectionTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Select,
};
use vocabulary::{Message, MessageBody, MessageId, MessageKey, Moment, RoomId, Version};

/// The message with this id, if `scope` may see it.
///
/// # Errors
/// If the database fails.
pub async fn by_id(db: &Db, scope: &Scope, id: MessageId) -> Result<Option<Message>, StoreError> {
    by_id_on(db, db.reader(), scope, id).await
}

/// The same as the connection sees it.
pub(super) async fn by_id_on(
    db: &Db,
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: MessageId,
) -> Result<Option<Message>, StoreError> {
    let found = find::<message::Entity>(scope).filter(message::Column::Id.eq(id.as_uuid()));
    one(db, connection, found).await
}

/// The message this person stored under this key before, if it is theirs to see here.
///
/// # Errors
/// If the database fails.
pub async fn by_key(
    db: &Db,
    scope: &Scope,
    key: MessageKey,
) -> Result<Option<Message>, StoreError> {
    let found = find::<message::Entity>(scope)
        .filter(message::Column::AuthorId.eq(scope.who().person().as_uuid()))
        .filter(message::Column::MessageKey.eq(key.as_uuid()));
    one(db, db.reader(), found).await
}

async fn one(
    db: &Db,
    connection: &impl ConnectionTrait,
    found: Select<message::Entity>,
) -> Result<Option<Message>, StoreError> {
    let rows = found.one(connection).await?.into_iter().collect();
    Ok(with_marks(db, connection, rows).await?.pop())
}

/// What is pinned in `room`, the last pinned first.
///
/// # Errors
/// If the database fails.
pub async fn pinned(db: &Db, scope: &Scope, room: RoomId) -> Result<Vec<Message>, StoreError> {
    let rows = find::<message::Entity>(scope)
        .filter(message::Column::RoomId.eq(room.as_uuid()))
        .filter(message::Column::PinnedAt.is_not_null())
        .order_by_desc(message::Column::PinnedAt)
        .limit(100)
        .all(db.reader())
        .await?;
    with_marks(db, db.reader(), rows).await
}

#[derive(FromQueryResult)]
struct VersionRow {
    since: i64,
    body: String,
}

/// What a message said before it was edited, oldest first; `None` if it is not there.
///
/// # Errors
/// If the database fails.
pub async fn versions(
    db: &Db,
    scope: &Scope,
    id: MessageId,
) -> Result<Option<Vec<Version>>, StoreError> {
    if by_id(db, scope, id).await?.is_none() {
        return Ok(None);
    }
    let rows = VersionRow::find_by_statement(db.statement(
        "SELECT since, body FROM message_versions WHERE message_id = $1 ORDER BY since",
        [id.as_uuid().into()],
    ))
    .all(db.reader())
    .await?;
    let version = |row: VersionRow| Version {
        body: MessageBody::stored(row.body),
        since: Moment::from_millis(row.since),
    };
    Ok(Some(rows.into_iter().map(version).collect()))
}
