//! Which part of a file a browser asks for (RFC 9110 section 14).

use std::ops::Range;

/// What the header `Range` means for a file of a known size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of it: nothing was asked for, or something that may be ignored.
    Whole,
    /// These bytes.
    Some(Range<u64>),
    /// Nothing of this is there.
    Nowhere,
}

/// The headers that decide it, as they came.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// `Range`.
    pub range: Option<&'a str>,
    /// `If-Range`: the part is only good for who has the rest of the same file.
    pub if_range: Option<&'a str>,
}

/// Which part of a file of `size` bytes with the entity tag `etag` is meant. Several parts at once are answered with the
/// whole, which is allowed and what nobody who plays or resumes a file needs.
#[must_use]
pub fn wanted(asked: Asked<'_>, etag: &str, size: u64) -> Part {
    let Some(range) = asked.range else { return Part::Whole };
    // Compared strongly: a weak tag or a date is not enough to join two halves.
    if asked.if_range.is_some_and(|tag| tag.trim() != etag) {
        return Part::Whole;
    }
    let Some((unit, set)) = range.split_once('=') else { return Part::Whole };
    if !unit.trim().eq_ignore_ascii_case("bytes") || set.contains(',') {
        return Part::Whole;
    }
    let Some((first, last)) = set.trim().split_once('-') else { return Part::Whole };
    match (number(first), number(last)) {
        (Number::Missing, Number::Is(0)) => Part::Nowhere,
        (Number::Missing, Number::Is(length)) if size > 0 => {
            Part::Some(size.saturating_sub(length)..size)
        }
        (Number::Missing, Number::Is(_)) => Part::Nowhere,
        (Number::Is(first), Number::Missing) if first < size => Part::Some(first..size),
        (Number::Is(first), Number::Is(last)) if first > last => Part::Whole,
        (Number::Is(first), Number::Is(last)) if first < size => {
            Part::Some(first..last.saturating_add(1).min(size))
        }
        (Number::Is(_), Number::Missing | Number::Is(_)) => Part::Nowhere,
        (Number::Missing, Number::Missing) | (Number::None, _) | (_, Number::None) => Part::Whole,
    }
}

enum Number {
    Is(u64),
    Missing,
    None,
}

fn number(text: &str) -> Number {
    match text.trim() {
        "" => Number::Missing,
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            // More than any file has.
            Number::Is(digits.parse().unwrap_or(u64::MAX))
        }
        _ => Number::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(range: &str) -> Part {
        wanted(Asked { range: Some(range), if_range: None }, "\"a\"", 100)
    }

    #[test]
    fn a_part_is_cut_to_what_is_there() {
        assert_eq!(part("bytes=0-9"), Part::Some(0..10));
        assert_eq!(part("bytes=90-"), Part::Some(90..100));
        assert_eq!(part("bytes=-10"), Part::Some(90..100));
        assert_eq!(part("bytes=-1000"), Part::Some(0..100));
        assert_eq!(part("bytes=0-18446744073709551615"), Part::Some(0..100));
        assert_eq!(part("Bytes = 5-5"), Part::Some(5..6));
    }

    #[test]
    fn what_is_not_there_is_said() {
        for range in ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999-"] {
            assert_eq!(part(range), Part::Nowhere, "{range}");
        }
        let empty = Asked { range: Some("bytes=-5"), if_range: None };
        assert_eq!(wanted(empty, "\"a\"", 0), Part::Nowhere);
    }

    #[test]
    fn what_makes_no_sense_is_ignored() {
        for range in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=a-b",
            "bytes=9-1",
            "lines=1-2",
            "bytes=0-1,5-6",
            "bytes=+1-2",
        ] {
            assert_eq!(part(range), Part::Whole, "{range}");
        }
    }

    #[test]
    fn halves_of_different_files_are_not_joined() {
        let asked = |tag| Asked { range: Some("bytes=1-"), if_range: Some(tag) };
        assert_eq!(wanted(asked("\"a\""), "\"a\"", 10), Part::Some(1..10));
        for other in ["\"b\"", "W/\"a\"", "Tue, 24 Nov 2026 10:00:00 GMT"] {
            assert_eq!(wanted(asked(other), "\"a\"", 10), Part::Whole);
        }
    }
}
