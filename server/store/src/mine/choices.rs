//! What a member has chosen for all their devices.

use super::{Counted, conclude};
use crate::{Db, StoreError, notices};
use policy::MemberReach;
use sea_orm::{ConnectionTrait, FromQueryResult};
use vocabulary::Preference;

#[derive(FromQueryResult)]
struct PreferenceRow {
    name: String,
    value: String,
}

/// What a member has chosen.
pub(super) async fn of(
    db: &Db,
    reach: &MemberReach,
) -> Result<Vec<(Preference, String)>, StoreError> {
    let rows = PreferenceRow::find_by_statement(db.statement(
        "SELECT name, value FROM preferences WHERE person_id = $1 ORDER BY name",
        [reach.person().as_uuid().into()],
    ))
    .all(db.reader())
    .await?;
    // A newer version may know more of them.
    Ok(rows.into_iter().filter_map(|row| Some((row.name.parse().ok()?, row.value))).collect())
}

/// Chooses `value`.
///
/// # Errors
/// If the database fails.
pub async fn prefer(
    db: &Db,
    reach: &MemberReach,
    preference: Preference,
    value: &str,
) -> Result<Counted, StoreError> {
    let tx = db.begin().await?;
    let chosen = tx
        .execute_raw(db.statement(
            "INSERT INTO preferences (person_id, name, value) VALUES ($1, $2, $3)
             ON CONFLICT (person_id, name) DO UPDATE SET value = excluded.value WHERE preferences.value <> excluded.value",
            [reach.person().as_uuid().into(), preference.as_str().into(), value.into()],
        ))
        .await?;
    if preference == Preference::QuietHours {
        notices::hurry(db, &tx, reach.person()).await?;
    }
    conclude(db, tx, reach.person(), chosen.rows_affected()).await
}
