//! What belongs to one person alone, and the counter that tells their devices to ask again.

mod choices;
pub mod drafts;
mod found;
mod reads;
mod saved;
pub mod scheduled;
mod threads;

pub use choices::prefer;
pub use found::mentions;
pub use reads::{mark_all_read, mark_read, mark_unread, mute};
pub use saved::{save, saved};
pub(crate) use threads::follow_reply;
pub use threads::{follow, followed, followers, mark_thread_read};

use crate::{Backend, Db, StoreError, worker::Worker};
use policy::MemberReach;
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use uuid::Uuid;
use vocabulary::{Mine, PersonId};

/// What became of a change of somebody's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// How often something has changed by now.
    pub changes: i64,
    /// Whether this was a change.
    pub is_new: bool,
}

/// All that is a member's own.
///
/// # Errors
/// If the database fails.
pub async fn of(db: &Db, reach: &MemberReach) -> Result<Mine, StoreError> {
    // Before the rest: what changes in between is read again by those who are told a higher number.
    let changes = changes_on(db, db.reader(), reach.person()).await?;
    Ok(Mine {
        changes,
        rooms: reads::rooms(db, reach).await?,
        threads: threads::reads(db, reach).await?,
        saved: saved::ids(db, reach).await?,
        preferences: choices::of(db, reach).await?,
    })
}

/// How often something of `person`'s own has changed.
///
/// # Errors
/// If the database fails.
pub async fn changes(db: &Db, person: PersonId) -> Result<i64, StoreError> {
    changes_on(db, db.reader(), person).await
}

async fn changes_on(
    db: &Db,
    connection: &impl ConnectionTrait,
    person: PersonId,
) -> Result<i64, StoreError> {
    let row =
        connection
            .query_one_raw(db.statement(
                "SELECT mine_changes FROM people WHERE id = $1",
                [person.as_uuid().into()],
            ))
            .await?
            .ok_or(StoreError::Unreadable { what: "people.mine_changes" })?;
    Ok(row.try_get_by_index(0)?)
}

/// Ends a change that touched `rows` of `person`'s own: counted, if it touched any.
pub(crate) async fn conclude(
    db: &Db,
    tx: DatabaseTransaction,
    person: PersonId,
    rows: u64,
) -> Result<Counted, StoreError> {
    let is_new = rows > 0;
    let changes =
        if is_new { count(db, &tx, person).await? } else { changes_on(db, &tx, person).await? };
    tx.commit().await?;
    Ok(Counted { changes, is_new })
}

/// Something of `person`'s own has changed; how often by now.
pub(crate) async fn count(
    db: &Db,
    connection: &impl ConnectionTrait,
    person: PersonId,
) -> Result<i64, StoreError> {
    let row = connection
        .query_one_raw(db.statement(
            "UPDATE people SET mine_changes = mine_changes + 1 WHERE id = $1 RETURNING mine_changes",
            [person.as_uuid().into()],
        ))
        .await?
        .ok_or(StoreError::Unreadable { what: "people.mine_changes" })?;
    Ok(row.try_get_by_index(0)?)
}

/// Something of the own of each of `people` has changed.
pub(crate) async fn count_all(
    db: &Db,
    connection: &impl ConnectionTrait,
    people: &[PersonId],
) -> Result<(), StoreError> {
    if people.is_empty() {
        return Ok(());
    }
    let listed = db.listed_ids("$1");
    let which = match db.backend() {
        Backend::Sqlite => listed,
        // In one order, so that two who count many at once do not wait for each other in a circle.
        Backend::Postgres => {
            format!("(SELECT id FROM people WHERE id IN {listed} ORDER BY id FOR UPDATE)")
        }
    };
    let sql = format!("UPDATE people SET mine_changes = mine_changes + 1 WHERE id IN {which}");
    let people = crate::db::ids(people.iter().map(|person| person.as_uuid()));
    connection.execute_raw(db.statement(&sql, [people])).await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct MineRow {
    id: Uuid,
    mine_changes: i64,
}

impl Worker {
    /// How often what is their own has changed, of each of `people`.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn mine_changes(
        &self,
        people: impl IntoIterator<Item = PersonId>,
    ) -> Result<Vec<(PersonId, i64)>, StoreError> {
        let sql = format!(
            "SELECT id, mine_changes FROM people WHERE id IN {}",
            self.db().listed_ids("$1")
        );
        let people = crate::db::ids(people.into_iter().map(PersonId::as_uuid));
        let rows = MineRow::find_by_statement(self.db().statement(&sql, [people]))
            .all(self.db().reader())
            .await?;
        let counted = |row: MineRow| (PersonId::from_uuid(row.id), row.mine_changes);
        Ok(rows.into_iter().map(counted).collect())
    }
}
