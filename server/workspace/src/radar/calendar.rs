//! Working days, by a Holiday List of ERPNext.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use store::radar::Holidays;

/// Beyond so many days nobody counts.
const COUNTED_DAYS: u64 = 400;

/// Which days are worked on. Where a Holiday List says nothing, because there is none or it ends before, Saturday and
/// Sunday are off; they are too where it lists days off and no weekly one, as one that nobody has added those to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Calendar<'a>(Option<&'a Holidays>);

impl<'a> Calendar<'a> {
    pub(super) const fn of(holidays: Option<&'a Holidays>) -> Self {
        Self(holidays)
    }

    fn is_off(self, day: NaiveDate) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        let Some(list) = self.0 else { return weekend };
        let text = day.format("%Y-%m-%d").to_string();
        if list.days.contains_key(&text) {
            return true;
        }
        let covers = list.from.as_str() <= text.as_str()
            && (list.to.is_empty() || text.as_str() <= list.to.as_str());
        let knows_weeks = list.days.values().any(|weekly| *weekly);
        weekend && !(covers && knows_weeks)
    }

    /// Working days after `from`, up to and with `to`; none where that is not later.
    pub(super) fn working_days(self, from: NaiveDate, to: NaiveDate) -> u32 {
        let mut day = from;
        let mut count = 0;
        for _ in 0..COUNTED_DAYS {
            let Some(next) = day.checked_add_days(Days::new(1)) else { break };
            if next > to {
                break;
            }
            day = next;
            count += u32::from(!self.is_off(day));
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn list(days: &[(&str, bool)]) -> Holidays {
        Holidays {
            from: "2026-01-01".into(),
            to: "2026-12-31".into(),
            days: days.iter().map(|(day, weekly)| ((*day).to_owned(), *weekly)).collect(),
        }
    }

    #[test]
    fn without_a_list_weekends_are_off() {
        let calendar = Calendar::of(None);
        // 2026-11-27 is a Friday.
        assert_eq!(calendar.working_days(day("2026-11-27"), day("2026-11-29")), 0);
        assert_eq!(calendar.working_days(day("2026-11-27"), day("2026-12-01")), 2);
        assert_eq!(calendar.working_days(day("2026-12-01"), day("2026-11-27")), 0);
    }

    #[test]
    fn a_list_of_holidays_alone_leaves_the_weekends_off() {
        let list = list(&[("2026-11-30", false)]);
        assert_eq!(Calendar::of(Some(&list)).working_days(day("2026-11-27"), day("2026-12-01")), 1);
    }

    #[test]
    fn a_list_that_knows_its_weekly_day_off_says_it_alone() {
        // Friday off, Saturday and Sunday not.
        let list = list(&[("2026-11-27", true), ("2026-12-04", true)]);
        let calendar = Calendar::of(Some(&list));
        assert_eq!(calendar.working_days(day("2026-11-26"), day("2026-11-29")), 2);
        // Beyond its end nobody has said anything.
        assert_eq!(calendar.working_days(day("2026-12-31"), day("2027-01-03")), 1);
    }
}
