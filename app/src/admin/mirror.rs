//! How far the copy of each doctype is.

use super::{
    ago::Ago,
    board::Shown,
    problems::{DoctypeState, state},
};
use contract::{ConnectionReport, DoctypeReport};
use leptos::prelude::*;

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
    let (tone, word) = match state(report, doctype) {
        DoctypeState::Failed => ("bad", "Not read"),
        DoctypeState::Late => ("wait", "Late"),
        DoctypeState::Filling => ("busy", "Being copied"),
        DoctypeState::Current => ("good", "Up to date"),
    };
    let progress = match (word, doctype.expected) {
        ("Being copied", Some(expected @ 1..)) => {
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
    use super::grouped;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_234_567), "1\u{202f}234\u{202f}567");
    }
}
