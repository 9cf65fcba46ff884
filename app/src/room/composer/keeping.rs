//! What was begun, kept in this browser at once and on the server a moment after typing stops.

use crate::{
    clock,
    drafts::{Drafts, keep_draft},
    live::Live,
    ui,
};
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};
use std::{collections::VecDeque, time::Duration};
use vocabulary::{MessageId, Moment, PersonId, RoomId};

/// How long after the last key the server is told.
const AFTER: Duration = Duration::from_millis(400);

/// A list of drafts may be as old as this.
const STALE_MILLIS: i64 = 3_000;

/// What was sent to the server lately: an answer with it is no news of another device.
const REMEMBERED: usize = 30;

/// The draft of one box.
#[derive(Clone, Copy)]
pub struct Keeping {
    person: PersonId,
    room: RoomId,
    thread: Option<MessageId>,
    timer: StoredValue<Option<TimeoutHandle>>,
    /// What the server shall have; what was asked of it last is on its way.
    wanted: StoredValue<Option<String>>,
    busy: StoredValue<bool>,
    lately: StoredValue<VecDeque<String>>,
    /// When the server last answered.
    answered: StoredValue<Option<Moment>>,
}

impl Keeping {
    /// The draft of a room, or of a thread in it.
    #[must_use]
    pub fn of(person: PersonId, room: RoomId, thread: Option<MessageId>) -> Self {
        let keeping = Self {
            person,
            room,
            thread,
            timer: StoredValue::new(None),
            wanted: StoredValue::new(None),
            busy: StoredValue::new(false),
            lately: StoredValue::new(VecDeque::new()),
            answered: StoredValue::new(None),
        };
        let live = expect_context::<Live>();
        Effect::new(move |_| {
            // Back from an outage: what could not be kept is tried again.
            if !live.away.get() {
                keeping.push();
            }
        });
        // Whoever goes to another room in mid-sentence finds it there.
        on_cleanup(move || keeping.push());
        keeping
    }

    /// What is kept in this browser.
    #[must_use]
    pub fn local(self) -> String {
        ui::recall(&self.place("draft")).unwrap_or_default()
    }

    /// Whether this browser has something the server was not told yet.
    #[must_use]
    pub fn is_ahead(self) -> bool {
        self.local() != ui::recall(&self.place("draft-kept")).unwrap_or_default()
    }

    /// Keeps what was written so far.
    pub fn keep(self, written: &str) {
        put(&self.place("draft"), written);
        self.wanted.set_value(Some(written.to_owned()));
        self.hold();
        let timer = set_timeout_with_handle(move || self.push(), AFTER);
        self.timer.set_value(timer.ok());
    }

    /// It was sent: there is nothing to keep any more.
    pub fn forget(self) {
        put(&self.place("draft"), "");
        let known = ui::recall(&self.place("draft-kept")).is_some_and(|kept| !kept.is_empty());
        let on_its_way = self.busy.get_value();
        self.hold();
        self.wanted.set_value((known || on_its_way).then(String::new));
        self.push();
    }

    /// What another device of this person has written, if it is news and this one is not ahead.
    #[must_use]
    pub fn news(self, drafts: Drafts) -> Option<String> {
        let theirs = drafts.of(self.room, self.thread)?;
        let waits = self.wanted.with_value(Option::is_some) || self.busy.get_value();
        // A list that was read before the last answer may still tell of an earlier text of this box.
        let just =
            self.answered.get_value().is_some_and(|at| at.plus_millis(STALE_MILLIS) > clock::now());
        let mine = just && self.lately.with_value(|lately| lately.contains(&theirs));
        if waits || mine || self.is_ahead() || theirs == self.local() {
            return None;
        }
        put(&self.place("draft"), &theirs);
        put(&self.place("draft-kept"), &theirs);
        Some(theirs)
    }

    fn hold(self) {
        if let Some(Some(timer)) = self.timer.try_update_value(Option::take) {
            timer.clear();
        }
    }

    /// One question at a time: a later one must not be overtaken by an earlier one.
    fn push(self) {
        if self.busy.try_get_value() != Some(false) {
            return;
        }
        let Some(Some(text)) = self.wanted.try_update_value(Option::take) else { return };
        self.busy.set_value(true);
        self.lately.update_value(|lately| {
            if lately.is_empty() {
                // A list may also tell of what stood here before the first text was sent.
                lately.push_back(ui::recall(&self.place("draft-kept")).unwrap_or_default());
            }
            lately.push_back(text.clone());
            if lately.len() > REMEMBERED {
                lately.pop_front();
            }
        });
        let place = self.place("draft-kept");
        spawn_local(async move {
            let kept = keep_draft(self.room, self.thread, text.clone()).await;
            if kept.is_ok() {
                put(&place, &text);
            }
            self.answered.try_set_value(Some(clock::now()));
            let Some(_) = self.busy.try_set_value(false).map_or(Some(()), |_| None) else { return };
            match kept {
                Ok(()) => self.push(),
                // It stays in this browser; the next key, or the line when it is back, tries again.
                Err(_) => self.wanted.update_value(|wanted| {
                    wanted.get_or_insert(text);
                }),
            }
        });
    }

    fn place(self, what: &str) -> String {
        let Self { person, room, thread, .. } = self;
        match thread {
            None => format!("parlance.{what}.{person}.{room}"),
            Some(root) => format!("parlance.{what}.{person}.{room}.{root}"),
        }
    }
}

fn put(place: &str, text: &str) {
    if text.is_empty() {
        ui::forget(place);
    } else {
        ui::store(place, text);
    }
}
