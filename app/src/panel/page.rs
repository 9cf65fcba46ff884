//! `/embed`: the first page in the frame. From the desk it signs in by itself; after a sign-out, or when a session has
//! ended, it waits for one click.

use crate::{sign_in::NextPath, ui::Mark};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// What the page is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    /// Nothing until somebody clicks.
    Offering,
    /// Asking ERPNext.
    Connecting,
    /// It did not work, in words.
    Failed(Failure),
}

/// Why it did not work.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Failure {
    words: String,
    /// Whether the same may work at another try.
    may_pass: bool,
}

/// Where to go once it is known who looks.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    /// To what belongs to this document.
    Document { doctype: String, name: String },
    /// To a path on this site.
    Path(String),
}

/// A few words and one button.
#[component]
pub fn EmbedPage() -> impl IntoView {
    let query = use_query_map();
    let asked = move |name| query.with_untracked(|query| query.get(name));
    let place = match (asked("doctype"), asked("name")) {
        (Some(doctype), Some(name)) => Place::Document { doctype, name },
        _ => {
            let next = asked("next").and_then(|path| NextPath::new(&path));
            Place::Path(next.map_or_else(|| "/".to_owned(), |next| next.as_str().to_owned()))
        }
    };
    let from_desk = matches!(place, Place::Document { .. });
    let state = RwSignal::new(if from_desk { State::Connecting } else { State::Offering });
    let connect = StoredValue::new(move || begin(place.clone(), state));
    Effect::new(move |_| {
        if from_desk {
            connect.with_value(|connect| connect());
        }
    });
    let may_connect = move || {
        state.with(|state| match state {
            State::Offering => true,
            State::Connecting => false,
            State::Failed(failure) => failure.may_pass,
        })
    };
    view! {
        <Title text="Conversations"/>
        <main class="embed">
            <Mark/>
            {move || match state.get() {
                State::Offering => view! {
                    <h1>"You are signed out here"</h1>
                    <p>"ERPNext can tell Parlance again who you are."</p>
                }.into_any(),
                State::Connecting => view! {
                    <h1>"Opening the conversation"</h1>
                    <p role="status">"ERPNext tells Parlance who you are."</p>
                }.into_any(),
                State::Failed(failure) => view! {
                    <h1>"Parlance could not be opened here"</h1>
                    <p role="alert">{failure.words}</p>
                }.into_any(),
            }}
            <Show when=may_connect>
                <button type="button" class="button button-primary" on:click=move |_| connect.with_value(|connect| connect())>
                    "Reconnect"
                </button>
            </Show>
            <p class="quiet">
                <a href="/" target="_blank" rel="noopener external">"Open Parlance in its own tab"</a>
            </p>
        </main>
    }
    .into_any()
}

#[cfg(not(feature = "hydrate"))]
fn begin(_place: Place, _state: RwSignal<State>) {}

#[cfg(feature = "hydrate")]
fn begin(place: Place, state: RwSignal<State>) {
    state.set(State::Connecting);
    leptos::task::spawn_local(async move {
        match connected(place).await {
            Ok(path) => {
                if let Some(window) = web_sys::window() {
                    let _ = window.location().replace(&path);
                }
            }
            Err(failure) => state.set(State::Failed(failure)),
        }
    });
}

#[cfg(feature = "hydrate")]
async fn connected(place: Place) -> Result<String, Failure> {
    use super::{
        api::{panel_nonce, redeem_ticket},
        desk::{Ticket, ask_for_ticket},
    };
    use contract::AppError;

    let lasting = |words: &str| Err(Failure { words: words.into(), may_pass: false });
    let passing = |words: &str| Err(Failure { words: words.into(), may_pass: true });
    if !super::is_framed() {
        return lasting(
            "This page is shown beside a Project in ERPNext. Open the Project there, or open Parlance in its own tab.",
        );
    }
    if !keeps_cookies() {
        return lasting(
            "Parlance is reached by http here, and a browser keeps no sign-in for a frame without https. Ask your administrator to give Parlance an https address.",
        );
    }
    match destination(&place).await {
        Err(AppError::SignIn) => {}
        other => return Ok(other?),
    }
    let nonce = panel_nonce().await?;
    match ask_for_ticket(&nonce).await {
        Ticket::Made => {}
        Ticket::Refused => {
            return passing(
                "ERPNext did not let you sign in to Parlance: your roles there do not include it. Ask your ERPNext administrator.",
            );
        }
        Ticket::Silence => {
            return passing(
                "ERPNext's page did not answer. Reload the Project in ERPNext; if it stays, ask your administrator to connect Parlance again.",
            );
        }
    }
    redeem_ticket(nonce.nonce, nonce.secret).await?;
    match destination(&place).await {
        Err(AppError::SignIn) => passing(
            "This browser keeps no sign-in for a page in a frame. Allow cookies for Parlance, or open it in its own tab.",
        ),
        other => Ok(other?),
    }
}

#[cfg(feature = "hydrate")]
impl From<contract::AppError> for Failure {
    fn from(problem: contract::AppError) -> Self {
        Self { words: problem.to_string(), may_pass: true }
    }
}

/// Where to go, if it is known who looks.
#[cfg(feature = "hydrate")]
async fn destination(place: &Place) -> Result<String, contract::AppError> {
    match place {
        Place::Document { doctype, name } => {
            super::api::panel_place(doctype.clone(), name.clone()).await
        }
        Place::Path(path) => crate::sign_in::whoami().await.map(|_| path.clone()),
    }
}

/// A frame's cookie must be `Secure`; browsers take such from https and from this very machine.
#[cfg(feature = "hydrate")]
fn keeps_cookies() -> bool {
    let Some(location) = web_sys::window().map(|window| window.location()) else { return false };
    let host = location.hostname().unwrap_or_default();
    location.protocol().is_ok_and(|protocol| protocol == "https:")
        || host == "localhost"
        || host.ends_with(".localhost")
        || host.starts_with("127.")
        || host == "[::1]"
}
