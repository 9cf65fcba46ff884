//! One line about something that happened.

use super::Time;
use crate::{
    clock::use_clock,
    room::{
        tags::TagStatus,
        text::{MessageText, one_line},
    },
};
use leptos::prelude::*;
use std::sync::Arc;
use vocabulary::{Message, marks_in};

/// The line is cut after so many characters; opened it says all.
const LINE_CHARS: usize = 140;

/// What happened, dimmed and on one line; opened it says all, and when exactly.
#[component]
pub fn LineRow(
    /// What happened.
    message: Arc<Message>,
) -> impl IntoView {
    let clock = use_clock();
    let at = message.sent_at;
    let about = marks_in(message.words()).tags.into_iter().next();
    view! {
        <article
            class="msg-line" data-key=message.key.to_string() data-id=message.id.to_string() data-seq=message.seq.to_string()
            data-state="sent" tabindex="-1"
        >
            <details>
                <summary>
                    <span class="msg-line-text" dir="auto">{one_line(message.words(), LINE_CHARS)}</span>
                    {about.map(|tag| view! { <TagStatus tag/> })}
                    <Time at class="msg-time"/>
                </summary>
                <MessageText body=message.words()/>
                <p class="quiet"><bdi>{message.author.full_name.clone()}</bdi>", "{move || clock.zone().full(at)}</p>
            </details>
        </article>
    }
    .into_any()
}
