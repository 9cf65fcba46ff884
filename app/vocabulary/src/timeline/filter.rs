//! What somebody wants to see of a timeline, as it stands in the address of the page and of the export.

use super::TimelineKind;
use crate::{Audience, TagDoctype};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest value of a filter, in bytes.
const VALUE_LIMIT_BYTES: usize = 200;

/// What is shown; what is not said filters nothing. Days are the reader's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TimelineFilter {
    /// Only these kinds, each once.
    pub kinds: Vec<TimelineKind>,
    /// Only what this person did: their `User.name` or address, in lower case.
    pub person: Option<String>,
    /// Only what is about this document.
    pub about: Option<(TagDoctype, String)>,
    /// Only what these people know of.
    pub audience: Option<Audience>,
    /// From this day on, as `YYYY-MM-DD`.
    pub from: Option<String>,
    /// Up to the end of this day.
    pub to: Option<String>,
    /// Only what came since the reader was last here.
    pub unseen: bool,
}

impl TimelineFilter {
    /// Reads the parameters of an address; others than its own are left alone, and so are empty ones, as a form sends them.
    ///
    /// # Errors
    /// [`FilterProblem`] names the parameter that says something it cannot.
    pub fn read<'a>(
        parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, FilterProblem> {
        let mut filter = Self::default();
        for (name, value) in parameters {
            if value.is_empty() {
                continue;
            }
            if value.len() > VALUE_LIMIT_BYTES && Self::NAMES.contains(&name) {
                return Err(FilterProblem { name: name.to_owned() });
            }
            let problem = || FilterProblem { name: name.to_owned() };
            match name {
                "kind" => {
                    let kind = value.parse().map_err(|()| problem())?;
                    if !filter.kinds.contains(&kind) {
                        filter.kinds.push(kind);
                    }
                }
                "person" => filter.person = Some(value.to_lowercase()),
                "about" => {
                    let (doctype, name) = value.split_once(':').ok_or_else(problem)?;
                    let doctype = doctype.parse().map_err(|()| problem())?;
                    filter.about = Some((doctype, name.to_owned()));
                }
                "audience" => filter.audience = Some(value.parse().map_err(|_| problem())?),
                "from" => filter.from = Some(day(value).ok_or_else(problem)?),
                "to" => filter.to = Some(day(value).ok_or_else(problem)?),
                "unseen" => filter.unseen = value == "1",
                _ => {}
            }
        }
        Ok(filter)
    }

    /// The parameters of an address that says the same.
    #[must_use]
    pub fn written(&self) -> Vec<(&'static str, String)> {
        let mut parameters: Vec<(&'static str, String)> =
            self.kinds.iter().map(|kind| ("kind", kind.as_str().to_owned())).collect();
        let mut put = |name, value: Option<String>| {
            parameters.extend(value.map(|value| (name, value)));
        };
        put("person", self.person.clone());
        put(
            "about",
            self.about.as_ref().map(|(doctype, name)| format!("{}:{name}", doctype.as_str())),
        );
        put("audience", self.audience.map(|audience| audience.as_str().to_owned()));
        put("from", self.from.clone());
        put("to", self.to.clone());
        put("unseen", self.unseen.then(|| "1".to_owned()));
        parameters
    }

    /// The names of the parameters.
    pub const NAMES: [&'static str; 7] =
        ["kind", "person", "about", "audience", "from", "to", "unseen"];

    /// Whether everything is shown.
    #[must_use]
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// Whether things of this kind may be shown.
    #[must_use]
    pub fn admits(&self, kind: TimelineKind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }
}

/// A date as `YYYY-MM-DD`; whether the month has such a day is for a calendar to say.
fn day(text: &str) -> Option<String> {
    let shape = |(place, byte): (usize, u8)| match place {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    (text.len() == 10 && text.bytes().enumerate().all(shape)).then(|| text.to_owned())
}

/// A parameter says something it cannot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterProblem {
    /// Which one.
    pub name: String,
}

impl fmt::Display for FilterProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the filter cannot be read: {}", self.name)
    }
}

impl std::error::Error for FilterProblem {}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parameters: &[(&str, &str)]) -> Result<TimelineFilter, FilterProblem> {
        TimelineFilter::read(parameters.iter().copied())
    }

    #[test]
    fn a_filter_is_read_as_it_is_written() {
        let filter = TimelineFilter {
            kinds: vec![TimelineKind::Mail, TimelineKind::Change],
            person: Some("maya@parlance.demo".into()),
            about: Some((TagDoctype::Customer, "A: B & Co".into())),
            audience: Some(Audience::Client),
            from: Some("2026-11-01".into()),
            to: Some("2026-11-30".into()),
            unseen: true,
        };
        let written = filter.written();
        let again = written.iter().map(|(name, value)| (*name, value.as_str()));
        assert_eq!(TimelineFilter::read(again), Ok(filter));
        assert!(TimelineFilter::default().written().is_empty());
    }

    #[test]
    fn what_a_form_leaves_empty_and_what_is_not_of_the_filter_says_nothing() {
        let filter =
            read(&[("person", ""), ("from", ""), ("m", "x"), ("kind", "file"), ("kind", "file")]);
        assert_eq!(filter.unwrap().kinds, [TimelineKind::File]);
        assert!(read(&[("audience", "")]).unwrap().is_open());
    }

    #[test]
    fn what_cannot_be_meant_is_named() {
        let long = "x".repeat(VALUE_LIMIT_BYTES + 1);
        for (name, value) in [
            ("kind", "rumour"),
            ("about", "TASK-1"),
            ("about", "Invoice:1"),
            ("audience", "all"),
            ("from", "1.11.2026"),
            ("to", "2026-1-1"),
            ("person", long.as_str()),
        ] {
            assert_eq!(read(&[(name, value)]).unwrap_err().name, name, "{value}");
        }
    }
}
