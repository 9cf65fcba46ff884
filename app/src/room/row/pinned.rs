//! What is pinned in the room.

use super::{desk::Desk, history::Closing};
use crate::{
    clock::use_clock,
    room::{api::pinned, text::gist_of},
};
use contract::AppError;
use leptos::{prelude::*, task::spawn_local};
use vocabulary::{Message, MessageAct};

/// So much of each is shown, in characters.
const GIST_CHARS: usize = 240;

/// The list, the last pinned first; each leads to its place.
#[component]
pub fn Pinned() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let found = RwSignal::new(None::<Result<Vec<Message>, AppError>>);
    Effect::new(move |_| {
        spawn_local(async move {
            found.try_set(Some(pinned(desk.room()).await));
        });
    });
    let unpin = move |message: vocabulary::MessageId| {
        desk.change(message, MessageAct::Unpin);
        found.update(|found| {
            if let Some(Ok(messages)) = found {
                messages.retain(|known| known.id != message);
            }
        });
    };
    view! {
        <h2 class="pop-title">"Pinned messages"</h2>
        {move || match found.get() {
            None => view! { <p class="quiet" aria-busy="true">"Loading…"</p> }.into_any(),
            Some(Err(problem)) => view! { <p role="alert">{problem.to_string()}</p> }.into_any(),
            Some(Ok(messages)) if messages.is_empty() => view! {
                <p class="quiet">"Nothing is pinned here. Pin what everybody should find again: “More actions” of a message, then “Pin to the room”. Example: the message with the address of the test site."</p>
            }
            .into_any(),
            Some(Ok(messages)) => {
                let items = messages
                    .into_iter()
                    .map(|message| view! { <PinnedItem message unpin=Callback::new(unpin)/> })
                    .collect_view();
                view! { <ul class="pinned">{items}</ul> }.into_any()
            }
        }}
        <Closing/>
    }
}

#[component]
fn PinnedItem(
    /// Which.
    message: Message,
    /// Takes it off the list.
    unpin: Callback<vocabulary::MessageId>,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let clock = use_clock();
    let (id, at) = (message.id, message.sent_at);
    let gist = match gist_of(&message, GIST_CHARS) {
        gist if gist.is_empty() => "A message without words".to_owned(),
        gist => gist,
    };
    view! {
        <li>
            <a href=desk.path_of(id) on:click=move |_| desk.close()>
                <span class="pinned-who"><bdi>{message.author.full_name}</bdi>", "{move || clock.zone().brief(at)}</span>
                <span dir="auto">{gist}</span>
            </a>
            <button type="button" class="button button-small" on:click=move |_| unpin.run(id)>"Unpin"</button>
        </li>
    }
}
