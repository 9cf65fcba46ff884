//! Hours of the day in which nothing rings.

use std::{fmt, str::FromStr};

/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// The longest name of a zone, in bytes; the longest of today has 32.
const ZONE_LIMIT_BYTES: usize = 64;

/// A span of each day, as a clock in `zone` shows it. Written `22:00-07:00 Europe/Berlin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuietHours {
    from: u16,
    until: u16,
    zone: String,
}

/// What cannot be read as quiet hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotQuietHours;

impl QuietHours {
    /// From and until are minutes since midnight, and differ.
    ///
    /// # Errors
    /// For what is no time of a day, no name of a zone, or a span of nothing.
    pub fn new(from: u16, until: u16, zone: &str) -> Result<Self, NotQuietHours> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "/_+-".contains(c);
        let is_zone = !zone.is_empty() && zone.len() <= ZONE_LIMIT_BYTES && zone.chars().all(plain);
        if from >= DAY || until >= DAY || from == until || !is_zone {
            return Err(NotQuietHours);
        }
        Ok(Self { from, until, zone: zone.to_owned() })
    }

    /// The name of the zone (IANA).
    #[must_use]
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// The first minute of the day, as `22:00`.
    #[must_use]
    pub fn from(&self) -> String {
        written(self.from)
    }

    /// The first minute after it, as `07:00`.
    #[must_use]
    pub fn until(&self) -> String {
        written(self.until)
    }

    /// Minutes until it is over, if `minute` of the day is within it.
    #[must_use]
    pub const fn left_at(&self, minute: u16) -> Option<u16> {
        let within = if self.from < self.until {
            self.from <= minute && minute < self.until
        } else {
            self.from <= minute || minute < self.until
        };
        if within { Some((self.until + DAY - minute) % DAY) } else { None }
    }
}

fn written(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let is_written = |digits: &str| digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit());
    if !is_written(hours) || !is_written(minutes) {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

impl fmt::Display for QuietHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{} {}", self.from(), self.until(), self.zone)
    }
}

impl FromStr for QuietHours {
    type Err = NotQuietHours;

    fn from_str(text: &str) -> Result<Self, NotQuietHours> {
        let (span, zone) = text.split_once(' ').ok_or(NotQuietHours)?;
        let (from, until) = span.split_once('-').ok_or(NotQuietHours)?;
        let (from, until) = minute(from).zip(minute(until)).ok_or(NotQuietHours)?;
        Self::new(from, until, zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_over_midnight_are_quiet_on_both_sides_of_it() {
        let night: QuietHours = "22:00-07:00 Europe/Berlin".parse().unwrap();
        assert_eq!(night.left_at(22 * 60), Some(9 * 60));
        assert_eq!(night.left_at(0), Some(7 * 60));
        assert_eq!(night.left_at(7 * 60 - 1), Some(1));
        assert_eq!(night.left_at(7 * 60), None);
        assert_eq!(night.left_at(22 * 60 - 1), None);
        let noon: QuietHours = "12:00-13:30 UTC".parse().unwrap();
        assert_eq!(noon.left_at(12 * 60), Some(90));
        assert_eq!(noon.left_at(13 * 60 + 30), None);
        assert_eq!(noon.left_at(0), None);
    }

    #[test]
    fn what_is_written_is_read_the_same_and_nonsense_is_not() {
        for text in ["22:00-07:00 Europe/Berlin", "00:00-23:59 UTC", "01:05-01:04 Etc/GMT+3"] {
            assert_eq!(text.parse::<QuietHours>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "off",
            "22:00-07:00",
            "22:00-22:00 UTC",
            "24:00-07:00 UTC",
            "22:60-07:00 UTC",
            "2:00-07:00 UTC",
            "22:00-07:00 ",
            "22:00-07:00 a b",
            "22:00-07:00 <script>",
            "+1:00-07:00 UTC",
        ] {
            assert_eq!(text.parse::<QuietHours>(), Err(NotQuietHours), "{text}");
        }
    }
}
