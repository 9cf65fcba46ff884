//! The report, read again every few seconds while somebody looks.

use super::{
    api::connection_report, cards::Cards, examination::Examination, letters::DeadLetters,
    mirror::Doctypes, problems::problems,
};
use crate::{clock::use_clock, sign_in::NextPath};
use contract::{AppError, ConnectionReport};
use leptos::prelude::*;
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(5);

/// What the whole page shows.
#[derive(Clone, Copy)]
pub struct Shown {
    /// The newest report.
    pub report: RwSignal<ConnectionReport>,
    /// Why there is no newer one.
    problem: RwSignal<Option<AppError>>,
}

impl Shown {
    /// Asks for a newer report.
    pub fn look_again(self) {
        leptos::task::spawn_local(async move {
            match connection_report().await {
                Ok(report) => {
                    // The page may be left by now.
                    let _ = self.report.try_set(report);
                    let _ = self.problem.try_set(None);
                }
                Err(AppError::SignIn) => {
                    let door = NextPath::sign_in(Some("/admin"));
                    let _ = window().location().replace(&door);
                }
                Err(problem) => {
                    let _ = self.problem.try_set(Some(problem));
                }
            }
        });
    }
}

/// The newest report and what can be done about it.
#[component]
pub fn Board(
    /// The report that the page came with.
    first: ConnectionReport,
) -> impl IntoView {
    let shown = Shown { report: RwSignal::new(first), problem: RwSignal::new(None) };
    Effect::new(move |_| {
        let look = move || {
            if !document().hidden() {
                shown.look_again();
            }
        };
        if let Ok(handle) = set_interval_with_handle(look, EVERY) {
            on_cleanup(move || handle.clear());
        }
    });
    view! {
        <div class="admin-title">
            <h1>"Connections"</h1>
            <AsOf shown/>
        </div>
        <Headline shown/>
        <Cards shown/>
        <DeadLetters shown/>
        <Doctypes shown/>
        <Examination/>
    }
    .into_any()
}

/// When the report was made, and why there is none newer.
#[component]
fn AsOf(
    /// What is shown.
    shown: Shown,
) -> impl IntoView {
    let clock = use_clock();
    let at = move || {
        let at = shown.report.with(|report| report.at);
        format!("as of {}", clock.zone().time_with_seconds(at))
    };
    view! {
        <p class="quiet admin-as-of">
            {at}
            {move || {
                shown.problem.get().map(|problem| {
                    view! { <span class="admin-stale" role="alert">{problem.to_string()}</span> }
                })
            }}
        </p>
    }
}

/// Whether somebody has to do something, in a word.
#[component]
fn Headline(
    /// What is shown.
    shown: Shown,
) -> impl IntoView {
    let problems = Memo::new(move |_| shown.report.with(problems));
    view! {
        <section class="admin-headline" aria-label="In short" role="status">
            {move || {
                let problems = problems.get();
                if problems.is_empty() {
                    view! { <p class="admin-well"><span class="pill pill-good">"All is well"</span></p> }.into_any()
                } else {
                    let lines = problems
                        .into_iter()
                        .map(|problem| {
                            let tone = if problem.is_grave { "pill pill-bad" } else { "pill pill-wait" };
                            let word = if problem.is_grave { "Stopped" } else { "Look" };
                            view! { <li><span class=tone>{word}</span> <span>{problem.words}</span></li> }
                        })
                        .collect_view();
                    view! { <ul>{lines}</ul> }.into_any()
                }
            }}
        </section>
    }
}
