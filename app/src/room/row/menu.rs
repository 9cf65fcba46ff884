//! All one can do with a message.

use super::{act::RowAct, desk::Desk, pop::Spot};
use crate::{
    clock::use_clock,
    room::emoji::often,
    ui::icon::{
        BookmarkIcon, CopyIcon, IssueIcon, LinkIcon, PenIcon, PinIcon, QuoteIcon, SmileIcon,
        TaskIcon, ThreadIcon, TrashIcon, UnreadIcon,
    },
};
use leptos::{ev, prelude::*};
use std::sync::Arc;
use vocabulary::{Emoji, Message};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Emoji offered at once.
const QUICK: usize = 6;

/// The list; what opens from it opens at `spot`.
#[component]
pub fn Menu(
    /// Which message.
    message: Arc<Message>,
    /// Where the menu is.
    spot: Spot,
    /// Whether it is for a finger: with the full date and the usual emoji on top.
    #[prop(optional)]
    sheet: bool,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let clock = use_clock();
    let saved = untrack(|| desk.is_saved(&message));
    let acts = RowAct::ALL.into_iter().filter(|act| untrack(|| desk.offers(*act, &message)));
    let items = acts
        .map(|act| {
            let (name, key) = (act.name(&message, saved), act.key());
            let message = Arc::clone(&message);
            view! {
                <button
                    type="button" role="menuitem" class="pop-item" class:pop-grave=act == RowAct::Remove
                    on:click=move |_| desk.run(act, Arc::clone(&message), spot)
                >
                    <ActIcon act/>
                    <span>{name}</span>
                    {key.map(|key| view! { <kbd aria-hidden="true">{key}</kbd> })}
                </button>
            }
        })
        .collect_view();
    let quick = (sheet && message.removed.is_none()).then(|| {
        often()
            .into_iter()
            .filter_map(|text| Emoji::new(&text).ok())
            .take(QUICK)
            .map(|emoji| {
                let (message, text) = (Arc::clone(&message), emoji.as_str().to_owned());
                let name = format!("React with {text}");
                view! {
                    <button
                        type="button" class="pop-quick" aria-label=name
                        on:click=move |_| {
                            desk.react(&message, emoji.clone());
                            desk.close();
                        }
                    >
                        {text}
                    </button>
                }
            })
            .collect_view()
    });
    let at = message.sent_at;
    view! {
        {sheet.then(|| view! { <p class="pop-when">{move || clock.zone().full(at)}</p> })}
        {quick.map(|quick| view! { <div class="pop-quicks" role="group" aria-label="React">{quick}</div> })}
        <div role="menu" aria-label="Actions" on:keydown=walk>{items}</div>
    }
}

/// Arrows go from item to item.
pub fn walk(event: ev::KeyboardEvent) {
    let Some(menu) = super::pop::current(&event) else { return };
    let Ok(items) = menu.query_selector_all("[role^=menuitem]") else { return };
    let items: Vec<HtmlElement> =
        (0..items.length()).filter_map(|n| items.get(n)?.dyn_into().ok()).collect();
    if items.is_empty() {
        return;
    }
    let active = document().active_element();
    let here = items.iter().position(|item| Some(item.unchecked_ref()) == active.as_ref());
    let last = items.len() - 1;
    let to = match (event.key().as_str(), here) {
        ("ArrowDown", Some(here)) if here < last => here + 1,
        ("ArrowDown" | "Home", _) => 0,
        ("ArrowUp", Some(here)) if here > 0 => here - 1,
        ("ArrowUp" | "End", _) => last,
        _ => return,
    };
    event.prevent_default();
    let _ = items[to].focus();
}

/// The picture of an act.
#[component]
pub fn ActIcon(
    /// Which.
    act: RowAct,
) -> impl IntoView {
    match act {
        RowAct::React => view! { <SmileIcon/> }.into_any(),
        RowAct::Reply => view! { <ThreadIcon/> }.into_any(),
        RowAct::Task => view! { <TaskIcon/> }.into_any(),
        RowAct::Issue => view! { <IssueIcon/> }.into_any(),
        RowAct::Save => view! { <BookmarkIcon/> }.into_any(),
        RowAct::Edit => view! { <PenIcon/> }.into_any(),
        RowAct::Quote => view! { <QuoteIcon/> }.into_any(),
        RowAct::CopyLink => view! { <LinkIcon/> }.into_any(),
        RowAct::CopyText => view! { <CopyIcon/> }.into_any(),
        RowAct::Pin => view! { <PinIcon/> }.into_any(),
        RowAct::MarkUnread => view! { <UnreadIcon/> }.into_any(),
        RowAct::Remove => view! { <TrashIcon/> }.into_any(),
    }
}
