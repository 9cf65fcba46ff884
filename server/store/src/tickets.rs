//! Nonces of panels in the ERPNext desk: each is ours, for one frame, for a minute and for one use.

use crate::{Db, StoreError, sessions::SessionHash};
use rand::{TryRngCore, rngs::OsRng};
use sea_orm::ConnectionTrait;
use vocabulary::Moment;

/// How long a nonce may be redeemed.
pub const LIFETIME_MILLIS: i64 = 60_000;

/// More than this many at a time are nobody's panels.
const MOST: i64 = 20_000;

/// A nonce and what only the frame that asked for it knows. Kept hashed.
#[derive(Clone, PartialEq, Eq)]
pub struct Nonce {
    /// Goes through the desk into a ticket.
    pub nonce: String,
    /// Stays in the frame.
    pub secret: String,
}

/// Issues a nonce; `None` while far too many are out.
///
/// # Errors
/// If the database or the machine's random source fails.
pub async fn issue(db: &Db) -> Result<Option<Nonce>, StoreError> {
    let now = Moment::now();
    let issued = Nonce { nonce: random()?, secret: random()? };
    db.writer()
        .execute_raw(
            db.statement(
                "DELETE FROM panel_nonces WHERE expires_at <= $1",
                [now.as_millis().into()],
            ),
        )
        .await?;
    let kept = db
        .writer()
        .execute_raw(db.statement(
            "INSERT INTO panel_nonces (nonce_hash, secret_hash, expires_at)
             SELECT $1, $2, $3 WHERE (SELECT COUNT(*) FROM panel_nonces) < $4",
            [
                SessionHash::of(&issued.nonce).as_str().into(),
                SessionHash::of(&issued.secret).as_str().into(),
                now.plus_millis(LIFETIME_MILLIS).as_millis().into(),
                MOST.into(),
            ],
        ))
        .await?;
    Ok((kept.rows_affected() > 0).then_some(issued))
}

/// Uses a nonce up; whether it was issued, is not too old, was not used before and belongs to this secret. A wrong
/// secret leaves it to the frame it was issued to.
///
/// # Errors
/// If the database fails.
pub async fn redeem(db: &Db, nonce: &str, secret: &str) -> Result<bool, StoreError> {
    let used = db
        .writer()
        .execute_raw(db.statement(
            "DELETE FROM panel_nonces WHERE nonce_hash = $1 AND secret_hash = $2 AND expires_at > $3",
            [
                SessionHash::of(nonce).as_str().into(),
                SessionHash::of(secret).as_str().into(),
                Moment::now().as_millis().into(),
            ],
        ))
        .await?;
    Ok(used.rows_affected() > 0)
}

/// 192 random bits in hexadecimal: letters and figures alone, so that the desk's script passes it on.
fn random() -> Result<String, StoreError> {
    let mut bits = [0_u8; 24];
    OsRng
        .try_fill_bytes(&mut bits)
        .map_err(|error| sea_orm::DbErr::Custom(format!("no random bits: {error}")))?;
    Ok(bits.iter().map(|byte| format!("{byte:02x}")).collect())
}
