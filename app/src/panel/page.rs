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
    Failed(String),
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
    let connecting = move || state.with(|state| *state == State::Connecting);
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
                State::Failed(words) => view! {
                    <h1>"Parlance could not be opened here"</h1>
                    <p role="alert">{words}</p>
                }.into_any(),
            }}
            <Show when=move || !connecting()>
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
            Err(words) => state.set(State::Failed(words)),
        }
    });
}

#[cfg(feature = "hydrate")]
async fn connected(place: Place) -> Result<String, String> {
    use super::{
        api::{panel_nonce, redeem_ticket},
        desk::{Ticket, ask_for_ticket},
    };
    use contract::AppError;

    if !super::is_framed() {
        return Err("This page belongs into a Project in ERPNext. Open it there.".into());
    }
    if !keeps_cookies() {
        return Err("Parlance is reached by http here, and a browser keeps no sign-in for a frame without https. Ask your administrator to give Parlance an https address.".into());
    }
    match destination(&place).await {
        Err(AppError::SignIn) => {}
        other => return other.map_err(|problem| problem.to_string()),
    }
    let nonce = panel_nonce().await.map_err(|problem| problem.to_string())?;
    match ask_for_ticket(&nonce).await {
        Ticket::Made => {}
        Ticket::Refused => {
            return Err("ERPNext did not let you sign in to Parlance: your roles there do not include it. Ask your ERPNext administrator.".into());
        }
        Ticket::Silence => {
            return Err("ERPNext's page did not answer. Reload the Project in ERPNext; if it stays, ask your administrator to connect Parlance again.".into());
        }
    }
    redeem_ticket(nonce.nonce, nonce.secret).await.map_err(|problem| problem.to_string())?;
    match destination(&place).await {
        Err(AppError::SignIn) => Err("This browser keeps no sign-in for a page in a frame. Allow cookies for Parlance, or open it in its own tab.".into()),
        other => other.map_err(|problem| problem.to_string()),
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
