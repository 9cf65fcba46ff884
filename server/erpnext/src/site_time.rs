//! ERPNext's naive time stamps, which are in the site's zone.

use chrono::{DateTime, LocalResult, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;

/// The moment `millis` (Unix time) as the site writes it: `2026-11-20 16:05:00.000000`, in the site's zone.
///
/// An ISO stamp with `T` or `Z` would be answered with a 500.
#[must_use]
pub fn site_time(millis: i64, zone: Tz) -> String {
    DateTime::<Utc>::from_timestamp_millis(millis)
        .unwrap_or_default()
        .with_timezone(&zone)
        .format("%Y-%m-%d %H:%M:%S%.6f")
        .to_string()
}

/// The moments (Unix time, milliseconds) a stamp of the site can mean: one, two in the hour that autumn repeats, none in
/// the hour that spring leaves out or for what is no stamp.
#[must_use]
pub fn site_moments(stamp: &str, zone: Tz) -> Vec<i64> {
    let Ok(local) = NaiveDateTime::parse_from_str(stamp, "%Y-%m-%d %H:%M:%S%.f") else {
        return Vec::new();
    };
    match zone.from_local_datetime(&local) {
        LocalResult::Single(moment) => vec![moment.timestamp_millis()],
        LocalResult::Ambiguous(earlier, later) => {
            vec![earlier.timestamp_millis(), later.timestamp_millis()]
        }
        LocalResult::None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_of_the_repeated_hour_means_two_moments() {
        let zone = chrono_tz::Europe::Berlin;
        assert_eq!(site_moments("2026-11-20 16:05:00.250000", zone), [1_795_187_100_250]);
        assert_eq!(site_moments("2026-11-20 16:05:00", zone), [1_795_187_100_000]);
        let [earlier, later] = site_moments("2026-10-25 02:30:00", zone)[..] else {
            panic!("one moment")
        };
        assert_eq!(later - earlier, 3_600_000);
        assert_eq!(site_moments("2026-03-29 02:30:00", zone), [0; 0]);
        assert_eq!(site_moments("2026-11-20T16:05:00Z", zone), [0; 0]);
    }

    #[test]
    fn stamps_follow_the_sites_clock() {
        // 2026-11-20 15:05:00.25 UTC is an hour later in Berlin in winter, two in summer.
        assert_eq!(
            site_time(1_795_187_100_250, chrono_tz::Europe::Berlin),
            "2026-11-20 16:05:00.250000"
        );
        assert_eq!(
            site_time(1_782_918_000_000, chrono_tz::Europe::Berlin),
            "2026-07-01 17:00:00.000000"
        );
    }
}
