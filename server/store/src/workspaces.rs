//! Workspaces as people list and open them.

use crate::{
    Db, StoreError,
    rows::{message, workspace},
};
use policy::{MemberReach, Scope};
use sea_orm::{EntityTrait, FromQueryResult};
use std::collections::HashMap;
use vocabulary::WorkspaceSummary;

/// The workspaces within a member's reach, the most recently spoken in first.
///
/// # Errors
/// If the database fails.
pub async fn within_reach(
    db: &Db,
    reach: &MemberReach,
) -> Result<Vec<WorkspaceSummary>, StoreError> {
    let rows = workspace::Model::find_by_statement(db.statement(
        "SELECT w.* FROM workspaces w JOIN standings s ON s.workspace_id = w.id
         WHERE s.person_id = $1 AND w.gone_at IS NULL ORDER BY w.project_name",
        [reach.person().as_uuid().into()],
    ))
    .all(db.reader())
    .await?;
    // Members see both audiences of what they may read, so the newest message of any room is theirs to see.
    let newest = message::Model::find_by_statement(db.statement(
        "SELECT m.* FROM standings s
         JOIN rooms r ON r.workspace_id = s.workspace_id
         JOIN messages m ON m.id = (
           SELECT n.id FROM messages n WHERE n.room_id = r.id AND n.in_room = TRUE AND n.removed_at IS NULL
           ORDER BY n.seq DESC LIMIT 1)
         WHERE s.person_id = $1 ORDER BY m.seq",
        [reach.person().as_uuid().into()],
    ))
    .all(db.reader())
    .await?;
    let mut newest: HashMap<_, _> = newest.into_iter().map(|row| (row.workspace_id, row)).collect();
    let mut summaries = Vec::with_capacity(rows.len());
    for row in rows {
        let said = newest.remove(&row.id).map(message::Model::bare).transpose()?;
        summaries.push(WorkspaceSummary { newest: said, ..row.into() });
    }
    summaries.sort_by_key(|summary| {
        std::cmp::Reverse(summary.newest.as_ref().map(|message| message.sent_at))
    });
    Ok(summaries)
}

/// The workspace of `scope`, without its newest message.
///
/// # Errors
/// If the database fails.
#[expect(clippy::disallowed_methods, reason = "the id is the scope's own")]
pub async fn summary(db: &Db, scope: &Scope) -> Result<Option<WorkspaceSummary>, StoreError> {
    Ok(workspace::Entity::find_by_id(scope.workspace().as_uuid())
        .one(db.reader())
        .await?
        .map(WorkspaceSummary::from))
}
