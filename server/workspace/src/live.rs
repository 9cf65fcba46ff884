//! The live hub: what is said in a workspace reaches every open line, in order and once.
//!
//! Places (`Seq`) have no gaps and follow the order of commits, so a place that is not the next one means that
//! something committed is missing here, and the database is read. Bells of other replicas and the regular look only
//! decide how soon that is noticed.

mod channel;
mod here;
mod lines;
mod listening;
mod watch;

pub use channel::Channel;
pub use lines::{Line, Lines};
pub use listening::{Heard, Listening};

use bus::{Bell, Bus};
use channel::Offer;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use store::{StoreError, worker::Worker};
use tokio::sync::{Notify, watch as state};
use uuid::Uuid;
use vocabulary::{
    Author, Message, MessageId, PersonId, RoomId, SyncState, WorkspaceId, protocol::ServerFrame,
};

/// Messages read at once to fill a gap.
const PAGE: u64 = 500;

/// The hub of one replica.
pub struct Live {
    worker: Worker,
    bus: Bus,
    channels: Mutex<HashMap<WorkspaceId, Arc<Channel>>>,
    lines: Lines,
    sync: state::Sender<SyncState>,
    /// Which replica this is.
    replica: Uuid,
    /// Wakes who makes notices: something was said or changed.
    news: Notify,
}

impl Live {
    pub(crate) fn new(worker: Worker, bus: Bus) -> Self {
        Self {
            worker,
            bus,
            channels: Mutex::default(),
            lines: Lines::default(),
            sync: state::channel(SyncState::Flowing).0,
            replica: Uuid::now_v7(),
            news: Notify::new(),
        }
    }

    pub(crate) const fn worker(&self) -> &Worker {
        &self.worker
    }

    /// Tells when something was said or changed, here or on another replica.
    pub(crate) const fn news(&self) -> &Notify {
        &self.news
    }

    /// The open lines.
    #[must_use]
    pub const fn lines(&self) -> &Lines {
        &self.lines
    }

    /// How the connection to ERPNext stands.
    #[must_use]
    pub fn sync_state(&self) -> SyncState {
        *self.sync.borrow()
    }

    /// Tells when that changes.
    #[must_use]
    pub fn sync_changes(&self) -> state::Receiver<SyncState> {
        self.sync.subscribe()
    }

    /// The workspace's channel, set to where the database stands.
    pub(crate) async fn channel(&self, workspace: WorkspaceId) -> Result<Arc<Channel>, StoreError> {
        let channel = {
            let mut channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(
                channels.entry(workspace).or_insert_with(|| Arc::new(Channel::new(workspace))),
            )
        };
        if !channel.is_set() {
            // First listed, then read: what is said in between is offered to the channel and found by `fill`.
            let places = self.worker.places(&[workspace]).await?;
            if let Some(place) = places.first() {
                channel.facts_changed(place.facts_changes);
                if channel.set(place.seq) == Offer::Gap {
                    self.fill(&channel).await;
                }
            }
        }
        Ok(channel)
    }

    /// Something about messages of `workspace` was changed in the background: tells the lines now rather than with the next
    /// look. Other replicas find it when they look.
    pub async fn look_at(&self, workspace: WorkspaceId) {
        self.news.notify_one();
        if let Some(channel) = self.known(workspace) {
            self.fill(&channel).await;
        }
    }

    /// Somebody is writing.
    pub(crate) fn typing(
        &self,
        workspace: WorkspaceId,
        room: RoomId,
        thread: Option<MessageId>,
        who: Author,
    ) {
        self.heard_typing(workspace, room, thread, who.clone());
        self.bus.ring(Bell::Typing { workspace, room, thread, who });
    }

    fn heard_typing(
        &self,
        workspace: WorkspaceId,
        room: RoomId,
        thread: Option<MessageId>,
        who: Author,
    ) {
        if let Some(channel) = self.known(workspace) {
            channel.pass(room, &ServerFrame::Typing { room, thread, who });
        }
    }

    /// A line of `person` came to a room or went.
    pub(crate) fn sit(&self, channel: &Channel, room: RoomId, person: PersonId, comes: bool) {
        if let Some(people) = channel.sit(room, person, comes) {
            self.ring_here(channel.workspace(), room, people);
        }
    }

    fn ring_here(&self, workspace: WorkspaceId, room: RoomId, people: Vec<PersonId>) {
        self.bus.ring(Bell::Here { workspace, room, replica: self.replica, people });
    }

    /// What is `person`'s own has changed on this replica.
    pub(crate) fn mine_changed(&self, person: PersonId, changes: i64) {
        self.lines.mine_changed(person, changes);
        self.bus.ring(Bell::Mine { person, changes });
    }

    /// Something was stored by this replica.
    pub(crate) async fn said(&self, channel: &Arc<Channel>, message: &Message) {
        self.news.notify_one();
        if channel.offer(message) == Offer::Gap {
            self.fill(channel).await;
        }
        self.bus.ring(Bell::Said {
            workspace: channel.workspace(),
            message: Box::new(message.clone()),
        });
    }

    /// What pages show beside the talk of `workspace` was changed by this replica. Others find it when they look.
    pub(crate) async fn facts_changed(&self, workspace: WorkspaceId) {
        let Some(channel) = self.known(workspace) else { return };
        match self.worker.places(&[workspace]).await {
            Ok(places) => {
                for place in places {
                    channel.facts_changed(place.facts_changes);
                }
            }
            Err(error) => tracing::debug!(%error, "the next look tells of changed facts"),
        }
    }

    /// Something was stored by another replica.
    async fn heard(&self, workspace: WorkspaceId, message: &Message) {
        self.news.notify_one();
        let channel = self.known(workspace);
        if let Some(channel) = channel
            && channel.offer(message) == Offer::Gap
        {
            self.fill(&channel).await;
        }
    }

    /// Reads what is missing from the database.
    async fn fill(&self, channel: &Arc<Channel>) {
        let _one_reader = channel.filling().await;
        loop {
            let after = channel.place();
            let missing = match self.worker.changed_after(channel.workspace(), after, PAGE).await {
                Ok(missing) => missing,
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "a gap could not be filled; the next look tries again"
                    );
                    return;
                }
            };
            channel.offer_read(&missing);
            if (missing.len() as u64) < PAGE || channel.place() == after {
                return;
            }
        }
    }

    fn known(&self, workspace: WorkspaceId) -> Option<Arc<Channel>> {
        let channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        channels.get(&workspace).map(Arc::clone)
    }

    fn all(&self) -> Vec<Arc<Channel>> {
        let channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        channels.values().map(Arc::clone).collect()
    }

    /// Forgets channels nobody listens to any more.
    fn tidy(&self) {
        let mut channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        channels.retain(|_, channel| Arc::strong_count(channel) > 1 || !channel.is_quiet());
    }
}
