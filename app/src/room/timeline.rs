//! What a room shows, as plain data: stored messages in the order of the server, then what is not stored yet.

mod rows;

pub use rows::{Entry, Row};

use crate::pending::Unsent;
use std::sync::Arc;
use vocabulary::{
    Attached, AttachedState, Author, Message, MessageId, MessageKey, MessageKind, Moment, NewFile,
    Replies, RoomId, Seq, Thread,
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

/// The messages of a room, each once.
#[derive(Clone, Debug)]
pub struct Timeline {
    room: RoomId,
    me: Author,
    /// By `seq`.
    said: Vec<Arc<Message>>,
    /// In the order they were typed.
    unsent: Vec<Arc<Unsent>>,
    has_earlier: bool,
    /// The message that began the thread, of the timeline of one.
    root: Option<Arc<Message>>,
    /// What others said after this place is new to the one who looks.
    new_after: Option<Seq>,
}

impl Timeline {
    /// A room as its page opens; `newest` is oldest first.
    #[must_use]
    pub fn new(room: RoomId, me: Author, newest: Vec<Message>, has_earlier: bool) -> Self {
        let mut said: Vec<_> = newest.into_iter().map(Arc::new).collect();
        said.sort_by_key(|message| message.seq);
        said.dedup_by_key(|message| message.seq);
        Self { room, me, said, unsent: Vec::new(), has_earlier, root: None, new_after: None }
    }

    /// A thread as its panel opens.
    #[must_use]
    pub fn of_thread(me: Author, thread: Thread) -> Self {
        let room = thread.root.room;
        let root = Some(Arc::new(thread.root));
        Self { root, ..Self::new(room, me, thread.replies, thread.has_earlier) }
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

    /// Whether the server has messages before the first.
    #[must_use]
    pub const fn has_earlier(&self) -> bool {
        self.has_earlier
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

    /// Takes a message from the server as it stands now; whether it is new here. An unsent message with its key gives
    /// way. A reply that the room does not show is counted where its thread began.
    pub fn hear(&mut self, message: Message) -> bool {
        self.unsent.retain(|unsent| unsent.key != message.key);
        if let Some(root) = &mut self.root {
            if message.id == root.id {
                if root.changed <= message.changed {
                    *root = Arc::new(message);
                }
                return false;
            }
            if message.thread != Some(root.id) {
                return false;
            }
            if message.removed.is_none() {
                Replies::hear(&mut Arc::make_mut(root).replies, &message);
            }
        } else {
            if let Some(root) = message.thread {
                self.count(root, &message);
            }
            if !message.in_room {
                return false;
            }
        }
        // Beyond the part of the history that is loaded it would stand beside a hole.
        if self.has_earlier && self.first().is_some_and(|first| message.seq < first) {
            return false;
        }
        match self.said.binary_search_by_key(&message.seq, |known| known.seq) {
            Ok(place) => {
                if self.said[place].changed <= message.changed {
                    self.said[place] = Arc::new(message);
                }
                false
            }
            Err(place) => {
                self.said.insert(place, Arc::new(message));
                true
            }
        }
    }

    /// The server stored an unsent message.
    pub fn store(&mut self, key: MessageKey, id: MessageId, seq: Seq, sent_at: Moment) -> bool {
        let Some(place) = self.unsent.iter().position(|unsent| unsent.key == key) else {
            return false;
        };
        let unsent = self.unsent.remove(place);
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
        if let Some(root) = self.said.iter_mut().rev().find(|message| message.id == root) {
            Replies::hear(&mut Arc::make_mut(root).replies, reply);
        }
    }

    /// The message with this key, as it stands here.
    #[must_use]
    pub fn entry(&self, key: MessageKey) -> Option<Entry> {
        let stored = self.said.iter().rev().chain(&self.root).find(|message| message.key == key);
        stored.cloned().map(Entry::Stored).or_else(|| {
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
        self.said.iter().rev().find(own).cloned()
    }

    /// The newest message that can be answered, by its place.
    #[must_use]
    pub fn newest(&self) -> Option<Arc<Message>> {
        let said = |message: &&Arc<Message>| {
            message.kind == MessageKind::Said && message.removed.is_none()
        };
        self.said.iter().rev().find(said).cloned()
    }

    /// The key of a message that is shown here.
    #[must_use]
    pub fn key_of(&self, id: MessageId) -> Option<MessageKey> {
        let mut shown = self.said.iter().rev().chain(&self.root);
        shown.find(|message| message.id == id).map(|message| message.key)
    }

    /// Puts a page of history, oldest first, before the rest.
    pub fn prepend(&mut self, earlier: Vec<Message>, has_earlier: bool) {
        let first = self.first();
        let older =
            earlier.into_iter().filter(|message| first.is_none_or(|first| message.seq < first));
        let mut said: Vec<_> = older.map(Arc::new).collect();
        said.sort_by_key(|message| message.seq);
        said.append(&mut self.said);
        self.said = said;
        self.has_earlier = has_earlier;
    }

    /// Shows a message the server does not have yet; whether it was new here.
    pub fn queue(&mut self, unsent: Unsent) -> bool {
        if self.knows(unsent.key) {
            return false;
        }
        self.unsent.push(Arc::new(unsent));
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

    /// Whether a message with this key is shown as stored.
    #[must_use]
    pub fn has_stored(&self, key: MessageKey) -> bool {
        self.said.iter().rev().any(|message| message.key == key)
    }

    fn knows(&self, key: MessageKey) -> bool {
        self.unsent.iter().any(|unsent| unsent.key == key) || self.has_stored(key)
    }
}

#[cfg(test)]
mod tests {
    use super::{rows::tests::said, *};
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
        Timeline::new(RoomId::fresh(), me, seqs.iter().copied().map(message).collect(), false)
    }

    fn seqs(timeline: &Timeline) -> Vec<i64> {
        timeline.said.iter().map(|message| message.seq.get()).collect()
    }

    #[test]
    fn messages_stand_by_their_place_whatever_order_they_come_in() {
        let mut room = timeline(&[1, 2]);
        assert!(room.hear(message(4)));
        assert!(room.hear(message(3)));
        assert_eq!(seqs(&room), [1, 2, 3, 4]);
    }

    #[test]
    fn the_newest_is_the_last_by_place_that_says_something() {
        let mut room = timeline(&[1, 2, 4]);
        room.hear(message(3));
        room.queue(unsent());
        assert_eq!(room.newest().unwrap().seq.get(), 4);
        room.hear(Message { kind: MessageKind::Line, ..message(5) });
        assert_eq!(room.newest().unwrap().seq.get(), 4);
    }

    #[test]
    fn the_same_place_is_shown_once() {
        let mut room = timeline(&[1, 2]);
        assert!(!room.hear(message(2)));
        assert_eq!(seqs(&room), [1, 2]);
    }

    #[test]
    fn a_hole_in_the_numbers_is_no_hindrance() {
        let mut room = timeline(&[1]);
        assert!(room.hear(message(9)));
        assert!(room.hear(message(5)));
        assert_eq!(seqs(&room), [1, 5, 9]);
    }

    #[test]
    fn the_stored_message_replaces_the_unsent_one() {
        let mut room = timeline(&[1]);
        let mine = unsent();
        room.queue(mine.clone());
        assert!(room.store(mine.key, MessageId::fresh(), Seq::new(3), Moment::from_millis(3)));
        assert!(room.hear(message(2)));
        assert!(
            !room.hear(Message { key: mine.key, ..message(3) }),
            "the echo is no second message"
        );
        assert_eq!(seqs(&room), [1, 2, 3]);
        assert!(room.unsent.is_empty());
    }

    #[test]
    fn the_echo_may_come_before_the_receipt() {
        let mut room = timeline(&[1]);
        let mine = unsent();
        room.queue(mine.clone());
        assert!(room.hear(Message { key: mine.key, ..message(2) }));
        assert!(!room.store(mine.key, MessageId::fresh(), Seq::new(2), Moment::from_millis(2)));
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
    fn history_goes_before_and_overlap_is_dropped() {
        let mut room = timeline(&[5, 6]);
        room.prepend(vec![message(3), message(4), message(5)], true);
        assert_eq!(seqs(&room), [3, 4, 5, 6]);
        assert!(room.has_earlier());
        assert!(!room.hear(message(1)), "not loaded yet: it comes with its page");
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
        assert!(!room.hear(edited.clone()), "it is no new message");
        assert_eq!(room.said[0].words(), "better");
        assert!(!room.hear(first));
        assert_eq!(room.said[0].words(), "better");
        assert_eq!(seqs(&room), [1, 2]);
    }

    #[test]
    fn a_reply_is_counted_where_its_thread_began_and_shown_only_if_it_is_for_the_room() {
        let mut room = timeline(&[1]);
        let root = room.said[0].id;
        let reply = Message { thread: Some(root), in_room: false, ..message(2) };
        assert!(!room.hear(reply.clone()));
        assert!(!room.hear(reply));
        assert_eq!(seqs(&room), [1]);
        assert_eq!(room.said[0].replies.as_ref().unwrap().count, 1);
        assert!(room.hear(Message { thread: Some(root), in_room: true, ..message(3) }));
        assert_eq!(seqs(&room), [1, 3]);
        assert_eq!(room.said[0].replies.as_ref().unwrap().count, 2);
    }
}
