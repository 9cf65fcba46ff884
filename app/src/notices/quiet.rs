//! Choosing quiet hours, by the clock of this browser's zone.

use crate::workspaces::Unread;
use js_sys::{Array, Function, Reflect};
use leptos::prelude::*;
use vocabulary::{Preference, QuietHours, Switch};
use wasm_bindgen::JsCast;

/// A night, for whoever has chosen nothing yet.
const NIGHT: (&str, &str) = ("22:00", "07:00");

/// On or off, from when until when.
#[component]
pub(super) fn QuietChoice() -> impl IntoView {
    let own = expect_context::<Unread>();
    let hours = Memo::new(move |_| own.quiet_hours());
    let choose = move |from: &str, until: &str| {
        // Who looks from another zone means the clock they see.
        let zone = browser_zone().unwrap_or_else(|| "UTC".to_owned());
        let text = format!("{from}-{until} {zone}");
        match text.parse::<QuietHours>() {
            Ok(hours) => own.prefer(Preference::QuietHours, &hours.to_string()),
            Err(_) => own.trouble.set(Some(
                "Quiet hours need a beginning and an end that differ. They stay as they were."
                    .into(),
            )),
        }
    };
    let switch = move |on: bool| {
        if on {
            choose(NIGHT.0, NIGHT.1);
        } else {
            own.prefer(Preference::QuietHours, Switch::Off.as_str());
        }
    };
    let from = move || hours.get().map_or_else(|| NIGHT.0.to_owned(), |hours| hours.from());
    let until = move || hours.get().map_or_else(|| NIGHT.1.to_owned(), |hours| hours.until());
    view! {
        <label class="choice">
            <input
                type="checkbox" prop:checked=move || hours.get().is_some() checked=untrack(|| hours.get().is_some())
                on:change=move |event| switch(event_target_checked(&event))
            />
            "Quiet hours: what happens then is kept, and rings without a sound when they are over"
        </label>
        <Show when=move || hours.get().is_some()>
            <p class="quiet-hours">
                <label>
                    "From "
                    <input
                        type="time" class="control" required prop:value=from
                        on:change=move |event| choose(&event_target_value(&event), &untrack(until))
                    />
                </label>
                <label>
                    "until "
                    <input
                        type="time" class="control" required prop:value=until
                        on:change=move |event| choose(&untrack(from), &event_target_value(&event))
                    />
                </label>
                <span class="quiet">{move || hours.get().map(|hours| hours.zone().replace('_', " "))}</span>
            </p>
        </Show>
    }
    .into_any()
}

/// The zone of this browser, by its IANA name. Only in the browser.
fn browser_zone() -> Option<String> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let maker: Function = Reflect::get(&intl, &"DateTimeFormat".into()).ok()?.dyn_into().ok()?;
    let format = Reflect::construct(&maker, &Array::new()).ok()?;
    let resolve: Function =
        Reflect::get(&format, &"resolvedOptions".into()).ok()?.dyn_into().ok()?;
    let options = resolve.call0(&format).ok()?;
    Reflect::get(&options, &"timeZone".into()).ok()?.as_string()
}
