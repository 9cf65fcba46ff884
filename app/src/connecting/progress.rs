//! How far it is, and how it ended.

use contract::{ConnectingEnd, ConnectingProgress};
use leptos::prelude::*;

/// A bar while it works, then what to do next.
#[component]
pub fn ShownProgress(
    /// How far it is.
    progress: ConnectingProgress,
    /// Goes back to the form.
    back: impl Fn() + Copy + Send + 'static,
) -> impl IntoView {
    let ConnectingProgress { done, total, doing, ended } = progress;
    let again = move || {
        view! { <button type="button" class="button" on:click=move |_| back()>"Back to the form"</button> }
    };
    match ended {
        None => view! {
            <p role="status">
                {format!("{done} of {total}")} {doing.map(|what| format!(": {what}"))}
            </p>
            <progress max=total value=done aria-label="Connecting"></progress>
            <p class="quiet">"You may leave this page; the work goes on."</p>
        }
        .into_any(),
        Some(ConnectingEnd::Connected { problems }) => view! {
            <p role="status">
                <span class="pill pill-good">"Connected"</span>
                " Restart Parlance now: it uses the connection from its next start on."
            </p>
            {(!problems.is_empty()).then(|| view! {
                <p>"Looked over; this is wanting:"</p>
                <ul class="connect-notes">
                    {problems.into_iter().map(|one| view! { <li>{one}</li> }).collect_view()}
                </ul>
            })}
            {again()}
        }
        .into_any(),
        Some(ConnectingEnd::Stopped { reason }) => view! {
            <p class="alert" role="alert">{reason}</p>
            <p>
                "It stopped in the middle. Connecting again goes on from there; "
                <code>"parlance disconnect"</code>" on the server takes back what was made."
            </p>
            {again()}
        }
        .into_any(),
    }
}
