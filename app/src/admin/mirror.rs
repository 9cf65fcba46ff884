//! How far the copy of each doctype is.

use super::{ago::Ago, board::Shown};
use contract::{ConnectionReport, DoctypeReport};
use leptos::prelude::*;
use vocabulary::Moment;

/// A doctype that was not read for this long is late; the slow ones are read every minute.
const LATE_SECONDS: i64 = 180;

/// How a doctype's copy stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoctypeState {
    /// ERPNext did not let it be read.
    Failed,
    /// It was not read for long.
    Late,
    /// The back-fill is under way.
    Filling,
    /// It is up to date.
    Current,
}

/// How the copy of `doctype` stood at the time of the report.
pub fn state(at: Moment, doctype: &DoctypeReport) -> DoctypeState {
    let lag = doctype.finished_at.map(|then| (at.as_millis() - then.as_millis()) / 1000);
    match (&doctype.error, doctype.complete_at, lag) {
        (Some(_), _, _) => DoctypeState::Failed,
        (None, None, _) | (None, _, None) => DoctypeState::Filling,
        (None, Some(_), Some(lag)) if lag > LATE_SECONDS => DoctypeState::Late,
        (None, Some(_), Some(_)) => DoctypeState::Current,
    }
}

/// One row for each doctype.
#[component]
pub fn Doctypes(
    /// What is shown.
    shown: Shown,
) -> impl IntoView {
    view! {
        <section class="admin-section" aria-labelledby="reading">
            <h2 id="reading">"Reading"</h2>
            {move || shown.report.with(round)}
            <div class="admin-table">
                <table aria-labelledby="reading">
                    <thead>
                        <tr>
                            <th scope="col">"Doctype"</th>
                            <th scope="col" class="admin-figure">"Copied"</th>
                            <th scope="col">"Last read"</th>
                        </tr>
                    </thead>
                    <tbody>
                        {move || shown.report.with(|report| {
                            report.mirror.doctypes.iter().map(|doctype| row(report, doctype)).collect_view()
                        })}
                    </tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn round(report: &ConnectionReport) -> AnyView {
    let at = report.at;
    match (&report.mirror.error, report.mirror.finished_at) {
        (Some(_), _) if report.site.resting_for_seconds.is_some() => {
            view! { <p class="alert">"The last round ended early: ERPNext does not answer."</p> }.into_any()
        }
        (Some(error), _) => view! { <p class="alert">"The last round ended early: " {error.clone()}</p> }.into_any(),
        (None, Some(finished)) => {
            view! { <p class="quiet">"The last round over everything ended well " <Ago moment=finished at/> "."</p> }
                .into_any()
        }
        (None, None) => view! { <p class="quiet">"No round over everything has ended yet."</p> }.into_any(),
    }
}

fn row(report: &ConnectionReport, doctype: &DoctypeReport) -> AnyView {
    let state = state(report.at, doctype);
    let (tone, word) = match state {
        DoctypeState::Failed => ("bad", "Not read"),
        DoctypeState::Late => ("wait", "Late"),
        DoctypeState::Filling => ("busy", "Being copied"),
        DoctypeState::Current => ("good", "Up to date"),
    };
    let progress = match (state, doctype.expected) {
        (DoctypeState::Filling, Some(expected @ 1..)) => {
            let percent = doctype.copied.min(expected) * 100 / expected;
            Some(view! {
                <progress max="100" value=percent.to_string() aria-label=format!("{percent} % copied")></progress>
            })
        }
        _ => None,
    };
    // ERPNext is asked for its number now and then: what came since is not counted in it.
    let of = doctype
        .expected
        .filter(|expected| *expected >= doctype.copied)
        .map(|expected| format!(" of {}", grouped(expected)));
    let at = report.at;
    view! {
        <tr>
            <th scope="row">
                <span class="admin-doctype">{doctype.doctype.clone()} <span class=format!("pill pill-{tone}")>{word}</span></span>
                {doctype.error.clone().map(|words| view! { <span class="admin-why">{words}</span> })}
            </th>
            <td class="admin-figure">{grouped(doctype.copied)} {of} {progress}</td>
            <td class="admin-ago">{doctype.finished_at.map_or_else(|| "never".into_any(), |moment| view! { <Ago moment at/> }.into_any())}</td>
        </tr>
    }
    .into_any()
}

/// With a thin space between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::Moment;

    const AT: Moment = Moment::from_millis(10_000_000);

    fn read(seconds_ago: i64) -> DoctypeReport {
        DoctypeReport {
            doctype: "Task".into(),
            copied: 5,
            expected: Some(5),
            finished_at: Some(AT.plus_millis(-seconds_ago * 1000)),
            complete_at: Some(AT.plus_millis(-400_000)),
            error: None,
        }
    }

    #[test]
    fn a_doctype_is_complete_only_after_its_back_fill() {
        assert_eq!(state(AT, &read(3)), DoctypeState::Current);
        assert_eq!(state(AT, &read(600)), DoctypeState::Late);
        let filling = DoctypeReport { complete_at: None, ..read(3) };
        assert_eq!(state(AT, &filling), DoctypeState::Filling);
        let never = DoctypeReport { finished_at: None, ..read(3) };
        assert_eq!(state(AT, &never), DoctypeState::Filling);
        let failed = DoctypeReport { error: Some("no".into()), ..never };
        assert_eq!(state(AT, &failed), DoctypeState::Failed);
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_234_567), "1\u{202f}234\u{202f}567");
    }
}
