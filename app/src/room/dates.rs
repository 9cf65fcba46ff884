//! Which day one is reading, and going to another.

use super::{
    conversation::{Conversation, Landed, Sight},
    row::{Desk, Overlay},
    scroll,
};
use crate::clock::{Clock, Day, moment_of_input, use_clock};
use leptos::{html, prelude::*, task::spawn_local};
use std::time::Duration;
use vocabulary::Aim;

/// The day stays in view so long after the list has come to rest.
const RESTS: Duration = Duration::from_millis(1_500);

/// The day at the top of a list.
#[derive(Clone, Copy)]
pub struct Dates {
    talk: Conversation,
    list: NodeRef<html::Div>,
    clock: Clock,
    top: RwSignal<Option<Day>>,
    moving: RwSignal<bool>,
    /// Counts what moved the list: an old timer hides nothing.
    moves: StoredValue<u32>,
}

impl Dates {
    /// The days of `talk`, which stands in `list`.
    #[must_use]
    pub fn of(talk: Conversation, list: NodeRef<html::Div>) -> Self {
        let (top, moving) = (RwSignal::new(None), RwSignal::new(false));
        Self { talk, list, clock: use_clock(), top, moving, moves: StoredValue::new(0) }
    }

    /// The list was scrolled.
    pub fn scrolled(self) {
        self.look();
        if !self.moving.get_untracked() {
            self.moving.set(true);
        }
        let moves = self.moves.get_value() + 1;
        self.moves.set_value(moves);
        set_timeout(
            move || {
                if self.moves.try_get_value() == Some(moves) {
                    self.moving.try_set(false);
                }
            },
            RESTS,
        );
    }

    fn look(self) {
        let row = self.list.get_untracked().and_then(|list| scroll::top_row(&list));
        let key = row.and_then(|row| row.get_attribute("data-key")?.parse().ok());
        let day = key
            .and_then(|key| self.talk.find(key))
            .map(|entry| untrack(|| self.clock.zone()).day(entry.at()));
        if day.is_some() && day != self.top.get_untracked() {
            self.top.set(day);
        }
    }
}

/// The day of the topmost message, while one scrolls or comes there by keys; pressed, it leads to others.
#[component]
pub fn DateChip(
    /// The days of the list.
    dates: Dates,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let clock = use_clock();
    let label = move || {
        let today = clock.zone().today;
        dates.top.get().or(today).map(|day| day.label(today)).unwrap_or_default()
    };
    view! {
        <button
            type="button" class="date-chip" class:date-chip-moving=move || dates.moving.get()
            aria-haspopup="dialog" aria-label=move || format!("Jump to a date. {}", label())
            on:focus=move |_| dates.look()
            on:click=move |_| {
                let day = dates.top.get_untracked().or(untrack(|| clock.zone().today));
                if let Some(day) = day {
                    desk.open(Overlay::Dates(day));
                }
            }
        >
            {label}
        </button>
    }
}

/// Chooses a day and goes there.
#[component]
pub fn Calendar(
    /// The day in view.
    day: Day,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let clock = use_clock();
    let chosen = RwSignal::new(day.written());
    let today = untrack(|| clock.zone().today).map(Day::written);
    let go = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let chosen = chosen.get_untracked();
        // Without a time of day, a date would be one in UTC.
        let begins = moment_of_input(&format!("{chosen}T00:00"));
        let Some((day, begins)) = Day::parse(&chosen).zip(begins) else { return };
        desk.close();
        let zone = untrack(|| clock.zone());
        spawn_local(async move {
            let talk = desk.talk();
            match talk.go(Aim::Day(begins)).await {
                Ok(Some(Landed { found: Some(found) })) => {
                    talk.look_at(Sight::Top(found));
                    let at = talk.find_by_id(found).map(|entry| zone.day(entry.at()));
                    if let Some(at) = at.filter(|at| *at != day) {
                        desk.say(
                            format!(
                                "Nothing was said on {}. This is the next day with messages: {}.",
                                day.label(None),
                                at.label(None)
                            ),
                            None,
                        );
                    }
                }
                Ok(Some(Landed { found: None })) => {
                    talk.look_at(Sight::End);
                    let day = day.label(None);
                    desk.say(
                        format!("Nothing was said on {day} or since. This is the newest."),
                        None,
                    );
                }
                Ok(None) => {}
                Err(problem) => desk.say(problem.to_string(), None),
            }
        });
    };
    view! {
        <h2 class="pop-title">"Jump to a date"</h2>
        <form class="dates" on:submit=go>
            <label for="jump-date">"Date"</label>
            <input
                type="date" id="jump-date" required autofocus prop:value=move || chosen.get() max=today
                on:input=move |event| chosen.set(event_target_value(&event))
            />
            <p class="pop-end">
                <button type="button" class="button" on:click=move |_| desk.close()>"Cancel"</button>
                <button type="submit" class="button button-primary">"Go"</button>
            </p>
        </form>
    }
}
