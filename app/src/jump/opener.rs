//! The button that opens the box.

use super::Jump;
use crate::{panel::is_framed, ui::icon::SearchIcon};
use leptos::prelude::*;

/// Opens the jump box. In a frame of the desk the desk has Ctrl K itself.
#[component]
pub fn JumpButton(
    /// Whether its name stands on it; else it is an icon, for where the sidebar is not shown.
    #[prop(optional)]
    named: bool,
) -> impl IntoView {
    let jump = expect_context::<Jump>();
    let framed = RwSignal::new(false);
    Effect::new(move |_| framed.set(is_framed()));
    let keys = move || if framed.get() { "Ctrl Shift K" } else { "Ctrl K" };
    let title = move || format!("Jump to anything ({})", keys());
    if named {
        view! {
            <button type="button" class="jump-open" aria-label="Jump to" title=title on:click=move |_| jump.open()>
                <SearchIcon/>
                <span>"Jump to…"</span>
                <kbd aria-hidden="true">{keys}</kbd>
            </button>
        }
        .into_any()
    } else {
        view! {
            <button
                type="button" class="icon-button jump-open-small" aria-label="Jump to" title=title
                on:click=move |_| jump.open()
            >
                <SearchIcon/>
            </button>
        }
        .into_any()
    }
}
