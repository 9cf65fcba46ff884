//! The card of the address, opened beside the board.

use super::{deck::Deck, story::Story, wish::address};
use crate::room::OpenWork;
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

/// The card that the address names with `card`, or the form for a new one.
#[component]
pub fn CardPanel(
    /// The board.
    deck: Deck,
    /// Where the page is.
    #[prop(into)]
    path: Signal<String>,
    /// ERPNext's origin.
    erpnext: String,
) -> impl IntoView {
    let query = use_query_map();
    let navigate = use_navigate();
    let facts = deck.facts;
    let wanted =
        Memo::new(move |_| query.with(|query| query.get("card")).filter(|it| !it.is_empty()));
    Effect::new(move |_| facts.show_item(wanted.get().map(|name| (deck.doctype, name))));
    // What is closed leaves the address; what the address has left is closed already.
    Effect::new(move |before: Option<Option<String>>| {
        let now = facts.open_item();
        if before.flatten().is_some() && now.is_none() && wanted.get_untracked().is_some() {
            let there = deck
                .wish
                .with_untracked(|wish| path.with_untracked(|path| address(path, wish, None)));
            navigate(&there, NavigateOptions { scroll: false, ..NavigateOptions::default() });
        }
        now
    });
    let is_open = Memo::new(move |_| facts.is_open());
    let erpnext = StoredValue::new(erpnext);
    view! {
        <Show when=move || is_open.get()>
            <aside class="card-panel" aria-label=format!("Open {}", deck.doctype)>
                <OpenWork board=facts/>
                {move || facts.open_item().map(|name| view! { <Story deck name erpnext=erpnext.get_value()/> })}
            </aside>
        </Show>
    }
    .into_any()
}
