//! Of what somebody wants to hear.

use crate::{
    Db, StoreError,
    mine::{Counted, conclude},
};
use policy::{DocumentScope, Scope};
use sea_orm::ConnectionTrait;
use vocabulary::{DocumentRule, Room, RoomRule};

/// Chooses of which messages of `room` somebody is told.
///
/// # Errors
/// If the database fails.
pub async fn set_room_rule(
    db: &Db,
    scope: &Scope,
    room: &Room,
    rule: RoomRule,
) -> Result<Counted, StoreError> {
    let person = scope.who().person();
    let tx = db.begin().await?;
    let changed = tx
        .execute_raw(db.statement(
            "INSERT INTO room_reads (person_id, workspace_id, room_id, read_seq, marked_unread, rule)
             SELECT $1, $2, $3, c.last_seq, FALSE, $4 FROM workspace_counters c WHERE c.workspace_id = $2
             ON CONFLICT (person_id, room_id) DO UPDATE SET rule = excluded.rule
             WHERE room_reads.rule <> excluded.rule",
            [
                person.as_uuid().into(),
                scope.workspace().as_uuid().into(),
                room.id.as_uuid().into(),
                rule.as_str().into(),
            ],
        ))
        .await?;
    conclude(db, tx, person, changed.rows_affected()).await
}

/// What a member wants to hear of one Task or Issue.
///
/// # Errors
/// If the database fails.
pub async fn document_rule(db: &Db, document: &DocumentScope) -> Result<DocumentRule, StoreError> {
    let row = db
        .reader()
        .query_one_raw(db.statement(
            "SELECT r.rule FROM document_rules r
             JOIN documents d ON d.doctype = r.doctype AND d.name = r.name AND d.creation = r.creation
             WHERE r.person_id = $1 AND r.doctype = $2 AND r.name = $3",
            [
                document.team().scope().who().person().as_uuid().into(),
                document.doctype().into(),
                document.name().into(),
            ],
        ))
        .await?;
    let rule = row.map(|row| row.try_get_by_index::<String>(0)).transpose()?;
    Ok(rule.and_then(|rule| rule.parse().ok()).unwrap_or(DocumentRule::Usual))
}

/// Chooses what a member hears of one Task or Issue.
///
/// # Errors
/// If the database fails.
pub async fn set_document_rule(
    db: &Db,
    document: &DocumentScope,
    rule: DocumentRule,
) -> Result<(), StoreError> {
    db.writer()
        .execute_raw(db.statement(
            "INSERT INTO document_rules (person_id, doctype, name, creation, rule)
             SELECT $1, d.doctype, d.name, d.creation, $4 FROM documents d WHERE d.doctype = $2 AND d.name = $3
             ON CONFLICT (person_id, doctype, name, creation) DO UPDATE SET rule = excluded.rule",
            [
                document.team().scope().who().person().as_uuid().into(),
                document.doctype().into(),
                document.name().into(),
                rule.as_str().into(),
            ],
        ))
        .await?;
    Ok(())
}
