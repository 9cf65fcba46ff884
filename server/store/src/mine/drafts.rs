//! What people have begun to write.

use super::count;
use crate::{Db, StoreError};
use policy::{MemberReach, Scope};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;
use vocabulary::{Draft, MessageId, Moment, Room, RoomId, WorkspaceId};

/// Drafts of one person that are listed.
const LISTED: u64 = 500;

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

/// Keeps what the person of `scope` has written so far; nothing written keeps nothing. How often what is theirs has changed
/// by now, if this changed it.
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
) -> Result<Option<i64>, StoreError> {
    let person = scope.who().person();
    let thread = thread.map_or_else(Uuid::nil, MessageId::as_uuid);
    let tx = db.begin().await?;
    let kept = if body.trim().is_empty() {
        tx.execute_raw(db.statement(
            "DELETE FROM drafts WHERE person_id = $1 AND room_id = $2 AND thread_id = $3",
            [person.as_uuid().into(), room.id.as_uuid().into(), thread.into()],
        ))
        .await?
    } else {
        tx.execute_raw(db.statement(
            "INSERT INTO drafts (person_id, workspace_id, room_id, thread_id, body, at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (person_id, room_id, thread_id) DO UPDATE SET body = $5, at = $6 WHERE drafts.body <> $5",
            [
                person.as_uuid().into(),
                scope.workspace().as_uuid().into(),
                room.id.as_uuid().into(),
                thread.into(),
                body.into(),
                at.as_millis().into(),
            ],
        ))
        .await?
    };
    if kept.rows_affected() == 0 {
        tx.rollback().await?;
        return Ok(None);
    }
    let changes = count(db, &tx, person).await?;
    tx.commit().await?;
    Ok(Some(changes))
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
         WHERE d.person_id = $1 ORDER BY d.at DESC LIMIT {LISTED}"
    );
    let rows = Row::find_by_statement(db.statement(&sql, [reach.person().as_uuid().into()]))
        // From the writer: what was kept a moment ago is there.
        .all(db.writer())
        .await?;
    Ok(rows.into_iter().map(Draft::from).collect())
}
