//! Messages a member keeps for later.

use super::{Counted, conclude, found};
use crate::{Db, StoreError};
use policy::{MemberReach, Scope};
use sea_orm::ConnectionTrait;
use uuid::Uuid;
use vocabulary::{FoundMessage, MessageId, Moment};

/// Saved messages that are told apart in lists of messages.
const IDS: u64 = 1_000;

/// Saved messages on the page of them.
const PAGE: u64 = 200;

/// Keeps `message` for later, or no longer.
///
/// # Errors
/// If the database fails.
pub async fn save(
    db: &Db,
    scope: &Scope,
    message: MessageId,
    saved: bool,
    at: Moment,
) -> Result<Counted, StoreError> {
    let person = scope.who().person();
    let tx = db.begin().await?;
    let who = || person.as_uuid().into();
    let changed = if saved {
        tx.execute_raw(db.statement(
            "INSERT INTO saved_messages (person_id, workspace_id, message_id, at) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING",
            [who(), scope.workspace().as_uuid().into(), message.as_uuid().into(), at.as_millis().into()],
        ))
        .await?
    } else {
        tx.execute_raw(db.statement(
            "DELETE FROM saved_messages WHERE person_id = $1 AND message_id = $2",
            [who(), message.as_uuid().into()],
        ))
        .await?
    };
    conclude(db, tx, person, changed.rows_affected()).await
}

/// Which messages a member has saved.
pub(super) async fn ids(db: &Db, reach: &MemberReach) -> Result<Vec<MessageId>, StoreError> {
    let sql = format!(
        "SELECT message_id FROM saved_messages WHERE person_id = $1 ORDER BY at DESC LIMIT {IDS}"
    );
    let rows =
        db.reader().query_all_raw(db.statement(&sql, [reach.person().as_uuid().into()])).await?;
    let id = |row: &sea_orm::QueryResult| row.try_get_by_index::<Uuid>(0).map(MessageId::from_uuid);
    Ok(rows.iter().map(id).collect::<Result<_, _>>()?)
}

/// What a member has saved and may still read, the last saved first.
///
/// # Errors
/// If the database fails.
pub async fn saved(db: &Db, reach: &MemberReach) -> Result<Vec<FoundMessage>, StoreError> {
    let sql = format!(
        "SELECT k.workspace_id, w.project_name, k.message_id, k.at FROM saved_messages k
         JOIN standings s ON s.person_id = k.person_id AND s.workspace_id = k.workspace_id
         JOIN workspaces w ON w.id = k.workspace_id AND w.gone_at IS NULL
         WHERE k.person_id = $1 ORDER BY k.at DESC LIMIT {PAGE}"
    );
    found::all(db, db.statement(&sql, [reach.person().as_uuid().into()])).await
}
