//! What a message said before.

use super::desk::Desk;
use crate::{
    clock::use_clock,
    room::{api::versions, text::MessageText},
};
use contract::AppError;
use leptos::{prelude::*, task::spawn_local};
use std::sync::Arc;
use vocabulary::{Message, Version};

/// Every version, the present one first.
#[component]
pub fn History(
    /// Of which message.
    message: Arc<Message>,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let clock = use_clock();
    let found = RwSignal::new(None::<Result<Vec<Version>, AppError>>);
    let id = message.id;
    Effect::new(move |_| {
        spawn_local(async move {
            found.try_set(Some(versions(desk.room(), id).await));
        });
    });
    let now = message.edited_at.unwrap_or(message.sent_at);
    view! {
        <h2 class="pop-title">"Earlier versions"</h2>
        <p class="quiet">"By "<bdi>{message.author.full_name.clone()}</bdi></p>
        <ol class="versions">
            <li>
                <p class="versions-when">{move || format!("Now, since {}", clock.zone().full(now))}</p>
                <MessageText body=message.words()/>
            </li>
            {move || match found.get() {
                None => view! { <li aria-busy="true"><p class="quiet">"Loading…"</p></li> }.into_any(),
                Some(Err(problem)) => view! { <li><p role="alert">{problem.to_string()}</p></li> }.into_any(),
                Some(Ok(versions)) => {
                    versions
                        .into_iter()
                        .rev()
                        .map(|version| {
                            view! {
                                <li>
                                    <p class="versions-when">{move || clock.zone().full(version.since)}</p>
                                    <MessageText body=version.body.as_str()/>
                                </li>
                            }
                        })
                        .collect_view()
                        .into_any()
                }
            }}
        </ol>
        <Closing/>
    }
}

/// The way out.
#[component]
pub fn Closing() -> impl IntoView {
    let desk = expect_context::<Desk>();
    view! {
        <p class="pop-end">
            <button type="button" class="button" on:click=move |_| desk.close()>"Close"</button>
        </p>
    }
}
