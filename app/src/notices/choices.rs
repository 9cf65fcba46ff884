//! What one chooses about notices, on the page of settings.

use super::{
    api::set_room_rule,
    device::{self, Here},
    quiet::QuietChoice,
};
use crate::workspaces::{Team, Unread};
use leptos::{prelude::*, task::spawn_local};
use vocabulary::{RoomId, RoomRule};

/// This browser, quiet hours, and each room.
#[component]
pub fn NoticeChoices() -> impl IntoView {
    let own = expect_context::<Unread>();
    let team = expect_context::<Team>();
    let rooms: Vec<_> = team
        .workspaces
        .iter()
        .filter_map(|row| Some((row.project_name.clone(), own.room_of(row.id)?)))
        .collect();
    view! {
        <fieldset id="notices">
            <legend>"Notices"</legend>
            <p class="quiet">"Everything that calls you is kept under Activity, whatever you choose here. It changes at once, for you alone."</p>
            <ThisBrowser/>
            <QuietChoice/>
            <div class="room-rules" role="group" aria-label="What you are told of each room">
                {rooms.into_iter().map(|(name, room)| view! { <RoomChoice name room/> }).collect_view()}
            </div>
        </fieldset>
    }
    .into_any()
}

#[component]
fn ThisBrowser() -> impl IntoView {
    let own = expect_context::<Unread>();
    let me = expect_context::<Team>().me.id;
    let here = RwSignal::new(Here::Looking);
    let busy = RwSignal::new(false);
    let devices = Memo::new(move |_| own.devices());
    Effect::new(move |_| {
        // What another tab turned on or off is seen here too.
        devices.track();
        spawn_local(async move {
            let found = device::look(me).await;
            here.try_set(found);
        });
    });
    let act = move |on: bool| {
        busy.set(true);
        spawn_local(async move {
            let done = if on { device::turn_on(me).await } else { device::turn_off().await };
            busy.try_set(false);
            own.trouble.try_set(done.err());
            let found = device::look(me).await;
            here.try_set(found);
            own.ask();
        });
    };
    let button = move |name: &'static str, on: bool| {
        view! {
            <button type="button" class="button" disabled=move || busy.get() on:click=move |_| act(on)>{name}</button>
        }
    };
    view! {
        <div class="this-browser" role="group" aria-label="This browser">
            {move || match here.get() {
                Here::Looking => view! { <p class="quiet">"Looking whether this browser can show notices…"</p> }.into_any(),
                Here::Cannot => view! {
                    <p>"This browser cannot show notices while Parlance is closed. On an iPhone or iPad, add Parlance to the Home Screen first and open it from there."</p>
                }
                .into_any(),
                Here::Off => view! {
                    <p>"This browser shows nothing while Parlance is closed."</p>
                    {button("Turn on", true)}
                }
                .into_any(),
                Here::Denied => view! {
                    <p role="status">
                        "This browser was told not to show notices from Parlance. To undo it, open the site's settings by the sign at the left of the address, set Notifications to Allow, and reload this page."
                    </p>
                }
                .into_any(),
                Here::On => view! {
                    <p role="status">"This browser shows notices, also while Parlance is closed."</p>
                    {button("Turn off", false)}
                }
                .into_any(),
            }}
        </div>
    }
    .into_any()
}

#[component]
fn RoomChoice(
    /// The room's Project.
    name: String,
    /// The room.
    room: RoomId,
) -> impl IntoView {
    let own = expect_context::<Unread>();
    let rule = Memo::new(move |_| own.rule(room));
    let choose = move |event| {
        if let Ok(rule) = event_target_value(&event).parse::<RoomRule>() {
            own.wish("The room was not changed.", async move { set_room_rule(room, rule).await });
        }
    };
    let options = [
        (RoomRule::All, "Every message"),
        (RoomRule::Mentions, "Mentions and replies"),
        (RoomRule::Nothing, "Nothing"),
    ];
    view! {
        <label class="room-rule">
            <bdi>{name}</bdi>
            <select class="control" prop:value=move || rule.get().as_str() on:change=choose>
                {options
                    .map(|(one, words)| {
                        let selected = untrack(|| rule.get()) == one;
                        view! { <option value=one.as_str() selected=selected>{words}</option> }
                    })
                    .collect_view()}
            </select>
        </label>
    }
    .into_any()
}
