//! Sign-ins by OAuth that have begun, and what releases of ERPNext have shown.

use crate::{Db, StoreError, sessions::SessionHash};
use sea_orm::{ConnectionTrait, FromQueryResult};
use vocabulary::Moment;

/// How long somebody may take to sign in at ERPNext.
pub const LIFETIME_MILLIS: i64 = 10 * 60_000;

/// More than this many at a time are nobody's sign-ins.
const MOST: i64 = 20_000;

/// A sign-in that has begun in one browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    /// What the callback needs, sealed.
    pub sealed: String,
    /// Where the person wanted to go: a path on this site.
    pub next: Option<String>,
}

/// What a release has shown.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Probed {
    /// Whether it gave the token to who asked for it.
    pub proves_identity: bool,
    /// In words for an administrator.
    pub reason: String,
}

#[derive(FromQueryResult)]
struct Row {
    sealed: String,
    next: Option<String>,
}

/// Keeps a sign-in that begins in the browser with this secret; whether there was room.
///
/// # Errors
/// If the database fails.
pub async fn begin(db: &Db, state: &str, browser: &str, begun: &Begun) -> Result<bool, StoreError> {
    let now = Moment::now();
    db.writer()
        .execute_raw(
            db.statement(
                "DELETE FROM oauth_starts WHERE expires_at <= $1",
                [now.as_millis().into()],
            ),
        )
        .await?;
    let kept = db
        .writer()
        .execute_raw(db.statement(
            "INSERT INTO oauth_starts (state_hash, browser_hash, sealed, next, expires_at)
             SELECT $1, $2, $3, $4, $5 WHERE (SELECT COUNT(*) FROM oauth_starts) < $6",
            [
                SessionHash::of(state).as_str().into(),
                SessionHash::of(browser).as_str().into(),
                begun.sealed.clone().into(),
                begun.next.clone().into(),
                now.plus_millis(LIFETIME_MILLIS).as_millis().into(),
                MOST.into(),
            ],
        ))
        .await?;
    Ok(kept.rows_affected() > 0)
}

/// Takes the sign-in with this state out, once, if it began in the browser with this secret and not too long ago.
///
/// # Errors
/// If the database fails.
pub async fn take(db: &Db, state: &str, browser: &str) -> Result<Option<Begun>, StoreError> {
    let row = Row::find_by_statement(db.statement(
        "DELETE FROM oauth_starts WHERE state_hash = $1 AND browser_hash = $2 AND expires_at > $3
         RETURNING sealed, next",
        [
            SessionHash::of(state).as_str().into(),
            SessionHash::of(browser).as_str().into(),
            Moment::now().as_millis().into(),
        ],
    ))
    .one(db.writer())
    .await?;
    Ok(row.map(|row| Begun { sealed: row.sealed, next: row.next }))
}

/// What `release` of this site has shown, if it was tried.
///
/// # Errors
/// If the database fails.
pub async fn probed(db: &Db, release: &str) -> Result<Option<Probed>, StoreError> {
    Ok(Probed::find_by_statement(db.statement(
        "SELECT proves_identity, reason FROM oauth_probes WHERE release = $1",
        [release.into()],
    ))
    .one(db.reader())
    .await?)
}

/// Keeps what `release` of this site has shown.
///
/// # Errors
/// If the database fails.
pub async fn note_probe(db: &Db, release: &str, shown: &Probed) -> Result<(), StoreError> {
    db.writer()
        .execute_raw(db.statement(
            "INSERT INTO oauth_probes (release, proves_identity, reason, probed_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (release) DO UPDATE SET proves_identity = $2, reason = $3, probed_at = $4",
            [
                release.into(),
                shown.proves_identity.into(),
                shown.reason.clone().into(),
                Moment::now().as_millis().into(),
            ],
        ))
        .await?;
    Ok(())
}
