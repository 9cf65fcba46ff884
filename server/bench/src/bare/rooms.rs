//! Rooms: one broadcast channel each, and the lines said lately for those who come back.

use axum::extract::ws::Utf8Bytes;
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::broadcast;
use vocabulary::{RoomId, Seq};

/// Lines a slow member may be behind before the line is cut.
const CHANNEL_LINES: usize = 256;

/// Lines a room remembers.
const REMEMBERED_LINES: usize = 512;

/// One room.
pub struct Room {
    /// Held while a line is stored, so that lines are passed on in the order of their places.
    pub storing: tokio::sync::Mutex<()>,
    inner: Mutex<Inner>,
}

struct Inner {
    channel: broadcast::Sender<Utf8Bytes>,
    lately: VecDeque<(Seq, Utf8Bytes)>,
    last: Seq,
}

/// What somebody who joins gets.
pub struct Joining {
    /// Lines after the cursor.
    pub missed: Vec<Utf8Bytes>,
    /// The last place.
    pub last: Seq,
    /// Every later line.
    pub receiver: broadcast::Receiver<Utf8Bytes>,
}

impl Room {
    /// Passes a stored line on to everybody who joined.
    pub fn pass_on(&self, seq: Seq, frame: Utf8Bytes) {
        let mut inner = lock(&self.inner);
        if inner.lately.len() == REMEMBERED_LINES {
            inner.lately.pop_front();
        }
        inner.lately.push_back((seq, frame.clone()));
        inner.last = inner.last.max(seq);
        // Nobody listening is no fault.
        let _ = inner.channel.send(frame);
    }

    /// Joins: what was missed and what comes later meet without a gap and without a repeat.
    pub fn join(&self, after: Option<Seq>) -> Joining {
        let inner = lock(&self.inner);
        let after = after.unwrap_or(inner.last);
        let missed = inner.lately.iter().rev().take_while(|(seq, _)| *seq > after);
        let mut missed: Vec<Utf8Bytes> = missed.map(|(_, frame)| frame.clone()).collect();
        missed.reverse();
        Joining { missed, last: inner.last, receiver: inner.channel.subscribe() }
    }
}

/// All rooms; one comes into being when it is first named.
#[derive(Default)]
pub struct Rooms(Mutex<HashMap<RoomId, Arc<Room>>>);

impl Rooms {
    /// The room with this identifier.
    pub fn room(&self, id: RoomId) -> Arc<Room> {
        let fresh = || {
            let (channel, _) = broadcast::channel(CHANNEL_LINES);
            let inner = Inner { channel, lately: VecDeque::new(), last: Seq::START };
            Arc::new(Room { storing: tokio::sync::Mutex::default(), inner: Mutex::new(inner) })
        };
        Arc::clone(lock(&self.0).entry(id).or_insert_with(fresh))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
