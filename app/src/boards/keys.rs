//! What keys do on a board: arrows go from card to card, Space lifts one, `x` chooses it.

use super::{
    chosen,
    deck::{Deck, card_id},
    drag::{Held, put_down},
};
use crate::{
    keys::is_typed,
    ui::{closes, composes, focus},
    workspaces::Unread,
};
use leptos::{ev, prelude::*};
use vocabulary::Preference;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// The id of the words that say what keys do.
pub const HELP: &str = "board-keys";

/// What keys do, for whoever hears a card.
pub const HELP_WORDS: &str =
    "Enter opens, Space lifts to move it, arrows go to other cards, x chooses it.";

/// A card that has the keyboard.
struct On {
    name: String,
    column: String,
}

/// A key was pressed on the board.
pub fn pressed(deck: Deck, own: Unread, event: &ev::KeyboardEvent) {
    if event.default_prevented() || composes(event) || is_typed(event) {
        return;
    }
    let with_mod = event.ctrl_key() || event.meta_key();
    if with_mod && !event.shift_key() && event.key().eq_ignore_ascii_case("z") {
        event.prevent_default();
        deck.undo();
        return;
    }
    if with_mod || event.alt_key() {
        return;
    }
    let is_lifted = deck.held.with_untracked(|held| held.as_ref().is_some_and(|one| one.by_keys));
    let done = if is_lifted {
        while_lifted(deck, event)
    } else if closes(event) {
        let had = deck.chosen.with_untracked(|chosen| !chosen.is_empty());
        if had {
            deck.chosen.set(std::collections::BTreeSet::new());
            deck.say("Nothing is chosen any more.".into());
        }
        had
    } else {
        on_card(event).is_some_and(|on| at_card(deck, own, &on, event))
    };
    if done {
        event.prevent_default();
        event.stop_propagation();
    }
}

fn on_card(event: &ev::KeyboardEvent) -> Option<On> {
    let target: Element = event.target()?.dyn_into().ok()?;
    // Buttons of a card have keys of their own.
    if !target.class_list().contains("card-open") {
        return None;
    }
    let attribute = |name: &str| target.closest(&format!("[{name}]")).ok()??.get_attribute(name);
    Some(On { name: attribute("data-card")?, column: attribute("data-column")? })
}

fn at_card(deck: Deck, own: Unread, on: &On, event: &ev::KeyboardEvent) -> bool {
    let shift = event.shift_key();
    match event.key().as_str() {
        " " => {
            lift(deck, on);
            true
        }
        "ArrowDown" | "ArrowUp" => {
            let there = beside(on, event.key() == "ArrowDown");
            if let Some(there) = &there {
                if shift {
                    chosen::also(deck, &[on.name.clone(), there.clone()]);
                }
                focus(&card_id(there));
            }
            true
        }
        "ArrowLeft" | "ArrowRight" => {
            across(on, event.key() == "ArrowRight");
            true
        }
        "x" | "X" if untrack(|| own.is_on(Preference::SingleLetterKeys)) => {
            chosen::press(deck, &on.name, shift);
            true
        }
        _ => false,
    }
}

fn lift(deck: Deck, on: &On) {
    let names = deck.chosen.with_untracked(|chosen| {
        if chosen.contains(&on.name) {
            chosen.iter().cloned().collect()
        } else {
            vec![on.name.clone()]
        }
    });
    let many = names.len();
    let from = on.column.clone();
    deck.held.set(Some(Held { names, over: Some(from.clone()), from, by_keys: true }));
    let column = untrack(|| deck.column(&on.column));
    let Some(column) = column else { return };
    let place = column.cards.iter().position(|name| *name == on.name).unwrap_or(0) + 1;
    let what = match untrack(|| deck.card(&on.name)) {
        Some(card) if many == 1 => card.subject,
        _ => format!("{many} cards"),
    };
    deck.say(format!(
        "Lifted {what}, {place} of {} in {}. Arrows choose a column, Space drops it, Escape puts it back.",
        column.cards.len(),
        column.label
    ));
}

fn while_lifted(deck: Deck, event: &ev::KeyboardEvent) -> bool {
    match event.key().as_str() {
        " " | "Enter" => {
            put_down(deck);
        }
        "Escape" => {
            deck.held.set(None);
            deck.say("Put back.".into());
        }
        "ArrowRight" | "ArrowDown" => carry(deck, 1),
        "ArrowLeft" | "ArrowUp" => carry(deck, -1),
        // Whoever goes elsewhere leaves it where it was.
        "Tab" => {
            deck.held.set(None);
            deck.say("Put back.".into());
            return false;
        }
        _ => {}
    }
    true
}

/// To the next column that takes cards.
fn carry(deck: Deck, by: isize) {
    let Some(held) = deck.held.get_untracked() else { return };
    let columns = deck.columns().get_untracked();
    let now = held.over.as_ref().unwrap_or(&held.from);
    let Some(mut place) = columns.iter().position(|column| column.key == *now) else { return };
    let found = loop {
        let Some(next) = place.checked_add_signed(by) else { break None };
        let Some(column) = columns.get(next) else { break None };
        if column.takes || column.key == held.from {
            break Some(column);
        }
        place = next;
    };
    let Some(column) = found else {
        deck.say("There is no column further on.".into());
        return;
    };
    let count = column.cards.len();
    let cards = if count == 1 { "1 card".to_owned() } else { format!("{count} cards") };
    deck.say(format!("Over {}, {cards}.", column.label));
    let key = column.key.clone();
    deck.held.set(Some(Held { over: Some(key.clone()), ..held }));
    show_column(&key);
}

fn show_column(key: &str) {
    let column = columns()
        .into_iter()
        .find(|column| column.get_attribute("data-column").as_deref() == Some(key));
    if let Some(column) = column {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        options.set_inline(web_sys::ScrollLogicalPosition::Nearest);
        column.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// The name of the card above or below.
fn beside(on: &On, down: bool) -> Option<String> {
    let columns = columns();
    let column = columns
        .iter()
        .find(|column| column.get_attribute("data-column").as_ref() == Some(&on.column))?;
    let cards = cards_of(column);
    let place = cards.iter().position(|name| *name == on.name)?;
    let next = if down { place.checked_add(1) } else { place.checked_sub(1) }?;
    cards.get(next).cloned()
}

/// To the card beside, in the next column that has one.
fn across(on: &On, right: bool) {
    let columns: Vec<(String, Vec<String>)> = columns()
        .iter()
        .map(|column| (column.get_attribute("data-column").unwrap_or_default(), cards_of(column)))
        .collect();
    let Some(here) = columns.iter().position(|(key, _)| *key == on.column) else { return };
    let row = columns[here].1.iter().position(|name| *name == on.name).unwrap_or(0);
    let mut others: Box<dyn Iterator<Item = &(String, Vec<String>)>> = if right {
        Box::new(columns[here + 1..].iter())
    } else {
        Box::new(columns[..here].iter().rev())
    };
    let Some((_, cards)) = others.find(|(_, cards)| !cards.is_empty()) else { return };
    if let Some(name) = cards.get(row).or_else(|| cards.last()) {
        focus(&card_id(name));
    }
}

fn columns() -> Vec<Element> {
    all(document().query_selector_all(".board [data-column]").ok())
}

fn cards_of(column: &Element) -> Vec<String> {
    let cards = all(column.query_selector_all("[data-card]").ok());
    cards.iter().filter_map(|card| card.get_attribute("data-card")).collect()
}

fn all(found: Option<web_sys::NodeList>) -> Vec<Element> {
    let Some(found) = found else { return Vec::new() };
    (0..found.length()).filter_map(|place| found.item(place)?.dyn_into::<Element>().ok()).collect()
}
