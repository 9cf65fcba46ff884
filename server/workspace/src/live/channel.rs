//! One workspace on this replica: how far it has been told, and a short memory of each room for lines that come
//! back.

use super::here::Here;
use bytes::Bytes;
use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::broadcast;
use uuid::Uuid;
use vocabulary::{Message, PersonId, RoomId, Seq, WorkspaceId, protocol::ServerFrame};

/// Frames a line may be behind before it is sent to catch up from its cursor.
const LINE_CAPACITY: usize = 256;

/// Frames of a room kept for lines that come back.
const MEMORY: usize = 256;

/// A channel without listeners is kept this long: lines that were cut come back to it.
const KEPT_QUIET: Duration = Duration::from_secs(600);

/// A message as every line of its room gets it, written once.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    /// The place of its last change.
    pub(crate) place: Seq,
    pub(crate) frame: Bytes,
}

/// What a room's lines are told.
#[derive(Clone, Debug)]
pub(crate) enum Told {
    /// Something was said.
    Said(Said),
    /// What pages show beside the talk changed.
    Facts(Bytes),
    /// Something that passes: who writes, who is here.
    Passing(Bytes),
}

/// What became of an offered message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offer {
    /// It was the next one, or known already.
    Taken,
    /// Something before it is missing.
    Gap,
}

struct Feed {
    lines: broadcast::Sender<Told>,
    recent: VecDeque<Said>,
    /// Everything said in the room after this place is in `recent`.
    complete_after: Seq,
    here: Here,
}

struct State {
    /// How far the lines have been told; `None` until the database was asked.
    place: Option<Seq>,
    /// The highest place offered before that.
    offered: Seq,
    /// How often what pages show beside the talk has changed.
    facts_changes: i64,
    feeds: HashMap<RoomId, Feed>,
    quiet_since: Instant,
}

/// One workspace on this replica.
pub struct Channel {
    workspace: WorkspaceId,
    state: Mutex<State>,
    turn: tokio::sync::Mutex<()>,
    filling: tokio::sync::Mutex<()>,
}

/// A line's way into a room: what it may have missed, then what comes.
pub(crate) struct Entry {
    /// What was said after the cursor, if memory reaches back that far.
    pub(crate) recent: Option<Vec<Said>>,
    pub(crate) coming: broadcast::Receiver<Told>,
    pub(crate) place: Seq,
}

impl Channel {
    pub(crate) fn new(workspace: WorkspaceId) -> Self {
        Self {
            workspace,
            state: Mutex::new(State {
                place: None,
                offered: Seq::START,
                facts_changes: 0,
                feeds: HashMap::new(),
                quiet_since: Instant::now(),
            }),
            turn: tokio::sync::Mutex::default(),
            filling: tokio::sync::Mutex::default(),
        }
    }

    pub(crate) const fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    pub(crate) async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    pub(crate) async fn filling(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.filling.lock().await
    }

    pub(crate) fn is_set(&self) -> bool {
        self.state().place.is_some()
    }

    pub(crate) fn place(&self) -> Seq {
        self.state().place.unwrap_or(Seq::START)
    }

    /// Where the database stood when the channel was opened.
    pub(crate) fn set(&self, place: Seq) -> Offer {
        let mut state = self.state();
        let place = *state.place.get_or_insert(place);
        if state.offered > place { Offer::Gap } else { Offer::Taken }
    }

    /// Tells the lines of the message's room, if it is the next one.
    pub(crate) fn offer(&self, message: &Message) -> Offer {
        let mut state = self.state();
        let Some(place) = state.place else {
            state.offered = state.offered.max(message.changed);
            return Offer::Taken;
        };
        if message.changed > place && message.changed != place.next() {
            return Offer::Gap;
        }
        state.take(message);
        Offer::Taken
    }

    /// Tells the lines what the database has after the channel's place. Places that are missing in between belong to
    /// changes that later ones have overtaken.
    pub(crate) fn offer_read(&self, messages: &[Message]) {
        let mut state = self.state();
        for message in messages {
            state.take(message);
        }
    }

    /// Tells the lines of a room something that is gone a moment later.
    pub(crate) fn pass(&self, room: RoomId, frame: &ServerFrame) {
        if let Some(feed) = self.state().feeds.get(&room) {
            feed.pass(frame);
        }
    }

    /// How often what pages show beside the talk had changed when it was last looked.
    pub(crate) fn facts_changes(&self) -> i64 {
        self.state().facts_changes
    }

    /// Tells the lines of all rooms, if it changed since.
    pub(crate) fn facts_changed(&self, changes: i64) {
        let mut state = self.state();
        if changes <= state.facts_changes {
            return;
        }
        state.facts_changes = changes;
        for (room, feed) in &state.feeds {
            match serde_json::to_vec(&ServerFrame::Facts { room: *room, changes }) {
                // No line listening is no fault.
                Ok(frame) => drop(feed.lines.send(Told::Facts(frame.into()))),
                Err(error) => tracing::error!(%error, "a frame could not be written"),
            }
        }
    }

    /// Joins a line to a room. Subscribing and reading the memory are one step, so nothing falls in between.
    pub(crate) fn join(&self, room: RoomId, after: Option<Seq>) -> Entry {
        let mut state = self.state();
        let place = state.place.unwrap_or(Seq::START);
        state.quiet_since = Instant::now();
        let feed = state.feeds.entry(room).or_insert_with(|| Feed {
            lines: broadcast::channel(LINE_CAPACITY).0,
            recent: VecDeque::new(),
            complete_after: place,
            here: Here::default(),
        });
        let after = after.unwrap_or(place);
        let recent = (after >= feed.complete_after)
            .then(|| feed.recent.iter().filter(|said| said.place > after).cloned().collect());
        Entry { recent, coming: feed.lines.subscribe(), place }
    }

    /// Somebody's line came or went; those who are here on this replica, if that has changed.
    pub(crate) fn sit(&self, room: RoomId, person: PersonId, comes: bool) -> Option<Vec<PersonId>> {
        let mut state = self.state();
        let feed = state.feeds.get_mut(&room)?;
        let changed = if comes { feed.here.comes(person) } else { feed.here.goes(person) };
        changed.then(|| {
            feed.pass(&ServerFrame::Presence { room, here: feed.here.all() });
            feed.here.on_this_replica()
        })
    }

    /// Another replica says who is there. Those who are here on this one, if it has come just now and cannot know.
    pub(crate) fn sit_elsewhere(
        &self,
        room: RoomId,
        replica: Uuid,
        people: HashSet<PersonId>,
    ) -> Option<Vec<PersonId>> {
        let mut state = self.state();
        let feed = state.feeds.get_mut(&room)?;
        let is_new = feed.here.is_new(replica);
        if feed.here.elsewhere(replica, people) {
            feed.pass(&ServerFrame::Presence { room, here: feed.here.all() });
        }
        is_new.then(|| feed.here.on_this_replica()).filter(|here| !here.is_empty())
    }

    /// Who is here in `room`, on all replicas.
    pub(crate) fn here(&self, room: RoomId) -> Vec<PersonId> {
        self.state().feeds.get(&room).map(|feed| feed.here.all()).unwrap_or_default()
    }

    /// Who is here on this replica, room by room, to tell the others again; forgets replicas that have fallen silent.
    pub(crate) fn seats(&self) -> Vec<(RoomId, Vec<PersonId>)> {
        let mut state = self.state();
        let mut seats = Vec::new();
        for (room, feed) in &mut state.feeds {
            if feed.here.forget_silent() {
                feed.pass(&ServerFrame::Presence { room: *room, here: feed.here.all() });
            }
            let people = feed.here.on_this_replica();
            if !people.is_empty() {
                seats.push((*room, people));
            }
        }
        seats
    }

    /// Whether anybody listens here.
    pub(crate) fn has_lines(&self) -> bool {
        self.state().feeds.values().any(|feed| feed.lines.receiver_count() > 0)
    }

    /// Whether nobody has listened for a while.
    pub(crate) fn is_quiet(&self) -> bool {
        if self.has_lines() {
            self.state().quiet_since = Instant::now();
            return false;
        }
        self.state().quiet_since.elapsed() > KEPT_QUIET
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn take(&mut self, message: &Message) {
        if self.place.is_some_and(|place| message.changed <= place) {
            return;
        }
        self.place = Some(message.changed);
        if let Some(feed) = self.feeds.get_mut(&message.room) {
            feed.tell(message);
        }
    }
}

impl Feed {
    fn pass(&self, frame: &ServerFrame) {
        match serde_json::to_vec(frame) {
            // No line listening is no fault.
            Ok(frame) => drop(self.lines.send(Told::Passing(frame.into()))),
            Err(error) => tracing::error!(%error, "a frame could not be written"),
        }
    }

    fn tell(&mut self, message: &Message) {
        let Ok(frame) = serde_json::to_vec(&ServerFrame::Message(message.clone())) else {
            // Cannot happen for these types; lines find the message by their cursor.
            tracing::error!(message.id = %message.id, "a frame could not be written");
            self.complete_after = message.changed;
            return;
        };
        let said = Said { place: message.changed, frame: frame.into() };
        if self.recent.len() == MEMORY
            && let Some(forgotten) = self.recent.pop_front()
        {
            self.complete_after = forgotten.place;
        }
        self.recent.push_back(said.clone());
        // No line listening is no fault.
        let _lines = self.lines.send(Told::Said(said)).unwrap_or(0);
    }
}
