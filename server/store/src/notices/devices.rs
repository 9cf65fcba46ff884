//! Devices that notices are pushed to, and what somebody looks at right now. A device belongs to the session that named it:
//! nothing is pushed to it after that.

use super::hold;
use crate::{
    Db, StoreError,
    mine::{Counted, conclude},
    sessions::SessionHash,
};
use policy::{MemberReach, Scope};
use sea_orm::ConnectionTrait;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use vocabulary::{DEVICES_LIMIT, MessageId, Moment, PersonId, RoomId};

/// What a device is found by: a hash of its address, which is a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceKey(String);

impl DeviceKey {
    /// The key of the device with this address.
    #[must_use]
    pub fn of(endpoint: &str) -> Self {
        let hash = Sha256::digest(endpoint.as_bytes());
        Self(hash.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// A device to be kept.
#[derive(Clone, Debug)]
pub struct KeptDevice {
    /// What it is found by.
    pub key: DeviceKey,
    /// What it was found by before its browser gave it another address.
    pub before: Option<DeviceKey>,
    /// The browser's subscription, sealed.
    pub sealed: String,
}

/// How many devices notices of a member are pushed to.
pub(crate) async fn count(db: &Db, reach: &MemberReach) -> Result<u32, StoreError> {
    let row = db
        .reader()
        .query_one_raw(db.statement(
            "SELECT COUNT(*) FROM push_devices d JOIN sessions s ON s.token_hash = d.session_hash AND s.expires_at > $2
             WHERE d.person_id = $1",
            [reach.person().as_uuid().into(), Moment::now().as_millis().into()],
        ))
        .await?
        .ok_or(StoreError::Unreadable { what: "push_devices" })?;
    Ok(u32::try_from(row.try_get_by_index::<i64>(0)?).unwrap_or(u32::MAX))
}

/// Keeps a member's device. Whoever had it before has it no more.
///
/// # Errors
/// If the database fails.
pub async fn keep_device(
    db: &Db,
    reach: &MemberReach,
    session: &SessionHash,
    device: &KeptDevice,
) -> Result<Counted, StoreError> {
    let person = || reach.person().as_uuid().into();
    let tx = db.begin().await?;
    hold(db, &tx, reach.person()).await?;
    if let Some(before) = &device.before {
        let sql = "DELETE FROM push_devices WHERE person_id = $1 AND endpoint_hash = $2";
        tx.execute_raw(db.statement(sql, [person(), before.0.clone().into()])).await?;
    }
    tx.execute_raw(db.statement(
        "DELETE FROM push_devices WHERE endpoint_hash = $2 AND person_id <> $1",
        [person(), device.key.0.clone().into()],
    ))
    .await?;
    let values = || {
        [
            person(),
            device.key.0.clone().into(),
            session.as_str().into(),
            device.sealed.clone().into(),
            Moment::now().as_millis().into(),
        ]
    };
    let known = tx
        .execute_raw(db.statement(
            "UPDATE push_devices SET session_hash = $3, sealed = $4, seen_at = $5
             WHERE person_id = $1 AND endpoint_hash = $2",
            values(),
        ))
        .await?;
    if known.rows_affected() > 0 {
        return conclude(db, tx, reach.person(), 0).await;
    }
    let [a, b, c, d, e] = values();
    tx.execute_raw(db.statement(
        "INSERT INTO push_devices (person_id, endpoint_hash, session_hash, sealed, seen_at, id)
         VALUES ($1, $2, $3, $4, $5, $6)",
        [a, b, c, d, e, Uuid::now_v7().into()],
    ))
    .await?;
    let too_many = format!(
        "DELETE FROM push_devices WHERE person_id = $1 AND id NOT IN (
           SELECT id FROM push_devices WHERE person_id = $1 ORDER BY seen_at DESC, id DESC LIMIT {DEVICES_LIMIT})"
    );
    tx.execute_raw(db.statement(&too_many, [person()])).await?;
    conclude(db, tx, reach.person(), 1).await
}

/// Pushes no more to a member's device.
///
/// # Errors
/// If the database fails.
pub async fn forget_device(
    db: &Db,
    reach: &MemberReach,
    device: &DeviceKey,
) -> Result<Counted, StoreError> {
    let tx = db.begin().await?;
    let gone = tx
        .execute_raw(db.statement(
            "DELETE FROM push_devices WHERE person_id = $1 AND endpoint_hash = $2",
            [reach.person().as_uuid().into(), device.0.clone().into()],
        ))
        .await?;
    conclude(db, tx, reach.person(), gone.rows_affected()).await
}

/// Somebody looks at a room, and perhaps at a thread of it, in a window that has the focus.
///
/// # Errors
/// If the database fails.
pub async fn attend(
    db: &Db,
    scope: &Scope,
    (room, thread): (RoomId, Option<MessageId>),
    window: Uuid,
    until: Moment,
) -> Result<(), StoreError> {
    db.writer()
        .execute_raw(db.statement(
            "INSERT INTO attention (person_id, window_id, room_id, thread_id, until) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (person_id, window_id)
             DO UPDATE SET room_id = excluded.room_id, thread_id = excluded.thread_id, until = excluded.until",
            [
                scope.who().person().as_uuid().into(),
                window.into(),
                room.as_uuid().into(),
                thread.map_or_else(Uuid::nil, MessageId::as_uuid).into(),
                until.as_millis().into(),
            ],
        ))
        .await?;
    Ok(())
}

/// The window has the focus no more: what waited for it to be read is pushed now.
///
/// # Errors
/// If the database fails.
pub async fn look_away(db: &Db, scope: &Scope, window: Uuid) -> Result<(), StoreError> {
    let person = || scope.who().person().as_uuid().into();
    let tx = db.begin().await?;
    let gone = tx
        .execute_raw(db.statement(
            "DELETE FROM attention WHERE person_id = $1 AND window_id = $2",
            [person(), window.into()],
        ))
        .await?;
    if gone.rows_affected() > 0 {
        hurry(db, &tx, scope.who().person()).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// What waits for somebody to look away, or for the end of their quiet hours, is looked at again now.
pub(crate) async fn hurry(
    db: &Db,
    connection: &impl ConnectionTrait,
    person: PersonId,
) -> Result<(), StoreError> {
    connection
        .execute_raw(db.statement(
            "UPDATE pushes SET next_at = $2 WHERE state = 'due' AND attempts = 0 AND next_at > $2
               AND device_id IN (SELECT d.id FROM push_devices d WHERE d.person_id = $1)",
            [person.as_uuid().into(), Moment::now().as_millis().into()],
        ))
        .await?;
    Ok(())
}
