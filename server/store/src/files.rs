//! Files people send: who may have one, and what it is. What it holds lies elsewhere, under its storage key.
//!
//! Whoever changes a file that messages may carry holds the workspace's places first, as a post does: then a message and
//! its file never miss each other, and nobody waits for each other.

use crate::{
    Db, StoreError,
    find::find,
    messages::{hold_places, touch},
    rows::file,
    search,
    worker::{Attachment, Effect, FileUpload, NewEffect, owe},
};
use policy::Scope;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, FromQueryResult, QueryFilter,
};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use vocabulary::{
    FileId, FileName, Message, MessageId, Moment, NewFile, PersonId, Room, RoomId, WorkspaceId,
};

/// A file that is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptFile {
    /// Its identifier.
    pub id: FileId,
    /// The room it was sent to.
    pub room: RoomId,
    /// Who sent it.
    pub by: PersonId,
    /// How it is called.
    pub name: FileName,
    /// What its bytes are.
    pub content_type: String,
    /// Bytes.
    pub size: u64,
    /// Of a picture: pixels.
    pub width: Option<u32>,
    /// Of a picture: pixels.
    pub height: Option<u32>,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// The media type of its small copy, if it has one.
    pub thumbnail: Option<String>,
    /// What it is found by in the storage.
    pub key: String,
    /// What became of it in ERPNext, where that is not the ordinary.
    pub note: Option<String>,
}

/// What was seen of a file that has arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// What it is found by in the storage.
    pub key: String,
    /// What its bytes are.
    pub content_type: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Of a picture: width and height in pixels.
    pub sides: Option<(u32, u32)>,
    /// The media type of its small copy, if it has one.
    pub thumbnail: Option<String>,
}

/// What became of the beginning of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It may come.
    Yes,
    /// It is here already.
    Before(Box<KeptFile>),
    /// The id belongs to a file of somebody else, or of another room.
    IdUsedElsewhere,
}

/// What became of a file that its sender takes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Withdrawn {
    /// It is gone; what it held lies under this storage key, if it had arrived.
    Gone(Option<String>),
    /// It will not come; these messages say so.
    Failed(Vec<MessageId>),
    /// It was sent with a message: only with that it goes.
    IsSent,
    /// There is none of theirs.
    Missing,
}

/// Which workspace the policy has to be asked about before this file can be looked for.
/// It says nothing about the file: whoever may not enter that workspace gets the answer of a wrong id.
///
/// # Errors
/// If the database fails.
#[expect(clippy::disallowed_methods, reason = "it only finds out which policy question to ask")]
pub async fn workspace_to_enter(db: &Db, id: FileId) -> Result<Option<WorkspaceId>, StoreError> {
    let row = file::Entity::find_by_id(id.as_uuid()).one(db.reader()).await?;
    Ok(row.map(|row| WorkspaceId::from_uuid(row.workspace_id)))
}

/// The file with this id, if it is here and `scope` may see it: what was sent with a message that still stands, and
/// what they are about to send themselves. What was removed with its message is nobody's any more.
///
/// # Errors
/// If the database fails.
pub async fn file(db: &Db, scope: &Scope, id: FileId) -> Result<Option<KeptFile>, StoreError> {
    let found = find::<file::Entity>(scope)
        .filter(file::Column::Id.eq(id.as_uuid()))
        .filter(file::Column::State.eq("ready"))
        .filter(file::Column::RemovedAt.is_null())
        .one(db.reader())
        .await?;
    let Some(found) = found else { return Ok(None) };
    let is_own = found.person_id == scope.who().person().as_uuid();
    if !is_own && !is_shown(db, id).await? {
        return Ok(None);
    }
    KeptFile::try_from(found).map(Some)
}

/// Whether a message of its sender, in the room it was sent to, still carries it.
async fn is_shown(db: &Db, id: FileId) -> Result<bool, StoreError> {
    let sql = format!("SELECT 1 FROM ({}) AS carriers", CARRIERS);
    let row = db.reader().query_one_raw(db.statement(&sql, [id.as_uuid().into()])).await?;
    Ok(row.is_some())
}

/// The messages that carry the file `$1`. Somebody else's id in a message carries nothing.
const CARRIERS: &str = "SELECT m.id AS message_id FROM message_files mf
     JOIN messages m ON m.id = mf.message_id
     JOIN files f ON f.id = mf.file_id AND f.person_id = m.author_id AND f.room_id = m.room_id
     WHERE mf.file_id = $1 AND m.removed_at IS NULL";

/// Begins the upload of a file to `room`, or begins it again, and notes that it will lie under `key`.
///
/// # Errors
/// If the database fails; then nothing may be written under `key`.
pub async fn begin(
    db: &Db,
    scope: &Scope,
    room: &Room,
    (id, name): (FileId, &FileName),
    key: &str,
) -> Result<Begun, StoreError> {
    let now = Moment::now();
    let tx = db.begin().await?;
    tx.execute_raw(db.statement(
        "INSERT INTO files (id, workspace_id, room_id, audience, person_id, name, state, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'coming', $7, $7)
         ON CONFLICT (id) DO UPDATE SET changed_at = $7
         WHERE files.state <> 'ready' AND files.person_id = $5 AND files.room_id = $3",
        [
            id.as_uuid().into(),
            scope.workspace().as_uuid().into(),
            room.id.as_uuid().into(),
            room.audience.as_str().into(),
            scope.who().person().as_uuid().into(),
            name.as_str().into(),
            now.as_millis().into(),
        ],
    ))
    .await?;
    let begun = match own(&tx, scope, room, id).await? {
        None => Begun::IdUsedElsewhere,
        Some(row) if row.state == "ready" => Begun::Before(Box::new(row.try_into()?)),
        Some(_) => {
            begin_try(db, &tx, key, now).await?;
            Begun::Yes
        }
    };
    tx.commit().await?;
    Ok(begun)
}

/// A file of theirs for `room` that is here already.
///
/// # Errors
/// If the database fails.
pub async fn before(
    db: &Db,
    scope: &Scope,
    room: &Room,
    id: FileId,
) -> Result<Option<KeptFile>, StoreError> {
    let found = own(db.writer(), scope, room, id).await?;
    found.filter(|row| row.state == "ready").map(KeptFile::try_from).transpose()
}

async fn own(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    room: &Room,
    id: FileId,
) -> Result<Option<file::Model>, StoreError> {
    Ok(find::<file::Entity>(scope)
        .filter(file::Column::Id.eq(id.as_uuid()))
        .filter(file::Column::PersonId.eq(scope.who().person().as_uuid()))
        .filter(file::Column::RoomId.eq(room.id.as_uuid()))
        .one(connection)
        .await?)
}

/// Nothing lies under `key` any more.
///
/// # Errors
/// If the database fails; then it is looked at again later.
pub async fn end_try(db: &Db, key: &str) -> Result<(), StoreError> {
    let sql = "DELETE FROM file_tries WHERE storage_key = $1";
    db.writer().execute_raw(db.statement(sql, [key.into()])).await?;
    Ok(())
}

/// The file is here: the messages that carry it say so from now on, and ERPNext is owed it. `None` if another upload of
/// the same file was faster; then what `arrived` tells of is needed by nobody.
///
/// # Errors
/// If the database fails; then nothing is noted.
pub async fn arrived(
    db: &Db,
    scope: &Scope,
    id: FileId,
    arrived: &Arrived,
) -> Result<Option<Vec<MessageId>>, StoreError> {
    let pixels = |side: Option<u32>| side.and_then(|side| i32::try_from(side).ok());
    let now = Moment::now();
    let tx = db.begin().await?;
    hold_places(db, &tx, scope.workspace()).await?;
    let noted = tx
        .execute_raw(db.statement(
            "UPDATE files SET state = 'ready', content_type = $4, size = $5, width = $6, height = $7, sha256 = $8,
                    thumbnail = $9, storage_key = $10, changed_at = $11
             WHERE id = $1 AND workspace_id = $2 AND person_id = $3 AND state <> 'ready'",
            [
                id.as_uuid().into(),
                scope.workspace().as_uuid().into(),
                scope.who().person().as_uuid().into(),
                arrived.content_type.as_str().into(),
                i64::try_from(arrived.size).unwrap_or(i64::MAX).into(),
                pixels(arrived.sides.map(|(width, _)| width)).into(),
                pixels(arrived.sides.map(|(_, height)| height)).into(),
                arrived.sha256.as_str().into(),
                arrived.thumbnail.clone().into(),
                arrived.key.as_str().into(),
                now.as_millis().into(),
            ],
        ))
        .await?;
    if noted.rows_affected() == 0 {
        tx.rollback().await?;
        return Ok(None);
    }
    // From now on it is a file's.
    let sql = "DELETE FROM file_tries WHERE storage_key = $1";
    tx.execute_raw(db.statement(sql, [arrived.key.as_str().into()])).await?;
    let carriers = carriers(db, &tx, id).await?;
    for message in &carriers {
        owe_files(db, &tx, scope.workspace(), *message, now).await?;
    }
    touch(db, &tx, scope.workspace(), &carriers).await?;
    search::index_file(db, &tx, id.as_uuid(), "").await?;
    search::file_due(db, &tx, id.as_uuid()).await?;
    tx.commit().await?;
    Ok(Some(carriers))
}

/// The file did not come, or is not taken: the messages that carry it say so. It may still come.
///
/// # Errors
/// If the database fails.
pub async fn failed(db: &Db, scope: &Scope, id: FileId) -> Result<Vec<MessageId>, StoreError> {
    let tx = db.begin().await?;
    hold_places(db, &tx, scope.workspace()).await?;
    let failed = fail(db, &tx, scope, id).await?;
    tx.commit().await?;
    Ok(failed.unwrap_or_default())
}

/// Takes back what was not sent yet, or has not come yet.
///
/// # Errors
/// If the database fails.
pub async fn withdraw(db: &Db, scope: &Scope, id: FileId) -> Result<Withdrawn, StoreError> {
    let tx = db.begin().await?;
    hold_places(db, &tx, scope.workspace()).await?;
    let withdrawn = if carriers(db, &tx, id).await?.is_empty() {
        let gone = forget(db, &tx, scope, id).await?;
        gone.map_or(Withdrawn::Missing, Withdrawn::Gone)
    } else {
        let failed = fail(db, &tx, scope, id).await?;
        failed.map_or(Withdrawn::IsSent, Withdrawn::Failed)
    };
    tx.commit().await?;
    Ok(withdrawn)
}

/// The messages that say so; `None` if none of theirs is on its way under this id.
async fn fail(
    db: &Db,
    tx: &DatabaseTransaction,
    scope: &Scope,
    id: FileId,
) -> Result<Option<Vec<MessageId>>, StoreError> {
    let noted = tx
        .execute_raw(db.statement(
            "UPDATE files SET state = 'failed', changed_at = $4
             WHERE id = $1 AND workspace_id = $2 AND person_id = $3 AND state = 'coming'",
            [
                id.as_uuid().into(),
                scope.workspace().as_uuid().into(),
                scope.who().person().as_uuid().into(),
                Moment::now().as_millis().into(),
            ],
        ))
        .await?;
    if noted.rows_affected() == 0 {
        return Ok(None);
    }
    let carriers = carriers(db, tx, id).await?;
    touch(db, tx, scope.workspace(), &carriers).await?;
    Ok(Some(carriers))
}

/// The storage key of what it held, if it had arrived; `None` for what is not theirs.
async fn forget(
    db: &Db,
    tx: &DatabaseTransaction,
    scope: &Scope,
    id: FileId,
) -> Result<Option<Option<String>>, StoreError> {
    let gone = tx
        .query_one_raw(db.statement(
            "DELETE FROM files WHERE id = $1 AND workspace_id = $2 AND person_id = $3 RETURNING storage_key",
            [
                id.as_uuid().into(),
                scope.workspace().as_uuid().into(),
                scope.who().person().as_uuid().into(),
            ],
        ))
        .await?;
    let Some(row) = gone else { return Ok(None) };
    search::forget_file(db, tx, id.as_uuid()).await?;
    let key: Option<String> = row.try_get_by_index(0)?;
    if let Some(key) = &key {
        leave(db, tx, key).await?;
    }
    Ok(Some(key))
}

/// Something will lie under `key`.
pub(crate) async fn begin_try(
    db: &Db,
    connection: &impl ConnectionTrait,
    key: &str,
    at: Moment,
) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO file_tries (storage_key, begun_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    let values = [key.into(), at.as_millis().into()];
    connection.execute_raw(db.statement(sql, values)).await?;
    Ok(())
}

/// What lies under `key` is no file's any more, and goes with the next sweep.
pub(crate) async fn leave(db: &Db, tx: &DatabaseTransaction, key: &str) -> Result<(), StoreError> {
    begin_try(db, tx, key, Moment::from_millis(0)).await
}

/// The files a message announces are its author's from now on, whatever has come of them; what was removed with another
/// message is given back.
pub(crate) async fn announce(
    db: &Db,
    tx: &DatabaseTransaction,
    scope: &Scope,
    message: &Message,
    files: &[NewFile],
) -> Result<(), StoreError> {
    for file in files {
        tx.execute_raw(db.statement(
            "INSERT INTO files (id, workspace_id, room_id, audience, person_id, name, state, created_at, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6, 'coming', $7, $7)
             ON CONFLICT (id) DO UPDATE SET changed_at = $7, removed_at = NULL
             WHERE files.person_id = $5 AND files.room_id = $3",
            [
                file.id.as_uuid().into(),
                scope.workspace().as_uuid().into(),
                message.room.as_uuid().into(),
                message.audience.as_str().into(),
                message.author.id.as_uuid().into(),
                FileName::new(&file.name).as_str().into(),
                Moment::now().as_millis().into(),
            ],
        ))
        .await?;
    }
    Ok(())
}

/// A message goes: what no other carries is hidden with it, or is its author's own again if it is only taken back; and
/// nobody tries any more to bring it to ERPNext. Asked before the message and its marks are changed.
pub(crate) async fn leave_with(
    db: &Db,
    tx: &DatabaseTransaction,
    message: &Message,
    undone: bool,
    at: Moment,
) -> Result<(), StoreError> {
    for file in &message.files {
        tx.execute_raw(db.statement(
            "UPDATE files SET changed_at = $5, removed_at = $6
             WHERE id = $1 AND person_id = $2 AND room_id = $3
               AND NOT EXISTS (SELECT 1 FROM message_files mf JOIN messages m ON m.id = mf.message_id
                 WHERE mf.file_id = $1 AND mf.message_id <> $4 AND m.author_id = $2 AND m.room_id = $3
                   AND m.removed_at IS NULL)",
            [
                file.id.as_uuid().into(),
                message.author.id.as_uuid().into(),
                message.room.as_uuid().into(),
                message.id.as_uuid().into(),
                at.as_millis().into(),
                (!undone).then(|| at.as_millis()).into(),
            ],
        ))
        .await?;
        // What waits ends by itself; ERPNext takes what it has along with the Communication.
        tx.execute_raw(db.statement(
            "UPDATE outbox SET state = 'done', settled_at = $2 WHERE idempotency_key = $1 AND state = 'dead'",
            [key_of(message.id, file.id).to_string().into(), at.as_millis().into()],
        ))
        .await?;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Carrier {
    message_id: Uuid,
}

pub(crate) async fn carriers(
    db: &Db,
    connection: &impl ConnectionTrait,
    id: FileId,
) -> Result<Vec<MessageId>, StoreError> {
    let rows = Carrier::find_by_statement(db.statement(CARRIERS, [id.as_uuid().into()]))
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| MessageId::from_uuid(row.message_id)).collect())
}

#[derive(FromQueryResult)]
struct Carried {
    id: Uuid,
    name: String,
}

/// Owes ERPNext the files of a message that are here, each once.
pub(crate) async fn owe_files(
    db: &Db,
    connection: &impl ConnectionTrait,
    workspace: WorkspaceId,
    message: MessageId,
    at: Moment,
) -> Result<(), StoreError> {
    let ready = Carried::find_by_statement(db.statement(
        "SELECT f.id, f.name FROM message_files mf
         JOIN messages m ON m.id = mf.message_id
         JOIN files f ON f.id = mf.file_id AND f.person_id = m.author_id AND f.room_id = m.room_id
         WHERE mf.message_id = $1 AND m.removed_at IS NULL AND f.state = 'ready' ORDER BY mf.position",
        [message.as_uuid().into()],
    ))
    .all(connection)
    .await?;
    for carried in ready {
        let file = FileId::from_uuid(carried.id);
        let effect = Effect::File(FileUpload {
            file_name: carried.name,
            attached_to: vec![Attachment::Communication(message)],
            stored: Some(file),
        });
        let key = key_of(message, file);
        let new = NewEffect { workspace, key, person: None, effect, content: None };
        owe(db, connection, &new, at).await?;
    }
    Ok(())
}

/// Names the file of a message for good, however often it is owed.
fn key_of(message: MessageId, file: FileId) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(message.as_uuid().as_bytes());
    hash.update(file.as_uuid().as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}
