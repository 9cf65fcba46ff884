//! One open room: its timeline as signals, fed by the line, and what a person can do in it.

mod loading;
mod saying;
mod shown;
mod typists;

pub use loading::{Landed, Sight};
pub use saying::NotSaid;

use super::{
    api::change_message,
    timeline::{Entry, Heard, Side, Timeline},
};
use crate::live::{Live, RoomEvent};
use contract::AppError;
use leptos::prelude::*;
use std::{collections::HashMap, sync::Arc};
use typists::Typist;
use vocabulary::{
    Audience, Author, Message, MessageAct, MessageId, MessageKey, RoomId, Seq, Thread,
    WorkspaceView,
};

/// How it stands with a message written on this page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// On its way.
    Queued,
    /// The server will not take it, and why.
    Failed(String),
    /// Stored at this place.
    Sent(Seq),
}

/// An open room.
#[derive(Clone, Copy)]
pub struct Conversation {
    /// Which room.
    pub room: RoomId,
    /// Who sees what is said here.
    pub audience: Audience,
    /// Whether the room is no longer open to this person.
    pub closed: RwSignal<bool>,
    /// Whether a page of history is on its way: then nothing is read aloud.
    pub loading: RwSignal<bool>,
    /// Whether the last page of history did not come: then only a person asks again.
    pub stuck: RwSignal<bool>,
    /// Whether the end of the room is in view.
    pub at_end: RwSignal<bool>,
    /// Whether the lower half of what is loaded is in view.
    pub in_lower_half: StoredValue<bool>,
    /// Messages of others that came while the end was out of view.
    pub unseen: RwSignal<usize>,
    /// The message it was opened at.
    pub opened_at: Option<MessageId>,
    /// The thread it is, if it is not the room itself.
    pub thread: Option<MessageId>,
    /// Whether what is said in the thread is shown in the room too.
    pub also_in_room: RwSignal<bool>,
    timeline: RwSignal<Timeline>,
    /// The open thread beside it, which hears what happens in the room.
    beside: StoredValue<Option<Callback<RoomEvent>>>,
    fates: StoredValue<HashMap<MessageKey, ArcRwSignal<Fate>>>,
    /// What rows show of each message: a row stays while its message changes.
    entries: StoredValue<HashMap<MessageKey, ArcRwSignal<Entry>>>,
    /// Whether a row begins a group: it stays while others come before it.
    heads: StoredValue<HashMap<MessageKey, ArcRwSignal<bool>>>,
    live: Live,
    /// Called before the rows change, to keep what is being read where it is.
    about_to_change: StoredValue<Option<Callback<()>>>,
    /// What the list is to show, with the number of the wish.
    sight: RwSignal<(u32, Sight)>,
    /// The number of the last piece of history that was asked for.
    asked: StoredValue<u32>,
    announced: RwSignal<Vec<Arc<Message>>>,
    typists: RwSignal<Vec<Typist>>,
    /// What was said on this page and is stored.
    stored: StoredValue<HashMap<MessageKey, MessageId>>,
    /// What was taken back before the server had it.
    undone: StoredValue<Vec<MessageKey>>,
}

/// Messages kept for who listens.
const ANNOUNCED: usize = 5;

impl Conversation {
    /// The room of a page that has just opened.
    #[must_use]
    pub fn open(view: &WorkspaceView) -> Self {
        let me = Author { id: view.me.id, full_name: view.me.full_name.clone() };
        let (found, upto) = (view.window.found, view.window.upto);
        let timeline = Timeline::new(view.room.id, me, view.window.clone());
        let talk =
            Self { opened_at: found, ..Self::of(view.room.id, view.room.audience, timeline) };
        let (live, workspace) = (talk.live, view.summary.id);
        Effect::new(move |_| {
            live.learn(workspace, talk.room);
            talk.restore();
            live.listen(talk.room, upto, Box::new(move |event| talk.on(event)));
        });
        on_cleanup(move || live.unlisten(talk.room));
        talk
    }

    /// A thread of this room.
    #[must_use]
    pub fn open_thread(self, thread: Thread) -> Self {
        let (root, opened_at) = (thread.root.id, thread.replies.found);
        let timeline = Timeline::of_thread(self.me(), thread);
        let talk = Self::of(self.room, self.audience, timeline);
        let talk = Self { thread: Some(root), opened_at, ..talk };
        Effect::new(move |_| {
            talk.restore();
            self.beside.set_value(Some(Callback::new(move |event| {
                if !talk.closed.is_disposed() {
                    talk.on(event);
                }
            })));
        });
        talk
    }

    fn of(room: RoomId, audience: Audience, timeline: Timeline) -> Self {
        Self {
            room,
            audience,
            thread: None,
            also_in_room: RwSignal::new(false),
            beside: StoredValue::new(None),
            closed: RwSignal::new(false),
            loading: RwSignal::new(false),
            stuck: RwSignal::new(false),
            at_end: RwSignal::new(timeline.at_end()),
            in_lower_half: StoredValue::new(true),
            unseen: RwSignal::new(0),
            opened_at: None,
            timeline: RwSignal::new(timeline),
            fates: StoredValue::new(HashMap::new()),
            entries: StoredValue::new(HashMap::new()),
            heads: StoredValue::new(HashMap::new()),
            live: expect_context(),
            about_to_change: StoredValue::new(None),
            sight: RwSignal::new((0, Sight::End)),
            asked: StoredValue::new(0),
            announced: RwSignal::new(Vec::new()),
            typists: RwSignal::new(Vec::new()),
            stored: StoredValue::new(HashMap::new()),
            undone: StoredValue::new(Vec::new()),
        }
    }

    /// The message that began the thread.
    #[must_use]
    pub fn root(self) -> Option<Entry> {
        self.timeline.with_untracked(|t| t.root().cloned().map(Entry::Stored))
    }

    /// Replies in the thread, as far as they are known.
    #[must_use]
    pub fn replies(self) -> u32 {
        self.timeline
            .with(|t| t.root().and_then(|root| root.replies.as_ref()).map_or(0, |r| r.count))
    }

    /// What others said after `place` is new to the one who looks, until they leave.
    pub fn set_new_after(self, place: Option<Seq>) {
        self.timeline.update(|t| t.set_new_after(place));
    }

    /// The place of the newest message that is known of.
    #[must_use]
    pub fn newest_place(self) -> Seq {
        self.timeline.with(Timeline::newest_place)
    }

    /// Whose messages are "mine".
    #[must_use]
    pub fn me(self) -> Author {
        self.timeline.with_untracked(|t| t.me().clone())
    }

    /// How it stands with the message of `entry`, if it was written here.
    #[must_use]
    pub fn fate(self, entry: &Entry) -> Option<ArcRwSignal<Fate>> {
        self.fates.with_value(|fates| fates.get(&entry.key()).cloned())
    }

    /// The message with this key, as it is shown.
    #[must_use]
    pub fn find(self, key: MessageKey) -> Option<Entry> {
        self.timeline.with_untracked(|t| t.entry(key))
    }

    /// The last message of this person that still says something.
    #[must_use]
    pub fn last_own(self) -> Option<Arc<Message>> {
        self.timeline.with_untracked(Timeline::last_own)
    }

    /// The newest message that can be answered.
    #[must_use]
    pub fn newest_said(self) -> Option<Arc<Message>> {
        self.timeline.with_untracked(Timeline::newest_said)
    }

    /// Does something to a message; it shows as soon as the server has answered.
    ///
    /// # Errors
    /// Why it was not done, for people.
    pub async fn act(self, message: MessageId, act: MessageAct) -> Result<(), AppError> {
        let changed = change_message(self.room, message, act).await?;
        self.live.changed(changed);
        Ok(())
    }

    /// What was said since the page opened, for who listens rather than looks: the last few, each once.
    #[must_use]
    pub fn announced(self) -> RwSignal<Vec<Arc<Message>>> {
        self.announced
    }

    fn announce(self, key: MessageKey) {
        if let Some(Entry::Stored(message)) = self.timeline.with_untracked(|t| t.entry(key)) {
            self.announced.update(|announced| {
                if announced.len() == ANNOUNCED {
                    announced.remove(0);
                }
                announced.push(message);
            });
        }
    }

    /// Who keeps what is being read in its place.
    pub fn before_change(self, keep_place: Callback<()>) {
        self.about_to_change.set_value(Some(keep_place));
    }

    fn on(self, event: RoomEvent) {
        if let Some(beside) = self.beside.get_value() {
            // The thread may have been closed.
            beside.try_run(event.clone());
        }
        match event {
            RoomEvent::Said(message) => {
                let (key, seq) = (message.key, message.seq);
                let mine = message.author.id == self.person();
                if mine {
                    self.note_stored(key, message.id);
                } else {
                    let (who, thread) = (message.author.id, message.thread);
                    self.stops_typing(|typist| typist.who.id == who && typist.thread == thread);
                }
                let mut heard = Heard::Known;
                self.set_fate(key, Fate::Sent(seq));
                let root = message.thread;
                // What is far from the reader makes room.
                let far = if self.in_lower_half.get_value() { Side::Start } else { Side::End };
                let mut let_go = false;
                self.change(|t| {
                    heard = t.hear(message);
                    let_go = t.let_go(far);
                });
                if let_go {
                    self.refresh_all();
                }
                self.refresh(Some(key));
                self.refresh(root.and_then(|id| self.timeline.with_untracked(|t| t.key_of(id))));
                if heard == Heard::Shown {
                    self.announce(key);
                }
                if heard != Heard::Known && !mine && !self.at_end.get_untracked() {
                    if self.unseen.get_untracked() == 0
                        && self.timeline.with_untracked(Timeline::new_after).is_none()
                    {
                        self.set_new_after(Some(Seq::new(seq.get() - 1)));
                    }
                    self.unseen.update(|unseen| *unseen += 1);
                }
            }
            RoomEvent::Stored { key, id, seq, sent_at } => {
                self.note_stored(key, id);
                self.set_fate(key, Fate::Sent(seq));
                self.change(|t| {
                    t.store(key, id, seq, sent_at);
                });
                self.refresh(Some(key));
            }
            RoomEvent::Refused { key, reason } => {
                self.set_fate(key, Fate::Failed(reason.clone()));
                self.change(|t| {
                    t.set_failed(key, Some(reason));
                });
            }
            RoomEvent::Kept(unsent) => {
                if matches!(self.find(unsent.key), Some(Entry::Unsent(_))) {
                    let (key, failed) = (unsent.key, unsent.failed.clone());
                    self.set_fate(key, failed.map_or(Fate::Queued, Fate::Failed));
                    self.change(|t| {
                        t.discard(key);
                        t.queue(unsent);
                    });
                    self.refresh(Some(key));
                } else {
                    self.show_again(unsent);
                }
            }
            RoomEvent::Withdrawn { key } => self.drop_unsent(key),
            RoomEvent::Typing(thread, who) => self.is_typing(thread, who),
            RoomEvent::Closed => self.closed.set(true),
        }
    }

    fn set_fate(self, key: MessageKey, fate: Fate) {
        let signal = self.fates.with_value(|fates| fates.get(&key).cloned());
        if let Some(signal) = signal.filter(|signal| signal.get_untracked() != fate) {
            signal.set(fate);
        }
    }

    fn change(self, act: impl FnOnce(&mut Timeline)) {
        if let Some(keep_place) = self.about_to_change.get_value() {
            keep_place.try_run(());
        }
        self.timeline.update(act);
    }

    fn person(self) -> vocabulary::PersonId {
        self.timeline.with_untracked(|t| t.me().id)
    }
}
