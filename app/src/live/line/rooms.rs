//! The rooms of the line: how far each is known, who shows it, and what was said while nobody did.

use crate::live::{Listener, RoomEvent};
use std::collections::HashMap;
use vocabulary::{Message, RoomId, Seq};

/// Messages kept for a room that is followed but not shown; whoever opens it has everything older from the server.
const KEPT_UNSHOWN: usize = 100;

#[derive(Default)]
struct Place {
    /// Everything up to here was delivered or came with the page.
    cursor: Option<Seq>,
    /// Whether anything was delivered.
    delivered: bool,
    /// Whether this line has asked for the room.
    joined: bool,
    listener: Option<Listener>,
    unshown: Vec<Message>,
}

/// The rooms of the line.
#[derive(Default)]
pub struct Rooms {
    places: HashMap<RoomId, Place>,
}

impl Rooms {
    /// Follows `room`, known up to `seq`. Whether it has to be joined.
    pub fn watch(&mut self, room: RoomId, seq: Seq) -> bool {
        let place = self.places.entry(room).or_default();
        place.cursor = place.cursor.max(Some(seq));
        !std::mem::replace(&mut place.joined, true)
    }

    /// Shows `room`, known up to `seq`, and hands over what was said meanwhile. Whether it has to be joined.
    pub fn listen(&mut self, room: RoomId, seq: Seq, listener: Listener) -> bool {
        let join = self.watch(room, seq);
        if let Some(place) = self.places.get_mut(&room) {
            if !place.delivered {
                // The list beside the room may have been read a moment later than the room itself.
                place.cursor = Some(seq);
            }
            for message in place.unshown.drain(..) {
                listener(RoomEvent::Said(message));
            }
            place.listener = Some(listener);
        }
        join
    }

    /// Shows `room` no longer.
    pub fn unlisten(&mut self, room: RoomId) {
        if let Some(place) = self.places.get_mut(&room) {
            place.listener = None;
        }
    }

    /// Makes sure `room` is known before somebody speaks in it. Whether it has to be joined.
    pub fn meet(&mut self, room: RoomId) -> bool {
        !std::mem::replace(&mut self.places.entry(room).or_default().joined, true)
    }

    /// Delivers what was said, once.
    pub fn deliver(&mut self, message: Message) {
        let place = self.places.entry(message.room).or_default();
        if place.cursor.is_some_and(|cursor| message.changed <= cursor) {
            return;
        }
        place.cursor = Some(message.changed);
        place.delivered = true;
        match &place.listener {
            Some(listener) => listener(RoomEvent::Said(message)),
            None => {
                if place.unshown.len() == KEPT_UNSHOWN {
                    place.unshown.remove(0);
                }
                place.unshown.push(message);
            }
        }
    }

    /// Tells whoever shows `room`.
    pub fn tell(&self, room: RoomId, event: RoomEvent) {
        if let Some(listener) = self.places.get(&room).and_then(|place| place.listener.as_ref()) {
            listener(event);
        }
    }

    /// Everything up to `seq` was delivered.
    pub fn joined(&mut self, room: RoomId, seq: Seq) {
        let place = self.places.entry(room).or_default();
        place.cursor = place.cursor.max(Some(seq));
    }

    /// The room is closed to this person.
    pub fn close(&mut self, room: RoomId) {
        self.tell(room, RoomEvent::Closed);
        self.places.remove(&room);
    }

    /// A new line knows no room yet.
    pub fn line_cut(&mut self) {
        for place in self.places.values_mut() {
            place.joined = false;
        }
    }

    /// Every room to join on a new line.
    pub fn known(&mut self) -> Vec<RoomId> {
        for place in self.places.values_mut() {
            place.joined = true;
        }
        self.places.keys().copied().collect()
    }

    /// How far `room` is known.
    pub fn cursor(&self, room: RoomId) -> Option<Seq> {
        self.places.get(&room)?.cursor
    }
}
