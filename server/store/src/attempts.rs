//! Failed sign-ins, counted per account and per address, for all replicas together.

use crate::{Db, StoreError};
use sea_orm::{ConnectionTrait, FromQueryResult};
use vocabulary::Moment;

/// Failures are counted for this long after the first one.
pub const WINDOW_MILLIS: i64 = 5 * 60 * 1000;

#[derive(FromQueryResult)]
struct Counted {
    window_started_at: i64,
    failures: i32,
}

/// When `subject` may try again, if it has failed `limit` times within the window.
///
/// # Errors
/// If the database fails.
pub async fn barred_until(
    db: &Db,
    subject: &str,
    limit: i32,
) -> Result<Option<Moment>, StoreError> {
    let counted = Counted::find_by_statement(db.statement(
        "SELECT window_started_at, failures FROM sign_in_attempts WHERE subject = $1",
        [subject.into()],
    ))
    .one(db.reader())
    .await?;
    Ok(counted.and_then(|counted| {
        let until = Moment::from_millis(counted.window_started_at).plus_millis(WINDOW_MILLIS);
        (counted.failures >= limit && until > Moment::now()).then_some(until)
    }))
}

/// Counts one more failure of `subject`.
///
/// # Errors
/// If the database fails.
pub async fn failed(db: &Db, subject: &str) -> Result<(), StoreError> {
    let now = Moment::now();
    db.writer()
        .execute_raw(db.statement(
            "INSERT INTO sign_in_attempts (subject, window_started_at, failures) VALUES ($1, $2, 1)
             ON CONFLICT (subject) DO UPDATE SET
               failures = CASE WHEN sign_in_attempts.window_started_at < $3 THEN 1 ELSE sign_in_attempts.failures + 1 END,
               window_started_at = CASE WHEN sign_in_attempts.window_started_at < $3 THEN $2 ELSE sign_in_attempts.window_started_at END",
            [
                subject.into(),
                now.as_millis().into(),
                now.plus_millis(-WINDOW_MILLIS).as_millis().into(),
            ],
        ))
        .await?;
    Ok(())
}

/// Forgets the failures of `subject` after a success.
///
/// # Errors
/// If the database fails.
pub async fn succeeded(db: &Db, subject: &str) -> Result<(), StoreError> {
    db.writer()
        .execute_raw(
            db.statement("DELETE FROM sign_in_attempts WHERE subject = $1", [subject.into()]),
        )
        .await?;
    Ok(())
}
