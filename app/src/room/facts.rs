//! The Project's open tasks, open issues and people, beside the talk: listed, opened, made and changed.

mod api;
mod assign;
mod board;
mod control;
mod decide;
mod drafts;
mod field;
mod item;
mod list;
mod making;
mod new;

pub use api::make_work;
pub use board::Board;

use crate::ui::{
    icon::{CloseIcon, PanelIcon},
    store,
};
use board::Open;
use leptos::prelude::*;

/// Below this width the panel lies over the talk, and is closed until somebody opens it.
const OVER: &str = "(width < 1100px)";

/// Opens and closes the panel.
#[component]
pub fn FactsToggle() -> impl IntoView {
    view! {
        <button
            type="button" class="icon-button facts-toggle" aria-label="Project panel" title="Project panel"
            on:click=move |_| toggle()
        >
            <PanelIcon/>
        </button>
    }
}

fn toggle() {
    let Some(root) = document().document_element() else { return };
    if window().match_media(OVER).ok().flatten().is_some_and(|query| query.matches()) {
        let _ = match root.get_attribute("data-panel") {
            Some(_) => root.remove_attribute("data-panel"),
            None => root.set_attribute("data-panel", "open"),
        };
        return;
    }
    let closed = root.get_attribute("data-facts").as_deref() == Some("closed");
    let now = if closed { "open" } else { "closed" };
    let _ = root.set_attribute("data-facts", now);
    store("parlance.facts", now);
}

/// The panel.
#[component]
pub fn FactsPanel(
    /// What it shows.
    board: Board,
) -> impl IntoView {
    // Another room starts with its talk in view.
    Effect::new(|_| {
        on_cleanup(|| {
            if let Some(root) = document().document_element() {
                let _ = root.remove_attribute("data-panel");
            }
        });
    });
    view! {
        <aside class="facts" aria-label="Project">
            <button
                type="button" class="icon-button facts-close" aria-label="Back to the talk" title="Back to the talk"
                on:click=move |_| toggle()
            >
                <CloseIcon/>
            </button>
            {move || match board.open() {
                None => view! { <list::Lists board/> }.into_any(),
                Some(Open::Item(doctype, name)) => view! { <item::Item board doctype name/> }.into_any(),
                Some(Open::New(doctype)) => view! { <new::New board doctype/> }.into_any(),
            }}
        </aside>
    }
    .into_any()
}
