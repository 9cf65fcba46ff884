//! Posting: message, place, marks and outbox row in one transaction.

use super::{
    acting::{Owing, owe_line},
    by_key,
    marks::{known_documents, put_mentions, put_tag},
};
use crate::{
    Backend, Db, StoreError,
    files::{announce, owe_files},
    search,
};
use policy::Scope;
use sea_orm::{ConnectionTrait, Value};
use vocabulary::{
    Author, FileName, Mention, Message, MessageDraft, MessageId, MessageKind, Moment, NewFile,
    Room, Seq, Tag, marks_in,
};

/// What became of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Posted {
    /// It is stored now, with its outbox row.
    New(Message),
    /// The same key was stored before; this is the first message.
    Before(Message),
    /// The same person used the key for something that is not visible here.
    KeyUsedElsewhere,
    /// The thread it is for is not in this room.
    NoSuchThread,
}

/// What comes with the words of a message.
#[derive(Default)]
struct Extras {
    mentions: Vec<Mention>,
    tags: Vec<(Tag, String)>,
    files: Vec<NewFile>,
}

impl Extras {
    fn is_empty(&self) -> bool {
        self.mentions.is_empty() && self.tags.is_empty() && self.files.is_empty()
    }
}

/// Stores `draft` in `room` and what ERPNext is owed for it, both or neither.
///
/// # Errors
/// If the database fails; then nothing is stored.
pub async fn post(
    db: &Db,
    scope: &Scope,
    room: &Room,
    draft: MessageDraft,
    at: Moment,
) -> Result<Posted, StoreError> {
    let marks = draft.body.as_ref().map(|body| marks_in(body.as_str())).unwrap_or_default();
    let tags = match scope.clone().team() {
        Ok(team) if !marks.tags.is_empty() => {
            known_documents(db, db.reader(), &team, &marks.tags).await?
        }
        _ => Vec::new(),
    };
    let mut message = Message {
        id: MessageId::fresh(),
        key: draft.key,
        room: room.id,
        seq: Seq::START,
        changed: Seq::START,
        thread: draft.reply.map(|reply| reply.thread),
        in_room: draft.reply.is_none_or(|reply| reply.also_in_room),
        kind: MessageKind::Said,
        author: Author { id: scope.who().person(), full_name: scope.who().full_name().to_owned() },
        audience: draft.audience,
        body: draft.body,
        sent_at: at,
        edited_at: None,
        removed: None,
        pinned: None,
        mentions: Vec::new(),
        tags: Vec::new(),
        files: Vec::new(),
        reactions: Vec::new(),
        replies: None,
    };
    let extras = Extras { mentions: marks.mentions, tags, files: draft.files };
    if let Some(thread) = message.thread {
        match root_of(db, scope, room, thread).await? {
            Some(root) => message.thread = Some(root),
            None => return Ok(Posted::NoSuchThread),
        }
    }
    let plain = message.thread.is_none() && extras.is_empty();
    let stored = match db.backend() {
        Backend::Postgres if plain => insert_in_one_round_trip(db, scope, &message).await,
        Backend::Postgres | Backend::Sqlite => {
            insert_step_by_step(db, scope, &message, &extras).await
        }
    };
    match stored {
        Ok(Some(seq)) if extras.is_empty() => {
            (message.seq, message.changed) = (seq, seq);
            Ok(Posted::New(message))
        }
        Ok(Some(_)) => Ok(match by_key(db, scope, message.key).await? {
            Some(whole) => Posted::New(whole),
            None => Posted::KeyUsedElsewhere,
        }),
        Ok(None) => before(db, scope, &message).await,
        // Two lines of one person sent the same key at the same moment: the other one was first.
        Err(error) if error.is_unique_violation() => before(db, scope, &message).await,
        Err(error) => Err(error),
    }
}

/// The beginning of the thread that `message` is in or begins, if it stands in `room`.
async fn root_of(
    db: &Db,
    scope: &Scope,
    room: &Room,
    message: MessageId,
) -> Result<Option<MessageId>, StoreError> {
    let found = super::by_id(db, scope, message).await?.filter(|said| said.room == room.id);
    Ok(found.map(|said| said.thread.unwrap_or(said.id)))
}

async fn before(db: &Db, scope: &Scope, message: &Message) -> Result<Posted, StoreError> {
    Ok(match by_key(db, scope, message.key).await? {
        Some(first) => Posted::Before(first),
        None => Posted::KeyUsedElsewhere,
    })
}

fn values(scope: &Scope, message: &Message) -> [Value; 11] {
    [
        scope.workspace().as_uuid().into(),
        message.id.as_uuid().into(),
        message.key.as_uuid().into(),
        message.room.as_uuid().into(),
        message.author.id.as_uuid().into(),
        message.author.full_name.clone().into(),
        message.audience.as_str().into(),
        message.words().into(),
        message.sent_at.as_millis().into(),
        message.thread.map(MessageId::as_uuid).into(),
        message.in_room.into(),
    ]
}

async fn insert_in_one_round_trip(
    db: &Db,
    scope: &Scope,
    message: &Message,
) -> Result<Option<Seq>, StoreError> {
    let entry = search::said(scope.workspace(), message, false);
    let [a, b, c, d, e, f, g, h, i, j, k] = values(scope, message);
    let row = db
        .writer()
        .query_one_raw(db.statement(
            "WITH counted AS (
               UPDATE workspace_counters SET last_seq = last_seq + 1
               WHERE workspace_id = $1
                 AND NOT EXISTS (SELECT 1 FROM messages WHERE author_id = $5 AND message_key = $3)
               RETURNING last_seq
             ), said AS (
               INSERT INTO messages (workspace_id, id, message_key, room_id, author_id, author_name, audience, body, sent_at,
                                     thread_id, in_room, seq, changed)
               SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, last_seq, last_seq FROM counted
               RETURNING seq
             ), owed AS (
               INSERT INTO outbox (workspace_id, effect, idempotency_key, message_id, state, attempts, created_at, next_at)
               SELECT $1, 'communication', $2::uuid::text, $2, 'pending', 0, $9, $9 FROM said
             ), indexed AS (
               INSERT INTO search_items (id, kind, workspace_id, message_id, at, title, body, by_name, words)
               SELECT $12, 'message', $1, $2, $9, '', '', $6, CAST($13 AS tsvector) FROM said
               ON CONFLICT DO NOTHING RETURNING id
             ), due AS (
               INSERT INTO search_due (kind, source)
               SELECT 'words', id::text FROM indexed
               UNION ALL
               SELECT 'message', REPLACE($2::uuid::text, '-', '') FROM said WHERE NOT EXISTS (SELECT 1 FROM indexed)
             )
             SELECT seq FROM said",
            [a, b, c, d, e, f, g, h, i, j, k, entry.id().into(), entry.vector().into()],
        ))
        .await?;
    row.map(|row| row.try_get_by_index::<i64>(0).map(Seq::new))
        .transpose()
        .map_err(StoreError::from)
}

async fn insert_step_by_step(
    db: &Db,
    scope: &Scope,
    message: &Message,
    extras: &Extras,
) -> Result<Option<Seq>, StoreError> {
    let tx = db.begin().await?;
    let counted = tx
        .query_one_raw(db.statement(
            "UPDATE workspace_counters SET last_seq = last_seq + 1
             WHERE workspace_id = $1
               AND NOT EXISTS (SELECT 1 FROM messages WHERE author_id = $2 AND message_key = $3)
             RETURNING last_seq",
            [
                scope.workspace().as_uuid().into(),
                message.author.id.as_uuid().into(),
                message.key.as_uuid().into(),
            ],
        ))
        .await?;
    let Some(counted) = counted else {
        tx.rollback().await?;
        return Ok(None);
    };
    let seq: i64 = counted.try_get_by_index(0)?;
    let [a, b, c, d, e, f, g, h, i, j, k] = values(scope, message);
    tx.execute_raw(db.statement(
        "INSERT INTO messages (workspace_id, id, message_key, room_id, author_id, author_name, audience, body, sent_at,
                               thread_id, in_room, seq, changed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)",
        [a, b, c, d, e, f, g, h, i, j, k, seq.into()],
    ))
    .await?;
    put_mentions(db, &tx, scope, message.id, &extras.mentions).await?;
    for (tag, creation) in &extras.tags {
        put_tag(db, &tx, scope, message.id, (tag, Some(creation)), message.sent_at).await?;
    }
    put_files(db, &tx, message.id, &extras.files).await?;
    announce(db, &tx, scope, message, &extras.files).await?;
    if let Some(thread) = message.thread {
        let reply = (thread, Seq::new(seq));
        crate::mine::follow_reply(db, &tx, scope, reply, &extras.mentions).await?;
    }
    owe_line(db, &tx, scope.workspace(), Owing::said(message.id), message.sent_at).await?;
    // After its Communication, which they are attached to.
    owe_files(db, &tx, scope.workspace(), message.id, message.sent_at).await?;
    search::index_messages(db, &tx, &[message.id.as_uuid()]).await?;
    tx.commit().await?;
    Ok(Some(Seq::new(seq)))
}

async fn put_files(
    db: &Db,
    connection: &impl ConnectionTrait,
    message: MessageId,
    files: &[NewFile],
) -> Result<(), StoreError> {
    for (position, file) in files.iter().enumerate() {
        connection
            .execute_raw(db.statement(
                "INSERT INTO message_files (message_id, file_id, name, size, position) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT DO NOTHING",
                [
                    message.as_uuid().into(),
                    file.id.as_uuid().into(),
                    FileName::new(&file.name).as_str().into(),
                    i64::try_from(file.size).unwrap_or(i64::MAX).into(),
                    i32::try_from(position).unwrap_or(i32::MAX).into(),
                ],
            ))
            .await?;
    }
    Ok(())
}
