//! ERPNext's naive time stamps, which are in the site's zone.
//!
//! In autumn an hour comes twice and stamps run backwards; in spring an hour never comes.

use chrono::{DateTime, LocalResult, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// A document is stamped when it is saved and seen when that is committed, minutes later if it must be.
const OVERLAP: TimeDelta = TimeDelta::minutes(5);
/// Beyond the repeated time itself.
const OVERLAP_BEYOND_REPEATED: TimeDelta = TimeDelta::minutes(10);
const AFTER_REPEATED: TimeDelta = TimeDelta::hours(1);
/// No zone skips or repeats less.
const STEP: TimeDelta = TimeDelta::minutes(15);

/// The moments a stamp may stand for, in milliseconds of Unix time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidates {
    /// The first time the site's clock shows it.
    pub earlier: i64,
    /// The second time; the same moment but for the repeated hour.
    pub later: i64,
}

/// The moment `millis` (Unix time) as the site writes it: `2026-11-20 16:05:00.000000`, in the site's zone.
///
/// An ISO stamp with `T` or `Z` would be answered with a 500.
#[must_use]
pub fn site_time(millis: i64, zone: Tz) -> String {
    written(local(millis, zone))
}

/// The moments that `stamp` may stand for; `None` for what is no stamp. A stamp of the skipped hour, which only a person
/// can have typed, is read with the clock before it was changed.
#[must_use]
pub fn utc_candidates(stamp: &str, zone: Tz) -> Option<Candidates> {
    Some(candidates(read(stamp)?, zone))
}

/// The moments (Unix time, milliseconds) that a stamp of the site can mean: one, two in the hour that autumn repeats, none
/// in the hour that spring leaves out or for what is no stamp.
#[must_use]
pub fn site_moments(stamp: &str, zone: Tz) -> Vec<i64> {
    let Some(stamp) = read(stamp) else { return Vec::new() };
    let Candidates { earlier, later } = candidates(stamp, zone);
    let mut moments = vec![earlier, later];
    moments.dedup();
    // The clock never showed a stamp of the skipped hour, so its reading leads to another one.
    let shows = |millis: i64| (local(millis, zone) - stamp).abs() < TimeDelta::milliseconds(1);
    moments.retain(|&moment| shows(moment));
    moments
}

/// The moment of `stamp`, in milliseconds of Unix time; the first one where there are two.
#[must_use]
pub fn utc_millis(stamp: &str, zone: Tz) -> Option<i64> {
    utc_candidates(stamp, zone).map(|candidates| candidates.earlier)
}

/// Where a cursor that got to `stamp` must start reading again at the moment `now_millis` (Unix time), so that nothing
/// saved meanwhile is missed: some minutes earlier; while the clock repeats itself, earlier than all that is repeated.
///
/// A stamp in the future counts as now: a few of those must not hide everything else. What is no stamp is given back.
#[must_use]
pub fn overlap_before(stamp: &str, now_millis: i64, zone: Tz) -> String {
    let Some(stamp_local) = read(stamp) else { return stamp.to_owned() };
    let now = local(now_millis, zone);
    let first = candidates(stamp_local, zone).earlier;
    let from = if first > now_millis { now } else { stamp_local };
    let repeated = repeated_near(from, zone).max(repeated_near(now, zone));
    let back = repeated.map_or(OVERLAP, |width| width + OVERLAP_BEYOND_REPEATED);
    // Counted in real minutes too: behind the skipped hour five of them lead further back on the clock.
    let really = candidates(from, zone).earlier - OVERLAP.num_milliseconds();
    written((from - back).min(local(really, zone)))
}

fn local(millis: i64, zone: Tz) -> NaiveDateTime {
    let moment = DateTime::<Utc>::from_timestamp_millis(millis).unwrap_or_default();
    moment.with_timezone(&zone).naive_local()
}

fn written(local: NaiveDateTime) -> String {
    local.format("%Y-%m-%d %H:%M:%S%.6f").to_string()
}

fn read(stamp: &str) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(stamp, "%Y-%m-%d %H:%M:%S%.f").ok()
}

fn candidates(local: NaiveDateTime, zone: Tz) -> Candidates {
    let (earlier, later) = match zone.from_local_datetime(&local) {
        LocalResult::Single(only) => (only.timestamp_millis(), only.timestamp_millis()),
        LocalResult::Ambiguous(one, other) => {
            let (one, other) = (one.timestamp_millis(), other.timestamp_millis());
            (one.min(other), one.max(other))
        }
        LocalResult::None => {
            let only = in_skipped_time(local, zone);
            (only, only)
        }
    };
    Candidates { earlier, later }
}

/// With the offset of the last moment before the clock was put forward.
fn in_skipped_time(local: NaiveDateTime, zone: Tz) -> i64 {
    // A zone that crossed the date line skipped a whole day.
    let mut before = local;
    for _ in 0..=100 {
        before -= STEP;
        if let Some(last) = zone.from_local_datetime(&before).latest() {
            return last.timestamp_millis() + (local - before).num_milliseconds();
        }
    }
    local.and_utc().timestamp_millis()
}

/// How much time is repeated, if `local` lies within it or within the hour after it.
fn repeated_near(local: NaiveDateTime, zone: Tz) -> Option<TimeDelta> {
    let mut back = TimeDelta::zero();
    while back <= AFTER_REPEATED {
        let found = candidates(local - back, zone);
        if found.later > found.earlier {
            return Some(TimeDelta::milliseconds(found.later - found.earlier));
        }
        back += STEP;
    }
    None
}

#[cfg(test)]
mod tests {
    use chrono_tz::{
        Africa::Casablanca,
        America::{New_York, Sao_Paulo, St_Johns},
        Antarctica::Troll,
        Asia::{Kathmandu, Kolkata},
        Australia::Lord_Howe,
        Europe::{Berlin, Dublin},
        Pacific::Apia,
    };

    use super::*;

    const ZONES: [Tz; 11] = [
        Berlin, Dublin, New_York, St_Johns, Sao_Paulo, Lord_Howe, Troll, Casablanca, Kathmandu,
        Kolkata, Apia,
    ];
    const MINUTE: i64 = 60_000;
    const HOUR: i64 = 60 * MINUTE;
    /// 2026-01-01 00:00 UTC.
    const NEW_YEAR: i64 = 1_767_225_600_000;

    /// The quarters of an hour of 2026 at which the zone's clock is changed.
    fn changes(zone: Tz) -> Vec<i64> {
        let offset = |millis| local(millis, zone).and_utc().timestamp_millis() - millis;
        (0..365 * 24 * 4)
            .map(|quarter| NEW_YEAR + quarter * 15 * MINUTE)
            .filter(|&moment| offset(moment) != offset(moment - 15 * MINUTE))
            .collect()
    }

    #[test]
    fn stamps_follow_the_sites_clock() {
        // 2026-11-20 15:05:00.25 UTC is an hour later in Berlin in winter, two in summer.
        assert_eq!(site_time(1_795_187_100_250, Berlin), "2026-11-20 16:05:00.250000");
        assert_eq!(site_time(1_782_918_000_000, Berlin), "2026-07-01 17:00:00.000000");
    }

    #[test]
    fn a_stamp_without_a_fraction_is_one_and_an_iso_stamp_is_none() {
        assert_eq!(utc_millis("2026-11-20 16:05:00", Berlin), Some(1_795_187_100_000));
        assert_eq!(utc_millis("2026-11-20 16:05:00.250000", Berlin), Some(1_795_187_100_250));
        for text in ["2026-11-20T16:05:00Z", "2026-11-20", "", "20.11.2026 16:05:00"] {
            assert_eq!(utc_millis(text, Berlin), None, "{text:?}");
        }
    }

    #[test]
    fn the_repeated_hour_has_two_moments_and_the_skipped_one_is_read_by_the_old_clock() {
        let twice = utc_candidates("2026-10-25 02:30:00", Berlin).unwrap();
        assert_eq!(twice.later - twice.earlier, HOUR);
        assert_eq!(site_time(twice.earlier, Berlin), site_time(twice.later, Berlin));
        let once = utc_candidates("2026-10-25 03:00:00", Berlin).unwrap();
        assert_eq!(once.earlier, once.later);
        let never = utc_millis("2026-03-29 02:30:00", Berlin).unwrap();
        assert_eq!(site_time(never, Berlin), "2026-03-29 03:30:00.000000");
        let skipped_day = utc_millis("2011-12-30 12:00:00", Apia).unwrap();
        assert_eq!(site_time(skipped_day, Apia), "2011-12-31 12:00:00.000000");
    }

    #[test]
    fn a_stamp_of_the_repeated_hour_means_two_moments_and_one_of_the_skipped_hour_none() {
        assert_eq!(site_moments("2026-11-20 16:05:00.250000", Berlin), [1_795_187_100_250]);
        assert_eq!(site_moments("2026-11-20 16:05:00.250999", Berlin), [1_795_187_100_250]);
        let [earlier, later] = site_moments("2026-10-25 02:30:00", Berlin)[..] else {
            panic!("one moment")
        };
        assert_eq!(later - earlier, HOUR);
        assert_eq!(site_moments("2026-03-29 02:30:00", Berlin), [0; 0]);
        assert_eq!(site_moments("2026-11-20T16:05:00Z", Berlin), [0; 0]);
    }

    #[test]
    fn every_moment_of_a_year_is_among_its_stamps_candidates() {
        for zone in ZONES {
            for step in 0..365 * 24 * 3 {
                let moment = NEW_YEAR + step * 20 * MINUTE + step % 1_000;
                let stamp = site_time(moment, zone);
                let found = utc_candidates(&stamp, zone).unwrap();
                assert!(
                    found.earlier == moment || found.later == moment,
                    "{zone} {stamp}: {found:?} lacks {moment}"
                );
                assert_eq!(site_time(found.earlier, zone), stamp, "{zone}");
                assert_eq!(site_time(found.later, zone), stamp, "{zone}");
            }
        }
    }

    #[test]
    fn the_zones_of_these_tests_put_their_clocks_forward_and_back() {
        let changed: Vec<usize> = ZONES.iter().map(|zone| changes(*zone).len()).collect();
        assert_eq!(changed.iter().filter(|&&count| count >= 2).count(), 7, "{changed:?}");
    }

    #[test]
    fn nothing_saved_around_a_change_of_the_clock_is_behind_the_overlap() {
        for zone in ZONES {
            for change in changes(zone) {
                // The cursor got to a row of `seen`; at `now` rows are read that were saved up to five minutes before
                // `seen`, or at any time since.
                for seen in (-240..=240).step_by(7).map(|minutes| change + minutes * MINUTE) {
                    for now in (0..=300).step_by(13).map(|minutes| seen + minutes * MINUTE) {
                        let start = overlap_before(&site_time(seen, zone), now, zone);
                        for saved in
                            [-5, -3, 0, 1, now.min(seen + 59 * MINUTE) / MINUTE - seen / MINUTE]
                        {
                            let row = site_time((seen + saved * MINUTE).min(now), zone);
                            assert!(row >= start, "{zone}: {row} is behind {start}, now {now}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn the_overlap_is_short_but_where_the_clock_repeats_itself() {
        let at = |stamp: &str, now: &str| {
            overlap_before(stamp, utc_candidates(now, Berlin).unwrap().later, Berlin)
        };
        let noon = "2026-10-25 12:00:00.000000";
        assert_eq!(at(noon, noon), "2026-10-25 11:55:00.000000");
        let within = "2026-10-25 02:59:59.500000";
        assert_eq!(at(within, noon), "2026-10-25 01:49:59.500000");
        assert_eq!(at("2026-10-25 03:30:00", noon), "2026-10-25 02:20:00.000000");
        assert_eq!(at("2026-10-25 01:30:00", "2026-10-25 02:10:00"), "2026-10-25 00:20:00.000000");
        assert_eq!(at("2026-03-29 03:02:00", noon), "2026-03-29 01:57:00.000000");
    }

    #[test]
    fn a_stamp_from_the_future_does_not_lead_the_cursor_there() {
        let now = utc_millis("2026-11-20 12:00:00", Berlin).unwrap();
        let start = overlap_before("2026-11-20 16:30:00", now, Berlin);
        assert_eq!(start, "2026-11-20 11:55:00.000000");
        assert_eq!(overlap_before("not a stamp", now, Berlin), "not a stamp");
    }
}
