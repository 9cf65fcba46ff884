//! Days of a reader as moments.

use chrono::{Days, LocalResult, NaiveDate, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use contract::AppError;
use vocabulary::Moment;

/// The zone of this IANA name; UTC where none is named.
///
/// # Errors
/// `Invalid` for a name that is none.
pub fn zone_of(name: Option<&str>) -> Result<Tz, AppError> {
    let Some(name) = name.filter(|name| !name.is_empty()) else { return Ok(Tz::UTC) };
    name.parse().map_err(|_| AppError::Invalid {
        field: "zone".into(),
        reason: "This time zone is not known. Name it as “Europe/Berlin”, or leave it out for UTC."
            .into(),
    })
}

/// The first moment of a day.
pub(super) fn begin_of(day: &str, zone: Tz, field: &str) -> Result<Moment, AppError> {
    first_moment(parse(day, field)?, zone).ok_or_else(|| no_day(field))
}

/// The moment after a day.
pub(super) fn end_of(day: &str, zone: Tz, field: &str) -> Result<Moment, AppError> {
    let next = parse(day, field)?.checked_add_days(Days::new(1));
    next.and_then(|next| first_moment(next, zone)).ok_or_else(|| no_day(field))
}

fn parse(day: &str, field: &str) -> Result<NaiveDate, AppError> {
    NaiveDate::parse_from_str(day, "%Y-%m-%d").map_err(|_| no_day(field))
}

/// Where the clock is put forward at midnight a day begins later.
fn first_moment(day: NaiveDate, zone: Tz) -> Option<Moment> {
    let mut time = day.and_time(NaiveTime::MIN);
    for _ in 0..=96 {
        match zone.from_local_datetime(&time) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => {
                return Some(Moment::from_millis(at.timestamp_millis()));
            }
            LocalResult::None => time += TimeDelta::minutes(15),
        }
    }
    None
}

fn no_day(field: &str) -> AppError {
    AppError::Invalid {
        field: field.into(),
        reason: "This is no day. Write it as 2026-11-30, or leave it out.".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::{America::Sao_Paulo, Europe::Berlin};

    #[test]
    fn a_day_begins_and_ends_by_the_readers_clock() {
        let begin = begin_of("2026-11-20", Berlin, "from").unwrap().as_millis();
        assert_eq!(begin, 1_795_129_200_000);
        assert_eq!(end_of("2026-11-20", Berlin, "to").unwrap().as_millis() - begin, 86_400_000);
        // In spring a day is an hour shorter.
        let (from, to) =
            (begin_of("2026-03-29", Berlin, "from"), end_of("2026-03-29", Berlin, "to"));
        assert_eq!(to.unwrap().as_millis() - from.unwrap().as_millis(), 23 * 3_600_000);
        // Midnight was left out.
        let late = begin_of("2018-11-04", Sao_Paulo, "from").unwrap().as_millis();
        assert_eq!(late, 1_541_300_400_000);
    }

    #[test]
    fn what_is_no_day_and_no_zone_is_refused() {
        for day in ["2026-02-30", "soon", ""] {
            assert!(
                matches!(begin_of(day, Berlin, "from"), Err(AppError::Invalid { .. })),
                "{day}"
            );
        }
        assert_eq!(zone_of(None), Ok(Tz::UTC));
        assert_eq!(zone_of(Some("Europe/Berlin")), Ok(Berlin));
        assert!(zone_of(Some("Mars/Base")).is_err());
    }
}
