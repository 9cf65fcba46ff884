//! How much may still be written.

use super::pen::Pen;
use leptos::prelude::*;
use vocabulary::BODY_LIMIT_CHARS;

/// From this many characters on the counter shows.
const COUNTER_FROM: usize = BODY_LIMIT_CHARS - 500;

/// The counter, near the limit.
#[component]
pub fn Counter(
    /// Characters as they are sent.
    chars: Memo<usize>,
    /// Who writes.
    pen: Pen,
) -> impl IntoView {
    let over = Memo::new(move |_| chars.get() > BODY_LIMIT_CHARS);
    let near = Memo::new(move |_| chars.get() >= COUNTER_FROM);
    view! {
        <Show when=move || near.get()>
            <span class="composer-counter" class:composer-over=move || { chars.get() > BODY_LIMIT_CHARS } aria-live="polite">
                {move || {
                    let chars = chars.get();
                    if chars > BODY_LIMIT_CHARS {
                        format!("{} characters too many", chars - BODY_LIMIT_CHARS)
                    } else {
                        format!("{} characters left", BODY_LIMIT_CHARS - chars)
                    }
                }}
            </span>
        </Show>
        <Show when=move || over.get() && pen.takes_files()>
            <button type="button" class="button button-small" on:click=move |_| pen.make_file()>"Send as file"</button>
        </Show>
    }
}
