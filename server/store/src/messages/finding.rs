//! Finding one message, or a place in a room.

use super::with_marks;
use crate::{Db, StoreError, find::find, rows::message};
use policy::Scope;
use sea_orm::{
    ColumnTrait, ConnectionTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Select,
};
use vocabulary::{
    Message, MessageBody, MessageId, MessageKey, Moment, Place, RoomId, Seq, Version, Window,
};

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

/// About `limit` messages that `room` shows on both sides of `place`; `None` if the message it names is not there.
///
/// # Errors
/// If the database fails.
pub async fn around(
    db: &Db,
    scope: &Scope,
    room: RoomId,
    place: Place,
    limit: u64,
) -> Result<Option<Window>, StoreError> {
    let shown = || {
        find::<message::Entity>(scope)
            .filter(message::Column::RoomId.eq(room.as_uuid()))
            .filter(message::Column::InRoom.eq(true))
    };
    let (from, found) = match place {
        Place::Message(id) => {
            let Some(mut said) = by_id(db, scope, id).await?.filter(|said| said.room == room)
            else {
                return Ok(None);
            };
            if let (false, Some(root)) = (said.in_room, said.thread) {
                let Some(root) = by_id(db, scope, root).await? else { return Ok(None) };
                said = root;
            }
            (said.seq, Some(said.id))
        }
        Place::After(seq) => (seq.next(), None),
        Place::From(at) => {
            let first = shown()
                .filter(message::Column::SentAt.gte(at.as_millis()))
                .order_by_asc(message::Column::SentAt)
                .order_by_asc(message::Column::Seq)
                .one(db.reader())
                .await?;
            match first {
                Some(row) => (Seq::new(row.seq), Some(MessageId::from_uuid(row.id))),
                // Nothing was said since: the end.
                None => (Seq::new(i64::MAX), None),
            }
        }
    };
    let mut before = shown()
        .filter(message::Column::Seq.lt(from.get()))
        .order_by_desc(message::Column::Seq)
        .limit(limit + 1)
        .all(db.reader())
        .await?;
    let mut rest = shown()
        .filter(message::Column::Seq.gte(from.get()))
        .order_by_asc(message::Column::Seq)
        .limit(limit + 1)
        .all(db.reader())
        .await?;
    let over = |rows: &mut Vec<message::Model>| {
        let more = rows.len() as u64 > limit;
        if more {
            rows.pop();
        }
        more
    };
    let (has_earlier, has_later) = (over(&mut before), over(&mut rest));
    before.reverse();
    before.append(&mut rest);
    let messages = with_marks(db, db.reader(), before).await?;
    Ok(Some(Window { messages, has_earlier, has_later, found }))
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
