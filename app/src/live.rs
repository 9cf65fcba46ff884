//! The one socket of a tab. Components ask it for rooms and hand it drafts; only `line` speaks to the server.

mod backoff;
mod bar;
#[cfg(feature = "hydrate")]
mod line;

pub use bar::LineBar;

use crate::pending::Unsent;
use leptos::prelude::*;
use std::collections::HashMap;
use vocabulary::{
    Author, Message, MessageDraft, MessageId, MessageKey, Moment, PersonId, RoomId, Seq, SyncState,
    WorkspaceId,
};

/// What happens in a room.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "a message is what it nearly always carries")]
pub enum RoomEvent {
    /// Somebody said something, or something about it has changed; also what this person said.
    Said(Message),
    /// Somebody is writing, perhaps in a thread.
    Typing(Option<MessageId>, Author),
    /// What this person said is stored.
    Stored {
        /// The sender's key.
        key: MessageKey,
        /// Its identifier.
        id: MessageId,
        /// Its place.
        seq: Seq,
        /// When the server took it.
        sent_at: Moment,
    },
    /// What this person said will not be taken.
    Refused {
        /// The sender's key.
        key: MessageKey,
        /// Why, in plain words.
        reason: String,
    },
    /// Another tab keeps this for the server, or what has become of it.
    Kept(Unsent),
    /// Another tab threw it away.
    Withdrawn {
        /// The sender's key.
        key: MessageKey,
    },
    /// The room is no longer open to this person.
    Closed,
}

/// Who listens to a room.
pub type Listener = Box<dyn Fn(RoomEvent)>;

/// The line to the server, as components see it.
#[derive(Clone, Copy)]
pub struct Live {
    /// Whether the line has been away long enough to say so.
    pub away: RwSignal<bool>,
    /// How the connection to ERPNext stands, once the server said so on this line.
    pub sync: RwSignal<Option<SyncState>>,
    /// Whether the server runs another version than the page.
    pub outdated: RwSignal<bool>,
    /// How often what is this person's own has changed, once the server said so on this line.
    pub mine: RwSignal<i64>,
    here: RwSignal<HashMap<RoomId, Vec<PersonId>>>,
    facts: RwSignal<HashMap<RoomId, i64>>,
    newest: RwSignal<HashMap<RoomId, Message>>,
    changed: RwSignal<HashMap<RoomId, Seq>>,
    rooms: RwSignal<HashMap<WorkspaceId, RoomId>>,
    ear: StoredValue<Option<Callback<Message>>>,
}

impl Live {
    /// A line that is not open yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            away: RwSignal::new(false),
            sync: RwSignal::new(None),
            outdated: RwSignal::new(false),
            mine: RwSignal::new(0),
            here: RwSignal::new(HashMap::new()),
            facts: RwSignal::new(HashMap::new()),
            newest: RwSignal::new(HashMap::new()),
            changed: RwSignal::new(HashMap::new()),
            rooms: RwSignal::new(HashMap::new()),
            ear: StoredValue::new(None),
        }
    }

    /// How often the facts of a room's Project have changed, once the server said so.
    #[must_use]
    pub fn facts_changes(self, room: RoomId) -> Option<i64> {
        self.facts.with(|facts| facts.get(&room).copied())
    }

    /// The newest message heard in a workspace since the page opened.
    #[must_use]
    pub fn newest(self, workspace: WorkspaceId) -> Option<Message> {
        let room = self.rooms.with(|rooms| rooms.get(&workspace).copied())?;
        self.newest.with(|newest| newest.get(&room).cloned())
    }

    /// The place of the last change that was heard in a room since the page opened.
    #[must_use]
    pub fn last_change(self, room: RoomId) -> Option<Seq> {
        self.changed.with(|changed| changed.get(&room).copied())
    }

    /// Whether this person has a line open to the room.
    #[must_use]
    pub fn is_here(self, room: RoomId, person: PersonId) -> bool {
        self.here.with(|here| here.get(&room).is_some_and(|people| people.contains(&person)))
    }

    /// Who hears of each message of all rooms as it comes, some of them more than once.
    pub fn hear(self, ear: Callback<Message>) {
        self.ear.set_value(Some(ear));
    }

    /// Something was said or changed in a room this page follows.
    #[cfg(feature = "hydrate")]
    fn heard(self, message: &Message) {
        if let Some(ear) = self.ear.get_value() {
            // Whoever listened may have left the page.
            ear.try_run(message.clone());
        }
        self.changed.update(|changed| {
            let last = changed.entry(message.room).or_default();
            *last = (*last).max(message.changed);
        });
        let known = self.newest.with_untracked(|newest| newest.get(&message.room).map(|m| m.seq));
        let newer = known.is_none_or(|seq| seq <= message.seq);
        if message.in_room && newer && !message.is_undone() {
            self.newest.update(|newest| {
                newest.insert(message.room, message.clone());
            });
        } else if known == Some(message.seq) {
            // It was taken back: what the page opened with stands there again.
            self.newest.update(|newest| {
                newest.remove(&message.room);
            });
        }
    }

    /// These have a line open to the room.
    #[cfg(feature = "hydrate")]
    fn are_here(self, room: RoomId, people: Vec<PersonId>) {
        self.here.update(|here| {
            here.insert(room, people);
        });
    }

    /// The facts of a room's Project have changed so often by now.
    #[cfg(feature = "hydrate")]
    fn facts_changed(self, room: RoomId, changes: i64) {
        self.facts.update(|facts| {
            facts.insert(room, changes);
        });
    }

    /// Says which room a workspace has.
    pub fn learn(self, workspace: WorkspaceId, room: RoomId) {
        if self.rooms.with_untracked(|rooms| rooms.get(&workspace) != Some(&room)) {
            self.rooms.update(|rooms| {
                rooms.insert(workspace, room);
            });
        }
    }
}

/// In the browser these reach the line; while the server renders, nothing has happened yet and there is none.
#[cfg(feature = "hydrate")]
impl Live {
    /// Opens the line for `person`, once per page.
    pub fn start(self, person: PersonId) {
        line::start(self, person);
    }

    /// Follows a room of which `seq` is known, without showing it.
    pub fn watch(self, room: RoomId, seq: Seq) {
        line::tell(line::Event::Watch { room, seq });
    }

    /// Shows a room of which everything up to `seq` is known.
    pub fn listen(self, room: RoomId, seq: Seq, listener: Listener) {
        line::tell(line::Event::Listen { room, seq, listener });
    }

    /// The room is no longer shown.
    pub fn unlisten(self, room: RoomId) {
        line::tell(line::Event::Unlisten { room });
    }

    /// Sends `draft` as soon as the line allows, until the server answers.
    pub fn post(self, room: RoomId, draft: MessageDraft) {
        line::tell(line::Event::Post { room, draft });
    }

    /// The person threw it away.
    pub fn withdraw(self, key: MessageKey) {
        line::tell(line::Event::Withdraw { key });
    }

    /// This person is writing in a room.
    pub fn typing(self, room: RoomId, thread: Option<MessageId>) {
        line::tell(line::Event::Typing { room, thread });
    }

    /// Something was changed here and answered: whoever shows the room hears of it before the line brings it.
    pub fn changed(self, message: Message) {
        line::tell(line::Event::Changed { message: Box::new(message) });
    }
}

#[cfg(not(feature = "hydrate"))]
#[expect(clippy::unused_self, reason = "the same shape as in the browser")]
impl Live {
    /// Nothing on the server.
    pub fn start(self, _person: PersonId) {}

    /// Nothing on the server.
    pub fn watch(self, _room: RoomId, _seq: Seq) {}

    /// Nothing on the server.
    pub fn listen(self, _room: RoomId, _seq: Seq, _listener: Listener) {}

    /// Nothing on the server.
    pub fn unlisten(self, _room: RoomId) {}

    /// Nothing on the server.
    pub fn post(self, _room: RoomId, _draft: MessageDraft) {}

    /// Nothing on the server.
    pub fn withdraw(self, _key: MessageKey) {}

    /// Nothing on the server.
    pub fn typing(self, _room: RoomId, _thread: Option<MessageId>) {}

    /// Nothing on the server.
    pub fn changed(self, _message: Message) {}
}
