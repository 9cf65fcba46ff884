//! Calendar days, without a calendar library: the browser downloads this.

use vocabulary::Moment;

const MINUTE_MILLIS: i64 = 60_000;
const DAY_MILLIS: i64 = 86_400_000;
const WEEKDAYS: [&str; 7] =
    ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A date: days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day(i64);

impl Day {
    /// The date at `moment`, `offset_minutes` east of UTC.
    #[must_use]
    pub const fn of(moment: Moment, offset_minutes: i64) -> Self {
        Self((moment.as_millis() + offset_minutes * MINUTE_MILLIS).div_euclid(DAY_MILLIS))
    }

    /// The date written as `YYYY-MM-DD`, as ERPNext does.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-').map(str::parse::<i64>);
        let (year, month, day) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
        // Days from civil: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
        let of_era_days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
        Some(Self(era * 146_097 + of_era_days - 719_468))
    }

    /// The date as [`Day::parse`] reads it.
    #[must_use]
    pub fn written(self) -> String {
        let (year, month, day) = self.civil();
        format!("{year:04}-{:02}-{day:02}", month + 1)
    }

    /// "Today", "Yesterday", or the date; the year only where it is not this year's.
    #[must_use]
    pub fn label(self, today: Option<Self>) -> String {
        let (year, month, day) = self.civil();
        let date = format!("{} {day} {}", self.weekday(), MONTHS[month]);
        match today {
            Some(today) if today == self => "Today".to_owned(),
            Some(today) if today.0 == self.0 + 1 => "Yesterday".to_owned(),
            Some(today) if today.civil().0 == year => date,
            _ => format!("{date} {year}"),
        }
    }

    /// The date for narrow places: "Tue" within a week, else "4 Nov".
    #[must_use]
    pub fn short(self, today: Option<Self>) -> String {
        if today.is_some_and(|today| (1..7).contains(&(today.0 - self.0))) {
            return self.weekday()[..3].to_owned();
        }
        let (_, month, day) = self.civil();
        format!("{day} {}", &MONTHS[month][..3])
    }

    fn weekday(self) -> &'static str {
        WEEKDAYS[usize::try_from(self.0.rem_euclid(7)).unwrap_or(0)]
    }

    /// Year, month (0 to 11) and day of the month.
    fn civil(self) -> (i64, usize, i64) {
        let days = self.0 + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted + 2) / 5 + 1;
        let month = (shifted + 2) % 12;
        let year = year_of_era + era * 400 + i64::from(month < 2);
        (year, usize::try_from(month).unwrap_or(0), day)
    }
}

/// `moment` as `14:05`, `offset_minutes` east of UTC.
#[must_use]
pub fn time_of_day(moment: Moment, offset_minutes: i64) -> String {
    let minutes = (moment.as_millis().div_euclid(MINUTE_MILLIS) + offset_minutes).rem_euclid(1_440);
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// `moment` for programs (RFC 3339, UTC).
#[must_use]
pub fn iso(moment: Moment) -> String {
    let seconds = moment.as_millis().div_euclid(1_000).rem_euclid(60);
    format!("{}T{}:{seconds:02}Z", Day::of(moment, 0).written(), time_of_day(moment, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2024-02-29T23:30:15Z, a Thursday.
    const LEAP: Moment = Moment::from_millis(1_709_249_415_000);

    #[test]
    fn a_moment_is_written_for_programs() {
        assert_eq!(iso(LEAP), "2024-02-29T23:30:15Z");
        assert_eq!(iso(Moment::from_millis(0)), "1970-01-01T00:00:00Z");
        assert_eq!(iso(Moment::from_millis(-1_000)), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn the_day_turns_with_the_zone() {
        assert_eq!(Day::of(LEAP, 0).label(None), "Thursday 29 February 2024");
        assert_eq!(Day::of(LEAP, 60).label(None), "Friday 1 March 2024");
        assert_eq!(time_of_day(LEAP, 60), "00:30");
        assert_eq!(time_of_day(LEAP, -630), "13:00");
    }

    #[test]
    fn a_date_is_read_as_it_is_written() {
        assert_eq!(Day::parse("2024-02-29"), Some(Day::of(LEAP, 0)));
        assert_eq!(Day::parse("1970-01-01"), Some(Day(0)));
        assert_eq!(Day::of(LEAP, 0).written(), "2024-02-29");
        assert_eq!(Day::parse("soon"), None);
    }

    #[test]
    fn days_nearby_have_names() {
        let day = Day::of(LEAP, 0);
        assert_eq!(day.label(Some(day)), "Today");
        assert_eq!(day.label(Some(Day(day.0 + 1))), "Yesterday");
        assert_eq!(day.label(Some(Day(day.0 + 40))), "Thursday 29 February");
        assert_eq!(day.short(Some(Day(day.0 + 3))), "Thu");
        assert_eq!(day.short(Some(Day(day.0 + 30))), "29 Feb");
    }
}
