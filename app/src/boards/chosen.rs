//! Cards that were chosen, and one change for all of them.

use super::{deck::Deck, wish::Group};
use crate::ui::icon::CloseIcon;
use leptos::{html, prelude::*};
use std::collections::BTreeSet;
use vocabulary::{IssueStatus, Priority, TaskStatus, WorkDoctype, WorkField};

/// Chooses a card, or no longer; with `range` all from the one chosen last to it, as they stand on the board.
pub fn press(deck: Deck, name: &str, range: bool) {
    let all: Vec<String> = deck.columns().with_untracked(|columns| {
        columns.iter().flat_map(|column| column.cards.iter().cloned()).collect()
    });
    let place = |name: &str| all.iter().position(|one| one == name);
    let last = LAST.with(|last| last.borrow().clone());
    let between = last
        .filter(|last| range && deck.chosen.with_untracked(|chosen| chosen.contains(last)))
        .and_then(|last| Some((place(&last)?, place(name)?)));
    match between {
        Some((one, other)) => {
            let (first, last) = (one.min(other), one.max(other));
            also(deck, &all[first..=last]);
        }
        None => {
            deck.chosen.update(|chosen| {
                if !chosen.remove(name) {
                    chosen.insert(name.to_owned());
                }
            });
            say_how_many(deck);
        }
    }
    LAST.with(|last| *last.borrow_mut() = Some(name.to_owned()));
}

/// Chooses these too.
pub fn also(deck: Deck, names: &[String]) {
    deck.chosen.update(|chosen| chosen.extend(names.iter().cloned()));
    LAST.with(|last| *last.borrow_mut() = names.last().cloned());
    say_how_many(deck);
}

fn say_how_many(deck: Deck) {
    deck.say(match deck.chosen.with_untracked(BTreeSet::len) {
        0 => "Nothing is chosen.".to_owned(),
        number => format!("{number} chosen."),
    });
}

thread_local! {
    /// Where a range begins.
    static LAST: std::cell::RefCell<Option<String>> = const { std::cell::RefCell::new(None) };
}

/// What can be done to the chosen cards, as long as there are some.
#[component]
pub fn ChosenBar(
    /// The board.
    deck: Deck,
) -> impl IntoView {
    let any = Memo::new(move |_| deck.chosen.with(|chosen| !chosen.is_empty()));
    view! {
        <Show when=move || any.get()><Bar deck/></Show>
    }
}

#[component]
fn Bar(deck: Deck) -> impl IntoView {
    let status = NodeRef::<html::Select>::new();
    let priority = NodeRef::<html::Select>::new();
    let person = NodeRef::<html::Select>::new();
    let people = Memo::new(move |_| deck.facts.colleagues());
    let count = move || match deck.chosen.with(BTreeSet::len) {
        1 => "1 chosen".to_owned(),
        number => format!("{number} chosen"),
    };
    let value = |select: NodeRef<html::Select>| {
        select.get_untracked().map(|select| select.value()).filter(|value| !value.is_empty())
    };
    let apply = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let names: Vec<String> =
            deck.chosen.with_untracked(|chosen| chosen.iter().cloned().collect());
        if let Some(status) = value(status) {
            deck.change_field(&names, WorkField::Status, &status);
        }
        if let Some(priority) = value(priority) {
            deck.change_field(&names, WorkField::Priority, &priority);
        }
        if let Some(user) = value(person) {
            let full_name = super::change::name_of(&people.get_untracked(), &user);
            deck.give(&names, &user, &full_name);
        }
        for select in [status, priority, person] {
            if let Some(select) = select.get_untracked() {
                select.set_value("");
            }
        }
    };
    let option = |word: String| view! { <option value=word.clone()>{word.clone()}</option> };
    view! {
        <form class="chosen-bar" aria-label="Change the chosen cards" on:submit=apply>
            <span class="chosen-count">{count}</span>
            <select node_ref=status class="control" aria-label="Status of the chosen">
                <option value="">"Status…"</option>
                {statuses(deck.doctype).into_iter().map(option).collect_view()}
            </select>
            <select node_ref=priority class="control" aria-label="Priority of the chosen">
                <option value="">"Priority…"</option>
                {priorities(deck.doctype).into_iter().map(option).collect_view()}
            </select>
            <select node_ref=person class="control" aria-label="Give the chosen to">
                <option value="">"Give to…"</option>
                <For each=move || people.get() key=|one| one.user.clone() let:one>
                    <option value=one.user.clone()>{one.full_name}</option>
                </For>
            </select>
            <button type="submit" class="button button-small button-primary">"Apply"</button>
            <button
                type="button" class="icon-button" aria-label="Choose nothing" title="Choose nothing (Esc)"
                on:click=move |_| deck.chosen.set(BTreeSet::new())
            >
                <CloseIcon/>
            </button>
        </form>
    }
}

/// Those a person may choose.
pub fn statuses(doctype: WorkDoctype) -> Vec<String> {
    match doctype {
        WorkDoctype::Task => TaskStatus::OFFERED.iter().map(ToString::to_string).collect(),
        WorkDoctype::Issue => IssueStatus::OFFERED.iter().map(ToString::to_string).collect(),
    }
}

/// Those ERPNext comes with.
pub fn priorities(doctype: WorkDoctype) -> Vec<String> {
    let offered = Priority::OFFERED.iter().rev();
    let has = |one: &&Priority| doctype == WorkDoctype::Task || **one != Priority::Urgent;
    offered.filter(has).map(ToString::to_string).collect()
}

/// The field that a column stands for, where it stands for one.
pub const fn field_of(group: Group) -> Option<WorkField> {
    match group {
        Group::Status => Some(WorkField::Status),
        Group::Priority => Some(WorkField::Priority),
        Group::Assignee => None,
    }
}
