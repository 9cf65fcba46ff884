//! Documents that messages are about: what becomes of a tag when ERPNext makes, renames, ends or opens its document
//! again.
//!
//! Whoever changes several things in one transaction holds the places of messages first ([`hold_about`]) and counts the
//! facts last: then nobody waits for each other.

use crate::{
    Backend, Db, StoreError,
    messages::{Owing, hold_all, hold_places, owe_line, take_place, touch},
    search,
    worker::{DocumentCopy, DocumentKey, EffectKind, Saved},
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use vocabulary::{MessageId, MessageKind, Moment, Tag, TagDoctype, WorkspaceId, written_tag};

#[derive(FromQueryResult)]
struct TaggedRow {
    message_id: Uuid,
    workspace_id: Uuid,
}

#[derive(FromQueryResult)]
struct ThreadRow {
    root: Uuid,
    room_id: Uuid,
    workspace_id: Uuid,
    audience: String,
}

#[derive(FromQueryResult)]
struct StatusRow {
    status: Option<String>,
}

#[derive(FromQueryResult)]
struct WhoRow {
    id: Uuid,
    full_name: String,
}

/// ERPNext has made what was saved as `save`: the messages that wait for it are about it now, and so are their
/// Communications.
pub(crate) async fn made(
    db: &Db,
    tx: &DatabaseTransaction,
    workspace: WorkspaceId,
    (save, saved): (&str, &Saved),
    at: Moment,
) -> Result<(), StoreError> {
    if waiting(db, tx, workspace, save).await?.is_empty() {
        return Ok(());
    }
    // Whoever changes a message holds this too: what is read from here on stays so.
    hold_places(db, tx, workspace).await?;
    for message in waiting(db, tx, workspace, save).await? {
        // It may have been tagged with the document by hand, which the mirror was the first to find.
        tx.execute_raw(db.statement(
            "INSERT INTO message_tags (message_id, workspace_id, doctype, name, creation, making, at)
             SELECT message_id, workspace_id, doctype, $3, $4, FALSE, at FROM message_tags
             WHERE message_id = $1 AND name = $2 AND making ON CONFLICT DO NOTHING",
            [
                message.as_uuid().into(),
                save.into(),
                saved.name.as_str().into(),
                saved.creation.as_str().into(),
            ],
        ))
        .await?;
        let_go(db, tx, message, save).await?;
        let place = take_place(db, tx, workspace).await?;
        crate::messages::note_change(db, tx, message, place).await?;
        let owing = Owing::change(message, EffectKind::CommunicationUpdate, place);
        owe_line(db, tx, workspace, owing, at).await?;
    }
    Ok(())
}

/// Nothing will be made of what was saved as `save`: no message waits for it any more.
pub(crate) async fn given_up(
    db: &Db,
    tx: &DatabaseTransaction,
    workspace: WorkspaceId,
    save: &str,
) -> Result<(), StoreError> {
    if waiting(db, tx, workspace, save).await?.is_empty() {
        return Ok(());
    }
    hold_places(db, tx, workspace).await?;
    for message in waiting(db, tx, workspace, save).await? {
        let_go(db, tx, message, save).await?;
        touch(db, tx, workspace, &[message]).await?;
    }
    Ok(())
}

async fn waiting(
    db: &Db,
    tx: &DatabaseTransaction,
    workspace: WorkspaceId,
    save: &str,
) -> Result<Vec<MessageId>, StoreError> {
    let rows = TaggedRow::find_by_statement(db.statement(
        "SELECT message_id, workspace_id FROM message_tags
         WHERE doctype IN ('Task', 'Issue') AND name = $2 AND making AND workspace_id = $1 ORDER BY message_id",
        [workspace.as_uuid().into(), save.into()],
    ))
    .all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| MessageId::from_uuid(row.message_id)).collect())
}

async fn let_go(
    db: &Db,
    tx: &DatabaseTransaction,
    message: MessageId,
    save: &str,
) -> Result<(), StoreError> {
    tx.execute_raw(db.statement(
        "DELETE FROM message_tags WHERE message_id = $1 AND name = $2 AND making",
        [message.as_uuid().into(), save.into()],
    ))
    .await?;
    Ok(())
}

/// Holds the places of the workspaces where messages are about one of `documents`, or call one of them that is a User,
/// before anything else is locked.
pub(crate) async fn hold_about(
    db: &Db,
    tx: &DatabaseTransaction,
    documents: impl IntoIterator<Item = (&str, &str)>,
) -> Result<(), StoreError> {
    let mut named: BTreeMap<TagDoctype, Vec<&str>> = BTreeMap::new();
    let mut users = Vec::new();
    for (doctype, name) in documents {
        if doctype == "User" {
            users.push(name.to_lowercase());
        } else if let Ok(doctype) = doctype.parse() {
            named.entry(doctype).or_default().push(name);
        }
    }
    let mut workspaces = BTreeSet::new();
    if !users.is_empty() {
        let sql = format!(
            "SELECT DISTINCT workspace_id FROM message_mentions WHERE target IN {}",
            db.listed("$1")
        );
        let users = serde_json::Value::from(users).to_string();
        for row in tx.query_all_raw(db.statement(&sql, [users.into()])).await? {
            workspaces.insert(row.try_get_by_index::<Uuid>(0)?);
        }
    }
    let sql = format!(
        "SELECT DISTINCT workspace_id FROM message_tags WHERE doctype = $1 AND name IN {} AND NOT making",
        db.listed("$2")
    );
    for (doctype, names) in named {
        let names = serde_json::Value::from(names).to_string();
        let values = [doctype.as_str().into(), names.into()];
        for row in tx.query_all_raw(db.statement(&sql, values)).await? {
            workspaces.insert(row.try_get_by_index::<Uuid>(0)?);
        }
    }
    hold_all(db, tx, &workspaces).await
}

/// Follows a rename: the tags, and the texts in which they stand. ERPNext itself follows it in its Communications.
pub(crate) async fn renamed(
    db: &Db,
    tx: &DatabaseTransaction,
    document: &DocumentKey,
    new_name: &str,
) -> Result<(), StoreError> {
    let Ok(doctype) = document.doctype.parse::<TagDoctype>() else { return Ok(()) };
    let tagged = || async {
        TaggedRow::find_by_statement(db.statement(
            "SELECT message_id, workspace_id FROM message_tags
             WHERE doctype = $1 AND name = $2 AND creation = $3 AND NOT making ORDER BY workspace_id, message_id",
            [
                doctype.as_str().into(),
                document.name.clone().into(),
                document.creation.clone().into(),
            ],
        ))
        .all(tx)
        .await
    };
    let mut held: Vec<Uuid> = tagged().await?.iter().map(|row| row.workspace_id).collect();
    held.dedup();
    for workspace in held {
        hold_places(db, tx, WorkspaceId::from_uuid(workspace)).await?;
    }
    let tag = |name: &str| Tag { doctype, name: name.to_owned(), making: false };
    let texts = written_tag(&tag(&document.name)).zip(written_tag(&tag(new_name)));
    let mut of_workspace: BTreeMap<Uuid, Vec<MessageId>> = BTreeMap::new();
    for row in tagged().await? {
        // What had the new name before is gone.
        tx.execute_raw(db.statement(
            "DELETE FROM message_tags WHERE message_id = $1 AND doctype = $2 AND name = $3",
            [row.message_id.into(), doctype.as_str().into(), new_name.into()],
        ))
        .await?;
        tx.execute_raw(db.statement(
            "UPDATE message_tags SET name = $4 WHERE message_id = $1 AND doctype = $2 AND name = $3",
            [
                row.message_id.into(),
                doctype.as_str().into(),
                document.name.clone().into(),
                new_name.into(),
            ],
        ))
        .await?;
        let message = MessageId::from_uuid(row.message_id);
        of_workspace.entry(row.workspace_id).or_default().push(message);
    }
    for (workspace, messages) in of_workspace {
        if let Some((old, new)) = &texts {
            rewrite(db, tx, &messages, old, new).await?;
        }
        touch(db, tx, WorkspaceId::from_uuid(workspace), &messages).await?;
    }
    Ok(())
}

/// Writes `new` instead of `old` in what these messages say and said. It may become longer than one may type
/// ([`vocabulary::MessageBody::stored`]).
async fn rewrite(
    db: &Db,
    tx: &DatabaseTransaction,
    messages: &[MessageId],
    old: &str,
    new: &str,
) -> Result<(), StoreError> {
    for (table, id) in [("messages", "id"), ("message_versions", "message_id")] {
        let sql = format!(
            "UPDATE {table} SET body = REPLACE(body, $2, $3) WHERE {id} IN {}",
            db.listed_ids("$1")
        );
        let these = crate::db::ids(messages.iter().map(|message| message.as_uuid()));
        tx.execute_raw(db.statement(&sql, [these, old.into(), new.into()])).await?;
    }
    search::messages_due(db, tx, messages).await
}

#[derive(FromQueryResult)]
struct CalledRow {
    message_id: Uuid,
    workspace_id: Uuid,
}

/// Follows the rename of a user: what calls them goes on to call them.
pub(crate) async fn user_renamed(
    db: &Db,
    tx: &DatabaseTransaction,
    user: &str,
    new_name: &str,
) -> Result<(), StoreError> {
    if user == new_name {
        return Ok(());
    }
    let called = || async {
        CalledRow::find_by_statement(db.statement(
            "SELECT message_id, workspace_id FROM message_mentions WHERE target = $1 ORDER BY workspace_id, message_id",
            [user.into()],
        ))
        .all(tx)
        .await
    };
    let workspaces = called().await?.iter().map(|row| row.workspace_id).collect();
    hold_all(db, tx, &workspaces).await?;
    let mut of_workspace: BTreeMap<Uuid, Vec<MessageId>> = BTreeMap::new();
    for row in called().await? {
        let message = MessageId::from_uuid(row.message_id);
        of_workspace.entry(row.workspace_id).or_default().push(message);
    }
    // Who is called under both names is called once.
    tx.execute_raw(db.statement(
        "DELETE FROM message_mentions WHERE target = $1 AND EXISTS (
           SELECT 1 FROM message_mentions t WHERE t.message_id = message_mentions.message_id AND t.target = $2)",
        [user.into(), new_name.into()],
    ))
    .await?;
    tx.execute_raw(db.statement(
        "UPDATE message_mentions SET target = $2 WHERE target = $1",
        [user.into(), new_name.into()],
    ))
    .await?;
    for (workspace, messages) in of_workspace {
        rewrite(db, tx, &messages, &format!("](user:{user})"), &format!("](user:{new_name})"))
            .await?;
        touch(db, tx, WorkspaceId::from_uuid(workspace), &messages).await?;
    }
    // What is not said yet calls them too.
    let marks = [format!("](user:{user})"), format!("](user:{new_name})")];
    for (table, text) in [("drafts", "body"), ("scheduled", "draft")] {
        let sql = format!(
            "UPDATE {table} SET {text} = REPLACE({text}, $1, $2) WHERE {text} LIKE '%' || $1 || '%'"
        );
        tx.execute_raw(db.statement(&sql, marks.clone().map(Into::into))).await?;
    }
    Ok(())
}

/// What happened to a document that messages may be about.
#[derive(Debug)]
pub(crate) struct Turn {
    status: String,
}

/// What is about to happen to the document of `copy`, if it ends or opens again. Asked before the copy is kept, and true
/// until the transaction ends.
pub(crate) async fn turn(
    db: &Db,
    tx: &DatabaseTransaction,
    copy: &DocumentCopy,
) -> Result<Option<Turn>, StoreError> {
    let Ok(doctype @ (TagDoctype::Task | TagDoctype::Issue)) = copy.doctype.parse() else {
        return Ok(None);
    };
    let lock = match db.backend() {
        Backend::Postgres => " FOR UPDATE",
        Backend::Sqlite => "",
    };
    let sql = format!(
        "SELECT status FROM documents WHERE doctype = $1 AND name = $2 AND creation = $3{lock}"
    );
    let before = StatusRow::find_by_statement(db.statement(
        &sql,
        [copy.doctype.clone().into(), copy.name.clone().into(), copy.creation.clone().into()],
    ))
    .one(tx)
    .await?;
    let Some(before) = before else { return Ok(None) };
    let is_over = |status: &Option<String>| doctype.is_over(status.as_deref().unwrap_or_default());
    let (was_over, ended) = (is_over(&before.status), is_over(&copy.status));
    Ok((was_over != ended).then(|| Turn { status: copy.status.clone().unwrap_or_default() }))
}

/// Leaves one line about it in each thread of which a message is about the document. The same turn again leaves none.
pub(crate) async fn tell(
    db: &Db,
    tx: &DatabaseTransaction,
    copy: &DocumentCopy,
    turn: &Turn,
    at: Moment,
) -> Result<(), StoreError> {
    let threads = ThreadRow::find_by_statement(db.statement(
        "SELECT DISTINCT COALESCE(m.thread_id, m.id) AS root, m.room_id, m.workspace_id, m.audience
         FROM message_tags t JOIN messages m ON m.id = t.message_id
         WHERE t.doctype = $1 AND t.name = $2 AND t.creation = $3 AND NOT t.making AND m.removed_at IS NULL
         ORDER BY m.workspace_id, root",
        [copy.doctype.clone().into(), copy.name.clone().into(), copy.creation.clone().into()],
    ))
    .all(tx)
    .await?;
    if threads.is_empty() {
        return Ok(());
    }
    let author = author(db, tx, copy, turn).await?;
    let body = body(copy);
    for thread in threads {
        let workspace = WorkspaceId::from_uuid(thread.workspace_id);
        let id = line_id(copy, thread.root);
        hold_places(db, tx, workspace).await?;
        let known = tx
            .query_one_raw(db.statement("SELECT 1 FROM messages WHERE id = $1", [id.into()]))
            .await?;
        if known.is_some() {
            continue;
        }
        let place = take_place(db, tx, workspace).await?;
        tx.execute_raw(db.statement(
            "INSERT INTO messages (id, message_key, workspace_id, room_id, author_id, author_name, audience, body, sent_at,
                                   thread_id, in_room, kind, seq, changed)
             VALUES ($1, $1, $2, $3, $4, $5, $6, $7, $8, $9, FALSE, $10, $11, $11)",
            [
                id.into(),
                thread.workspace_id.into(),
                thread.room_id.into(),
                author.id.into(),
                author.full_name.clone().into(),
                thread.audience.into(),
                body.clone().into(),
                at.as_millis().into(),
                thread.root.into(),
                MessageKind::Line.as_str().into(),
                place.get().into(),
            ],
        ))
        .await?;
    }
    Ok(())
}

/// The room reads it, and with it those whom ERPNext does not show the document: what became of it is told beside the line,
/// to whom a chip would tell it.
fn body(copy: &DocumentCopy) -> String {
    let doctype = copy.doctype.parse::<TagDoctype>();
    let tag = doctype
        .ok()
        .and_then(|doctype| written_tag(&Tag { doctype, name: copy.name.clone(), making: false }));
    format!("{} has changed.", tag.as_deref().unwrap_or(&copy.name))
}

/// One and the same for a thread and a save of the document, whoever hears of it first.
fn line_id(copy: &DocumentCopy, root: Uuid) -> Uuid {
    let mut hash = Sha256::new();
    for part in [&copy.doctype, &copy.creation, &copy.modified] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.update(root.as_bytes());
    let hash: [u8; 32] = hash.finalize().into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// Who did it. What the service account did for a member, that member did; somebody we do not know has only a name.
async fn author(
    db: &Db,
    tx: &DatabaseTransaction,
    copy: &DocumentCopy,
    turn: &Turn,
) -> Result<WhoRow, StoreError> {
    let user = copy.text("modified_by").unwrap_or_default().to_owned();
    let known = WhoRow::find_by_statement(db.statement(
        r#"SELECT id, full_name FROM people WHERE "user" = $1"#,
        [user.to_lowercase().into()],
    ))
    .one(tx)
    .await?;
    if let Some(known) = known {
        return Ok(known);
    }
    let value = serde_json::Value::from(turn.status.as_str()).to_string();
    let saved = WhoRow::find_by_statement(db.statement(
        "SELECT p.id, p.full_name FROM edits e JOIN people p ON p.id = e.person_id
         WHERE e.doctype = $1 AND e.name = $2 AND e.creation = $3 AND e.field = 'status' AND e.value = $4
           AND e.state IN ('pending', 'done') ORDER BY e.id DESC LIMIT 1",
        [
            copy.doctype.clone().into(),
            copy.name.clone().into(),
            copy.creation.clone().into(),
            value.into(),
        ],
    ))
    .one(tx)
    .await?;
    if let Some(saved) = saved {
        return Ok(saved);
    }
    let called = tx
        .query_one_raw(db.statement(
            "SELECT title FROM documents WHERE doctype = 'User' AND name = $1 AND title IS NOT NULL",
            [user.clone().into()],
        ))
        .await?;
    let full_name = match called {
        Some(row) => row.try_get_by_index(0)?,
        None if user.is_empty() => "ERPNext".to_owned(),
        None => user,
    };
    Ok(WhoRow { id: Uuid::nil(), full_name })
}
