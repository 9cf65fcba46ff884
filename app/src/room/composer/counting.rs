//! How much may still be written.

use leptos::prelude::*;
use vocabulary::BODY_LIMIT_CHARS;

/// From this many characters on the counter shows.
const COUNTER_FROM: usize = BODY_LIMIT_CHARS - 500;

/// The counter, near the limit.
#[component]
pub fn Counter(
    /// Characters as they are sent.
    chars: Memo<usize>,
) -> impl IntoView {
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
    }
}
