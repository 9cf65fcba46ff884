//! How people like to write: one row for each preference, so that a newer program may add some.

use super::count;
use crate::{Db, StoreError};
use policy::MemberReach;
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::{Map, Value};
use vocabulary::Preferences;

#[derive(FromQueryResult)]
struct Row {
    name: String,
    value: String,
}

/// The preferences of a member; what is not there or cannot be read is as it is for everybody.
///
/// # Errors
/// If the database fails.
pub async fn of(db: &Db, reach: &MemberReach) -> Result<Preferences, StoreError> {
    let rows = Row::find_by_statement(db.statement(
        "SELECT name, value FROM preferences WHERE person_id = $1",
        [reach.person().as_uuid().into()],
    ))
    .all(db.writer())
    .await?;
    let mut known = match serde_json::to_value(Preferences::default()) {
        Ok(Value::Object(known)) => known,
        _ => Map::new(),
    };
    for row in rows {
        if let Some(place) = known.get_mut(&row.name)
            && let Ok(value) = serde_json::from_str(&row.value)
        {
            *place = value;
        }
    }
    Ok(serde_json::from_value(Value::Object(known)).unwrap_or_default())
}

/// Keeps the preferences of a member; how often what is theirs has changed by now.
///
/// # Errors
/// If the database fails.
pub async fn keep(
    db: &Db,
    reach: &MemberReach,
    preferences: &Preferences,
) -> Result<i64, StoreError> {
    let fields = match serde_json::to_value(preferences) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    let tx = db.begin().await?;
    for (name, value) in fields {
        tx.execute_raw(db.statement(
            "INSERT INTO preferences (person_id, name, value) VALUES ($1, $2, $3)
             ON CONFLICT (person_id, name) DO UPDATE SET value = $3",
            [reach.person().as_uuid().into(), name.into(), value.to_string().into()],
        ))
        .await?;
    }
    let changes = count(db, &tx, reach.person()).await?;
    tx.commit().await?;
    Ok(changes)
}
