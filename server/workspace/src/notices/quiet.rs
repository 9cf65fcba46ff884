//! Quiet hours, by the clock of whoever chose them.

use chrono::{DateTime, Timelike};
use chrono_tz::Tz;
use vocabulary::{Moment, QuietHours};

/// Whether there is a zone of this name.
pub(crate) fn is_known_zone(zone: &str) -> bool {
    zone.parse::<Tz>().is_ok()
}

/// When the quiet hours that last at `now` are over; `None` outside of them. Where the clock is changed in between, that is an
/// hour off, and whoever looks then finds them lasting or over.
pub(super) fn quiet_until(hours: &QuietHours, now: Moment) -> Option<Moment> {
    let zone: Tz = hours.zone().parse().ok()?;
    let local = DateTime::from_timestamp_millis(now.as_millis())?.with_timezone(&zone);
    let minute = u16::try_from(local.hour() * 60 + local.minute()).ok()?;
    let left = hours.left_at(minute)?;
    let into_minute = now.as_millis().rem_euclid(60_000);
    Some(now.plus_millis(i64::from(left) * 60_000 - into_minute))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        Moment::from_millis(DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis())
    }

    #[test]
    fn the_night_is_quiet_where_somebody_lives() {
        let berlin: QuietHours = "22:00-07:00 Europe/Berlin".parse().unwrap();
        let summer = at("2026-07-01T20:30:15Z");
        assert_eq!(quiet_until(&berlin, summer), Some(at("2026-07-02T05:00:00Z")));
        assert_eq!(quiet_until(&berlin, at("2026-07-01T19:59:59Z")), None);
        // The same moment is an hour earlier on the clock of winter.
        assert_eq!(quiet_until(&berlin, at("2026-12-01T20:30:15Z")), None);
        let auckland: QuietHours = "22:00-07:00 Pacific/Auckland".parse().unwrap();
        assert_eq!(quiet_until(&auckland, summer), None);
        assert_eq!(
            quiet_until(&auckland, at("2026-07-01T18:00:00Z")),
            Some(at("2026-07-01T19:00:00Z"))
        );
    }

    #[test]
    fn where_the_clock_is_changed_at_night_it_is_looked_again() {
        let berlin: QuietHours = "22:00-07:00 Europe/Berlin".parse().unwrap();
        // The night of spring has an hour less: by then they have been over for an hour.
        assert_eq!(
            quiet_until(&berlin, at("2026-03-28T22:00:00Z")),
            Some(at("2026-03-29T06:00:00Z"))
        );
        assert_eq!(quiet_until(&berlin, at("2026-03-29T06:00:00Z")), None);
        // That of autumn has one more: they still last.
        let early = quiet_until(&berlin, at("2026-10-24T22:00:00Z")).unwrap();
        assert_eq!(early, at("2026-10-25T05:00:00Z"));
        assert_eq!(quiet_until(&berlin, early), Some(at("2026-10-25T06:00:00Z")));
    }

    #[test]
    fn zones_have_names() {
        assert!(is_known_zone("Europe/Berlin") && is_known_zone("UTC"));
        assert!(!is_known_zone("Europe/Atlantis"));
    }
}
