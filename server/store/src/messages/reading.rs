//! Reading what somebody has missed.

use super::with_marks;
use crate::{Db, StoreError, find::find, rows::message};
use policy::Scope;
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};
use vocabulary::{Message, RoomId, Seq};

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
