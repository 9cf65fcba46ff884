//! The list of keys.

use super::table::{Place, SHORTCUTS};
use crate::room::Pop;
use leptos::prelude::*;

/// All keys, by where they work.
#[component]
pub fn ShortcutList(
    /// Whether it is open.
    listed: RwSignal<bool>,
) -> impl IntoView {
    let part = |place: Place, title: &'static str| {
        let lines = SHORTCUTS
            .iter()
            .filter(|shortcut| shortcut.place == place)
            .map(|shortcut| {
                view! { <div><dt>{shortcut.name}</dt><dd><kbd>{shortcut.keys}</kbd></dd></div> }
            })
            .collect_view();
        view! { <h3>{title}</h3><dl class="keys-list">{lines}</dl> }
    };
    view! {
        <Pop label="Keyboard shortcuts" class="pop-card" on_close=Callback::new(move |()| listed.set(false))>
            <h2>"Keyboard shortcuts"</h2>
            {part(Place::Everywhere, "Everywhere")}
            {part(Place::Message, "On a message")}
            {part(Place::Card, "On a card of a board")}
            <form method="dialog">
                <button type="submit" class="button">"Close"</button>
            </form>
        </Pop>
    }
}
