//! What `parlance doctor` finds, when somebody asks for it.

use super::api::examine_connection;
use crate::{asked::answer, connecting::ConnectLink};
use contract::{Finding, Verdict};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// A link that asks for the look, and what it found. The page's own address says that it was asked for, so it works
/// without scripts.
#[component]
pub fn Examination() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|query| query.get("examine")));
    let findings = Resource::new(
        move || asked.get(),
        |asked| async move {
            match asked {
                Some(_) => Some(examine_connection().await),
                None => None,
            }
        },
    );
    let pending = RwSignal::new(false);
    // Another address each time, so that the same link asks again.
    let next = move || {
        asked.get().and_then(|count| count.parse::<u32>().ok()).unwrap_or(0).wrapping_add(1)
    };
    view! {
        <section class="admin-section" aria-labelledby="examination">
            <div class="admin-title">
                <h2 id="examination">"Doctor"</h2>
                <a class="button button-small" aria-busy=move || pending.get().to_string() href=move || format!("/admin?examine={}#examination", next())>
                    {move || if asked.get().is_some() { "Look again" } else { "Look the connection over" }}
                </a>
            </div>
            <p class="quiet admin-looking" role="status">
                {move || pending.get().then_some("Looking the connection over, check by check.")}
            </p>
            <Transition set_pending=pending>
                {move || Suspend::new(async move {
                    match answer(findings).await {
                        None => view! {
                            <p class="quiet">
                                "Checks address, clock, keys, rights, key fields, webhooks and more, and names the fix for each fault: the same as "
                                <code>"parlance doctor"</code> "."
                            </p>
                        }
                            .into_any(),
                        Some(Err(problem)) => view! { <p class="alert" role="alert">{problem.to_string()}</p> }.into_any(),
                        Some(Ok(findings)) => found(findings),
                    }
                })}
            </Transition>
            <ConnectLink/>
        </section>
    }
    .into_any()
}

fn found(mut findings: Vec<Finding>) -> AnyView {
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.verdict));
    let count = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    let summary = match (count(Verdict::Fault), count(Verdict::Warning)) {
        (0, 0) => "All is well.".to_owned(),
        (0, 1) => "No fault, 1 warning.".to_owned(),
        (0, warnings) => format!("No fault, {warnings} warnings."),
        (1, _) => "1 fault to mend.".to_owned(),
        (faults, _) => format!("{faults} faults to mend."),
    };
    let rows = findings
        .into_iter()
        .map(|finding| {
            let (tone, word) = match finding.verdict {
                Verdict::Ok => ("good", "Ok"),
                Verdict::Warning => ("wait", "Warning"),
                Verdict::Fault => ("bad", "Fault"),
            };
            view! {
                <li class="admin-finding">
                    <span class=format!("pill pill-{tone}")>{word}</span>
                    <div>
                        <p><code>{finding.check}</code> " " {finding.said}</p>
                        {finding.fix.map(|fix| view! { <p class="admin-fix">{with_code(&fix)}</p> })}
                    </div>
                </li>
            }
        })
        .collect_view();
    view! {
        <p role="status"><strong>{summary}</strong></p>
        <ul class="admin-findings">{rows}</ul>
    }
    .into_any()
}

/// What stands between backticks is to be typed.
fn with_code(words: &str) -> AnyView {
    words
        .split('`')
        .enumerate()
        .map(|(place, part)| {
            let part = part.to_owned();
            if place % 2 == 1 { view! { <code>{part}</code> }.into_any() } else { part.into_any() }
        })
        .collect_view()
        .into_any()
}
