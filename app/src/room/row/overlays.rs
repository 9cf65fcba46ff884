//! Whatever lies over a room.

use super::{
    desk::{Desk, Notice, Overlay},
    history::History,
    menu::{Menu, walk},
    pinned::Pinned,
    pop::{Pop, Spot},
};
use crate::{
    apart::{apart, part},
    room::{dates::Calendar, emoji::EmojiPicker},
    ui::{
        self,
        icon::{BellIcon, CloseIcon, MoreIcon, MutedIcon, PinIcon, UnreadIcon},
    },
    workspaces::Unread,
};
use leptos::prelude::*;
use vocabulary::Emoji;
use wasm_bindgen::JsCast;

/// Where it is kept whether lines about what happened are shown.
const LINES: &str = "parlance.lines";

/// Shows what lies over the room, and what is said for a moment.
#[component]
pub fn Overlays() -> impl IntoView {
    let desk = expect_context::<Desk>();
    Effect::new(move |_| show_lines(ui::recall(LINES).as_deref() != Some("hidden")));
    let overlay = move || {
        desk.overlay()
            .map(|overlay| part(over_room::code(), move || over_room::draw(overlay.clone())))
    };
    view! {
        {overlay}
        <div class="room-notice" role="status">
            {move || desk.notice().get().map(|notice| view! { <NoticeCard notice/> })}
        </div>
    }
}

apart! { over_room(overlay: Overlay) { over_the_room(overlay) } }

fn over_the_room(overlay: Overlay) -> AnyView {
    let desk = expect_context::<Desk>();
    let close = Callback::new(move |()| desk.close());
    match overlay {
        Overlay::Menu(message, spot) => view! {
            <Pop label="Actions" class="pop-menu" spot on_close=close><Menu message spot/></Pop>
        }
        .into_any(),
        Overlay::Sheet(message) => {
            let spot = Spot::low();
            view! {
                <Pop label="Actions" class="pop-sheet" on_close=close><Menu message spot sheet=true/></Pop>
            }
            .into_any()
        }
        Overlay::Emoji(message, spot) => {
            let pick = Callback::new(move |text: String| {
                if let Ok(emoji) = Emoji::new(&text) {
                    desk.react(&message, emoji);
                }
                desk.close();
            });
            view! {
                <Pop label="React" class="pop-menu" spot on_close=close><EmojiPicker on_pick=pick on_close=close/></Pop>
            }
            .into_any()
        }
        Overlay::History(message) => view! {
            <Pop label="Earlier versions" class="pop-card" on_close=close><History message/></Pop>
        }
        .into_any(),
        Overlay::Room(spot) => view! {
            <Pop label="Room menu" class="pop-menu" spot on_close=close><RoomMenu/></Pop>
        }
        .into_any(),
        Overlay::Dates(day) => view! {
            <Pop label="Jump to a date" class="pop-card pop-dates" on_close=close><Calendar day/></Pop>
        }
        .into_any(),
        Overlay::Pinned => view! {
            <Pop label="Pinned messages" class="pop-card" on_close=close><Pinned/></Pop>
        }
        .into_any(),
    }
}

#[component]
fn NoticeCard(
    /// What is said.
    notice: Notice,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let offer = notice.offer.map(|(name, act)| {
        view! { <button type="button" class="button button-small" on:click=move |_| act.run(())>{name}</button> }
    });
    view! {
        <div class="notice-card">
            <p>{notice.text}</p>
            {offer}
            <button type="button" class="icon-button" aria-label="Close" title="Close" on:click=move |_| desk.notice().set(None)>
                <CloseIcon/>
            </button>
        </div>
    }
}

/// Opens what one can do with the room.
#[component]
pub fn RoomMenuButton() -> impl IntoView {
    let desk = expect_context::<Desk>();
    view! {
        <button
            type="button" class="icon-button" aria-label="Room menu" aria-haspopup="menu" title="Room menu"
            on:click=move |event| {
                let button = event.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
                if let Some(button) = button {
                    desk.open(Overlay::Room(Spot::below(&button)));
                }
            }
        >
            <MoreIcon/>
        </button>
    }
}

#[component]
fn RoomMenu() -> impl IntoView {
    let desk = expect_context::<Desk>();
    let shown = ui::recall(LINES).as_deref() != Some("hidden");
    let own = use_context::<Unread>();
    let room = desk.room();
    let mute = own.map(|own| {
        let muted = untrack(|| own.is_muted(room));
        view! {
            <button
                type="button" role="menuitem" class="pop-item"
                on:click=move |_| {
                    own.mute(room, !muted);
                    desk.close();
                }
            >
                {if muted { view! { <BellIcon/> }.into_any() } else { view! { <MutedIcon/> }.into_any() }}
                <span>{if muted { "Unmute" } else { "Mute" }}</span>
            </button>
        }
    });
    view! {
        <div role="menu" aria-label="Room" on:keydown=walk>
            {mute}
            <button type="button" role="menuitem" class="pop-item" on:click=move |_| desk.open(Overlay::Pinned)>
                <PinIcon/>
                <span>"Pinned messages"</span>
            </button>
            <button
                type="button" role="menuitemcheckbox" class="pop-item" aria-checked=shown.to_string()
                on:click=move |_| {
                    ui::store(LINES, if shown { "hidden" } else { "shown" });
                    show_lines(!shown);
                    desk.close();
                }
            >
                <UnreadIcon/>
                <span>{if shown { "Hide lines about what happened" } else { "Show lines about what happened" }}</span>
            </button>
        </div>
    }
}

fn show_lines(shown: bool) {
    if let Some(root) = document().document_element() {
        let _ = if shown {
            root.remove_attribute("data-lines")
        } else {
            root.set_attribute("data-lines", "hidden")
        };
    }
}
