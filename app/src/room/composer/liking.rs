//! How this person likes to write.

use crate::{ui::icon::SlidersIcon, workspaces::Unread};
use leptos::{html, prelude::*};
use vocabulary::{MessageAct, Preference, Switch};
use wasm_bindgen::JsCast;

/// Times to take a message back, in seconds.
const UNDO: [u8; 4] = [5, 10, 30, MessageAct::UNDO_LIMIT_SECONDS];

/// A button with what can be chosen.
#[component]
pub fn Liking() -> impl IntoView {
    let own = expect_context::<Unread>();
    let fold = NodeRef::<html::Details>::new();
    let open = RwSignal::new(false);
    let close = move || {
        if let Some(fold) = fold.get_untracked() {
            fold.set_open(false);
            if let Some(button) = fold.query_selector("summary").ok().flatten()
                && let Some(button) = button.dyn_ref::<web_sys::HtmlElement>()
            {
                let _ = button.focus();
            }
        }
    };
    view! {
        <details
            class="composer-fold" node_ref=fold
            on:toggle=move |_| open.set(fold.get_untracked().is_some_and(|fold| fold.open()))
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    event.stop_propagation();
                    close();
                }
            }
        >
            <summary class="icon-button" aria-label="How I write" title="How I write"><SlidersIcon/></summary>
            <Show when=move || open.get()>
            <div class="composer-sheet" role="group" aria-label="How I write">
                <p class="composer-sheet-note">"For you, on all your devices."</p>
                <label class="composer-check">
                    <input
                        type="checkbox" prop:checked=move || own.is_on(Preference::EnterSends)
                        on:change=move |event| own.prefer(Preference::EnterSends, Switch::from(event_target_checked(&event)).as_str())
                    />
                    <span>"Enter sends"<small>"Off: Ctrl or ⌘ with Enter sends"</small></span>
                </label>
                <label class="composer-check">
                    <input
                        type="checkbox" prop:checked=move || own.is_on(Preference::ShowTyping)
                        on:change=move |event| own.prefer(Preference::ShowTyping, Switch::from(event_target_checked(&event)).as_str())
                    />
                    <span>"Show others that I am writing"</span>
                </label>
                <label class="composer-choice">
                    <span>"Time to undo sending"</span>
                    <select
                        class="control" prop:value=move || own.undo_seconds().to_string()
                        on:change=move |event| own.prefer(Preference::UndoSeconds, &event_target_value(&event))
                    >
                        {UNDO.map(|seconds| view! { <option value=seconds.to_string()>{seconds}" seconds"</option> }).collect_view()}
                    </select>
                </label>
            </div>
            </Show>
        </details>
    }
    .into_any()
}
