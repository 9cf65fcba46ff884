//! The connection report in plain words.

use crate::ui::When;
use contract::{ConnectionReport, DeadLetter};
use leptos::prelude::*;

/// Reading, writing, and what was given up.
#[component]
pub fn Report(
    /// What the server knows.
    report: ConnectionReport,
) -> impl IntoView {
    let reading = match (&report.mirror_error, report.mirrored_at) {
        (Some(_), _) => ("bad", "Stopped"),
        (None, Some(_)) => ("good", "Working"),
        (None, None) => ("wait", "Not yet"),
    };
    let writing = match (&report.outbox_error, report.outbox_waiting) {
        (Some(_), _) => ("bad", "Stopped"),
        (None, 0) => ("good", "Nothing waits"),
        (None, _) => ("wait", "Working"),
    };
    view! {
        <dl class="admin-site">
            <dt>"ERPNext site"</dt>
            <dd><code>{report.erpnext_url}</code></dd>
            {report.demo.then(|| view! { <dd><span class="pill pill-wait">"Demo stand-in"</span></dd> })}
        </dl>
        <div class="admin-cards">
            <Card title="Reading from ERPNext" state=reading problem=report.mirror_error>
                {report.mirrored_at.map_or_else(
                    || "No round has finished yet.".into_any(),
                    |at| view! { "Last finished " <When moment=at/> }.into_any(),
                )}
            </Card>
            <Card title="Writing to ERPNext" state=writing problem=report.outbox_error>
                <strong class="admin-number">{report.outbox_waiting}</strong>
                {if report.outbox_waiting == 1 { " effect waits" } else { " effects wait" }}
                {report.outbox_oldest.map(|at| view! { ", the oldest since " <When moment=at/> })}
            </Card>
        </div>
        <section aria-labelledby="given-up">
            <h2 id="given-up">"Given up"</h2>
            <DeadLetters letters=report.dead_letters/>
        </section>
    }
    .into_any()
}

#[component]
fn Card(
    /// What it is about.
    title: &'static str,
    /// Tone and word of the state.
    state: (&'static str, &'static str),
    /// Why it stands still, if it does.
    problem: Option<String>,
    /// The facts.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="admin-card">
            <h2>{title}</h2>
            <span class=format!("pill pill-{}", state.0)>{state.1}</span>
            <p>{children()}</p>
            {problem.map(|words| view! { <p class="alert" role="alert">{words}</p> })}
        </section>
    }
}

#[component]
fn DeadLetters(
    /// Newest first.
    letters: Vec<DeadLetter>,
) -> impl IntoView {
    if letters.is_empty() {
        return view! {
            <p class="quiet">
                "Nothing was given up. What ERPNext refuses for good is listed here with its reason, so that it can be mended there."
            </p>
        }
        .into_any();
    }
    let rows = letters
        .into_iter()
        .map(|letter| {
            view! {
                <tr>
                    <td>{letter.id}</td>
                    <td><When moment=letter.created_at/></td>
                    <td>{letter.attempts}</td>
                    <td class="admin-reason">{letter.last_error}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="admin-table">
            <table>
                <thead>
                    <tr>
                        <th scope="col">"Number"</th>
                        <th scope="col">"Caused"</th>
                        <th scope="col">"Tries"</th>
                        <th scope="col">"ERPNext's reason"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
