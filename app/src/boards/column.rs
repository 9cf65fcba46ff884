//! One column of a board.

use super::{
    add::{AddLine, Additions, Beginning},
    arrange::Column,
    card::CardView,
    deck::Deck,
    drag::{Gap, Hand},
    wish::Group,
};
use crate::ui::icon::{ForwardIcon, PlusIcon};
use leptos::prelude::*;

/// A column with its cards; it can be shut, and told by its number then.
#[component]
pub fn ColumnView(
    /// The board.
    deck: Deck,
    /// What the pointer does.
    hand: Hand,
    /// What is being made.
    additions: Additions,
    /// The column as it was first.
    column: Column,
    /// Where the page is.
    #[prop(into)]
    path: Signal<String>,
) -> impl IntoView {
    let (first, id) = (column.clone(), column.id());
    let Column { key, label, takes, .. } = column.clone();
    let key = StoredValue::new(key);
    let now = Memo::new(move |before: Option<&Column>| {
        let now = key.with_value(|key| deck.column(key));
        now.or_else(|| before.cloned()).unwrap_or_else(|| first.clone())
    });
    let count = Memo::new(move |_| now.with(|now| now.cards.len()));
    let is_shut =
        Memo::new(move |_| deck.shut.with(|shut| key.with_value(|key| shut.contains(key))));
    let is_over = Memo::new(move |_| {
        deck.held.with(|held| {
            held.as_ref().is_some_and(|held| {
                key.with_value(|key| held.over.as_ref() == Some(key) && held.from != *key)
            })
        })
    });
    let opens_last = Memo::new(move |_| {
        let here = Gap { column: key.get_value(), before: None };
        hand.gap().with(|gap| gap.as_ref() == Some(&here))
    });
    let can_add = move || {
        takes
            && deck
                .wish
                .with(|wish| wish.group != Group::Assignee || key.with_value(String::is_empty))
    };
    let adds_on_top = RwSignal::new(false);
    let adds_at_end = RwSignal::new(false);
    let doctype = deck.doctype;
    let toggle = move |_| {
        deck.shut.update(|shut| {
            key.with_value(|key| {
                if !shut.remove(key) {
                    shut.insert(key.clone());
                }
            });
        });
    };
    let heading = format!("column-{id}");
    let labelled = heading.clone();
    let top = StoredValue::new(format!("add-top-{id}-open"));
    let adds = StoredValue::new(format!("Add a {doctype} on top of {label}"));
    let column = StoredValue::new(column);
    view! {
        <section
            class="column" data-column=key.get_value() aria-labelledby=labelled
            class:column-shut=is_shut class:column-over=is_over class:column-closed=move || !takes && deck.held.with(Option::is_some)
        >
            <header class="column-head">
                <button
                    type="button" class="column-toggle" aria-expanded=move || (!is_shut.get()).to_string()
                    on:click=toggle
                >
                    <ForwardIcon/>
                    <h2 id=heading><bdi>{label.clone()}</bdi></h2>
                    <span class="count">
                        <span class="unseen">", "</span>{count}
                        <span class="unseen">{move || if count.get() == 1 { " card" } else { " cards" }}</span>
                    </span>
                </button>
                <Show when=move || can_add() && !is_shut.get()>
                    <button
                        type="button" class="icon-button column-add" id=top.get_value()
                        aria-label=adds.get_value() title=adds.get_value()
                        on:click=move |_| adds_on_top.set(true)
                    >
                        <PlusIcon/>
                    </button>
                </Show>
            </header>
            <Show when=move || !is_shut.get()>
                <ul class="column-cards">
                    <Show when=can_add>
                        <AddLine additions column=column.get_value() at_end=false open=adds_on_top/>
                    </Show>
                    <Beginning additions column=key.get_value() at_end=false/>
                    <For each=move || now.with(|now| now.cards.clone()) key=String::clone let:name>
                        <CardView deck hand name column=key.get_value() path/>
                    </For>
                    <li class="gap-last" aria-hidden="true" class:gap-open=opens_last></li>
                    <Beginning additions column=key.get_value() at_end=true/>
                    <Show when=can_add>
                        <AddLine additions column=column.get_value() at_end=true open=adds_at_end/>
                    </Show>
                </ul>
            </Show>
        </section>
    }
    .into_any()
}
