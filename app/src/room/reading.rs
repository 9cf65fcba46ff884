//! What counts as read: what stands at the end while somebody looks for a second (or what they say is read).

use super::conversation::Conversation;
use crate::workspaces::Unread;
use leptos::prelude::*;
use std::time::Duration;
use vocabulary::{Reading, Seq};

/// So long in view is read.
const READ_AFTER: Duration = Duration::from_secs(1);

/// How an open room or thread is read. A context of it.
#[derive(Clone, Copy)]
pub struct Attention {
    talk: Conversation,
    own: Unread,
    /// Whether the room was marked unread when it was opened: opening it ends that, once.
    was_marked: StoredValue<bool>,
}

impl Attention {
    /// Reads `talk` from now on; where others have said something new, a line shows it until the room is left.
    #[must_use]
    pub fn of(talk: Conversation) -> Self {
        let own = expect_context::<Unread>();
        let count = untrack(|| own.room(talk.room));
        if talk.thread.is_none() && count.is_unread() {
            talk.set_new_after(untrack(|| own.read(talk.room)));
        }
        let attention = Self { talk, own, was_marked: StoredValue::new(count.marked) };
        let ready = Memo::new(move |_| {
            let last = talk.newest_place();
            let looked_at = own.focused.get() && talk.at_end.get();
            (looked_at && own.reading() != Reading::Never && attention.is_unread()).then_some(last)
        });
        Effect::new(move |_| {
            let Some(last) = ready.get() else { return };
            let later = set_timeout_with_handle(move || attention.mark(last), READ_AFTER);
            on_cleanup(move || {
                if let Ok(later) = later {
                    later.clear();
                }
            });
        });
        attention
    }

    /// Whether there is something that looking would read.
    fn is_unread(self) -> bool {
        match self.talk.thread {
            Some(thread) => self.own.thread(thread).is_unread(),
            None => {
                let count = self.own.room(self.talk.room);
                count.is_unread() && (!count.marked || self.was_marked.get_value())
            }
        }
    }

    fn mark(self, last: Seq) {
        match self.talk.thread {
            Some(thread) => self.own.mark_thread_read(self.talk.room, thread, last),
            None => {
                self.own.mark_read(self.talk.room, last, self.was_marked.get_value());
                self.was_marked.set_value(false);
            }
        }
    }

    /// Whether a person has to say that it is read.
    #[must_use]
    pub fn needs_a_word(self) -> bool {
        let by_hand = self.own.reading() == Reading::Never;
        self.talk.thread.is_none() && by_hand && self.own.room(self.talk.room).is_unread()
    }

    /// The person says that it is read.
    pub fn mark_by_hand(self) {
        self.was_marked.set_value(true);
        self.mark(untrack(|| self.talk.newest_place()));
    }

    /// What stands here from `from` on counts as unread until the room is opened again.
    pub fn mark_unread(self, from: Seq) {
        self.was_marked.set_value(false);
        self.talk.set_new_after(Some(Seq::new(from.get() - 1)));
        self.own.mark_unread(self.talk.room, from);
    }
}
