//! The stretch of a history that a room shows: pieces are put to its sides, and what is far from the reader is let go.

use super::Timeline;
use std::sync::Arc;
use vocabulary::{Message, Window};

/// Messages in a list at most, a page of history more or less: the browser draws each of them.
const SHOWN: usize = 300;

/// A side of the stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Before the first message.
    Start,
    /// After the last one.
    End,
    /// In place of all of it.
    Both,
}

impl Timeline {
    /// Whether the server has nothing before the first message.
    #[must_use]
    pub const fn at_start(&self) -> bool {
        self.at_start
    }

    /// Whether the server has nothing after the last message.
    #[must_use]
    pub const fn at_end(&self) -> bool {
        self.at_end
    }

    /// A piece of history is asked for: what is heard from here on may be newer than the piece.
    pub fn expect(&mut self) {
        self.meanwhile.get_or_insert_default();
    }

    /// The piece does not come.
    pub fn give_up(&mut self) {
        self.meanwhile = None;
    }

    /// Takes a piece of history.
    pub fn land(&mut self, side: Side, piece: Window) {
        let mut messages: Vec<_> = piece.messages.into_iter().map(Arc::new).collect();
        messages.sort_by_key(|message| message.seq);
        messages.dedup_by_key(|message| message.seq);
        match side {
            Side::Start => {
                let first = self.first();
                messages.retain(|message| first.is_none_or(|first| message.seq < first));
                messages.append(&mut self.said);
                self.said = messages;
                self.at_start = piece.at_start;
            }
            Side::End => {
                let last = self.last();
                messages.retain(|message| message.seq > last);
                self.said.append(&mut messages);
                self.at_end = piece.at_end;
            }
            Side::Both => {
                self.said = messages;
                (self.at_start, self.at_end) = (piece.at_start, piece.at_end);
            }
        }
        if side == Side::Both && !self.at_end {
            self.tail.clear();
        } else if self.at_end {
            for message in std::mem::take(&mut self.tail) {
                put(&mut self.said, Arc::unwrap_or_clone(message));
            }
        }
        for message in self.meanwhile.take().into_iter().flatten() {
            self.hear(message);
        }
        // What was typed on this page may have been stored by another one of the same browser.
        let Self { unsent, said, .. } = self;
        unsent.retain(|unsent| said.iter().rev().all(|message| message.key != unsent.key));
    }

    /// Lets go of messages on a side that is far from the reader, where there are too many; whether there were.
    pub fn let_go(&mut self, side: Side) -> bool {
        let Some(over) = self.said.len().checked_sub(SHOWN).filter(|over| *over > 0) else {
            return false;
        };
        match side {
            Side::Start => {
                self.said.drain(..over);
                self.at_start = false;
            }
            Side::End => {
                if self.at_end {
                    self.beyond.shown(self.last());
                }
                self.said.truncate(SHOWN);
                self.at_end = false;
            }
            Side::Both => return false,
        }
        true
    }
}

/// Puts a message, as it stands now, in its place among others; whether it is a new one.
pub(super) fn put(said: &mut Vec<Arc<Message>>, message: Message) -> bool {
    match said.binary_search_by_key(&message.seq, |known| known.seq) {
        Ok(place) => {
            if said[place].changed <= message.changed {
                said[place] = Arc::new(message);
            }
            false
        }
        Err(place) => {
            said.insert(place, Arc::new(message));
            true
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Zone,
        pending::Unsent,
        room::timeline::{
            Heard, Row,
            rows::tests::{said, whole},
        },
    };
    use vocabulary::{
        Audience, Author, MessageBody, MessageId, MessageKey, Moment, PersonId, RoomId, Seq,
    };

    fn message(seq: i64) -> Message {
        said(PersonId::fresh(), seq, seq)
    }

    fn piece(seqs: std::ops::RangeInclusive<i64>, at_start: bool, at_end: bool) -> Window {
        let upto = Seq::new(100_000);
        Window { messages: seqs.map(message).collect(), at_start, at_end, found: None, upto }
    }

    fn room(window: Window) -> Timeline {
        let me = Author { id: PersonId::fresh(), full_name: "Maya".into() };
        Timeline::new(RoomId::fresh(), me, window)
    }

    fn ends(timeline: &Timeline) -> (i64, i64, usize, bool, bool) {
        let first = timeline.first().map_or(0, Seq::get);
        let (at_start, at_end) = (timeline.at_start(), timeline.at_end());
        (first, timeline.last().get(), timeline.said.len(), at_start, at_end)
    }

    fn unsent(key: MessageKey) -> Unsent {
        Unsent {
            key,
            body: Some(MessageBody::new("mine").unwrap()),
            audience: Audience::Team,
            reply: None,
            files: Vec::new(),
            typed_at: Moment::from_millis(0),
            failed: None,
        }
    }

    #[test]
    fn pieces_join_without_holes_and_overlap_is_dropped() {
        let mut room = room(piece(500..=559, false, false));
        room.land(Side::Start, piece(441..=500, false, false));
        room.land(Side::End, piece(559..=600, false, true));
        assert_eq!(ends(&room), (441, 600, 160, false, true));
        assert_eq!(room.hear(message(10)), Heard::Known, "not loaded: it comes with its piece");
        assert_eq!(room.hear(message(601)), Heard::Shown);
    }

    #[test]
    fn the_list_stays_bounded_whichever_way_one_reads() {
        let mut room = room(piece(500..=559, false, true));
        for end in (1..=7).map(|page| 499 - 60 * (page - 1)) {
            room.land(Side::Start, piece(end - 59..=end, false, false));
            room.let_go(Side::End);
        }
        assert_eq!(ends(&room), (80, 379, 300, false, false));
        room.land(Side::End, piece(380..=439, false, false));
        assert!(room.let_go(Side::Start));
        assert_eq!(ends(&room), (140, 439, 300, false, false));
        assert!(!room.let_go(Side::Start));
    }

    #[test]
    fn what_comes_after_the_stretch_is_counted_once_and_not_shown() {
        let mut room = room(piece(500..=559, false, false));
        let new = message(100_001);
        assert_eq!(room.hear(new.clone()), Heard::Beyond);
        assert_eq!(room.hear(Message { changed: Seq::new(100_002), ..new }), Heard::Known);
        assert_eq!(room.hear(message(700)), Heard::Known, "a change of something old is no news");
        assert_eq!(room.last(), Seq::new(559));
        let edited = Message { changed: Seq::new(100_003), ..(*room.said[3]).clone() };
        room.hear(edited.clone());
        assert_eq!(room.said[3].changed, edited.changed, "what is shown changes all the same");
    }

    #[test]
    fn what_was_let_go_is_no_news_when_it_changes() {
        let mut room = room(piece(500..=799, false, true));
        room.hear(message(100_001));
        room.land(Side::Start, piece(440..=499, false, false));
        assert!(room.let_go(Side::End));
        let changed = Message { changed: Seq::new(100_005), ..message(100_001) };
        assert_eq!(room.hear(changed), Heard::Known);
        assert_eq!(room.hear(message(100_006)), Heard::Beyond);
    }

    #[test]
    fn what_was_heard_while_a_piece_was_on_its_way_is_in_it() {
        let mut room = room(piece(500..=559, false, false));
        room.expect();
        let old = message(499);
        let edited = Message { changed: Seq::new(100_001), ..old.clone() };
        room.hear(edited);
        room.hear(message(601));
        let mut before = piece(440..=498, false, false);
        before.messages.push(old);
        room.land(Side::Start, before);
        assert_eq!(room.said[59].changed, Seq::new(100_001));
        room.expect();
        room.hear(message(602));
        room.land(Side::End, piece(560..=601, false, true));
        assert_eq!(ends(&room), (440, 602, 163, false, true));
    }

    #[test]
    fn what_one_says_is_shown_at_once_wherever_one_reads_and_stands_in_its_place_at_the_end() {
        let mut room = room(piece(500..=559, false, false));
        let key = MessageKey::fresh();
        room.queue(unsent(key));
        let shape = |room: &Timeline| {
            let rows = room.rows(Zone::default());
            rows.iter().rev().take(3).map(|row| matches!(row, Row::Gap)).collect::<Vec<_>>()
        };
        assert_eq!(shape(&room), [false, true, false]);
        let stored = room.store(key, MessageId::fresh(), Seq::new(100_001), Moment::from_millis(1));
        assert_eq!(stored, Heard::Known);
        assert_eq!(shape(&room), [false, true, false]);
        room.land(Side::Both, piece(99_950..=100_000, false, true));
        assert_eq!(ends(&room), (99_950, 100_001, 52, false, true));
        assert!(room.tail.is_empty());
    }

    #[test]
    fn an_empty_room_takes_the_first_message() {
        let mut room = room(whole(Vec::new()));
        assert_eq!(room.hear(message(1)), Heard::Shown);
    }
}
