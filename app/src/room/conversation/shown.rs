//! What the rows of an open room show, as signals: a row stays while its message changes and while others come and go
//! around it.

use super::Conversation;
use crate::{
    clock::use_clock,
    room::timeline::{Entry, Row},
};
use leptos::prelude::*;
use vocabulary::{MessageId, MessageKey};

impl Conversation {
    /// The rows to draw.
    #[must_use]
    pub fn rows(self) -> Memo<Vec<Row>> {
        let clock = use_clock();
        // Each change of the timeline is a change of its rows: comparing them would only cost.
        let rows = Memo::new_with_compare(
            move |_| self.timeline.with(|t| t.rows(clock.zone())),
            |_, _| true,
        );
        Effect::new(move |_| rows.with(|rows| self.settle_heads(rows)));
        rows
    }

    /// The message of `entry` as it stands now and changes.
    #[must_use]
    pub fn entry(self, entry: &Entry) -> ArcRwSignal<Entry> {
        let key = entry.key();
        let known = self.entries.with_value(|entries| entries.get(&key).cloned());
        known.unwrap_or_else(|| {
            let signal = ArcRwSignal::new(entry.clone());
            self.entries.update_value(|entries| {
                entries.insert(key, signal.clone());
            });
            signal
        })
    }

    /// Whether the row of this message begins a group, which `head` says of it now.
    #[must_use]
    pub fn head(self, key: MessageKey, head: bool) -> ArcRwSignal<bool> {
        let known = self.heads.with_value(|heads| heads.get(&key).cloned());
        known.unwrap_or_else(|| {
            let signal = ArcRwSignal::new(head);
            self.heads.update_value(|heads| {
                heads.insert(key, signal.clone());
            });
            signal
        })
    }

    /// The message with this id, as it is shown.
    #[must_use]
    pub fn find_by_id(self, id: MessageId) -> Option<Entry> {
        self.timeline.with_untracked(|t| t.entry(t.key_of(id)?))
    }

    /// Shows a message as it stands now.
    pub(super) fn refresh(self, key: Option<MessageKey>) {
        let Some(key) = key else { return };
        let signal = self.entries.with_value(|entries| entries.get(&key).cloned());
        if let (Some(signal), Some(entry)) =
            (signal, self.timeline.with_untracked(|t| t.entry(key)))
        {
            signal.set(entry);
        }
    }

    /// After others came and went: what is still shown is shown as it stands now, the rest is forgotten.
    pub(super) fn refresh_all(self) {
        let entries = self.entries.with_value(Clone::clone);
        for (key, signal) in entries {
            match self.timeline.with_untracked(|t| t.entry(key)) {
                Some(entry) if signal.with_untracked(|shown| entry.is_newer_than(shown)) => {
                    signal.set(entry);
                }
                Some(_) => {}
                None => {
                    self.entries.update_value(|entries| {
                        entries.remove(&key);
                    });
                    self.heads.update_value(|heads| {
                        heads.remove(&key);
                    });
                }
            }
        }
    }

    fn settle_heads(self, rows: &[Row]) {
        for row in rows {
            let Row::Said { entry, head } = row else { continue };
            let signal = self.heads.with_value(|heads| heads.get(&entry.key()).cloned());
            if let Some(signal) = signal.filter(|signal| signal.get_untracked() != *head) {
                signal.set(*head);
            }
        }
    }
}
