//! Something went wrong, in words.

use super::Mark;
use contract::AppError;
use leptos::prelude::*;
use leptos_meta::Title;

/// What happened, what was kept, and a way to try again.
#[component]
pub fn Trouble(
    /// What went wrong.
    problem: AppError,
) -> impl IntoView {
    view! {
        <Title text="Trouble"/>
        <section class="centered">
            <Mark/>
            <div class="notice" role="alert">
                <h1>"That did not work"</h1>
                <p>{problem.to_string()}</p>
                <p><a class="button" href="" rel="external">"Try again"</a></p>
            </div>
        </section>
    }
}
