//! Who is writing here.

use super::Conversation;
use crate::clock;
use leptos::prelude::*;
use std::time::Duration;
use vocabulary::{Author, MessageId, Moment};

/// Somebody who is writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typist {
    pub(super) thread: Option<MessageId>,
    pub(super) who: Author,
    at: Moment,
}

/// Whoever was not said to be writing for so long is not.
const TYPING_LASTS: Duration = Duration::from_secs(6);

impl Conversation {
    /// Names of those who are writing in the room, or in a thread of it.
    #[must_use]
    pub fn typists(self, thread: Option<MessageId>) -> Vec<String> {
        self.typists.with(|typists| {
            let here = typists.iter().filter(|typist| typist.thread == thread);
            here.map(|typist| typist.who.full_name.clone()).collect()
        })
    }

    pub(super) fn is_typing(self, thread: Option<MessageId>, who: Author) {
        let at = clock::now();
        let same = move |typist: &Typist| typist.who.id == who.id && typist.thread == thread;
        let id = who.id;
        self.typists.update(|typists| match typists.iter_mut().find(|typist| same(typist)) {
            Some(typist) => typist.at = at,
            None => typists.push(Typist { thread, who: who.clone(), at }),
        });
        set_timeout(
            move || {
                self.stops_typing(move |typist| {
                    typist.who.id == id && typist.thread == thread && typist.at == at
                })
            },
            TYPING_LASTS,
        );
    }

    pub(super) fn stops_typing(self, which: impl Fn(&Typist) -> bool) {
        let some = self.typists.try_with_untracked(|typists| typists.iter().any(&which));
        if some == Some(true) {
            self.typists.update(|typists| typists.retain(|typist| !which(typist)));
        }
    }
}
