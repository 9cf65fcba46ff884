//! Messages from all rooms of a member, for lists of them. Members see both audiences of what they may read, so whatever
//! stands in a workspace within reach is theirs to see.

use crate::{
    Db, StoreError,
    messages::{TEAM, with_marks},
    rows::message,
};
use policy::MemberReach;
use sea_orm::{FromQueryResult, Statement, Value};
use std::collections::HashMap;
use uuid::Uuid;
use vocabulary::{FoundMessage, Message, MessageId, Moment, WorkspaceId};

/// Mentions on the page of them.
const PAGE: u64 = 100;

#[derive(FromQueryResult)]
struct FoundRow {
    workspace_id: Uuid,
    project_name: String,
    message_id: Uuid,
    at: i64,
}

/// The messages with these ids, given by [`crate::db::ids`]. Whoever asks has looked who may see them.
pub(crate) async fn messages(
    db: &Db,
    ids: Value,
) -> Result<HashMap<MessageId, Message>, StoreError> {
    let sql = format!("SELECT * FROM messages WHERE id IN {}", db.listed_ids("$1"));
    let rows =
        message::Model::find_by_statement(db.statement(&sql, [ids])).all(db.reader()).await?;
    let messages = with_marks(db, db.reader(), rows).await?;
    Ok(messages.into_iter().map(|message| (message.id, message)).collect())
}

/// The messages that `statement` names, in its order.
pub(super) async fn all(db: &Db, statement: Statement) -> Result<Vec<FoundMessage>, StoreError> {
    let rows = FoundRow::find_by_statement(statement).all(db.reader()).await?;
    let mut said = messages(db, crate::db::ids(rows.iter().map(|row| row.message_id))).await?;
    let found = |row: FoundRow| {
        Some(FoundMessage {
            workspace: WorkspaceId::from_uuid(row.workspace_id),
            project_name: row.project_name,
            at: Moment::from_millis(row.at),
            message: said.remove(&MessageId::from_uuid(row.message_id))?,
        })
    };
    Ok(rows.into_iter().filter_map(found).collect())
}

/// What calls a member or a team of theirs, the newest first.
///
/// # Errors
/// If the database fails.
pub async fn mentions(db: &Db, reach: &MemberReach) -> Result<Vec<FoundMessage>, StoreError> {
    let sql = format!(
        r#"SELECT DISTINCT m.workspace_id, w.project_name, m.id AS message_id, m.sent_at AS at
           FROM standings s
           JOIN people me ON me.id = s.person_id
           JOIN workspaces w ON w.id = s.workspace_id AND w.gone_at IS NULL
           JOIN message_mentions t ON t.workspace_id = s.workspace_id AND t.target IN (me."user", $2)
           JOIN messages m ON m.id = t.message_id
           WHERE s.person_id = $1 AND m.author_id <> $1 AND m.removed_at IS NULL
           ORDER BY at DESC LIMIT {PAGE}"#
    );
    let values = [reach.person().as_uuid().into(), TEAM.into()];
    all(db, db.statement(&sql, values)).await
}
