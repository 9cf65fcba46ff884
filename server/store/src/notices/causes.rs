//! Notices that are made in the transaction of what causes them.

use super::{
    hold,
    reading::{now, read},
};
use crate::{Db, StoreError, mine, worker::DocumentCopy};
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use uuid::Uuid;
use vocabulary::{MessageKey, Moment, NoticeKind, PersonId, WorkspaceId};

/// Of a save of which ERPNext took not all.
const CHANGED_MEANWHILE: &str = "Somebody else changed it meanwhile.";

/// A notice to be made.
pub(super) struct New<'a> {
    pub(super) person: PersonId,
    pub(super) workspace: Uuid,
    pub(super) kind: NoticeKind,
    /// What it is one notice of.
    pub(super) key: String,
    pub(super) at: Moment,
    pub(super) message: Option<OfMessage>,
    /// Doctype, name and creation.
    pub(super) document: Option<(&'a str, Option<&'a str>, Option<&'a str>)>,
    pub(super) cause: Option<Uuid>,
    pub(super) words: Option<&'a str>,
    /// It counts and rings nowhere.
    pub(super) quiet: bool,
    /// It was read before there was a notice of it.
    pub(super) is_read: bool,
}

/// Where the message of a notice stands.
#[derive(Clone, Copy)]
pub(super) struct OfMessage {
    pub(super) id: Uuid,
    pub(super) room: Uuid,
    pub(super) thread: Option<Uuid>,
    pub(super) in_room: bool,
    pub(super) seq: i64,
}

/// Makes a notice, and owes it to the devices of its person. A repeat makes none; whoever is called by what they were told
/// of otherwise is told so. The person's row is held.
pub(super) async fn put(
    db: &Db,
    tx: &DatabaseTransaction,
    new: &New<'_>,
) -> Result<(), StoreError> {
    let id = Uuid::now_v7();
    let at = new.at.as_millis();
    let (doctype, name, creation) =
        new.document.map_or((None, None, None), |(a, b, c)| (Some(a), b, c));
    let is_read = new.quiet || new.is_read;
    let message = new.message;
    let made = tx
        .query_one_raw(db.statement(
            "INSERT INTO notices (id, person_id, workspace_id, kind, notice_key, at, room_id, thread_id, in_room, seq,
                                  message_id, doctype, name, creation, words, cause_id, quiet, read_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
             ON CONFLICT (person_id, notice_key) DO UPDATE SET kind = excluded.kind
             WHERE notices.kind <> 'mention' AND excluded.kind = 'mention'
             RETURNING id",
            [
                id.into(),
                new.person.as_uuid().into(),
                new.workspace.into(),
                new.kind.as_str().into(),
                new.key.clone().into(),
                at.into(),
                message.map(|message| message.room).into(),
                message.and_then(|message| message.thread).into(),
                message.is_some_and(|message| message.in_room).into(),
                message.map(|message| message.seq).into(),
                message.map(|message| message.id).into(),
                doctype.map(str::to_owned).into(),
                name.map(str::to_owned).into(),
                creation.map(str::to_owned).into(),
                new.words.map(str::to_owned).into(),
                new.cause.into(),
                new.quiet.into(),
                is_read.then_some(at).into(),
            ],
        ))
        .await?;
    let made = made.map(|row| row.try_get_by_index::<Uuid>(0)).transpose()?;
    if made != Some(id) || is_read {
        return Ok(());
    }
    tx.execute_raw(db.statement(
        "INSERT INTO pushes (notice_id, device_id, state, next_at, attempts, made_at)
         SELECT $1, d.id, 'due', $3, 0, $3 FROM push_devices d
         JOIN sessions s ON s.token_hash = d.session_hash AND s.expires_at > $3
         WHERE d.person_id = $2 ON CONFLICT DO NOTHING",
        [id.into(), new.person.as_uuid().into(), now()],
    ))
    .await?;
    Ok(())
}

/// The same of one person alone, whose devices have to ask again.
async fn put_and_count(db: &Db, tx: &DatabaseTransaction, new: &New<'_>) -> Result<(), StoreError> {
    mine::count(db, tx, new.person).await?;
    put(db, tx, new).await
}

#[derive(FromQueryResult)]
struct AssignedRow {
    name: String,
    creation: String,
    fields: String,
    person_id: Uuid,
    workspace_id: Uuid,
    about_creation: String,
    rule: Option<String>,
}

/// Open ToDos about a Task or an Issue are here now: whoever they are allocated to is told, once. What one gives oneself is
/// no news.
pub(crate) async fn assigned(
    db: &Db,
    tx: &DatabaseTransaction,
    (doctype, name): (&str, &str),
) -> Result<(), StoreError> {
    let whom = db.json_text("t.fields", "allocated_to");
    let by = db.json_text("t.fields", "assigned_by");
    let sql = format!(
        r#"SELECT t.name, t.creation, t.fields, p.id AS person_id, w.id AS workspace_id, d.creation AS about_creation, r.rule
           FROM documents d
           JOIN workspaces w ON w.project = d.project AND w.gone_at IS NULL
           JOIN documents t ON t.doctype = 'ToDo' AND t.about_doctype = d.doctype AND t.about_name = d.name
             AND t.status = 'Open'
           JOIN people p ON p."user" = LOWER({whom}) AND p.kind = 'member' AND p.enabled = TRUE
           LEFT JOIN document_rules r ON r.person_id = p.id AND r.doctype = d.doctype AND r.name = d.name
             AND r.creation = d.creation
           WHERE d.doctype = $1 AND d.name = $2 AND LOWER({whom}) <> LOWER(COALESCE({by}, ''))
           ORDER BY p.id"#
    );
    let todos = AssignedRow::find_by_statement(db.statement(&sql, [doctype.into(), name.into()]))
        .all(tx)
        .await?;
    for todo in todos {
        let key = todo_key(&todo.name, &todo.creation);
        let known = tx
            .query_one_raw(db.statement(
                "SELECT 1 FROM notices WHERE person_id = $1 AND notice_key = $2",
                [todo.person_id.into(), key.clone().into()],
            ))
            .await?;
        if known.is_some() {
            continue;
        }
        let fields: serde_json::Value = serde_json::from_str(&todo.fields)
            .map_err(|_| StoreError::Unreadable { what: "documents.fields" })?;
        let new = New {
            person: PersonId::from_uuid(todo.person_id),
            workspace: todo.workspace_id,
            kind: NoticeKind::Assignment,
            key,
            at: Moment::now(),
            message: None,
            document: Some((doctype, Some(name), Some(&todo.about_creation))),
            cause: None,
            words: fields.get("assigned_by_full_name").and_then(serde_json::Value::as_str),
            quiet: todo.rule.as_deref() == Some("mute"),
            is_read: false,
        };
        put_and_count(db, tx, &new).await?;
    }
    Ok(())
}

fn todo_key(name: &str, creation: &str) -> String {
    format!("todo:{name}:{creation}")
}

/// A ToDo is closed, cancelled or gone: nobody has to look at it any more.
pub(crate) async fn unassigned(
    db: &Db,
    tx: &DatabaseTransaction,
    (name, creation): (&str, &str),
) -> Result<(), StoreError> {
    let key = todo_key(name, creation);
    end(db, tx, "kind = 'assignment' AND notice_key = $1", key.into()).await
}

/// The ToDo `copy` is kept for the first time, or is no longer open.
pub(crate) async fn of_todo(
    db: &Db,
    tx: &DatabaseTransaction,
    copy: &DocumentCopy,
    is_new: bool,
) -> Result<(), StoreError> {
    if copy.status.as_deref() != Some("Open") {
        return unassigned(db, tx, (&copy.name, &copy.creation)).await;
    }
    match (copy.text("reference_type"), copy.text("reference_name")) {
        (Some(doctype @ ("Task" | "Issue")), Some(name)) if is_new => {
            assigned(db, tx, (doctype, name)).await
        }
        _ => Ok(()),
    }
}

#[derive(FromQueryResult)]
struct EditRow {
    person_id: Uuid,
    workspace_id: Uuid,
    doctype: String,
    name: Option<String>,
    creation: Option<String>,
}

/// ERPNext did not take a save, or not all of it; its words, if it said some.
pub(crate) async fn edit_stopped(
    db: &Db,
    tx: &DatabaseTransaction,
    save: &str,
    words: Option<&str>,
) -> Result<(), StoreError> {
    let Ok(save) = save.parse::<Uuid>() else { return Ok(()) };
    let edit = EditRow::find_by_statement(db.statement(
        "SELECT person_id, workspace_id, doctype, name, creation FROM edits
         WHERE save_id = $1 AND state IN ('conflict', 'refused') LIMIT 1",
        [save.into()],
    ))
    .one(tx)
    .await?;
    let Some(edit) = edit else { return Ok(()) };
    let new = New {
        person: PersonId::from_uuid(edit.person_id),
        workspace: edit.workspace_id,
        kind: NoticeKind::Refused,
        key: format!("save:{save}"),
        at: Moment::now(),
        message: None,
        document: Some((&edit.doctype, edit.name.as_deref(), edit.creation.as_deref())),
        cause: Some(save),
        words: Some(words.unwrap_or(CHANGED_MEANWHILE)),
        quiet: false,
        is_read: false,
    };
    put_and_count(db, tx, &new).await
}

/// Somebody has decided on edits of theirs that waited for it.
pub(crate) async fn edits_decided(
    db: &Db,
    tx: &DatabaseTransaction,
    person: PersonId,
) -> Result<(), StoreError> {
    let which = "person_id = $1 AND kind = 'refused' AND NOT EXISTS (
       SELECT 1 FROM edits e WHERE e.save_id = notices.cause_id AND e.state IN ('conflict', 'refused'))";
    end(db, tx, which, person.as_uuid().into()).await
}

/// A message that was due was not sent; why.
pub(crate) async fn unsent(
    db: &Db,
    tx: &DatabaseTransaction,
    person: PersonId,
    key: MessageKey,
    reason: &str,
) -> Result<(), StoreError> {
    let row = tx
        .query_one_raw(db.statement(
            "SELECT workspace_id FROM scheduled WHERE message_key = $1 AND person_id = $2",
            [key.as_uuid().into(), person.as_uuid().into()],
        ))
        .await?;
    let Some(row) = row else { return Ok(()) };
    let now = Moment::now();
    let new = New {
        person,
        workspace: WorkspaceId::from_uuid(row.try_get_by_index(0)?).as_uuid(),
        kind: NoticeKind::Unsent,
        // It may be put off and fail again.
        key: format!("later:{key}:{}", now.as_millis()),
        at: now,
        message: None,
        document: None,
        cause: Some(key.as_uuid()),
        words: Some(reason),
        quiet: false,
        is_read: false,
    };
    hold(db, tx, person).await?;
    put(db, tx, &new).await
}

/// Somebody has changed or taken away what could not be sent.
pub(crate) async fn later_settled(
    db: &Db,
    tx: &DatabaseTransaction,
    key: MessageKey,
) -> Result<(), StoreError> {
    end(db, tx, "kind = 'unsent' AND cause_id = $1", key.as_uuid().into()).await
}

/// Whoever has notices that the condition on `$1` names is done with them.
async fn end(
    db: &Db,
    tx: &DatabaseTransaction,
    which: &str,
    value: sea_orm::Value,
) -> Result<(), StoreError> {
    let whose = format!(
        "SELECT DISTINCT person_id FROM notices WHERE done_at IS NULL AND {which} ORDER BY person_id"
    );
    let rows = tx.query_all_raw(db.statement(&whose, [value.clone()])).await?;
    for row in rows {
        let person = PersonId::from_uuid(row.try_get_by_index(0)?);
        mine::count(db, tx, person).await?;
        let sql = format!(
            "UPDATE notices SET done_at = $2, read_at = COALESCE(read_at, $2), told = FALSE
             WHERE person_id = $3 AND done_at IS NULL AND {which}"
        );
        read(db, tx, person, &sql, [value.clone(), now(), person.as_uuid().into()]).await?;
    }
    Ok(())
}
