//! Reading a room from its end, a thread, and what somebody has missed.

use super::with_marks;
use crate::{Db, StoreError, find::find, rows::message};
use policy::Scope;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use vocabulary::{Message, MessageId, RoomId, Seq};

/// The newest `limit` messages that `room` shows before `before` (or of all), oldest first.
///
/// # Errors
/// If the database fails.
pub async fn latest(
    db: &Db,
    scope: &Scope,
    room: RoomId,
    before: Option<Seq>,
    limit: u64,
) -> Result<Vec<Message>, StoreError> {
    let mut query = find::<message::Entity>(scope)
        .filter(message::Column::RoomId.eq(room.as_uuid()))
        .filter(message::Column::InRoom.eq(true))
        .order_by_desc(message::Column::Seq)
        .limit(limit);
    if let Some(before) = before {
        query = query.filter(message::Column::Seq.lt(before.get()));
    }
    let mut rows = query.all(db.reader()).await?;
    rows.reverse();
    with_marks(db, db.reader(), rows).await
}

/// Up to `limit` replies of a thread before `before` (or the newest), oldest first.
///
/// # Errors
/// If the database fails.
pub async fn in_thread(
    db: &Db,
    scope: &Scope,
    thread: MessageId,
    before: Option<Seq>,
    limit: u64,
) -> Result<Vec<Message>, StoreError> {
    let mut query = find::<message::Entity>(scope)
        .filter(message::Column::ThreadId.eq(thread.as_uuid()))
        .order_by_desc(message::Column::Seq)
        .limit(limit);
    if let Some(before) = before {
        query = query.filter(message::Column::Seq.lt(before.get()));
    }
    let mut rows = query.all(db.reader()).await?;
    rows.reverse();
    with_marks(db, db.reader(), rows).await
}

/// Up to `limit` messages of `room`, those of its threads too, that were said or changed after the place `after`, in the
/// order of their last change: what somebody who was away has missed.
///
/// # Errors
/// If the database fails.
pub async fn changed_after(
    db: &Db,
    scope: &Scope,
    room: RoomId,
    after: Seq,
    limit: u64,
) -> Result<Vec<Message>, StoreError> {
    let rows = find::<message::Entity>(scope)
        .filter(message::Column::RoomId.eq(room.as_uuid()))
        .filter(message::Column::Changed.gt(after.get()))
        .order_by_asc(message::Column::Changed)
        .limit(limit)
        .all(db.reader())
        .await?;
    with_marks(db, db.reader(), rows).await
}
