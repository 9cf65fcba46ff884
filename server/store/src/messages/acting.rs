//! What is done to a message after it was said: each change takes the workspace's next place.

use super::{
    by_id,
    finding::by_id_on,
    marks::{known_documents, put_mentions, put_tag},
};
use crate::{Backend, Db, StoreError, db::ids, files::leave_with, search, worker::EffectKind};
use policy::{MessageStanding, NotThis, Scope, TeamScope};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use std::collections::BTreeSet;
use uuid::Uuid;
use vocabulary::{
    Emoji, MARKS_LIMIT, Message, MessageAct, MessageBody, MessageId, Moment, Seq, Tag, WorkspaceId,
    marks_in,
};

/// Reactions of different kinds on one message.
const REACTIONS: usize = 50;

/// Documents one message is about.
const TAGS: usize = MARKS_LIMIT;

/// Texts that are kept of one message.
const VERSIONS: i64 = 200;

/// What became of an act.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "a message is what it nearly always carries")]
pub enum Acted {
    /// It was done: the messages that have changed, in the order of their places; the one that was meant is the first.
    Changed(Vec<Message>),
    /// It was so already.
    Same(Message),
    /// The message is not there.
    Missing,
    /// Only its author may do this.
    NotTheirs,
    /// It was removed, or tells of something that happened: nothing can be done to it.
    Closed,
    /// It is too late to take it back without a trace.
    TooLate,
    /// It carries as many reactions, tags or earlier texts as it can.
    TooMany,
    /// The document it shall be about is not there for this member.
    NoSuchDocument,
}

/// Does `act` to the message `id`, and owes ERPNext what follows from it.
///
/// # Errors
/// If the database fails; then nothing has changed.
pub async fn act(
    db: &Db,
    team: &TeamScope,
    id: MessageId,
    act: &MessageAct,
    at: Moment,
) -> Result<Acted, StoreError> {
    let scope = team.scope();
    // Under the counter's lock nobody else changes a message of the workspace.
    let tx = db.begin().await?;
    let place = take_place(db, &tx, scope.workspace()).await?;
    let Some(message) = by_id_on(db, &tx, scope, id).await? else {
        tx.rollback().await?;
        return Ok(Acted::Missing);
    };
    let verdict = may(team, &message, act, at);
    let done = match verdict {
        Some(refused) => Err(refused),
        None => perform(db, &tx, team, &message, act, at).await?,
    };
    let owed = match done {
        Ok(owed) => owed,
        Err(refused) => {
            tx.rollback().await?;
            return Ok(refused);
        }
    };
    note_change(db, &tx, id, place).await?;
    match act {
        MessageAct::Edit(_) => search::index_messages(db, &tx, &[id.as_uuid()]).await?,
        MessageAct::Remove | MessageAct::Undo => {
            search::forget_messages(db, &tx, &[id.as_uuid()]).await?;
        }
        _ => {}
    }
    if let Some(kind) = owed {
        owe_line(db, &tx, scope.workspace(), Owing::change(id, kind, place), at).await?;
    }
    let mut changed = vec![id];
    // What a thread's beginning tells of its replies has changed with them.
    if let (MessageAct::Remove | MessageAct::Undo, Some(root)) = (act, message.thread) {
        touch(db, &tx, scope.workspace(), &[root]).await?;
        changed.push(root);
    }
    tx.commit().await?;
    let mut messages = Vec::with_capacity(changed.len());
    for id in changed {
        messages.extend(by_id(db, scope, id).await?);
    }
    Ok(Acted::Changed(messages))
}

/// Why it may not be done, or need not, if that is so.
fn may(team: &TeamScope, message: &Message, act: &MessageAct, at: Moment) -> Option<Acted> {
    let standing = MessageStanding::of(team, message, at);
    match policy::change_message(team, act.into(), standing) {
        Err(NotThis::NotTheirs) => Some(Acted::NotTheirs),
        Err(NotThis::Closed) => Some(Acted::Closed),
        Err(NotThis::TooLate) => Some(Acted::TooLate),
        Ok(()) => message.removed.is_some().then(|| Acted::Same(message.clone())),
    }
}

type Done = Result<Option<EffectKind>, Acted>;

async fn perform(
    db: &Db,
    tx: &DatabaseTransaction,
    team: &TeamScope,
    message: &Message,
    act: &MessageAct,
    at: Moment,
) -> Result<Done, StoreError> {
    match act {
        MessageAct::Edit(body) => edit(db, tx, team, message, body, at).await,
        MessageAct::Remove => remove(db, tx, team.scope(), message, false, at).await,
        MessageAct::Undo => remove(db, tx, team.scope(), message, true, at).await,
        MessageAct::React(emoji) => react(db, tx, team.scope(), message, emoji, at).await,
        MessageAct::Unreact(emoji) => unreact(db, tx, team.scope(), message, emoji).await,
        MessageAct::Pin => pin(db, tx, team.scope(), message, Some(at)).await,
        MessageAct::Unpin => pin(db, tx, team.scope(), message, None).await,
        MessageAct::Tag(tag) => add_tag(db, tx, team, message, tag, at).await,
        MessageAct::Untag(tag) => remove_tag(db, tx, message, tag).await,
    }
}

async fn edit(
    db: &Db,
    tx: &DatabaseTransaction,
    team: &TeamScope,
    message: &Message,
    body: &MessageBody,
    at: Moment,
) -> Result<Done, StoreError> {
    if message.body.as_ref() == Some(body) {
        return Ok(Err(Acted::Same(message.clone())));
    }
    let id = message.id.as_uuid();
    if versions(db, tx, message.id).await? >= VERSIONS {
        return Ok(Err(Acted::TooMany));
    }
    if let Some(before) = &message.body {
        let since = message.edited_at.unwrap_or(message.sent_at);
        tx.execute_raw(db.statement(
            "INSERT INTO message_versions (message_id, since, body) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            [id.into(), since.as_millis().into(), before.as_str().into()],
        ))
        .await?;
    }
    tx.execute_raw(db.statement(
        "UPDATE messages SET body = $2, edited_at = $3 WHERE id = $1",
        [id.into(), body.as_str().into(), at.as_millis().into()],
    ))
    .await?;
    let (before, after) = (marks_in(message.words()), marks_in(body.as_str()));
    tx.execute_raw(db.statement("DELETE FROM message_mentions WHERE message_id = $1", [id.into()]))
        .await?;
    put_mentions(db, tx, team.scope(), message.id, &after.mentions).await?;
    // A tag that was added beside the text stays.
    for gone in before.tags.iter().filter(|tag| !after.tags.contains(tag)) {
        delete_tag(db, tx, message.id, gone).await?;
    }
    for (tag, creation) in known_documents(db, tx, team, &after.tags).await? {
        put_tag(db, tx, team.scope(), message.id, (&tag, Some(&creation)), at).await?;
    }
    Ok(Ok(Some(EffectKind::CommunicationUpdate)))
}

async fn versions(
    db: &Db,
    tx: &DatabaseTransaction,
    message: MessageId,
) -> Result<i64, StoreError> {
    let row = tx
        .query_one_raw(db.statement(
            "SELECT COUNT(*) FROM message_versions WHERE message_id = $1",
            [message.as_uuid().into()],
        ))
        .await?
        .ok_or(StoreError::Unreadable { what: "message_versions" })?;
    Ok(row.try_get_by_index(0)?)
}

/// What it said is gone for good, with all that stood on it.
async fn remove(
    db: &Db,
    tx: &DatabaseTransaction,
    scope: &Scope,
    message: &Message,
    undone: bool,
    at: Moment,
) -> Result<Done, StoreError> {
    let id = message.id.as_uuid();
    leave_with(db, tx, message, undone, at).await?;
    tx.execute_raw(db.statement(
        "UPDATE messages SET body = '', edited_at = NULL, removed_at = $2, removed_by = $3, removed_by_name = $4, undone = $5,
           pinned_at = NULL, pinned_by = NULL, pinned_by_name = NULL WHERE id = $1",
        [
            id.into(),
            at.as_millis().into(),
            scope.who().person().as_uuid().into(),
            scope.who().full_name().into(),
            undone.into(),
        ],
    ))
    .await?;
    for table in [
        "message_versions",
        "message_reactions",
        "message_mentions",
        "message_tags",
        "message_files",
        "saved_messages",
    ] {
        let sql = format!("DELETE FROM {table} WHERE message_id = $1");
        tx.execute_raw(db.statement(&sql, [id.into()])).await?;
    }
    Ok(Ok(Some(EffectKind::CommunicationDelete)))
}

async fn react(
    db: &Db,
    tx: &DatabaseTransaction,
    scope: &Scope,
    message: &Message,
    emoji: &Emoji,
    at: Moment,
) -> Result<Done, StoreError> {
    let known = message.reactions.iter().any(|reaction| reaction.emoji == *emoji);
    if !known && message.reactions.len() >= REACTIONS {
        return Ok(Err(Acted::TooMany));
    }
    let put = tx
        .execute_raw(db.statement(
            "INSERT INTO message_reactions (message_id, emoji, person_id, full_name, at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT DO NOTHING",
            [
                message.id.as_uuid().into(),
                emoji.as_str().into(),
                scope.who().person().as_uuid().into(),
                scope.who().full_name().into(),
                at.as_millis().into(),
            ],
        ))
        .await?;
    Ok(done_if(put.rows_affected(), message, None))
}

async fn unreact(
    db: &Db,
    tx: &DatabaseTransaction,
    scope: &Scope,
    message: &Message,
    emoji: &Emoji,
) -> Result<Done, StoreError> {
    let taken = tx
        .execute_raw(db.statement(
            "DELETE FROM message_reactions WHERE message_id = $1 AND emoji = $2 AND person_id = $3",
            [
                message.id.as_uuid().into(),
                emoji.as_str().into(),
                scope.who().person().as_uuid().into(),
            ],
        ))
        .await?;
    Ok(done_if(taken.rows_affected(), message, None))
}

async fn pin(
    db: &Db,
    tx: &DatabaseTransaction,
    scope: &Scope,
    message: &Message,
    at: Option<Moment>,
) -> Result<Done, StoreError> {
    if message.pinned.is_some() == at.is_some() {
        return Ok(Err(Acted::Same(message.clone())));
    }
    tx.execute_raw(db.statement(
        "UPDATE messages SET pinned_at = $2, pinned_by = $3, pinned_by_name = $4 WHERE id = $1",
        [
            message.id.as_uuid().into(),
            at.map(Moment::as_millis).into(),
            at.map(|_| scope.who().person().as_uuid()).into(),
            at.map(|_| scope.who().full_name().to_owned()).into(),
        ],
    ))
    .await?;
    Ok(Ok(None))
}

async fn add_tag(
    db: &Db,
    tx: &DatabaseTransaction,
    team: &TeamScope,
    message: &Message,
    tag: &Tag,
    at: Moment,
) -> Result<Done, StoreError> {
    let known = known_documents(db, tx, team, std::slice::from_ref(tag)).await?;
    let Some((tag, creation)) = known.first().filter(|_| !tag.making) else {
        return Ok(Err(Acted::NoSuchDocument));
    };
    if message.tags.len() >= TAGS && !message.tags.contains(tag) {
        return Ok(Err(Acted::TooMany));
    }
    let new = put_tag(db, tx, team.scope(), message.id, (tag, Some(creation)), at).await?;
    Ok(done_if(u64::from(new), message, Some(EffectKind::CommunicationUpdate)))
}

/// Says on `tx` that a message is about what is being made of it; why not, if it may not be.
pub(crate) async fn tag_with(
    db: &Db,
    tx: &DatabaseTransaction,
    team: &TeamScope,
    id: MessageId,
    tag: &Tag,
    at: Moment,
) -> Result<Result<(), Acted>, StoreError> {
    let scope = team.scope();
    let place = take_place(db, tx, scope.workspace()).await?;
    let Some(message) = by_id_on(db, tx, scope, id).await? else {
        return Ok(Err(Acted::Missing));
    };
    if let Some(refused) = may(team, &message, &MessageAct::Tag(tag.clone()), at) {
        return Ok(Err(refused));
    }
    // Whoever presses twice means it once.
    let under_way = |known: &Tag| known.making && known.doctype == tag.doctype;
    if message.tags.iter().any(under_way) {
        return Ok(Err(Acted::Same(message)));
    }
    if message.tags.len() >= TAGS {
        return Ok(Err(Acted::TooMany));
    }
    put_tag(db, tx, scope, id, (tag, None), at).await?;
    note_change(db, tx, id, place).await?;
    Ok(Ok(()))
}

async fn remove_tag(
    db: &Db,
    tx: &DatabaseTransaction,
    message: &Message,
    tag: &Tag,
) -> Result<Done, StoreError> {
    let gone = delete_tag(db, tx, message.id, tag).await?;
    Ok(done_if(gone, message, Some(EffectKind::CommunicationUpdate)))
}

async fn delete_tag(
    db: &Db,
    tx: &DatabaseTransaction,
    message: MessageId,
    tag: &Tag,
) -> Result<u64, StoreError> {
    let gone = tx
        .execute_raw(db.statement(
            "DELETE FROM message_tags WHERE message_id = $1 AND doctype = $2 AND name = $3",
            [message.as_uuid().into(), tag.doctype.as_str().into(), tag.name.clone().into()],
        ))
        .await?;
    Ok(gone.rows_affected())
}

#[expect(clippy::result_large_err, reason = "what was so already is told with the message")]
fn done_if(rows: u64, message: &Message, owed: Option<EffectKind>) -> Done {
    if rows > 0 { Ok(owed) } else { Err(Acted::Same(message.clone())) }
}

/// Takes the workspace's next place and keeps everybody else from taking one until the transaction ends.
pub(crate) async fn take_place(
    db: &Db,
    tx: &DatabaseTransaction,
    workspace: WorkspaceId,
) -> Result<Seq, StoreError> {
    let counted = tx
        .query_one_raw(db.statement(
            "UPDATE workspace_counters SET last_seq = last_seq + 1 WHERE workspace_id = $1 RETURNING last_seq",
            [workspace.as_uuid().into()],
        ))
        .await?
        .ok_or(StoreError::Unreadable { what: "workspace_counters" })?;
    Ok(Seq::new(counted.try_get_by_index(0)?))
}

/// Keeps everybody else from taking a place in the workspace until the transaction ends, without taking one. Whatever
/// touches messages of a workspace begins with this or with [`take_place`], before it locks any other row: then nobody
/// waits for each other in a circle.
pub(crate) async fn hold_places(
    db: &Db,
    tx: &DatabaseTransaction,
    workspace: WorkspaceId,
) -> Result<(), StoreError> {
    tx.execute_raw(db.statement(
        "UPDATE workspace_counters SET last_seq = last_seq WHERE workspace_id = $1",
        [workspace.as_uuid().into()],
    ))
    .await?;
    Ok(())
}

/// The same of several workspaces, in one order.
pub(crate) async fn hold_all(
    db: &Db,
    tx: &DatabaseTransaction,
    workspaces: &BTreeSet<Uuid>,
) -> Result<(), StoreError> {
    for workspace in workspaces {
        hold_places(db, tx, WorkspaceId::from_uuid(*workspace)).await?;
    }
    Ok(())
}

/// Something that stands on these messages has changed: each takes a place, in their order. Lines hear of it when they
/// look, or at once from whoever tells them (`Live::look_at`).
pub(crate) async fn touch(
    db: &Db,
    tx: &DatabaseTransaction,
    workspace: WorkspaceId,
    messages: &[MessageId],
) -> Result<(), StoreError> {
    if messages.is_empty() {
        return Ok(());
    }
    let taken = i64::try_from(messages.len()).unwrap_or(i64::MAX);
    let counted = tx
        .query_one_raw(db.statement(
            "UPDATE workspace_counters SET last_seq = last_seq + $2 WHERE workspace_id = $1 RETURNING last_seq - $2",
            [workspace.as_uuid().into(), taken.into()],
        ))
        .await?
        .ok_or(StoreError::Unreadable { what: "workspace_counters" })?;
    let before: i64 = counted.try_get_by_index(0)?;
    let each = match db.backend() {
        Backend::Sqlite => "(SELECT unhex(value) AS id, key + 1 AS place FROM json_each($1))",
        Backend::Postgres => {
            "(SELECT value::uuid AS id, place FROM jsonb_array_elements_text($1::jsonb) WITH ORDINALITY AS e(value, place))"
        }
    };
    let sql = format!(
        "UPDATE messages SET changed = $2 + touched.place FROM {each} AS touched WHERE messages.id = touched.id"
    );
    let these = ids(messages.iter().map(|message| message.as_uuid()));
    tx.execute_raw(db.statement(&sql, [these, before.into()])).await?;
    Ok(())
}

/// The message stands as it is since `place`.
pub(crate) async fn note_change(
    db: &Db,
    tx: &DatabaseTransaction,
    message: MessageId,
    place: Seq,
) -> Result<(), StoreError> {
    tx.execute_raw(db.statement(
        "UPDATE messages SET changed = $2 WHERE id = $1",
        [message.as_uuid().into(), place.get().into()],
    ))
    .await?;
    Ok(())
}

/// What ERPNext is owed for a message: which message, what of it, and the key that makes it one.
pub(crate) struct Owing {
    message: MessageId,
    kind: EffectKind,
    key: String,
}

impl Owing {
    /// That it is said.
    pub(crate) fn said(message: MessageId) -> Self {
        Self { message, kind: EffectKind::Communication, key: message.to_string() }
    }

    /// What follows from a change of it.
    pub(crate) fn change(message: MessageId, kind: EffectKind, place: Seq) -> Self {
        Self { message, kind, key: format!("{message}:{place}") }
    }
}

/// Writes that down.
pub(crate) async fn owe_line(
    db: &Db,
    connection: &impl ConnectionTrait,
    workspace: WorkspaceId,
    Owing { message, kind, key }: Owing,
    at: Moment,
) -> Result<(), StoreError> {
    connection
        .execute_raw(db.statement(
            "INSERT INTO outbox (workspace_id, effect, idempotency_key, message_id, state, attempts, created_at, next_at)
             VALUES ($1, $2, $3, $4, 'pending', 0, $5, $5)",
            [
                workspace.as_uuid().into(),
                kind.as_str().into(),
                key.into(),
                message.as_uuid().into(),
                at.as_millis().into(),
            ],
        ))
        .await?;
    Ok(())
}
