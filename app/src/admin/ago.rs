//! How long ago something was, by the server's clock.

use crate::clock::{iso, use_clock};
use leptos::prelude::*;
use vocabulary::Moment;

/// How long ago, in the largest unit that tells enough; the time itself on hover.
#[component]
pub fn Ago(
    /// What is asked about.
    moment: Moment,
    /// When the report was made.
    at: Moment,
) -> impl IntoView {
    let clock = use_clock();
    view! {
        <time datetime=iso(moment) title=move || clock.zone().full(moment)>{ago(moment, at)}</time>
    }
}

/// How long before `at` something was, in words.
pub fn ago(moment: Moment, at: Moment) -> String {
    let seconds = (at.as_millis() - moment.as_millis()) / 1000;
    match span(seconds) {
        Some(span) => format!("{span} ago"),
        None => "just now".to_owned(),
    }
}

/// A number of seconds in the largest unit that tells enough; nothing below one.
pub fn span(seconds: i64) -> Option<String> {
    const UNITS: [(i64, &str); 4] = [(86_400, "days"), (3_600, "h"), (60, "min"), (1, "s")];
    // Of the larger unit at least two, because one of it tells too little; of seconds also one.
    let (size, name) =
        UNITS.iter().find(|(size, _)| seconds >= size * 2 || (seconds == 1 && *size == 1))?;
    Some(format!("{} {name}", seconds / size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_unit_that_tells_enough_is_taken() {
        for (seconds, words) in [
            (-3, None),
            (0, None),
            (1, Some("1 s")),
            (59, Some("59 s")),
            (60, Some("60 s")),
            (90, Some("90 s")),
            (7_199, Some("119 min")),
            (7_200, Some("2 h")),
            (100_000, Some("27 h")),
            (900_000, Some("10 days")),
        ] {
            assert_eq!(span(seconds).as_deref(), words, "{seconds}");
        }
    }

    #[test]
    fn a_moment_ahead_of_the_report_is_now() {
        let at = Moment::from_millis(1_000_000);
        assert_eq!(ago(at.plus_millis(400), at), "just now");
        assert_eq!(ago(at.plus_millis(-5_000), at), "5 s ago");
    }
}
