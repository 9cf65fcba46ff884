//! Notices that need no answer any more: read where it happened, looked at, or done. What is shown of them on devices goes.

use super::hold;
use crate::{
    Db, StoreError,
    mine::{Counted, conclude},
};
use policy::MemberReach;
use sea_orm::{ConnectionTrait, DatabaseTransaction, Value};
use vocabulary::{MessageId, Moment, NoticeId, NoticeKind, PersonId, RoomId};

/// How far `$1` has read in the room `$2`.
const READ: &str =
    "(SELECT r.read_seq FROM room_reads r WHERE r.person_id = $1 AND r.room_id = $2)";

/// What stands in `room` up to where `person` has read by now was read. How many notices that changes.
pub(crate) async fn read_in_room(
    db: &Db,
    tx: &DatabaseTransaction,
    person: PersonId,
    room: RoomId,
) -> Result<u64, StoreError> {
    let sql = format!(
        "UPDATE notices SET read_at = $3 WHERE person_id = $1 AND room_id = $2 AND in_room = TRUE AND read_at IS NULL
           AND seq <= {READ}"
    );
    read(db, tx, person, &sql, [person.as_uuid().into(), room.as_uuid().into(), now()]).await
}

/// What stands in `room` after where `person` has read by now is unread again. How many notices that changes.
pub(crate) async fn unread_in_room(
    db: &Db,
    tx: &DatabaseTransaction,
    person: PersonId,
    room: RoomId,
) -> Result<u64, StoreError> {
    let sql = format!(
        "UPDATE notices SET read_at = NULL WHERE person_id = $1 AND room_id = $2 AND in_room = TRUE AND quiet = FALSE
           AND read_at IS NOT NULL AND done_at IS NULL AND seq > {READ}"
    );
    let values = [person.as_uuid().into(), room.as_uuid().into()];
    Ok(tx.execute_raw(db.statement(&sql, values)).await?.rows_affected())
}

/// Replies of `thread` up to where `person` has read by now were read. How many notices that changes.
pub(crate) async fn read_in_thread(
    db: &Db,
    tx: &DatabaseTransaction,
    person: PersonId,
    thread: MessageId,
) -> Result<u64, StoreError> {
    let sql = "UPDATE notices SET read_at = $3 WHERE person_id = $1 AND thread_id = $2 AND in_room = FALSE AND read_at IS NULL
       AND seq <= (SELECT f.read_seq FROM thread_follows f WHERE f.person_id = $1 AND f.thread_id = $2)";
    read(db, tx, person, sql, [person.as_uuid().into(), thread.as_uuid().into(), now()]).await
}

/// All that was said was read. How many notices that changes.
pub(crate) async fn read_all(
    db: &Db,
    tx: &DatabaseTransaction,
    person: PersonId,
) -> Result<u64, StoreError> {
    let sql = "UPDATE notices SET read_at = $2 WHERE person_id = $1 AND message_id IS NOT NULL AND read_at IS NULL";
    read(db, tx, person, sql, [person.as_uuid().into(), now()]).await
}

/// A member has looked at a notice. `None` if it is not theirs.
///
/// # Errors
/// If the database fails.
pub async fn see(
    db: &Db,
    reach: &MemberReach,
    notice: NoticeId,
) -> Result<Option<Counted>, StoreError> {
    let sql =
        "UPDATE notices SET read_at = $3 WHERE person_id = $1 AND id = $2 AND read_at IS NULL";
    change(db, reach, notice, sql, Some(now())).await
}

/// A member is done with a notice, or is not after all. `None` if it is not theirs.
///
/// # Errors
/// If the database fails.
pub async fn finish(
    db: &Db,
    reach: &MemberReach,
    notice: NoticeId,
    done: bool,
) -> Result<Option<Counted>, StoreError> {
    if done {
        let sql = "UPDATE notices SET done_at = $3, read_at = COALESCE(read_at, $3)
           WHERE person_id = $1 AND id = $2 AND done_at IS NULL";
        change(db, reach, notice, sql, Some(now())).await
    } else {
        // What was read stays so.
        let sql = "UPDATE notices SET done_at = NULL WHERE person_id = $1 AND id = $2 AND done_at IS NOT NULL";
        change(db, reach, notice, sql, None).await
    }
}

async fn change(
    db: &Db,
    reach: &MemberReach,
    notice: NoticeId,
    sql: &str,
    at: Option<Value>,
) -> Result<Option<Counted>, StoreError> {
    let person = reach.person();
    let ids = || [person.as_uuid().into(), notice.as_uuid().into()];
    let tx = db.begin().await?;
    hold(db, &tx, person).await?;
    let known = "SELECT 1 FROM notices WHERE person_id = $1 AND id = $2";
    if tx.query_one_raw(db.statement(known, ids())).await?.is_none() {
        tx.rollback().await?;
        return Ok(None);
    }
    let [a, b] = ids();
    let rows = match at {
        Some(at) => read(db, &tx, person, sql, [a, b, at]).await?,
        None => tx.execute_raw(db.statement(sql, [a, b])).await?.rows_affected(),
    };
    conclude(db, tx, person, rows).await.map(Some)
}

/// A member is done with all notices, or all of one kind.
///
/// # Errors
/// If the database fails.
pub async fn finish_all(
    db: &Db,
    reach: &MemberReach,
    kind: Option<NoticeKind>,
) -> Result<Counted, StoreError> {
    let person = reach.person();
    let tx = db.begin().await?;
    hold(db, &tx, person).await?;
    let kind = kind.map_or("", NoticeKind::as_str);
    let sql = "UPDATE notices SET done_at = $2, read_at = COALESCE(read_at, $2)
       WHERE person_id = $1 AND done_at IS NULL AND ($3 = '' OR kind = $3)";
    let rows = read(db, &tx, person, sql, [person.as_uuid().into(), now(), kind.into()]).await?;
    conclude(db, tx, person, rows).await
}

/// Runs an update that makes notices of `person` read, and has their devices show them no more.
pub(super) async fn read<const N: usize>(
    db: &Db,
    tx: &DatabaseTransaction,
    person: PersonId,
    sql: &str,
    values: [Value; N],
) -> Result<u64, StoreError> {
    let rows = tx.execute_raw(db.statement(sql, values)).await?.rows_affected();
    if rows > 0 {
        withdraw(db, tx, person).await?;
    }
    Ok(rows)
}

/// What was not shown yet never will be, what was is closed.
async fn withdraw(db: &Db, tx: &DatabaseTransaction, person: PersonId) -> Result<(), StoreError> {
    const READ_BY_NOW: &str = "device_id IN (SELECT d.id FROM push_devices d WHERE d.person_id = $1)
        AND EXISTS (SELECT 1 FROM notices n WHERE n.id = pushes.notice_id AND n.read_at IS NOT NULL)";
    let never = format!("DELETE FROM pushes WHERE state = 'due' AND {READ_BY_NOW}");
    tx.execute_raw(db.statement(&never, [person.as_uuid().into()])).await?;
    let close = format!(
        "UPDATE pushes SET state = 'closing', next_at = $2, attempts = 0
         WHERE state IN ('sending', 'shown') AND {READ_BY_NOW}"
    );
    tx.execute_raw(db.statement(&close, [person.as_uuid().into(), now()])).await?;
    Ok(())
}

pub(super) fn now() -> Value {
    Moment::now().as_millis().into()
}
