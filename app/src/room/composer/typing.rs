//! Who is writing: others are told, and shown.

use super::Writing;
use crate::{clock, live::Live, room::conversation::Conversation};
use leptos::prelude::*;
use vocabulary::{Moment, RoomId};

/// Only who writes for so long is shown as writing.
const AFTER_MILLIS: i64 = 1_000;

/// It is said again as long as it is so.
const EVERY_MILLIS: i64 = 3_000;

/// Who has not touched a key for so long begins anew.
const PAUSE_MILLIS: i64 = 2_500;

/// Tells others that this person is writing.
#[derive(Clone, Copy)]
pub struct TypingSign {
    live: Live,
    room: RoomId,
    place: Writing,
    since: StoredValue<Option<Moment>>,
    last_key: StoredValue<Option<Moment>>,
    said: StoredValue<Option<Moment>>,
}

impl TypingSign {
    /// For one box.
    #[must_use]
    pub fn of(room: RoomId, place: Writing) -> Self {
        Self {
            live: expect_context(),
            room,
            place,
            since: StoredValue::new(None),
            last_key: StoredValue::new(None),
            said: StoredValue::new(None),
        }
    }

    /// A key was pressed.
    pub fn typed(self) {
        let now = clock::now();
        let paused = self.last_key.get_value().is_none_or(|at| older(at, now, PAUSE_MILLIS));
        self.last_key.set_value(Some(now));
        if paused {
            self.since.set_value(Some(now));
        }
        let long = self.since.get_value().is_some_and(|at| older(at, now, AFTER_MILLIS));
        let again = self.said.get_value().is_none_or(|at| older(at, now, EVERY_MILLIS));
        if long && again {
            self.said.set_value(Some(now));
            self.live.typing(self.room, self.place.thread());
        }
    }

    /// It was sent.
    pub fn over(self) {
        self.since.set_value(None);
        self.last_key.set_value(None);
        self.said.set_value(None);
    }
}

fn older(at: Moment, now: Moment, millis: i64) -> bool {
    at.plus_millis(millis) <= now
}

/// Names of those who are writing here.
#[component]
pub fn Typists(
    /// The open room.
    talk: Conversation,
    /// Where.
    place: Writing,
) -> impl IntoView {
    let names = Memo::new(move |_| talk.typists(place.thread()));
    view! {
        <p class="typists">
            {move || {
                let names = names.get();
                let words = match names.as_slice() {
                    [] => return None,
                    [one] => format!("{one} is writing…"),
                    [one, two] => format!("{one} and {two} are writing…"),
                    [one, two, ..] => format!("{one}, {two} and others are writing…"),
                };
                Some(view! { <span class="typists-dots" aria-hidden="true"></span><bdi>{words}</bdi> })
            }}
        </p>
    }
}
