//! How this person likes to write.

use crate::{ui::icon::SlidersIcon, workspaces::WritingChoices};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

/// A button with what can be chosen.
#[component]
pub fn Liking() -> impl IntoView {
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
                <WritingChoices/>
            </div>
            </Show>
        </details>
    }
    .into_any()
}
