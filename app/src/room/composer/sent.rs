//! What was just sent can be taken back.

use super::pen::Pen;
use leptos::prelude::*;
use vocabulary::{FileId, MessageKey};

/// A message that can still be taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JustSent {
    /// Which.
    pub key: MessageKey,
    /// Its text.
    pub written: String,
    /// Its files.
    pub files: Vec<FileId>,
    /// How long it can, in seconds.
    pub seconds: u8,
}

/// "Undo" for a few seconds, or what was done instead of sending.
#[component]
pub fn SentLine(
    /// Who wrote it.
    pen: Pen,
) -> impl IntoView {
    view! {
        <p class="composer-sent" role="status">
            {move || {
                if let Some(words) = pen.busy.get() {
                    return Some(view! { <span class="composer-busy">{words}</span> }.into_any());
                }
                if let Some(words) = pen.notice.get() {
                    return Some(view! { <span>{words}</span> }.into_any());
                }
                let sent = pen.just_sent.get()?;
                let time = format!("--undo-time:{}s", sent.seconds);
                Some(view! {
                    <span class="composer-undo" style=time>
                        "Sent. "
                        <button
                            type="button" class="button button-small"
                            on:mousedown=|event| event.prevent_default()
                            on:click=move |_| pen.undo()
                        >
                            "Undo"
                        </button>
                    </span>
                }.into_any())
            }}
        </p>
    }
    .into_any()
}
