//! What people have begun to write.

use super::count;
use crate::{Db, StoreError};
use policy::{MemberReach, Scope};
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult, Value};
use uuid::Uuid;
use vocabulary::{DRAFTS_LIMIT, Draft, MessageId, Moment, Room, RoomId, WorkspaceId};

#[derive(FromQueryResult)]
struct Row {
    workspace_id: Uuid,
    project_name: String,
    room_id: Uuid,
    thread_id: Uuid,
    body: String,
    at: i64,
}

impl From<Row> for Draft {
    fn from(row: Row) -> Self {
        Self {
            workspace: WorkspaceId::from_uuid(row.workspace_id),
            project_name: row.project_name,
            room: RoomId::from_uuid(row.room_id),
            thread: Some(row.thread_id).filter(|id| !id.is_nil()).map(MessageId::from_uuid),
            body: row.body,
            at: Moment::from_millis(row.at),
        }
    }
}

/// What became of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftKept {
    /// It is kept, or gone; how often what is this person's own has changed by now.
    Changed(i64),
    /// It was so already.
    Same,
    /// This person has as many as one may have.
    TooMany,
}

/// Keeps what the person of `scope` has written so far; nothing written keeps nothing.
///
/// # Errors
/// If the database fails.
pub async fn keep(
    db: &Db,
    scope: &Scope,
    room: &Room,
    thread: Option<MessageId>,
    body: &str,
    at: Moment,
) -> Result<DraftKept, StoreError> {
    let person = scope.who().person();
    let place = || {
        let thread = thread.map_or_else(Uuid::nil, MessageId::as_uuid);
        [person.as_uuid().into(), room.id.as_uuid().into(), thread.into()]
    };
    let tx = db.begin().await?;
    // Under the lock of the person's row two devices do not both take the last free place.
    let changes = count(db, &tx, person).await?;
    let [who, of_room, of_thread] = place();
    let kept = if body.trim().is_empty() {
        tx.execute_raw(db.statement(
            "DELETE FROM drafts WHERE person_id = $1 AND room_id = $2 AND thread_id = $3",
            [who, of_room, of_thread],
        ))
        .await?
    } else {
        if others(db, &tx, place()).await? >= DRAFTS_LIMIT {
            tx.rollback().await?;
            return Ok(DraftKept::TooMany);
        }
        tx.execute_raw(db.statement(
            "INSERT INTO drafts (person_id, room_id, thread_id, workspace_id, body, at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (person_id, room_id, thread_id) DO UPDATE SET body = $5, at = $6 WHERE drafts.body <> $5",
            [
                who,
                of_room,
                of_thread,
                scope.workspace().as_uuid().into(),
                body.into(),
                at.as_millis().into(),
            ],
        ))
        .await?
    };
    if kept.rows_affected() == 0 {
        tx.rollback().await?;
        return Ok(DraftKept::Same);
    }
    tx.commit().await?;
    Ok(DraftKept::Changed(changes))
}

/// How many drafts somebody has beside the one of this place.
async fn others(db: &Db, tx: &DatabaseTransaction, place: [Value; 3]) -> Result<usize, StoreError> {
    let row = tx
        .query_one_raw(db.statement(
            "SELECT COUNT(*) FROM drafts WHERE person_id = $1 AND NOT (room_id = $2 AND thread_id = $3)",
            place,
        ))
        .await?
        .ok_or(StoreError::Unreadable { what: "drafts" })?;
    Ok(usize::try_from(row.try_get_by_index::<i64>(0)?).unwrap_or(usize::MAX))
}

/// The drafts of a member in the workspaces they may still read, last changed first.
///
/// # Errors
/// If the database fails.
pub async fn all(db: &Db, reach: &MemberReach) -> Result<Vec<Draft>, StoreError> {
    let sql = format!(
        "SELECT d.workspace_id, w.project_name, d.room_id, d.thread_id, d.body, d.at FROM drafts d
         JOIN workspaces w ON w.id = d.workspace_id AND w.gone_at IS NULL
         JOIN standings s ON s.workspace_id = d.workspace_id AND s.person_id = d.person_id
         WHERE d.person_id = $1 ORDER BY d.at DESC LIMIT {DRAFTS_LIMIT}"
    );
    let rows = Row::find_by_statement(db.statement(&sql, [reach.person().as_uuid().into()]))
        .all(db.reader())
        .await?;
    Ok(rows.into_iter().map(Draft::from).collect())
}
