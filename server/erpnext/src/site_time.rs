//! ERPNext's naive time stamps, which are in the site's zone.

use chrono::{DateTime, Utc};
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

#[cfg(test)]
mod tests {
    use super::*;

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
