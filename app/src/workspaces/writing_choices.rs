//! What one chooses about writing: on the page of settings and beside the box.

use super::unread::Unread;
use leptos::prelude::*;
use vocabulary::{MessageAct, Preference, Switch};

/// Times to take a message back, in seconds.
const UNDO: [u8; 4] = [5, 10, 30, MessageAct::UNDO_LIMIT_SECONDS];

/// What can be chosen about writing.
#[component]
pub fn WritingChoices() -> impl IntoView {
    let own = expect_context::<Unread>();
    let switch = move |preference: Preference| {
        view! {
            <input
                type="checkbox" prop:checked=move || own.is_on(preference) checked=untrack(|| own.is_on(preference))
                on:change=move |event| own.prefer(preference, Switch::from(event_target_checked(&event)).as_str())
            />
        }
    };
    view! {
        <label class="choice">
            {switch(Preference::EnterSends)}
            <span>"Enter sends"<small>"Off: Ctrl or ⌘ with Enter sends"</small></span>
        </label>
        <label class="choice">
            {switch(Preference::ShowTyping)}
            <span>"Show others that I am writing"</span>
        </label>
        <label class="composer-choice">
            <span>"Time to undo sending"</span>
            <select
                class="control" prop:value=move || own.undo_seconds().to_string()
                on:change=move |event| own.prefer(Preference::UndoSeconds, &event_target_value(&event))
            >
                {UNDO
                    .map(|seconds| {
                        let selected = untrack(|| own.undo_seconds()) == seconds;
                        view! { <option value=seconds.to_string() selected=selected>{seconds}" seconds"</option> }
                    })
                    .collect_view()}
            </select>
        </label>
    }
    .into_any()
}
