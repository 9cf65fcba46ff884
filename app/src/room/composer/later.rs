//! Sending later: when, by my clock and by theirs.

use super::pen::Pen;
use crate::{
    clock::{self, local_input, moment_of_input, time_in, use_clock},
    ui::icon::ClockIcon,
};
use leptos::{html, prelude::*};
use vocabulary::Moment;
use wasm_bindgen::JsCast;

const HOUR_MILLIS: i64 = 3_600_000;
const DAY_MILLIS: i64 = 24 * HOUR_MILLIS;

/// Zones that are listed.
const ZONES: usize = 6;

/// The button beside Send, with times to choose.
#[component]
pub fn Later(
    /// Who writes.
    pen: Pen,
    /// Whether there is nothing that could be sent.
    cannot_send: Signal<bool>,
) -> impl IntoView {
    let fold = NodeRef::<html::Details>::new();
    let open = RwSignal::new(false);
    let chosen = RwSignal::new(None::<Moment>);
    let trouble = RwSignal::new(None::<&'static str>);
    Effect::new(move |_| {
        if pen.wants_later.get() > 0
            && let Some(fold) = fold.get_untracked()
        {
            fold.set_open(true);
        }
    });
    // What closes gives the focus back: to the button, or to the box once a time is chosen.
    let close = move || {
        if let Some(fold) = fold.get_untracked() {
            fold.set_open(false);
            if let Some(button) = fold.query_selector("summary").ok().flatten()
                && let Some(button) = button.dyn_ref::<web_sys::HtmlElement>()
            {
                let _ = button.focus();
            }
        }
    };
    let go = move |at: Moment| {
        if pen.busy.with_untracked(Option::is_some) {
            return;
        }
        if cannot_send.get_untracked() {
            trouble.set(Some("Write something first."));
        } else if at <= clock::now() {
            trouble.set(Some("This time is over. Choose a later one."));
        } else {
            trouble.set(None);
            close();
            pen.focus();
            pen.send_later(at);
        }
    };
    view! {
        <details
            class="composer-fold" node_ref=fold
            on:toggle=move |_| {
                let now = fold.get_untracked().is_some_and(|fold| fold.open());
                open.set(now);
                if now && chosen.get_untracked().is_none_or(|at| at <= clock::now()) {
                    chosen.set(Some(tomorrow(9)));
                }
            }
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    event.stop_propagation();
                    close();
                }
            }
        >
            <summary class="icon-button" aria-label="Send later" title="Send later"><ClockIcon/></summary>
            <Show when=move || open.get()>
                <div class="composer-sheet" role="group" aria-label="Send later">
                    <p class="composer-sheet-title">"Send later"</p>
                    {presets().into_iter().map(|(words, at)| {
                        let clock = use_clock();
                        view! {
                            <button type="button" class="composer-preset" on:click=move |_| go(at)>
                                <span>{words}</span>
                                <small>{move || clock.zone().full(at)}</small>
                            </button>
                        }
                    }).collect_view()}
                    <label class="composer-choice">
                        <span>"Day and time"</span>
                        <input
                            class="control" type="datetime-local"
                            prop:value=move || chosen.get().map(local_input).unwrap_or_default()
                            on:change=move |event| chosen.set(moment_of_input(&event_target_value(&event)))
                        />
                    </label>
                    <Zones pen chosen/>
                    {move || trouble.get().map(|words| view! { <p class="composer-trouble" role="alert">{words}</p> })}
                    <button
                        type="button" class="button button-primary" disabled=move || chosen.get().is_none()
                        on:click=move |_| { if let Some(at) = chosen.get_untracked() { go(at); } }
                    >
                        "Send at this time"
                    </button>
                </div>
            </Show>
        </details>
    }
    .into_any()
}

/// What the clocks of others show then.
#[component]
fn Zones(pen: Pen, chosen: RwSignal<Option<Moment>>) -> impl IntoView {
    let lines = move || {
        let at = chosen.get()?;
        let people = pen.sources.zones();
        let lines: Vec<_> = people
            .into_iter()
            .filter_map(|one| Some((one.full_name, time_in(one.time_zone.as_deref()?, at)?)))
            .take(ZONES)
            .collect();
        (!lines.is_empty()).then_some(lines)
    };
    move || {
        lines().map(|lines| {
            view! {
                <dl class="composer-zones" aria-label="For others it is then">
                    {lines.into_iter().map(|(name, time)| view! { <div><dt><bdi>{name}</bdi></dt><dd>{time}</dd></div> }).collect_view()}
                </dl>
            }
        })
    }
}

fn presets() -> [(&'static str, Moment); 3] {
    [
        ("In an hour", clock::now().plus_millis(HOUR_MILLIS)),
        ("Tomorrow morning", tomorrow(9)),
        ("Next Monday", next_monday(9)),
    ]
}

/// A whole hour of tomorrow, by the clock of this machine.
fn tomorrow(hour: u32) -> Moment {
    at_hour(1, hour)
}

fn next_monday(hour: u32) -> Moment {
    let today = js_sys::Date::new_0().get_day();
    at_hour(((7 - today) % 7) + 1, hour)
}

fn at_hour(days: u32, hour: u32) -> Moment {
    let date = js_sys::Date::new_0();
    // Noon first: a day of 23 hours must not lead back into it.
    date.set_hours(12);
    date.set_time(date.get_time() + f64::from(days) * DAY_MILLIS_F);
    date.set_hours(hour);
    date.set_minutes(0);
    date.set_seconds(0);
    date.set_milliseconds(0);
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit")]
    Moment::from_millis(date.get_time() as i64)
}

#[expect(clippy::cast_precision_loss, reason = "a day in milliseconds fits")]
const DAY_MILLIS_F: f64 = DAY_MILLIS as f64;
