//! Messages of a room, and posting one: message, place and outbox row in one transaction.

use crate::{Backend, Db, StoreError, find::find, rows::message};
use policy::Scope;
use sea_orm::{ColumnTrait, ConnectionTrait, QueryFilter, QueryOrder, QuerySelect, Value};
use vocabulary::{Author, Message, MessageDraft, MessageId, Moment, Room, RoomId, Seq};

/// The newest `limit` messages of `room` before `before` (or of all), oldest first.
///
/// # Errors
/// If the database fails.
pub async fn latest(
    db: &Db,
    scope: &Scope,
    room: RoomId,
    before: Option<Seq>,
    limit: u64,
) -> Result<Vec<Message>, StoreError> {
    let mut query = find::<message::Entity>(scope)
        .filter(message::Column::RoomId.eq(room.as_uuid()))
        .order_by_desc(message::Column::Seq)
        .limit(limit);
    if let Some(before) = before {
        query = query.filter(message::Column::Seq.lt(before.get()));
    }
    let mut rows = query.all(db.reader()).await?;
    rows.reverse();
    rows.into_iter().map(Message::try_from).collect()
}

/// Up to `limit` messages of `room` after `after`, oldest first: what somebody who was away has missed.
///
/// # Errors
/// If the database fails.
pub async fn after(
    db: &Db,
    scope: &Scope,
    room: RoomId,
    after: Seq,
    limit: u64,
) -> Result<Vec<Message>, StoreError> {
    find::<message::Entity>(scope)
        .filter(message::Column::RoomId.eq(room.as_uuid()))
        .filter(message::Column::Seq.gt(after.get()))
        .order_by_asc(message::Column::Seq)
        .limit(limit)
        .all(db.reader())
        .await?
        .into_iter()
        .map(Message::try_from)
        .collect()
}

/// The message this person stored under this key before, if it is theirs to see here.
///
/// # Errors
/// If the database fails.
pub async fn by_key(
    db: &Db,
    scope: &Scope,
    key: vocabulary::MessageKey,
) -> Result<Option<Message>, StoreError> {
    find::<message::Entity>(scope)
        .filter(message::Column::AuthorId.eq(scope.who().person().as_uuid()))
        .filter(message::Column::MessageKey.eq(key.as_uuid()))
        .one(db.writer())
        .await?
        .map(Message::try_from)
        .transpose()
}

/// What became of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Posted {
    /// It is stored now, with its outbox row.
    New(Message),
    /// The same key was stored before; this is the first message.
    Before(Message),
    /// The same person used the key for something that is not visible here.
    KeyUsedElsewhere,
}

/// Stores `draft` in `room` and what ERPNext is owed for it, both or neither.
///
/// The workspace's counter row is locked until the commit: places have no gaps and follow the order of commits.
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
    let mut message = Message {
        id: MessageId::fresh(),
        key: draft.key,
        room: room.id,
        seq: Seq::START,
        author: Author { id: scope.who().person(), full_name: scope.who().full_name().to_owned() },
        audience: draft.audience,
        body: draft.body,
        sent_at: at,
    };
    let stored = match db.backend() {
        Backend::Postgres => insert_in_one_round_trip(db, scope, &message).await,
        Backend::Sqlite => insert_step_by_step(db, scope, &message).await,
    };
    match stored {
        Ok(Some(seq)) => {
            message.seq = seq;
            Ok(Posted::New(message))
        }
        Ok(None) => before(db, scope, &message).await,
        // Two lines of one person sent the same key at the same moment: the other one was first.
        Err(error) if error.is_unique_violation() => before(db, scope, &message).await,
        Err(error) => Err(error),
    }
}

async fn before(db: &Db, scope: &Scope, message: &Message) -> Result<Posted, StoreError> {
    Ok(match by_key(db, scope, message.key).await? {
        Some(first) => Posted::Before(first),
        None => Posted::KeyUsedElsewhere,
    })
}

fn values(scope: &Scope, message: &Message) -> [Value; 9] {
    [
        scope.workspace().as_uuid().into(),
        message.id.as_uuid().into(),
        message.key.as_uuid().into(),
        message.room.as_uuid().into(),
        message.author.id.as_uuid().into(),
        message.author.full_name.clone().into(),
        message.audience.as_str().into(),
        message.body.as_str().into(),
        message.sent_at.as_millis().into(),
    ]
}

async fn insert_in_one_round_trip(
    db: &Db,
    scope: &Scope,
    message: &Message,
) -> Result<Option<Seq>, StoreError> {
    let row = db
        .writer()
        .query_one_raw(db.statement(
            "WITH counted AS (
               UPDATE workspace_counters SET last_seq = last_seq + 1
               WHERE workspace_id = $1
                 AND NOT EXISTS (SELECT 1 FROM messages WHERE author_id = $5 AND message_key = $3)
               RETURNING last_seq
             ), said AS (
               INSERT INTO messages (workspace_id, id, message_key, room_id, author_id, author_name, audience, body, sent_at, seq)
               SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, last_seq FROM counted
               RETURNING seq
             ), owed AS (
               INSERT INTO outbox (workspace_id, effect, idempotency_key, message_id, state, attempts, created_at, next_at)
               SELECT $1, 'communication', $2::uuid::text, $2, 'pending', 0, $9, $9 FROM said
             )
             SELECT seq FROM said",
            values(scope, message),
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
    let [a, b, c, d, e, f, g, h, i] = values(scope, message);
    tx.execute_raw(db.statement(
        "INSERT INTO messages (workspace_id, id, message_key, room_id, author_id, author_name, audience, body, sent_at, seq)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        [a, b, c, d, e, f, g, h, i, seq.into()],
    ))
    .await?;
    tx.execute_raw(db.statement(
        "INSERT INTO outbox (workspace_id, effect, idempotency_key, message_id, state, attempts, created_at, next_at)
         VALUES ($1, 'communication', $2, $3, 'pending', 0, $4, $4)",
        [
            scope.workspace().as_uuid().into(),
            message.id.to_string().into(),
            message.id.as_uuid().into(),
            message.sent_at.as_millis().into(),
        ],
    ))
    .await?;
    tx.commit().await?;
    Ok(Some(Seq::new(seq)))
}
