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

use crate::{
    apart::{apart, part},
    ui::{
        closes, focus,
        icon::{CloseIcon, PanelIcon},
        store,
    },
};
use board::Open;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use vocabulary::WorkDoctype;

/// Below this width the panel lies over the talk, and is closed until somebody opens it.
const OVER: &str = "(width < 1100px)";

/// The id of the button that opens and closes the panel.
const TOGGLE: &str = "facts-toggle";

/// The id of the button in the panel that closes it where it lies over the talk.
const CLOSE: &str = "facts-close";

/// Opens and closes the panel.
#[component]
pub fn FactsToggle() -> impl IntoView {
    view! {
        <button
            type="button" class="icon-button facts-toggle" id=TOGGLE aria-label="Project panel" title="Project panel"
            on:click=move |_| toggle()
        >
            <PanelIcon/>
        </button>
    }
}

/// Opens or closes the panel.
pub fn toggle() {
    let Some(root) = document().document_element() else { return };
    if lies_over() {
        let is_open = root.has_attribute("data-panel");
        let _ = match is_open {
            true => root.remove_attribute("data-panel"),
            false => root.set_attribute("data-panel", "open"),
        };
        focus(if is_open { TOGGLE } else { CLOSE });
        return;
    }
    let closed = root.get_attribute("data-facts").as_deref() == Some("closed");
    let now = if closed { "open" } else { "closed" };
    let _ = root.set_attribute("data-facts", now);
    store("parlance.facts", now);
}

fn lies_over() -> bool {
    window().match_media(OVER).ok().flatten().is_some_and(|query| query.matches())
}

/// Opens the panel if it is closed.
fn reveal() {
    let Some(root) = document().document_element() else { return };
    if window().match_media(OVER).ok().flatten().is_some_and(|query| query.matches()) {
        let _ = root.set_attribute("data-panel", "open");
    } else {
        let _ = root.set_attribute("data-facts", "open");
        store("parlance.facts", "open");
    }
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
        <aside class="facts" aria-label="Project" on:keydown=move |event| {
            if closes(&event) && lies_over() {
                event.stop_propagation();
                toggle();
            }
        }>
            <button
                type="button" class="icon-button facts-close" id=CLOSE aria-label="Back to the talk" title="Back to the talk"
                on:click=move |_| toggle()
            >
                <CloseIcon/>
            </button>
            {move || match board.open() {
                None => view! { <list::Lists board/> }.into_any(),
                Some(Open::Item(doctype, name)) => {
                    part(open_item::code(), move || open_item::draw(board, doctype, name.clone())).into_any()
                }
                Some(Open::New(doctype)) => {
                    part(new_item::code(), move || new_item::draw(board, doctype)).into_any()
                }
            }}
        </aside>
    }
    .into_any()
}

/// Opens the Task or the Issue that an address names as `open=Task:NAME`.
#[component]
pub fn OpenFromAddress(
    /// Where it is opened.
    board: Board,
) -> impl IntoView {
    let query = use_query_map();
    let named = Memo::new(move |_| {
        let open = query.with(|query| query.get("open"))?;
        let (doctype, name) = open.split_once(':')?;
        Some((doctype.parse::<WorkDoctype>().ok()?, name.to_owned()))
    });
    Effect::new(move |_| {
        if let Some(item) = named.get() {
            board.reveal(Some(item));
        }
    });
}

apart! { open_item(board: Board, doctype: WorkDoctype, name: String) { view! { <item::Item board doctype name/> } } }
apart! { new_item(board: Board, doctype: WorkDoctype) { view! { <new::New board doctype/> } } }
