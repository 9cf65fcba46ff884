//! Files people send: who may have one, and what it is. What it holds lies elsewhere, under its storage key.

use crate::{
    Db, StoreError,
    find::find,
    messages::{hold_places, touch},
    rows::file,
    worker::{Attachment, Effect, FileUpload, NewEffect, owe},
};
use policy::Scope;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use vocabulary::{FileId, FileName, MessageId, Moment, PersonId, Room, RoomId, WorkspaceId};

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
    if let Some(row) = row {
        return Ok(Some(WorkspaceId::from_uuid(row.workspace_id)));
    }
    // Announced by a message, and nothing of it has come.
    let row = db
        .reader()
        .query_one_raw(db.statement(
            "SELECT m.workspace_id FROM message_files mf JOIN messages m ON m.id = mf.message_id WHERE mf.file_id = $1 LIMIT 1",
            [id.as_uuid().into()],
        ))
        .await?;
    let workspace: Option<Uuid> = row.map(|row| row.try_get_by_index(0)).transpose()?;
    Ok(workspace.map(WorkspaceId::from_uuid))
}

/// The file with this id, if it is here and `scope` may see it: what was sent with a message that still stands, and
/// what they are about to send themselves.
///
/// # Errors
/// If the database fails.
pub async fn file(db: &Db, scope: &Scope, id: FileId) -> Result<Option<KeptFile>, StoreError> {
    let found = find::<file::Entity>(scope)
        .filter(file::Column::Id.eq(id.as_uuid()))
        .filter(file::Column::State.eq("ready"))
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

/// Begins the upload of a file to `room`, or begins it again.
///
/// # Errors
/// If the database fails.
pub async fn begin(
    db: &Db,
    scope: &Scope,
    room: &Room,
    id: FileId,
    name: &FileName,
) -> Result<Begun, StoreError> {
    let now = Moment::now().as_millis();
    db.writer()
        .execute_raw(db.statement(
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
                now.into(),
            ],
        ))
        .await?;
    let found = find::<file::Entity>(scope)
        .filter(file::Column::Id.eq(id.as_uuid()))
        .filter(file::Column::PersonId.eq(scope.who().person().as_uuid()))
        .filter(file::Column::RoomId.eq(room.id.as_uuid()))
        .one(db.writer())
        .await?;
    Ok(match found {
        None => Begun::IdUsedElsewhere,
        Some(row) if row.state == "ready" => Begun::Before(Box::new(row.try_into()?)),
        Some(_) => Begun::Yes,
    })
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
    let carriers = carriers(db, &tx, id).await?;
    for message in &carriers {
        owe_files(db, &tx, scope.workspace(), *message, now).await?;
    }
    touch(db, &tx, scope.workspace(), &carriers).await?;
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
        tx.rollback().await?;
        return Ok(Vec::new());
    }
    let carriers = carriers(db, &tx, id).await?;
    touch(db, &tx, scope.workspace(), &carriers).await?;
    tx.commit().await?;
    Ok(carriers)
}

/// Takes back what was not sent yet, or has not come yet.
///
/// # Errors
/// If the database fails.
pub async fn withdraw(db: &Db, scope: &Scope, id: FileId) -> Result<Withdrawn, StoreError> {
    let tx = db.begin().await?;
    hold_places(db, &tx, scope.workspace()).await?;
    if announced_only(db, &tx, scope, id).await? {
        let carriers = carriers(db, &tx, id).await?;
        touch(db, &tx, scope.workspace(), &carriers).await?;
        tx.commit().await?;
        return Ok(Withdrawn::Failed(carriers));
    }
    if !carriers(db, &tx, id).await?.is_empty() {
        tx.rollback().await?;
        let failed = failed(db, scope, id).await?;
        return Ok(if failed.is_empty() { Withdrawn::IsSent } else { Withdrawn::Failed(failed) });
    }
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
    tx.commit().await?;
    Ok(match gone {
        Some(row) => Withdrawn::Gone(row.try_get_by_index(0)?),
        None => Withdrawn::Missing,
    })
}

/// Notes a file as failed that a message of theirs has announced and of which nothing has come; whether it was such.
async fn announced_only(
    db: &Db,
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: FileId,
) -> Result<bool, StoreError> {
    let noted = connection
        .execute_raw(db.statement(
            "INSERT INTO files (id, workspace_id, room_id, audience, person_id, name, state, created_at, changed_at)
             SELECT mf.file_id, m.workspace_id, m.room_id, m.audience, m.author_id, mf.name, 'failed', $4, $4
             FROM message_files mf JOIN messages m ON m.id = mf.message_id
             WHERE mf.file_id = $1 AND m.workspace_id = $2 AND m.author_id = $3 AND m.removed_at IS NULL LIMIT 1
             ON CONFLICT (id) DO NOTHING",
            [
                id.as_uuid().into(),
                scope.workspace().as_uuid().into(),
                scope.who().person().as_uuid().into(),
                Moment::now().as_millis().into(),
            ],
        ))
        .await?;
    Ok(noted.rows_affected() > 0)
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
