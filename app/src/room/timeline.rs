//! What a room shows, as plain data: a stretch of its stored messages in the order of the server, then what is not stored
//! yet.

mod beyond;
mod rows;
mod stretch;

pub use rows::{Entry, Row};
pub use stretch::Side;

use crate::pending::Unsent;
use beyond::Beyond;
use std::sync::Arc;
use stretch::put;
use vocabulary::{
    Attached, AttachedState, Author, Message, MessageId, MessageKey, MessageKind, Moment, NewFile,
    Replies, RoomId, Seq, Thread, Window,
};

/// A file as it is shown until the server has said more of it.
fn coming(file: &NewFile) -> Attached {
    Attached {
        id: file.id,
        name: file.name.clone(),
        content_type: String::new(),
        size: file.size,
        width: None,
        height: None,
        state: AttachedState::Coming,
        note: None,
    }
}

/// The messages of a room, each once: a stretch without holes, not all of them.
#[derive(Clone, Debug)]
pub struct Timeline {
    room: RoomId,
    me: Author,
    /// By `seq`.
    said: Vec<Arc<Message>>,
    /// Whether the server has nothing before `said`.
    at_start: bool,
    /// Whether the server has nothing after `said`.
    at_end: bool,
    /// What was said here and is stored, beyond the stretch, by `seq`.
    tail: Vec<Arc<Message>>,
    /// In the order they were typed.
    unsent: Vec<Arc<Unsent>>,
    /// The message that began the thread, of the timeline of one.
    root: Option<Arc<Message>>,
    /// What others said after this place is new to the one who looks.
    new_after: Option<Seq>,
    /// What came beyond the stretch.
    beyond: Beyond,
    /// What came while a piece of history was on its way: that may have been read before.
    meanwhile: Option<Vec<Message>>,
}

/// What became of a message from the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Nothing new.
    Known,
    /// It stands in the list now.
    Shown,
    /// It is new and stands after what the list shows.
    Beyond,
}

impl Timeline {
    /// A room as its page opens.
    #[must_use]
    pub fn new(room: RoomId, me: Author, window: Window) -> Self {
        let mut timeline = Self {
            room,
            me,
            said: Vec::new(),
            at_start: false,
            at_end: false,
            tail: Vec::new(),
            unsent: Vec::new(),
            root: None,
            new_after: None,
            beyond: Beyond::after(window.upto),
            meanwhile: None,
        };
        timeline.land(Side::Both, window);
        timeline
    }

    /// A thread as its panel opens.
    #[must_use]
    pub fn of_thread(me: Author, thread: Thread) -> Self {
        let room = thread.root.room;
        let root = Some(Arc::new(thread.root));
        Self { root, ..Self::new(room, me, thread.replies) }
    }

    /// The message that began the thread, as it stands now.
    #[must_use]
    pub fn root(&self) -> Option<&Arc<Message>> {
        self.root.as_ref()
    }

    /// What others said after `place` is new.
    pub fn set_new_after(&mut self, place: Option<Seq>) {
        self.new_after = place;
    }

    /// The place after which what others said is new, if something was when the room was opened.
    #[must_use]
    pub const fn new_after(&self) -> Option<Seq> {
        self.new_after
    }

    /// Whose messages are "mine".
    #[must_use]
    pub const fn me(&self) -> &Author {
        &self.me
    }

    /// The place of the first message.
    #[must_use]
    pub fn first(&self) -> Option<Seq> {
        self.said.first().map(|message| message.seq)
    }

    /// The place of the last message.
    #[must_use]
    pub fn last(&self) -> Seq {
        self.said.last().map_or(Seq::START, |message| message.seq)
    }

    /// The place of the newest message that is known of.
    #[must_use]
    pub fn newest_place(&self) -> Seq {
        if self.at_end { self.last() } else { self.last().max(self.beyond.newest()) }
    }

    /// Takes a message from the server as it stands now. An unsent message with its key gives way. A reply that the room
    /// does not show is counted where its thread began.
    pub fn hear(&mut self, message: Message) -> Heard {
        if let Some(meanwhile) = &mut self.meanwhile {
            meanwhile.push(message.clone());
        }
        let sent_here = self.unsent.iter().any(|unsent| unsent.key == message.key);
        self.unsent.retain(|unsent| unsent.key != message.key);
        if let Some(root) = &mut self.root {
            if message.id == root.id {
                if root.changed <= message.changed {
                    *root = Arc::new(message);
                }
                return Heard::Known;
            }
            if message.thread != Some(root.id) {
                return Heard::Known;
            }
            if message.removed.is_none() {
                Replies::hear(&mut Arc::make_mut(root).replies, &message);
            }
        } else {
            if let Some(root) = message.thread {
                self.count(root, &message);
            }
            if !message.in_room {
                return Heard::Known;
            }
        }
        // Beyond the stretch it would stand beside a hole.
        if !self.at_start && self.first().is_none_or(|first| message.seq < first) {
            return Heard::Known;
        }
        if !self.at_end && message.seq > self.last() {
            let mine = message.author.id == self.me.id;
            let new = self.beyond.hear(message.seq) && !mine;
            let known = self.tail.iter().any(|known| known.seq == message.seq);
            if sent_here || known {
                put(&mut self.tail, message);
            }
            return if new { Heard::Beyond } else { Heard::Known };
        }
        if put(&mut self.said, message) { Heard::Shown } else { Heard::Known }
    }

    /// The server stored an unsent message.
    pub fn store(&mut self, key: MessageKey, id: MessageId, seq: Seq, sent_at: Moment) -> Heard {
        let Some(unsent) = self.unsent.iter().find(|unsent| unsent.key == key).cloned() else {
            return Heard::Known;
        };
        self.hear(Message {
            id,
            key,
            room: self.room,
            seq,
            changed: seq,
            thread: unsent.reply.map(|reply| reply.thread),
            in_room: unsent.in_room(),
            kind: MessageKind::Said,
            author: self.me.clone(),
            audience: unsent.audience,
            body: unsent.body.clone(),
            sent_at,
            edited_at: None,
            removed: None,
            pinned: None,
            mentions: Vec::new(),
            tags: Vec::new(),
            files: unsent.files.iter().map(coming).collect(),
            reactions: Vec::new(),
            replies: None,
        })
    }

    fn count(&mut self, root: MessageId, reply: &Message) {
        if reply.removed.is_some() {
            return;
        }
        let mut shown = self.tail.iter_mut().chain(self.said.iter_mut().rev());
        if let Some(root) = shown.find(|message| message.id == root) {
            Replies::hear(&mut Arc::make_mut(root).replies, reply);
        }
    }

    /// The message with this key, as it stands here.
    #[must_use]
    pub fn entry(&self, key: MessageKey) -> Option<Entry> {
        self.stored().find(|message| message.key == key).cloned().map(Entry::Stored).or_else(|| {
            self.unsent.iter().find(|unsent| unsent.key == key).cloned().map(Entry::Unsent)
        })
    }

    /// The last message of this person that still says something and that the room shows.
    #[must_use]
    pub fn last_own(&self) -> Option<Arc<Message>> {
        let own = |message: &&Arc<Message>| {
            message.author.id == self.me.id
                && message.kind == MessageKind::Said
                && message.removed.is_none()
                && message.body.is_some()
        };
        let newest = self.said.iter().rev().filter(|_| self.at_end);
        self.tail.iter().rev().chain(newest).find(own).cloned()
    }

    /// The newest message that can be answered, by its place; none where the end of the room is not here.
    #[must_use]
    pub fn newest_said(&self) -> Option<Arc<Message>> {
        let said = |message: &&Arc<Message>| {
            message.kind == MessageKind::Said && message.removed.is_none()
        };
        self.said.iter().rev().filter(|_| self.at_end).find(said).cloned()
    }

    /// The key of a message that is shown here.
    #[must_use]
    pub fn key_of(&self, id: MessageId) -> Option<MessageKey> {
        self.stored().find(|message| message.id == id).map(|message| message.key)
    }

    /// The stored messages that are shown here, the last first.
    fn stored(&self) -> impl Iterator<Item = &Arc<Message>> {
        self.tail.iter().rev().chain(self.said.iter().rev()).chain(&self.root)
    }

    /// Shows a message the server does not have yet; whether it was new here.
    pub fn queue(&mut self, unsent: Unsent) -> bool {
        if self.knows(unsent.key) {
            return false;
        }
        // What was kept is read a moment after the page opened; somebody may have written since.
        let place = self.unsent.partition_point(|other| other.key < unsent.key);
        self.unsent.insert(place, Arc::new(unsent));
        true
    }

    /// Notes why the server will not take an unsent message, or, with nothing, that it is tried again.
    pub fn set_failed(&mut self, key: MessageKey, failed: Option<String>) -> Option<Arc<Unsent>> {
        let unsent = self.unsent.iter_mut().find(|unsent| unsent.key == key)?;
        Arc::make_mut(unsent).failed = failed;
        Some(Arc::clone(unsent))
    }

    /// The person threw an unsent message away.
    pub fn discard(&mut self, key: MessageKey) {
        self.unsent.retain(|unsent| unsent.key != key);
    }

    fn knows(&self, key: MessageKey) -> bool {
        self.unsent.iter().any(|unsent| unsent.key == key)
            || self.stored().any(|message| message.key == key)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        rows::tests::{said, whole},
        *,
    };
    use vocabulary::{Audience, MessageBody, PersonId};

    fn message(seq: i64) -> Message {
        said(PersonId::fresh(), seq, seq)
    }

    fn unsent() -> Unsent {
        Unsent {
            key: MessageKey::fresh(),
            body: Some(MessageBody::new("mine").unwrap()),
            audience: Audience::Team,
            reply: None,
            files: Vec::new(),
            typed_at: Moment::from_millis(0),
            failed: None,
        }
    }

    fn timeline(seqs: &[i64]) -> Timeline {
        let me = Author { id: PersonId::fresh(), full_name: "Maya".into() };
        let messages = seqs.iter().copied().map(message).collect();
        Timeline::new(RoomId::fresh(), me, whole(messages))
    }

    fn seqs(timeline: &Timeline) -> Vec<i64> {
        timeline.said.iter().map(|message| message.seq.get()).collect()
    }

    #[test]
    fn messages_stand_by_their_place_whatever_order_they_come_in() {
        let mut room = timeline(&[1, 2]);
        assert_eq!(room.hear(message(4)), Heard::Shown);
        assert_eq!(room.hear(message(3)), Heard::Shown);
        assert_eq!(seqs(&room), [1, 2, 3, 4]);
    }

    #[test]
    fn the_newest_is_the_last_by_place_that_says_something() {
        let mut room = timeline(&[1, 2, 4]);
        room.hear(message(3));
        room.queue(unsent());
        assert_eq!(room.newest_said().unwrap().seq.get(), 4);
        room.hear(Message { kind: MessageKind::Line, ..message(5) });
        assert_eq!(room.newest_said().unwrap().seq.get(), 4);
    }

    #[test]
    fn the_same_place_is_shown_once() {
        let mut room = timeline(&[1, 2]);
        assert_eq!(room.hear(message(2)), Heard::Known);
        assert_eq!(seqs(&room), [1, 2]);
    }

    #[test]
    fn a_hole_in_the_numbers_is_no_hindrance() {
        let mut room = timeline(&[1]);
        assert_eq!(room.hear(message(9)), Heard::Shown);
        assert_eq!(room.hear(message(5)), Heard::Shown);
        assert_eq!(seqs(&room), [1, 5, 9]);
    }

    #[test]
    fn the_stored_message_replaces_the_unsent_one() {
        let mut room = timeline(&[1]);
        let mine = unsent();
        room.queue(mine.clone());
        let stored = room.store(mine.key, MessageId::fresh(), Seq::new(3), Moment::from_millis(3));
        assert_eq!(stored, Heard::Shown);
        assert_eq!(room.hear(message(2)), Heard::Shown);
        let echo = room.hear(Message { key: mine.key, ..message(3) });
        assert_eq!(echo, Heard::Known, "the echo is no second message");
        assert_eq!(seqs(&room), [1, 2, 3]);
        assert!(room.unsent.is_empty());
    }

    #[test]
    fn the_echo_may_come_before_the_receipt() {
        let mut room = timeline(&[1]);
        let mine = unsent();
        room.queue(mine.clone());
        assert_eq!(room.hear(Message { key: mine.key, ..message(2) }), Heard::Shown);
        let stored = room.store(mine.key, MessageId::fresh(), Seq::new(2), Moment::from_millis(2));
        assert_eq!(stored, Heard::Known);
        assert_eq!(seqs(&room), [1, 2]);
        assert!(room.unsent.is_empty());
    }

    #[test]
    fn what_the_server_already_has_is_not_queued_again() {
        let stored = message(1);
        let mut room = timeline(&[]);
        room.hear(stored.clone());
        assert!(!room.queue(Unsent { key: stored.key, ..unsent() }));
    }

    #[test]
    fn unsent_messages_stand_as_they_were_typed() {
        let (before, after) = (unsent(), unsent());
        let mut room = timeline(&[]);
        room.queue(after.clone());
        room.queue(before.clone());
        let keys: Vec<_> = room.unsent.iter().map(|unsent| unsent.key).collect();
        assert_eq!(keys, [before.key, after.key]);
    }

    #[test]
    fn a_failure_keeps_the_text_and_can_be_taken_back() {
        let mut room = timeline(&[]);
        let mine = unsent();
        room.queue(mine.clone());
        assert_eq!(room.set_failed(mine.key, Some("no".into())).unwrap().body, mine.body);
        assert_eq!(room.set_failed(mine.key, None).unwrap().failed, None);
        room.discard(mine.key);
        assert!(room.unsent.is_empty());
    }

    #[test]
    fn a_change_takes_the_place_of_what_stood_there_and_an_old_one_does_not() {
        let mut room = timeline(&[1, 2]);
        let first = room.said[0].as_ref().clone();
        let edited = Message {
            changed: Seq::new(5),
            body: Some(MessageBody::new("better").unwrap()),
            ..first.clone()
        };
        assert_eq!(room.hear(edited.clone()), Heard::Known, "it is no new message");
        assert_eq!(room.said[0].words(), "better");
        assert_eq!(room.hear(first), Heard::Known);
        assert_eq!(room.said[0].words(), "better");
        assert_eq!(seqs(&room), [1, 2]);
    }

    #[test]
    fn a_reply_is_counted_where_its_thread_began_and_shown_only_if_it_is_for_the_room() {
        let mut room = timeline(&[1]);
        let root = room.said[0].id;
        let reply = Message { thread: Some(root), in_room: false, ..message(2) };
        assert_eq!(room.hear(reply.clone()), Heard::Known);
        assert_eq!(room.hear(reply), Heard::Known);
        assert_eq!(seqs(&room), [1]);
        assert_eq!(room.said[0].replies.as_ref().unwrap().count, 1);
        let both = Message { thread: Some(root), in_room: true, ..message(3) };
        assert_eq!(room.hear(both), Heard::Shown);
        assert_eq!(seqs(&room), [1, 3]);
        assert_eq!(room.said[0].replies.as_ref().unwrap().count, 2);
    }
}
