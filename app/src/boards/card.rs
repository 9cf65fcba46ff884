//! One card.

use super::{
    arrange::{is_late, keys},
    chosen,
    deck::{Deck, card_id},
    drag::{Gap, Hand},
    keys::HELP,
    wish::address,
};
use crate::{
    clock::{Day, use_clock},
    ui::{
        Avatar,
        icon::{AlertIcon, ClockIcon, LinkIcon, PauseIcon, ThreadIcon},
    },
};
use leptos::{ev, prelude::*};
use vocabulary::{BoardCard, Edit, EditState, IssueStatus, Mover, Resolve, WorkDoctype};

/// Faces shown before "and n more".
const FACES: usize = 3;

/// A card in a column; it opens, is held, and chosen.
#[component]
pub fn CardView(
    /// The board.
    deck: Deck,
    /// What the pointer does.
    hand: Hand,
    /// The card's name.
    name: String,
    /// Its column.
    column: String,
    /// Where the page is.
    #[prop(into)]
    path: Signal<String>,
) -> impl IntoView {
    let name = StoredValue::new(name);
    let column = StoredValue::new(column);
    let card = Memo::new(move |before: Option<&Option<BoardCard>>| {
        // While it goes from one column to another it is drawn a last time.
        name.with_value(|name| deck.card(name)).or_else(|| before.cloned().flatten())
    });
    let is_chosen = Memo::new(move |_| {
        deck.chosen.with(|chosen| name.with_value(|name| chosen.contains(name)))
    });
    let is_held = Memo::new(move |_| {
        deck.held.with(|held| {
            held.as_ref().is_some_and(|held| name.with_value(|name| held.names.contains(name)))
        })
    });
    let opens_before = Memo::new(move |_| {
        let here = Gap { column: column.get_value(), before: Some(name.get_value()) };
        hand.gap().with(|gap| gap.as_ref() == Some(&here))
    });
    let mover = Memo::new(move |_| name.with_value(|name| deck.mover(name)));
    let href = move || {
        deck.wish
            .with(|wish| path.with(|path| name.with_value(|name| address(path, wish, Some(name)))))
    };
    // In groups by person a card may stand more than once: the first has the id.
    let id = move || {
        let first = card.with_untracked(|card| {
            let group = deck.wish.with_untracked(|wish| wish.group);
            card.as_ref().and_then(|card| keys(card, group).into_iter().next())
        });
        (first == Some(column.get_value())).then(|| card_id(&name.get_value()))
    };
    view! {
        <li
            class="card" data-card=name.get_value()
            class:card-chosen=is_chosen class:card-held=is_held class:card-arrived=move || mover.with(Option::is_some)
            class:gap-before=opens_before
            on:pointerdown=move |event: ev::PointerEvent| {
                name.with_value(|name| column.with_value(|column| hand.down(&event, name, column)));
            }
            on:contextmenu=move |event: ev::MouseEvent| {
                if hand.takes_press() {
                    event.prevent_default();
                }
            }
            on:dragstart=move |event: ev::DragEvent| event.prevent_default()
        >
            <a
                class="card-open" id=id href=href draggable="false" aria-describedby=HELP
                on:click=move |event: ev::MouseEvent| {
                    if hand.takes_click() {
                        event.prevent_default();
                        event.stop_propagation();
                    } else if event.shift_key() {
                        event.prevent_default();
                        name.with_value(|name| chosen::press(deck, name, true));
                    }
                }
            >
                {move || card.get().map(|card| view! { <Face deck card/> })}
                {move || mover.get().map(|by| view! { <MovedBy by/> })}
                <Saving deck name=name/>
            </a>
            <input
                type="checkbox" class="card-choose" aria-label=format!("Choose {}", name.get_value())
                title="Choose (x)" prop:checked=is_chosen
                on:click=move |event: ev::MouseEvent| {
                    name.with_value(|name| chosen::press(deck, name, event.shift_key()));
                }
            />
            {move || card.get().map(|card| view! { <Troubles deck card/> })}
        </li>
    }
    .into_any()
}

/// What a card tells.
#[component]
pub fn Face(deck: Deck, card: BoardCard) -> impl IntoView {
    let clock = use_clock();
    let doctype = deck.doctype;
    let due = card.due.clone().map(|due| {
        let (late_of, day) = (card.clone(), Day::parse(&due));
        let late = move || is_late(doctype, &late_of, clock.zone().today);
        let is_late = late.clone();
        let shown = due.clone();
        view! {
            <time class="due" class:due-late=late datetime=due.clone()>
                {move || {
                    let when = day.map_or_else(|| shown.clone(), |day| day.short(None));
                    if is_late() { format!("Late, {when}") } else { format!("Due {when}") }
                }}
            </time>
        }
    });
    let open: Vec<_> = card.waits_for.iter().filter(|one| !one.is_over).cloned().collect();
    let waits = (!open.is_empty()).then(|| {
        let names: Vec<String> =
            open.iter().map(|one| format!("{} ({})", one.subject, one.name)).collect();
        let words = match open.as_slice() {
            [one] => format!("Waits for {}", one.name),
            all => format!("Waits for {} Tasks", all.len()),
        };
        let title = format!("Cannot be completed before: {}", names.join(", "));
        view! { <span class="card-waits" title=title><LinkIcon/>{words}</span> }
    });
    // ERPNext's word for an Issue that was answered and is the customer's turn.
    let waits_on_client = (doctype == WorkDoctype::Issue
        && card.status == IssueStatus::Replied.as_str())
    .then(|| view! { <span class="card-client"><PauseIcon/>"Waiting on client"</span> });
    let talk = (card.talk > 0).then(|| {
        let words = if card.talk == 1 { "1 message".to_owned() } else { format!("{} messages", card.talk) };
        view! {
            <span class="card-talk" title=words.clone()>
                <ThreadIcon/><span aria-hidden="true">{card.talk}</span><span class="unseen">{words.clone()}</span>
            </span>
        }
    });
    let priority = (!matches!(card.priority.as_str(), "Medium" | "")).then(|| {
        let class = format!("card-priority priority-{}", card.priority.to_lowercase());
        view! { <span class=class>{card.priority.clone()}</span> }
    });
    let progress = card.progress.filter(|percent| (1..100).contains(percent)).map(|percent| {
        view! { <span class="card-progress">{percent} " %"</span> }
    });
    let people = (!card.assigned.is_empty()).then(|| {
        let names: Vec<String> =
            card.assigned.iter().map(|one| one.full_name.clone()).collect();
        let words = format!("Assigned to {}", names.join(", "));
        let more = names.len().saturating_sub(FACES);
        view! {
            <span class="card-people" title=words.clone()>
                {names.into_iter().take(FACES).map(|name| view! { <Avatar name/> }).collect_view()}
                {(more > 0).then(|| view! { <span class="avatar avatar-more" aria-hidden="true">"+"{more}</span> })}
                <span class="unseen">{words.clone()}</span>
            </span>
        }
    });
    view! {
        <span class="card-top"><span class="card-name">{card.name.clone()}</span>" "{due}</span>
        <bdi class="card-subject">{card.subject.clone()}</bdi>
        <span class="card-state">
            {priority}" "{progress}" "{waits}" "{waits_on_client}" "{talk}" "
            {people}
        </span>
    }
}

#[component]
fn MovedBy(by: Mover) -> impl IntoView {
    view! {
        <span class="card-mover"><Avatar name=by.full_name.clone()/>"Moved by " <bdi>{by.full_name.clone()}</bdi></span>
    }
}

/// Whether the server and ERPNext have what the card shows.
#[component]
fn Saving(deck: Deck, name: StoredValue<String>) -> impl IntoView {
    let is_saving = Memo::new(move |_| name.with_value(|name| deck.is_saving(name)));
    let under_way = Memo::new(move |_| {
        name.with_value(|name| deck.card(name)).is_some_and(|card| card.is_under_way())
    });
    move || match (is_saving.get(), under_way.get()) {
        (true, _) => Some(view! { <span class="card-fate"><ClockIcon/>"Saving"</span> }),
        (false, true) => {
            Some(view! { <span class="card-fate"><ClockIcon/>"On its way to ERPNext"</span> })
        }
        (false, false) => None,
    }
}

/// What was not taken, in whose words, and the ways on.
#[component]
fn Troubles(deck: Deck, card: BoardCard) -> impl IntoView {
    let name = StoredValue::new(card.name.clone());
    let trouble = Memo::new(move |_| name.with_value(|name| deck.trouble(name)));
    let edits: Vec<Edit> = card.to_decide().cloned().collect();
    let decide = move |edit: &Edit, resolve: Resolve| {
        let id = edit.id;
        move |_| name.with_value(|name| deck.resolve(name, id, resolve))
    };
    let edits = edits
        .into_iter()
        .map(|edit| {
            let wanted = edit.value.clone().unwrap_or_else(|| "nothing".to_owned());
            let field = edit.field.label();
            let (words, again, leave) = match &edit.state {
                EditState::Refused { words } => (
                    format!("ERPNext did not take {field} {wanted}: {words}"),
                    "Try again",
                    "Leave it",
                ),
                EditState::Conflict { theirs } => {
                    let theirs = theirs.clone().unwrap_or_else(|| "nothing".to_owned());
                    (
                        format!(
                            "Somebody gave {field} the value {theirs} in ERPNext meanwhile. Yours was {wanted}."
                        ),
                        "Keep mine",
                        "Take theirs",
                    )
                }
                EditState::Pending => return ().into_any(),
            };
            view! {
                <div class="card-trouble" role="alert">
                    <p class="field-trouble"><AlertIcon/><span>{words}</span></p>
                    <span class="decide-buttons">
                        <button type="button" class="button button-small" on:click=decide(&edit, Resolve::TakeTheirs)>{leave}</button>
                        <button type="button" class="button button-small" on:click=decide(&edit, Resolve::KeepMine)>{again}</button>
                    </span>
                </div>
            }
            .into_any()
        })
        .collect_view();
    view! {
        {edits}
        {move || trouble.get().map(|trouble| view! {
            <div class="card-trouble" role="alert">
                <p class="field-trouble"><AlertIcon/><span>"It is back where it was. " {trouble.words}</span></p>
                <span class="decide-buttons">
                    <button type="button" class="button button-small" on:click=move |_| name.with_value(|name| deck.leave(name))>"Leave it"</button>
                    <button type="button" class="button button-small" on:click=move |_| name.with_value(|name| deck.try_again(name))>"Try again"</button>
                </span>
            </div>
        })}
    }
    .into_any()
}
