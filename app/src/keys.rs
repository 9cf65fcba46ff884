//! Keys that work anywhere on the team's pages, and those of a message: which there are (`table`), what they do, and the list that
//! names them.

mod everything;
mod list;
mod region;
mod table;
mod walk;

use crate::{
    room::{Desk, toggle_facts},
    ui::composes,
    workspaces::Unread,
};
use everything::{AskAllRead, asks};
use leptos::{ev, prelude::*};
use list::ShortcutList;
use table::{MessageDeed, PageDeed, Press};
use vocabulary::Preference;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// Listens for the keys that work anywhere on the team's pages, and shows the list of all keys when asked.
#[component]
pub fn PageKeys() -> impl IntoView {
    let over = Over { listed: RwSignal::new(false), asked: RwSignal::new(false) };
    let own = expect_context::<Unread>();
    Effect::new(move |_| {
        let heard = window_event_listener(ev::keydown, move |event| on_page(over, own, &event));
        on_cleanup(move || heard.remove());
    });
    view! {
        <Show when=move || over.listed.get()><ShortcutList listed=over.listed/></Show>
        <Show when=move || over.asked.get()><AskAllRead asked=over.asked/></Show>
    }
}

/// What a key opens over the page.
#[derive(Clone, Copy)]
struct Over {
    /// The list of keys.
    listed: RwSignal<bool>,
    /// The question before everything counts as read.
    asked: RwSignal<bool>,
}

fn on_page(over: Over, own: Unread, event: &ev::KeyboardEvent) {
    // What stands nearer has answered already; a dialog has keys of its own.
    if event.default_prevented() || composes(event) || stands_in(event, "dialog").is_some() {
        return;
    }
    let press = press(event);
    if !press.works(untrack(|| own.is_on(Preference::SingleLetterKeys))) {
        return;
    }
    let Some(deed) = table::page_deed(&press, is_typed(event)) else { return };
    let done = match deed {
        PageDeed::List => {
            over.listed.set(true);
            true
        }
        PageDeed::Panel => {
            let there = !walk::found(".facts").is_empty();
            if there {
                toggle_facts();
            }
            there
        }
        PageDeed::Conversation { down, unread } => walk::conversation(down, unread),
        PageDeed::Region { back } => region::next(back),
        PageDeed::Widen => region::widen(),
        PageDeed::Visit(page) => walk::visit(page),
        PageDeed::Attach => {
            // A thread's box takes no files.
            stands_in(event, ".thread").is_none() && walk::press(".room > .composer .attach")
        }
        PageDeed::Search => walk::to_search(),
        PageDeed::SearchHere => walk::press(".room-head .room-search"),
        PageDeed::Leave => walk::leave(),
        PageDeed::AllRead => {
            if asks() {
                over.asked.set(true);
            } else {
                own.mark_all_read();
            }
            true
        }
    };
    if done {
        event.prevent_default();
    }
}

/// The keys of a list of messages, whose rows are on `desk`.
pub fn on_messages(desk: Desk, event: &ev::KeyboardEvent) {
    if event.default_prevented() || composes(event) || is_typed(event) {
        return;
    }
    let row = stands_in(event, "article[data-key]");
    // Enter on a button of a row presses the button.
    let on_row = row.is_some() && row == target(event);
    let press = press(event);
    if !press.works(desk.takes_letters()) {
        return;
    }
    let Some(deed) = table::message_deed(&press, on_row) else { return };
    let list = event.current_target().and_then(|list| list.dyn_into::<Element>().ok());
    let done = match deed {
        MessageDeed::Walk { down } => {
            list.is_some_and(|list| walk::message(&list, row.as_ref(), down))
        }
        MessageDeed::Menu => row.is_some_and(|row| desk.menu_on(&row)),
        MessageDeed::Act(act) => row.is_some_and(|row| desk.run_on(act, &row)),
    };
    if done {
        event.prevent_default();
    }
}

fn press(event: &ev::KeyboardEvent) -> Press {
    Press {
        key: event.key(),
        ctrl: event.ctrl_key() || event.meta_key(),
        alt: event.alt_key(),
        shift: event.shift_key(),
    }
}

/// Whether a key was pressed where somebody types or chooses.
pub fn is_typed(event: &ev::KeyboardEvent) -> bool {
    stands_in(event, "input, textarea, select, [contenteditable=true]").is_some()
}

fn target(event: &ev::KeyboardEvent) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

fn stands_in(event: &ev::KeyboardEvent, selector: &str) -> Option<Element> {
    target(event)?.closest(selector).ok().flatten()
}
