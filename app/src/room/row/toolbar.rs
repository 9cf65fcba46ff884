//! What stands beside a message while somebody points at it.

use super::{act::RowAct, desk::Desk, menu::ActIcon, pop::Spot};
use crate::{clock::use_clock, ui::icon::MoreIcon};
use leptos::prelude::*;
use std::sync::Arc;
use vocabulary::{Message, Moment};
use wasm_bindgen::JsCast;

/// At most so many, then "…".
const BESIDE: usize = 5;

/// The first few things one can do, then all.
#[component]
pub fn Toolbar(
    /// Which message.
    message: Memo<Option<Arc<Message>>>,
    /// When it was said.
    at: Moment,
    /// Whether the row has the focus: then it says its full date.
    focused: RwSignal<bool>,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let clock = use_clock();
    let acts = Memo::new(move |_| {
        message.with(|message| {
            let Some(message) = message else { return Vec::new() };
            let offered = RowAct::NEAR.into_iter().filter(|act| desk.offers(*act, message));
            offered.take(BESIDE).collect::<Vec<_>>()
        })
    });
    move || {
        let acts = acts.get();
        if acts.is_empty() {
            return None;
        }
        let buttons = acts.into_iter().map(|act| view! { <ActButton message act/> }).collect_view();
        Some(view! {
            <div class="msg-tools" role="toolbar" aria-label="Actions">
                {move || focused.get().then(|| view! { <span class="msg-when">{clock.zone().full(at)}</span> })}
                {buttons}
                <button
                    type="button" class="msg-tool" aria-label="More actions" aria-haspopup="menu" title="More actions (m)"
                    on:click=move |event| {
                        if let (Some(message), Some(button)) = (message.get_untracked(), target(&event)) {
                            desk.open_menu(message, Spot::below(&button));
                        }
                    }
                >
                    <MoreIcon/>
                </button>
            </div>
        })
    }
}

#[component]
fn ActButton(
    /// Which message.
    message: Memo<Option<Arc<Message>>>,
    /// What it does.
    act: RowAct,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let name = move || {
        message.with(|message| message.as_ref().map_or("", |m| act.name(m, desk.is_saved(m))))
    };
    let title = move || match act.key() {
        Some(key) => format!("{} ({key})", name()),
        None => name().to_owned(),
    };
    view! {
        <button
            type="button" class="msg-tool" aria-label=name title=title
            on:click=move |event| {
                if let (Some(message), Some(button)) = (message.get_untracked(), target(&event)) {
                    desk.run(act, message, Spot::below(&button));
                }
            }
        >
            <ActIcon act/>
        </button>
    }
}

fn target(event: &leptos::ev::MouseEvent) -> Option<web_sys::Element> {
    event.current_target().and_then(|target| target.dyn_into().ok())
}
