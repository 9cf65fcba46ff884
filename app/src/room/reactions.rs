//! Answers without words, below a message.

use super::row::{Desk, RowAct};
use crate::ui::icon::SmileIcon;
use leptos::prelude::*;
use std::sync::Arc;
use vocabulary::{Emoji, Message, Reaction};
use wasm_bindgen::JsCast;

/// Names told for one emoji.
const NAMES: usize = 20;

/// Each emoji with its count; pressing one joins in or takes that back.
#[component]
pub fn Reactions(
    /// To which message.
    message: Memo<Option<Arc<Message>>>,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let reactions = Memo::new(move |_| {
        message.with(|message| {
            message
                .as_ref()
                .filter(|m| m.removed.is_none())
                .map(|m| desk.reactions(m))
                .unwrap_or_default()
        })
    });
    let any = Memo::new(move |_| reactions.with(|reactions| !reactions.is_empty()));
    let emoji = move || -> Vec<Emoji> {
        reactions.with(|all| all.iter().map(|reaction| reaction.emoji.clone()).collect())
    };
    move || {
        any.get().then(|| {
            view! {
                <div class="msg-reactions" role="group" aria-label="Reactions">
                    <For
                        each=emoji
                        key=Clone::clone
                        let:emoji
                    >
                        <Chip message reactions emoji/>
                    </For>
                    <button
                        type="button" class="reaction reaction-more" aria-label="Add a reaction" title="React (+)"
                        on:click=move |event| {
                            let button = event.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
                            if let (Some(message), Some(button)) = (message.get_untracked(), button) {
                                desk.run(RowAct::React, message, super::row::Spot::below(&button));
                            }
                        }
                    >
                        <SmileIcon/>
                    </button>
                </div>
            }
        })
    }
}

/// One emoji. It stays while people come and go, so that it keeps the focus.
#[component]
fn Chip(
    /// To which message.
    message: Memo<Option<Arc<Message>>>,
    /// All reactions to it.
    reactions: Memo<Vec<Reaction>>,
    /// Which.
    emoji: Emoji,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let text = emoji.as_str().to_owned();
    let own = Memo::new({
        let emoji = emoji.clone();
        move |_| reactions.with(|all| all.iter().find(|known| known.emoji == emoji).cloned())
    });
    let count = move || own.with(|own| own.as_ref().map_or(0, |own| own.by.len()));
    let mine = move || own.with(|own| own.as_ref().is_some_and(|own| desk.is_mine(own)));
    let who = move || own.with(|own| own.as_ref().map(|own| names(own, desk)).unwrap_or_default());
    let label = {
        let text = text.clone();
        move || format!("{text} {}: {}", count(), who())
    };
    view! {
        <button
            type="button" class="reaction" aria-pressed=move || mine().to_string() aria-label=label title=who
            on:click=move |_| {
                if let Some(message) = message.get_untracked() {
                    desk.react(&message, emoji.clone());
                }
            }
        >
            <span aria-hidden="true">{text}</span>
            <span class="reaction-count" aria-hidden="true">{count}</span>
        </button>
    }
}

fn names(reaction: &Reaction, desk: Desk) -> String {
    let me = desk.talk().me().id;
    let mut names: Vec<_> = reaction
        .by
        .iter()
        .take(NAMES)
        .map(|who| if who.id == me { "you".to_owned() } else { who.full_name.clone() })
        .collect();
    if reaction.by.len() > NAMES {
        names.push(format!("{} more", reaction.by.len() - NAMES));
    }
    names.join(", ")
}
