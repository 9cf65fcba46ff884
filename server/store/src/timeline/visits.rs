//! When somebody was last here: one time for each person and workspace, the same on all their devices.

use crate::{Backend, Db, StoreError, mine};
use policy::TeamScope;
use sea_orm::{ConnectionTrait, FromQueryResult};
use vocabulary::Moment;

/// Whoever comes back within this time goes on with the same visit: half an hour.
pub const VISIT_ENDS_AFTER_MILLIS: i64 = 30 * 60_000;

#[derive(FromQueryResult)]
struct VisitRow {
    looked_at: i64,
    since: Option<i64>,
}

impl VisitRow {
    /// When this person was last here before the visit that `now` belongs to.
    const fn since(&self, now: Moment) -> Option<i64> {
        if now.as_millis() - self.looked_at > VISIT_ENDS_AFTER_MILLIS {
            Some(self.looked_at)
        } else {
            self.since
        }
    }
}

async fn row(
    db: &Db,
    connection: &impl ConnectionTrait,
    team: &TeamScope,
    lock: &str,
) -> Result<Option<VisitRow>, StoreError> {
    let scope = team.scope();
    let sql = format!(
        "SELECT looked_at, since FROM timeline_visits WHERE person_id = $1 AND workspace_id = $2{lock}"
    );
    let key = [scope.who().person().as_uuid().into(), scope.workspace().as_uuid().into()];
    Ok(VisitRow::find_by_statement(db.statement(&sql, key)).one(connection).await?)
}

/// When this member was last here before this visit; nothing if never.
///
/// # Errors
/// If the database fails.
pub async fn last_here(
    db: &Db,
    team: &TeamScope,
    now: Moment,
) -> Result<Option<Moment>, StoreError> {
    let row = row(db, db.reader(), team, "").await?;
    Ok(row.and_then(|row| row.since(now)).map(Moment::from_millis))
}

/// The member looks now, and with `all` says that they have seen all there is. When they were last here before this visit,
/// and what the change counts for their other devices.
///
/// # Errors
/// If the database fails.
pub async fn look(
    db: &Db,
    team: &TeamScope,
    all: bool,
    now: Moment,
) -> Result<(Option<Moment>, mine::Counted), StoreError> {
    let tx = db.begin().await?;
    let lock = match db.backend() {
        Backend::Postgres => " FOR UPDATE",
        Backend::Sqlite => "",
    };
    let known = row(db, &tx, team, lock).await?;
    let earlier = known.as_ref().and_then(|row| row.since);
    let since = match &known {
        _ if all => Some(now.as_millis()),
        Some(row) => row.since(now),
        None => None,
    };
    let scope = team.scope();
    tx.execute_raw(db.statement(
        "INSERT INTO timeline_visits (person_id, workspace_id, looked_at, since) VALUES ($1, $2, $3, $4)
         ON CONFLICT (person_id, workspace_id) DO UPDATE SET since = excluded.since,
           looked_at = CASE WHEN timeline_visits.looked_at > excluded.looked_at THEN timeline_visits.looked_at ELSE excluded.looked_at END",
        [
            scope.who().person().as_uuid().into(),
            scope.workspace().as_uuid().into(),
            now.as_millis().into(),
            since.into(),
        ],
    ))
    .await?;
    let rows = u64::from(since != earlier);
    let counted = mine::conclude(db, tx, scope.who().person(), rows).await?;
    Ok((since.map(Moment::from_millis), counted))
}
