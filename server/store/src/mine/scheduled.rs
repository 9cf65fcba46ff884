//! Messages that wait to be sent. One is deleted once its message is stored; a repeat finds the message by its key.

use super::count;
use crate::{Db, StoreError, notices, sessions, worker::Worker};
use policy::{MemberReach, Principal, Scope};
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use serde_json::Value;
use uuid::Uuid;
use vocabulary::{
    Audience, MessageBody, MessageDraft, MessageKey, Moment, PersonId, Room, RoomId,
    SCHEDULED_LIMIT, Scheduled, WorkspaceId,
};

/// What became of a wish to send later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It waits; how often what is this person's own has changed by now.
    New(i64),
    /// It waited before.
    Before,
    /// The key is somebody else's.
    KeyUsedElsewhere,
    /// This person has as many as one may have.
    TooMany,
}

/// A message that is due.
#[derive(Clone, Debug)]
pub struct DueMessage {
    /// Whose it is.
    pub person: PersonId,
    /// Where.
    pub room: RoomId,
    /// What; `None` where this version cannot read it.
    pub draft: Option<MessageDraft>,
    /// When it was to be sent.
    pub send_at: Moment,
}

/// How the sending of one ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendEnd {
    /// The message is stored.
    Sent,
    /// It may succeed later: not before this.
    Again(Moment),
    /// It will not be sent as it is; why.
    Failed(String),
}

/// Why something that waits is not sent where this version cannot read it.
pub const UNREADABLE: &str = "It was kept by another version of Parlance, and this one cannot read all of it. Its text is here: change it, or take it back as a draft.";

#[derive(FromQueryResult)]
struct Row {
    message_key: Uuid,
    workspace_id: Uuid,
    project_name: Option<String>,
    room_id: Uuid,
    draft: String,
    send_at: i64,
    reason: Option<String>,
}

impl From<Row> for Scheduled {
    fn from(row: Row) -> Self {
        let whole = read(&row.draft);
        let failed = row.reason.or_else(|| whole.is_none().then(|| UNREADABLE.to_owned()));
        let key = MessageKey::from_uuid(row.message_key);
        Self {
            workspace: WorkspaceId::from_uuid(row.workspace_id),
            project_name: row.project_name,
            room: RoomId::from_uuid(row.room_id),
            draft: whole.unwrap_or_else(|| what_is_left(key, &row.draft)),
            send_at: Moment::from_millis(row.send_at),
            failed,
        }
    }
}

fn read(draft: &str) -> Option<MessageDraft> {
    serde_json::from_str(draft).ok()
}

/// Of a draft that cannot be read: its text, or all of it as it was written. Nothing typed is lost.
fn what_is_left(key: MessageKey, draft: &str) -> MessageDraft {
    let known = serde_json::from_str::<Value>(draft).ok();
    let text = known.as_ref().and_then(|draft| draft.get("body")?.as_str()).unwrap_or(draft);
    MessageDraft::said(key, MessageBody::stored(text.to_owned()), Audience::Team)
}

fn written(draft: &MessageDraft) -> Result<String, StoreError> {
    serde_json::to_string(draft).map_err(|_| StoreError::Unreadable { what: "scheduled.draft" })
}

/// Keeps `draft` until `send_at`.
///
/// # Errors
/// If the database fails.
pub async fn put(
    db: &Db,
    scope: &Scope,
    room: &Room,
    draft: &MessageDraft,
    send_at: Moment,
) -> Result<Kept, StoreError> {
    let person = scope.who().person();
    let tx = db.begin().await?;
    // Under the lock of the person's row two requests do not both take the last free place.
    let changes = count(db, &tx, person).await?;
    let row = tx
        .query_one_raw(db.statement(
            "SELECT COUNT(*) FROM scheduled WHERE person_id = $1",
            [person.as_uuid().into()],
        ))
        .await?
        .ok_or(StoreError::Unreadable { what: "scheduled" })?;
    let waiting: i64 = row.try_get_by_index(0)?;
    if let Some(owner) = owner_of(db, &tx, draft.key).await? {
        tx.rollback().await?;
        return Ok(if owner == person { Kept::Before } else { Kept::KeyUsedElsewhere });
    }
    if usize::try_from(waiting).unwrap_or(usize::MAX) >= SCHEDULED_LIMIT {
        tx.rollback().await?;
        return Ok(Kept::TooMany);
    }
    tx.execute_raw(db.statement(
        "INSERT INTO scheduled (person_id, message_key, workspace_id, room_id, draft, send_at, state)
         VALUES ($1, $2, $3, $4, $5, $6, 'waiting')",
        [
            person.as_uuid().into(),
            draft.key.as_uuid().into(),
            scope.workspace().as_uuid().into(),
            room.id.as_uuid().into(),
            written(draft)?.into(),
            send_at.as_millis().into(),
        ],
    ))
    .await?;
    tx.commit().await?;
    Ok(Kept::New(changes))
}

/// Whether this person keeps a message under `key` already.
///
/// # Errors
/// If the database fails.
pub async fn is_kept(db: &Db, scope: &Scope, key: MessageKey) -> Result<bool, StoreError> {
    let row = db
        .reader()
        .query_one_raw(db.statement(
            "SELECT 1 FROM scheduled WHERE message_key = $1 AND person_id = $2",
            [key.as_uuid().into(), scope.who().person().as_uuid().into()],
        ))
        .await?;
    Ok(row.is_some())
}

async fn owner_of(
    db: &Db,
    tx: &DatabaseTransaction,
    key: MessageKey,
) -> Result<Option<PersonId>, StoreError> {
    let row = tx
        .query_one_raw(db.statement(
            "SELECT person_id FROM scheduled WHERE message_key = $1",
            [key.as_uuid().into()],
        ))
        .await?;
    row.map(|row| Ok(PersonId::from_uuid(row.try_get_by_index::<Uuid>(0)?))).transpose()
}

/// What waits of a member, and what could not be sent, the next to be sent first; in the workspaces they may still read.
///
/// # Errors
/// If the database fails.
pub async fn all(db: &Db, reach: &MemberReach) -> Result<Vec<Scheduled>, StoreError> {
    let rows = Row::find_by_statement(db.statement(
        // What a Project is called is told to whom it can be read by.
        "SELECT c.message_key, c.workspace_id, CASE WHEN s.person_id IS NULL OR w.gone_at IS NOT NULL THEN NULL
                ELSE w.project_name END AS project_name, c.room_id, c.draft, c.send_at, c.reason
         FROM scheduled c
         JOIN workspaces w ON w.id = c.workspace_id
         LEFT JOIN standings s ON s.workspace_id = c.workspace_id AND s.person_id = c.person_id
         WHERE c.person_id = $1 AND (s.person_id IS NOT NULL OR c.state = 'failed')
         ORDER BY c.send_at, c.message_key",
        [reach.person().as_uuid().into()],
    ))
    .all(db.reader())
    .await?;
    Ok(rows.into_iter().map(Scheduled::from).collect())
}

/// One of them that is not being sent right now: where it goes and what it says.
///
/// # Errors
/// If the database fails.
pub async fn one(
    db: &Db,
    reach: &MemberReach,
    key: MessageKey,
) -> Result<Option<(RoomId, MessageDraft)>, StoreError> {
    let row = db
        .reader()
        .query_one_raw(db.statement(
            "SELECT room_id, draft FROM scheduled WHERE message_key = $1 AND person_id = $2 AND state <> 'sending'",
            [key.as_uuid().into(), reach.person().as_uuid().into()],
        ))
        .await?;
    row.map(|row| {
        let room = RoomId::from_uuid(row.try_get_by_index::<Uuid>(0)?);
        let kept = row.try_get_by_index::<String>(1)?;
        Ok((room, read(&kept).unwrap_or_else(|| what_is_left(key, &kept))))
    })
    .transpose()
}

/// Changes one of them; one that could not be sent waits again. `None` if it is not there, or is being sent.
///
/// # Errors
/// If the database fails.
pub async fn change(
    db: &Db,
    reach: &MemberReach,
    draft: &MessageDraft,
    body: Option<MessageBody>,
    send_at: Moment,
) -> Result<Option<i64>, StoreError> {
    let changed = MessageDraft { body, ..draft.clone() };
    let sql = "UPDATE scheduled SET draft = $3, send_at = $4, try_at = 0, state = 'waiting', reason = NULL
       WHERE message_key = $1 AND person_id = $2 AND state <> 'sending'";
    let values = [
        draft.key.as_uuid().into(),
        reach.person().as_uuid().into(),
        written(&changed)?.into(),
        send_at.as_millis().into(),
    ];
    let tx = db.begin().await?;
    let done = tx.execute_raw(db.statement(sql, values)).await?;
    notices::later_settled(db, &tx, draft.key).await?;
    counted(db, tx, done.rows_affected(), reach.person()).await
}

/// Takes one of them away. `None` if it is not there, or is being sent.
///
/// # Errors
/// If the database fails.
pub async fn cancel(
    db: &Db,
    reach: &MemberReach,
    key: MessageKey,
) -> Result<Option<i64>, StoreError> {
    let tx = db.begin().await?;
    let done = tx
        .execute_raw(db.statement(
            "DELETE FROM scheduled WHERE message_key = $1 AND person_id = $2 AND state <> 'sending'",
            [key.as_uuid().into(), reach.person().as_uuid().into()],
        ))
        .await?;
    notices::later_settled(db, &tx, key).await?;
    counted(db, tx, done.rows_affected(), reach.person()).await
}

async fn counted(
    db: &Db,
    tx: DatabaseTransaction,
    rows: u64,
    person: PersonId,
) -> Result<Option<i64>, StoreError> {
    if rows == 0 {
        tx.rollback().await?;
        return Ok(None);
    }
    let changes = count(db, &tx, person).await?;
    tx.commit().await?;
    Ok(Some(changes))
}

impl Worker {
    /// Keys of up to `limit` messages that are due and may be tried, the longest due first; also of those whose sending was cut off.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn due_messages(
        &self,
        now: Moment,
        limit: u64,
    ) -> Result<Vec<MessageKey>, StoreError> {
        let sql = format!(
            "SELECT message_key FROM scheduled
             WHERE state IN ('waiting', 'sending') AND send_at <= $1 AND try_at <= $1
             ORDER BY send_at, message_key LIMIT {limit}"
        );
        let statement = self.db().statement(&sql, [now.as_millis().into()]);
        let rows = self.db().reader().query_all_raw(statement).await?;
        rows.iter().map(|row| Ok(MessageKey::from_uuid(row.try_get_by_index::<Uuid>(0)?))).collect()
    }

    /// Begins to send one that is due: from now on nobody changes it.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn take_due_message(
        &self,
        key: MessageKey,
        now: Moment,
    ) -> Result<Option<DueMessage>, StoreError> {
        let row = self
            .db()
            .writer()
            .query_one_raw(self.db().statement(
                "UPDATE scheduled SET state = 'sending'
                 WHERE message_key = $1 AND state IN ('waiting', 'sending') AND send_at <= $2
                 RETURNING person_id, room_id, draft, send_at",
                [key.as_uuid().into(), now.as_millis().into()],
            ))
            .await?;
        let Some(row) = row else { return Ok(None) };
        let person = PersonId::from_uuid(row.try_get_by_index::<Uuid>(0)?);
        Ok(Some(DueMessage {
            person,
            room: RoomId::from_uuid(row.try_get_by_index::<Uuid>(1)?),
            draft: read(&row.try_get_by_index::<String>(2)?),
            send_at: Moment::from_millis(row.try_get_by_index(3)?),
        }))
    }

    /// A member in whose name something is done that they asked for earlier; `None` if they may no longer sign in.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn member_of_old(&self, person: PersonId) -> Result<Option<Principal>, StoreError> {
        sessions::member_of_old(self.db(), person).await
    }

    /// Notes how the sending of `key` ended; how often what is `person`'s own has changed by now, if it did.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn end_due_message(
        &self,
        person: PersonId,
        key: MessageKey,
        end: &SendEnd,
    ) -> Result<Option<i64>, StoreError> {
        let db = self.db();
        let tx = db.begin().await?;
        let message = key;
        let key = key.as_uuid().into();
        let statement = match end {
            SendEnd::Sent => {
                db.statement("DELETE FROM scheduled WHERE message_key = $1", [key])
            }
            SendEnd::Again(at) => db.statement(
                "UPDATE scheduled SET state = 'waiting', try_at = $2 WHERE message_key = $1 AND state = 'sending'",
                [key, at.as_millis().into()],
            ),
            SendEnd::Failed(reason) => db.statement(
                "UPDATE scheduled SET state = 'failed', reason = $2 WHERE message_key = $1 AND state = 'sending'",
                [key, reason.clone().into()],
            ),
        };
        let done = tx.execute_raw(statement).await?;
        if matches!(end, SendEnd::Again(_)) {
            tx.commit().await?;
            return Ok(None);
        }
        if let (SendEnd::Failed(reason), 1..) = (end, done.rows_affected()) {
            notices::unsent(db, &tx, person, message, reason).await?;
        }
        counted(db, tx, done.rows_affected(), person).await
    }
}
