//! The zone of ERPNext's stamps, kept here so that they are understood while ERPNext is away.

use crate::{Db, StoreError, worker::Worker};
use chrono::{LocalResult, NaiveDateTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use sea_orm::ConnectionTrait;
use vocabulary::Moment;

/// The site's time zone, once the mirror has asked for it.
///
/// # Errors
/// If the database fails.
pub async fn zone(db: &Db) -> Result<Option<Tz>, StoreError> {
    zone_on(db, db.reader()).await
}

pub(super) async fn zone_on(
    db: &Db,
    connection: &impl ConnectionTrait,
) -> Result<Option<Tz>, StoreError> {
    let row = connection
        .query_one_raw(db.statement("SELECT time_zone FROM site WHERE single = 1", []))
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(row.try_get_by_index::<String>(0)?.parse().ok())
}

/// The moment of a stamp of the site; the first one where there are two.
pub(super) fn moment_of(stamp: &str, zone: Tz) -> Option<Moment> {
    let local = NaiveDateTime::parse_from_str(stamp, "%Y-%m-%d %H:%M:%S%.f").ok()?;
    let moment = match zone.from_local_datetime(&local) {
        LocalResult::Single(only) => only,
        LocalResult::Ambiguous(first, _) => first,
        // The clock never showed it: read as if it had not been put forward.
        LocalResult::None => {
            zone.from_local_datetime(&(local - TimeDelta::hours(1))).latest()? + TimeDelta::hours(1)
        }
    };
    Some(Moment::from_millis(moment.timestamp_millis()))
}

impl Worker {
    /// Keeps the site's time zone.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn keep_time_zone(&self, zone: Tz) -> Result<(), StoreError> {
        let tx = self.db().begin().await?;
        if zone_on(self.db(), &tx).await? == Some(zone) {
            return Ok(());
        }
        tx.execute_raw(self.db().statement(
            "INSERT INTO site (single, time_zone) VALUES (1, $1)
             ON CONFLICT (single) DO UPDATE SET time_zone = excluded.time_zone, dated = FALSE",
            [zone.name().into()],
        ))
        .await?;
        // What was dated by another zone is dated again ([`Worker::date_documents`]).
        tx.execute_raw(self.db().statement("DELETE FROM timeline WHERE changes IS NULL", []))
            .await?;
        Ok(tx.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe::Berlin;

    #[test]
    fn a_stamp_is_a_moment_of_the_sites_clock() {
        let at = |stamp| moment_of(stamp, Berlin).map(Moment::as_millis);
        assert_eq!(at("2026-11-20 16:05:00.250000"), Some(1_795_187_100_250));
        assert_eq!(at("2026-11-20 16:05:00"), Some(1_795_187_100_000));
        assert_eq!(at("2026-03-29 02:30:00"), at("2026-03-29 03:30:00"));
        assert_eq!(at("2026-11-20T16:05:00Z"), None);
        assert_eq!(at("soon"), None);
    }
}
