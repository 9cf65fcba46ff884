//! What is new, for who listens rather than looks: each message once. The list itself says nothing, because history,
//! toolbars and reactions come and go in it.

use super::{conversation::Conversation, text::gist_of};
use crate::clock::use_clock;
use leptos::prelude::*;

/// Characters of a message that are read out.
const READ_CHARS: usize = 600;

/// The last messages that came, unseen.
#[component]
pub fn Announcer(
    /// Where they are said.
    talk: Conversation,
) -> impl IntoView {
    let clock = use_clock();
    let announced = talk.announced();
    view! {
        <div class="unseen" aria-live="polite" aria-relevant="additions">
            <For each=move || announced.get() key=|message| message.key let:message>
                <p>
                    {message.author.full_name.clone()} ", " {clock.zone().time(message.sent_at)} ": "
                    {gist_of(&message, READ_CHARS)}
                </p>
            </For>
        </div>
    }
}
