//! The page of drafts and of messages that wait.

use super::{Drafts, row::DraftRow, waiting::WaitingRow};
use crate::{
    ui::Empty,
    workspaces::{IntoARoom, ListPage},
};
use leptos::prelude::*;

/// All that was begun, with the way back to each.
#[component]
pub fn DraftsPage() -> impl IntoView {
    let drafts = expect_context::<Drafts>();
    let known = Memo::new(move |_| drafts.all());
    let waiting = Memo::new(move |_| {
        known.with(|k| k.as_ref().map(|b| b.scheduled.clone()).unwrap_or_default())
    });
    let begun = Memo::new(move |_| {
        known.with(|k| k.as_ref().map(|b| b.drafts.clone()).unwrap_or_default())
    });
    let empty = Memo::new(move |_| {
        known.with(|k| k.as_ref().is_some_and(|b| b.drafts.is_empty() && b.scheduled.is_empty()))
    });
    view! {
        <ListPage title="Drafts">
            <div class="drafts" aria-busy=move || known.with(Option::is_none).to_string()>
            <Show when=move || drafts.failed.get()>
                <p class="drafts-trouble" role="alert">
                    "The list did not come. What you typed is kept. "
                    <button type="button" class="button button-small" on:click=move |_| drafts.ask()>"Try again"</button>
                </p>
            </Show>
            <Show when=move || empty.get()>
                <Empty
                    title="Nothing begun"
                    more="Whatever you begin to write stays here until it is sent, on all your devices. With the clock beside Send a message goes out when you choose."
                    example="Example: half an answer that waits for a number, or a reminder for Monday at nine."
                >
                    <IntoARoom/>
                </Empty>
            </Show>
            <Show when=move || !waiting.with(Vec::is_empty)>
                <section aria-label="To be sent later">
                    <h2>"To be sent later"</h2>
                    <ul class="drafts-list">
                        <For each=move || waiting.get() key=|one| (one.draft.key, one.send_at, one.failed.clone(), one.draft.body.as_ref().map(|body| body.as_str().to_owned())) let:one>
                            <WaitingRow one/>
                        </For>
                    </ul>
                </section>
            </Show>
            <Show when=move || !begun.with(Vec::is_empty)>
                <section aria-label="Begun">
                    <h2>"Begun"</h2>
                    <ul class="drafts-list">
                        <For each=move || begun.get() key=|one| (one.room, one.thread, one.at) let:one>
                            <DraftRow one/>
                        </For>
                    </ul>
                </section>
            </Show>
            </div>
        </ListPage>
    }
    .into_any()
}
