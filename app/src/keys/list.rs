//! The list of keys.

use super::{
    table::{Place, SHORTCUTS},
    walk::found,
};
use crate::room::Pop;
use leptos::prelude::*;

/// The keys that work where somebody is, by where they work; all of them when asked.
#[component]
pub fn ShortcutList(
    /// Whether it is open.
    listed: RwSignal<bool>,
) -> impl IntoView {
    let in_room = !found(".room .messages").is_empty();
    let all = RwSignal::new(in_room);
    let part = |place: Place| {
        let lines = SHORTCUTS
            .iter()
            .filter(|shortcut| shortcut.place == place)
            .map(|shortcut| {
                view! { <div><dt>{shortcut.name}</dt><dd><kbd>{shortcut.keys}</kbd></dd></div> }
            })
            .collect_view();
        view! { <h3>{place.title()}</h3><dl class="keys-list">{lines}</dl> }
    };
    let parts = move || {
        let shown = Place::ALL.into_iter().filter(|place| place.is_here(all.get()));
        shown.map(part).collect_view()
    };
    view! {
        <Pop label="Keyboard shortcuts" class="pop-card" on_close=Callback::new(move |()| listed.set(false))>
            <h2>"Keyboard shortcuts"</h2>
            {parts}
            <form method="dialog" class="list-acts">
                <Show when=move || !all.get()>
                    <button type="button" class="button" on:click=move |_| all.set(true)>"Show the keys of rooms too"</button>
                </Show>
                <button type="submit" class="button">"Close"</button>
            </form>
        </Pop>
    }
}
