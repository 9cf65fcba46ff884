//! What was begun, kept in this browser at once and on the server a moment after typing stops.

use super::wishes::Wishes;
use crate::{
    clock,
    drafts::{Drafts, keep_draft},
    live::Live,
    ui,
};
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};
use std::{cell::RefCell, collections::HashMap, time::Duration};
use vocabulary::{MessageId, PersonId, RoomId};

/// How long after the last key the server is told.
const AFTER: Duration = Duration::from_millis(400);

/// A list of drafts may be as old as this.
const STALE_MILLIS: i64 = 3_000;

thread_local! {
    /// By the place of the draft. They outlive the box: what was typed last is told also when the box is gone.
    static WISHES: RefCell<HashMap<String, Wishes>> = RefCell::default();
}

/// The draft of one box.
#[derive(Clone, Copy)]
pub struct Keeping {
    person: PersonId,
    room: RoomId,
    thread: Option<MessageId>,
    timer: StoredValue<Option<TimeoutHandle>>,
    /// Counts the wishes to look at the list again.
    again: RwSignal<u32>,
}

/// What the box of a room or of a thread shows in this browser: what the server was not told yet, or what it has.
pub fn draft_here(
    drafts: Drafts,
    person: PersonId,
    room: RoomId,
    thread: Option<MessageId>,
) -> String {
    let kept = |what| ui::recall(&place_of(what, person, room, thread)).unwrap_or_default();
    let local = kept("draft");
    if local == kept("draft-kept") { drafts.of(room, thread).unwrap_or(local) } else { local }
}

/// The draft of a room or of a thread is `text` now, which the server was told from another page of this tab.
pub fn draft_is(person: PersonId, room: RoomId, thread: Option<MessageId>, text: &str) {
    for what in ["draft", "draft-kept"] {
        put(&place_of(what, person, room, thread), text);
    }
    let place = place_of("draft", person, room, thread);
    WISHES.with_borrow_mut(|all| all.remove(&place));
}

impl Keeping {
    /// The draft of a room, or of a thread in it.
    #[must_use]
    pub fn of(person: PersonId, room: RoomId, thread: Option<MessageId>) -> Self {
        let keeping =
            Self { person, room, thread, timer: StoredValue::new(None), again: RwSignal::new(0) };
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
        self.wishes(|wishes| wishes.wish(Some(written.to_owned())));
        self.hold();
        let timer = set_timeout_with_handle(move || self.push(), AFTER);
        self.timer.set_value(timer.ok());
    }

    /// It was sent: there is nothing to keep any more.
    pub fn forget(self) {
        put(&self.place("draft"), "");
        let known = ui::recall(&self.place("draft-kept")).is_some_and(|kept| !kept.is_empty());
        self.hold();
        self.wishes(|wishes| {
            let told = known || wishes.was_told();
            wishes.wish(told.then(String::new));
        });
        self.push();
    }

    /// What another device of this person has written, if it is news and this one is not ahead.
    #[must_use]
    pub fn news(self, drafts: Drafts) -> Option<String> {
        self.again.track();
        let theirs = drafts.of(self.room, self.thread)?;
        // A list that was read before the last answer may still tell of an earlier text of this box.
        let (waits, mine) = self
            .wishes(|wishes| (wishes.waits(), wishes.is_echo(&theirs, clock::now(), STALE_MILLIS)));
        if mine && theirs != self.local() {
            // If the list still says so by then, it is no echo.
            let again = self.again;
            set_timeout(
                move || {
                    again.try_update(|again| *again += 1);
                },
                Duration::from_millis(STALE_MILLIS.unsigned_abs()),
            );
        }
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

    /// Tells the server what it shall have, also when this box is gone by the time it answers.
    fn push(self) {
        let wanted = WISHES.with_borrow_mut(|all| {
            let known = || ui::recall(&self.place("draft-kept")).unwrap_or_default();
            all.get_mut(&self.place("draft"))?.next(known)
        });
        let Some(text) = wanted else { return };
        spawn_local(async move {
            let kept = keep_draft(self.room, self.thread, text.clone()).await.is_ok();
            if kept {
                put(&self.place("draft-kept"), &text);
            }
            self.wishes(|wishes| wishes.answered(text, kept, clock::now()));
            // What was not kept stays in this browser; the next key, or the line when it is back, tries again.
            if kept {
                self.push();
            }
        });
    }

    fn wishes<T>(self, act: impl FnOnce(&mut Wishes) -> T) -> T {
        WISHES.with_borrow_mut(|all| act(all.entry(self.place("draft")).or_default()))
    }

    fn place(self, what: &str) -> String {
        place_of(what, self.person, self.room, self.thread)
    }
}

fn place_of(what: &str, person: PersonId, room: RoomId, thread: Option<MessageId>) -> String {
    match thread {
        None => format!("parlance.{what}.{person}.{room}"),
        Some(root) => format!("parlance.{what}.{person}.{room}.{root}"),
    }
}

fn put(place: &str, text: &str) {
    if text.is_empty() {
        ui::forget(place);
    } else {
        ui::store(place, text);
    }
}
