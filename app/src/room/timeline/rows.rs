//! The timeline as rows to draw: days, and entries grouped by author.

use super::{Timeline, coming};
use crate::{
    clock::{Day, Zone},
    pending::Unsent,
};
use std::sync::Arc;
use vocabulary::{Attached, Message, MessageKey, Moment, PersonId};

/// Messages of one author closer than this share a head.
const GROUP_MILLIS: i64 = 5 * 60 * 1_000;

/// A row of the list.
#[derive(Clone, Debug)]
pub enum Row {
    /// A new day begins.
    Day(Day),
    /// What follows is new.
    New,
    /// What stands between is not loaded.
    Gap,
    /// Something said.
    Said {
        /// What.
        entry: Entry,
        /// Whether it begins a group: who and when stand above it.
        head: bool,
    },
}

/// Something said, stored or not yet.
#[derive(Clone, Debug)]
pub enum Entry {
    /// The server has it.
    Stored(Arc<Message>),
    /// The server does not have it yet.
    Unsent(Arc<Unsent>),
}

/// Tells rows apart. A message keeps its row when it is stored and when others come before it, so that nothing flickers and
/// nothing is read twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RowKey {
    /// A day.
    Day(Day),
    /// Where the new begins.
    New,
    /// Where something is not loaded.
    Gap,
    /// A message.
    Said(MessageKey),
}

impl Row {
    /// Its key.
    #[must_use]
    pub fn key(&self) -> RowKey {
        match self {
            Self::Day(day) => RowKey::Day(*day),
            Self::New => RowKey::New,
            Self::Gap => RowKey::Gap,
            Self::Said { entry, .. } => RowKey::Said(entry.key()),
        }
    }
}

impl Entry {
    /// The sender's key.
    #[must_use]
    pub fn key(&self) -> MessageKey {
        match self {
            Self::Stored(message) => message.key,
            Self::Unsent(unsent) => unsent.key,
        }
    }

    /// The files that come with it.
    #[must_use]
    pub fn files(&self) -> Vec<Attached> {
        match self {
            Self::Stored(message) => message.files.clone(),
            Self::Unsent(unsent) => unsent.files.iter().map(coming).collect(),
        }
    }

    /// Whether it stands otherwise than `shown`, by what the server has said since.
    #[must_use]
    pub fn is_newer_than(&self, shown: &Self) -> bool {
        match (self, shown) {
            (Self::Stored(now), Self::Stored(shown)) => {
                now.changed > shown.changed || now.replies != shown.replies
            }
            (Self::Stored(_), Self::Unsent(_)) => true,
            (Self::Unsent(_), _) => false,
        }
    }

    /// When it was said.
    #[must_use]
    pub fn at(&self) -> Moment {
        match self {
            Self::Stored(message) => message.sent_at,
            Self::Unsent(unsent) => unsent.typed_at,
        }
    }

    fn author(&self, me: PersonId) -> PersonId {
        match self {
            Self::Stored(message) => message.author.id,
            Self::Unsent(_) => me,
        }
    }
}

impl Timeline {
    /// The rows, in the viewer's days.
    #[must_use]
    pub fn rows(&self, zone: Zone) -> Vec<Row> {
        let shown = |message: &&Arc<Message>| !message.is_undone();
        let stored = self.said.iter().filter(shown).cloned().map(Entry::Stored);
        let tail = self.tail.iter().filter(shown).cloned().map(Entry::Stored);
        let in_thread = self.root().is_some();
        let unsent = self.unsent.iter().filter(|unsent| in_thread || unsent.in_room());
        let mut new_after = self.new_after();
        let unsent = unsent.cloned().map(Entry::Unsent);
        let mut rows = Vec::with_capacity(self.said.len() + self.unsent.len() + 8);
        let mut last_day: Option<Day> = None;
        let mut group: Option<(PersonId, Moment)> = None;
        // Where the stretch begins behind it, nobody knows here what the first new message is.
        let mut begun = self.at_start;
        let gap = std::iter::once(None).filter(|_| !self.at_end);
        for entry in stored.map(Some).chain(gap).chain(tail.chain(unsent).map(Some)) {
            let Some(entry) = entry else {
                rows.push(Row::Gap);
                group = None;
                continue;
            };
            let (at, author) = (entry.at(), entry.author(self.me.id));
            // A clock that was behind must not turn the days back.
            let day = last_day.map_or(zone.day(at), |last| last.max(zone.day(at)));
            let new_day = last_day != Some(day);
            let new = match &entry {
                Entry::Stored(message) => new_after.is_some_and(|after| {
                    let old = message.seq <= after;
                    begun |= old;
                    begun && !old && author != self.me.id
                }),
                Entry::Unsent(_) => false,
            };
            let head = new_day
                || new
                || group.is_none_or(|(last, since)| {
                    last != author || at.as_millis() - since.as_millis() > GROUP_MILLIS
                });
            if new_day {
                rows.push(Row::Day(day));
                last_day = Some(day);
            }
            if new {
                new_after = None;
                rows.push(Row::New);
            }
            if head {
                // A group lasts five minutes from its head, not from its last line.
                group = Some((author, at));
            }
            rows.push(Row::Said { entry, head });
        }
        rows
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use vocabulary::{Audience, Author, MessageBody, MessageId, MessageKind, RoomId, Seq, Window};

    const MINUTE: i64 = 60_000;

    pub fn said(author: PersonId, seq: i64, at: i64) -> Message {
        Message {
            id: MessageId::fresh(),
            key: MessageKey::fresh(),
            room: RoomId::fresh(),
            seq: Seq::new(seq),
            changed: Seq::new(seq),
            thread: None,
            in_room: true,
            kind: MessageKind::Said,
            author: Author { id: author, full_name: "Tom".into() },
            audience: Audience::Team,
            body: Some(MessageBody::new("hi").unwrap()),
            sent_at: Moment::from_millis(at),
            edited_at: None,
            removed: None,
            pinned: None,
            mentions: Vec::new(),
            tags: Vec::new(),
            files: Vec::new(),
            reactions: Vec::new(),
            replies: None,
        }
    }

    /// All that was ever said.
    pub fn whole(messages: Vec<Message>) -> Window {
        Window { messages, at_start: true, at_end: true, found: None, upto: Seq::START }
    }

    fn shape(timeline: &Timeline) -> String {
        timeline
            .rows(Zone::default())
            .iter()
            .map(|row| match row {
                Row::Day(_) => 'D',
                Row::New => 'N',
                Row::Gap => '_',
                Row::Said { head: true, .. } => 'H',
                Row::Said { head: false, .. } => '.',
            })
            .collect()
    }

    fn room(me: PersonId, newest: Vec<Message>) -> Timeline {
        Timeline::new(RoomId::fresh(), Author { id: me, full_name: "Maya".into() }, whole(newest))
    }

    #[test]
    fn one_author_within_five_minutes_is_one_group() {
        let (tom, maya) = (PersonId::fresh(), PersonId::fresh());
        let messages = vec![
            said(tom, 1, 0),
            said(tom, 2, 4 * MINUTE),
            said(tom, 3, 6 * MINUTE),
            said(maya, 4, 6 * MINUTE),
            said(tom, 5, 7 * MINUTE),
        ];
        assert_eq!(shape(&room(maya, messages)), "DH.HHH");
    }

    #[test]
    fn a_new_day_has_its_line_and_begins_a_group() {
        let tom = PersonId::fresh();
        let midnight = 24 * 60 * MINUTE;
        let messages = vec![said(tom, 1, midnight - MINUTE), said(tom, 2, midnight + MINUTE)];
        assert_eq!(shape(&room(tom, messages)), "DHDH");
    }

    #[test]
    fn my_unsent_message_joins_my_group_and_keeps_its_row() {
        let me = PersonId::fresh();
        let mut timeline = room(me, vec![said(me, 1, 0)]);
        let key = MessageKey::fresh();
        timeline.queue(Unsent {
            key,
            body: Some(MessageBody::new("more").unwrap()),
            audience: Audience::Team,
            reply: None,
            files: Vec::new(),
            typed_at: Moment::from_millis(MINUTE),
            failed: None,
        });
        assert_eq!(shape(&timeline), "DH.");
        let before = timeline.rows(Zone::default())[2].key();
        timeline.store(key, MessageId::fresh(), Seq::new(2), Moment::from_millis(MINUTE + 40));
        assert_eq!(timeline.rows(Zone::default())[2].key(), before);
    }

    #[test]
    fn days_never_turn_back() {
        let me = PersonId::fresh();
        let day = 24 * 60 * MINUTE;
        assert_eq!(shape(&room(me, vec![said(me, 1, day + 5), said(me, 2, day - 5)])), "DH.");
    }

    #[test]
    fn the_new_begins_where_the_old_is_seen_to_end() {
        let (tom, maya) = (PersonId::fresh(), PersonId::fresh());
        let messages = vec![said(tom, 5, 0), said(tom, 6, 1)];
        let mut timeline = room(maya, messages);
        timeline.set_new_after(Some(Seq::new(5)));
        assert_eq!(shape(&timeline), "DHNH");
        timeline.set_new_after(Some(Seq::new(2)));
        assert_eq!(shape(&timeline), "DNH.");
        timeline.at_start = false;
        assert_eq!(shape(&timeline), "DH.", "what is new may begin further up");
    }

    #[test]
    fn a_row_stays_the_same_when_another_takes_the_head() {
        let tom = PersonId::fresh();
        let mut timeline = room(PersonId::fresh(), vec![said(tom, 2, 10)]);
        let key = |timeline: &Timeline| timeline.rows(Zone::default()).last().unwrap().key();
        let before = key(&timeline);
        timeline.hear(said(tom, 1, 0));
        assert_eq!(shape(&timeline), "DH.");
        assert_eq!(key(&timeline), before);
    }
}
