//! What belongs to one person alone, and the counter that tells their devices to ask again.

pub mod drafts;
pub mod scheduled;
pub mod ways;

use crate::{Db, StoreError, worker::Worker};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;
use vocabulary::PersonId;

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
