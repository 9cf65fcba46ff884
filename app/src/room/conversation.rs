//! One open room: its timeline as signals, fed by the line, and what a person can do in it.

use super::{
    api::{change_message, earlier_messages, thread},
    timeline::{Entry, Row, Timeline},
};
use crate::{
    clock::{self, use_clock},
    live::{Live, RoomEvent},
    pending::{self, Unsent},
};
use contract::{AppError, EarlierMessages};
use leptos::{prelude::*, task::spawn_local};
use std::{collections::HashMap, sync::Arc};
use vocabulary::{
    Audience, Author, BodyProblem, Message, MessageAct, MessageBody, MessageId, MessageKey, Moment,
    NewFile, Reply, RoomId, Seq, Thread, WorkspaceView,
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
    /// Whether the end is in view.
    pub at_end: RwSignal<bool>,
    /// Messages of others that came while the end was out of view.
    pub unseen: RwSignal<usize>,
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
    live: Live,
    /// Called before the rows change, to keep what is being read where it is.
    about_to_change: StoredValue<Option<Callback<()>>>,
    /// Counts the wishes to see the end.
    wish_end: RwSignal<u32>,
    announced: RwSignal<Vec<Arc<Message>>>,
    typists: RwSignal<Vec<Typist>>,
    /// What was said on this page and is stored.
    stored: StoredValue<HashMap<MessageKey, MessageId>>,
    /// What was taken back before the server had it.
    undone: StoredValue<Vec<MessageKey>>,
}

/// Messages kept for who listens.
const ANNOUNCED: usize = 5;

/// Somebody who is writing.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Typist {
    thread: Option<MessageId>,
    who: Author,
    at: Moment,
}

/// Whoever was not said to be writing for so long is not.
const TYPING_LASTS: std::time::Duration = std::time::Duration::from_secs(6);

impl Conversation {
    /// The room of a page that has just opened.
    #[must_use]
    pub fn open(view: &WorkspaceView) -> Self {
        let me = Author { id: view.me.id, full_name: view.me.full_name.clone() };
        let timeline = Timeline::new(view.room.id, me, view.newest.clone(), view.has_earlier);
        let seq = timeline.last();
        let talk = Self::of(view.room.id, view.room.audience, timeline);
        let (live, workspace) = (talk.live, view.summary.id);
        Effect::new(move |_| {
            live.learn(workspace, talk.room);
            talk.restore();
            live.listen(talk.room, seq, Box::new(move |event| talk.on(event)));
        });
        on_cleanup(move || live.unlisten(talk.room));
        talk
    }

    /// A thread of this room.
    #[must_use]
    pub fn open_thread(self, thread: Thread) -> Self {
        let root = thread.root.id;
        let timeline = Timeline::of_thread(self.me(), thread);
        let talk = Self { thread: Some(root), ..Self::of(self.room, self.audience, timeline) };
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
            at_end: RwSignal::new(true),
            unseen: RwSignal::new(0),
            timeline: RwSignal::new(timeline),
            fates: StoredValue::new(HashMap::new()),
            entries: StoredValue::new(HashMap::new()),
            live: expect_context(),
            about_to_change: StoredValue::new(None),
            wish_end: RwSignal::new(0),
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

    /// Whether a message is loaded here.
    #[must_use]
    pub fn holds(self, message: MessageId) -> bool {
        self.timeline.with(|t| t.key_of(message).is_some())
    }

    /// What others said after `place` is new to the one who looks, until they leave.
    pub fn set_new_after(self, place: Option<Seq>) {
        self.timeline.update(|t| t.set_new_after(place));
    }

    /// The rows to draw.
    #[must_use]
    pub fn rows(self) -> Memo<Vec<Row>> {
        let clock = use_clock();
        // Each change of the timeline is a change of its rows: comparing them would only cost.
        Memo::new_with_compare(move |_| self.timeline.with(|t| t.rows(clock.zone())), |_, _| true)
    }

    /// The place of the last stored message.
    #[must_use]
    pub fn last(self) -> Seq {
        self.timeline.with(Timeline::last)
    }

    /// Whether the server has messages before the first row.
    #[must_use]
    pub fn has_earlier(self) -> bool {
        self.timeline.with(Timeline::has_earlier)
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

    /// The message of `entry` as it stands now and changes.
    #[must_use]
    pub fn entry(self, entry: &Entry) -> ArcRwSignal<Entry> {
        let key = entry.key();
        let known = self.entries.with_value(|entries| entries.get(&key).cloned());
        known.unwrap_or_else(|| {
            let signal = ArcRwSignal::new(entry.clone());
            self.entries.update_value(|entries| {
                entries.insert(key, signal.clone());
            });
            signal
        })
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
    pub fn newest(self) -> Option<Arc<Message>> {
        self.timeline.with_untracked(Timeline::newest)
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

    /// Says `text` with files, perhaps in a thread; where there are files, they need no words. They are taken once it is
    /// known to be a message. Its key.
    ///
    /// # Errors
    /// Why it is no message; then nothing happened.
    pub fn say(
        self,
        text: &str,
        reply: Option<Reply>,
        files: impl FnOnce() -> Vec<NewFile>,
    ) -> Result<MessageKey, BodyProblem> {
        let body = match MessageBody::new(text) {
            Err(BodyProblem::TooLong { chars }) => return Err(BodyProblem::TooLong { chars }),
            body => body,
        };
        let files = files();
        let body = match body {
            Err(_) if !files.is_empty() => None,
            body => Some(body?),
        };
        let unsent = Unsent {
            key: MessageKey::fresh(),
            body,
            audience: self.audience,
            reply,
            files,
            typed_at: clock::now(),
            failed: None,
        };
        let key = unsent.key;
        pending::keep(self.person(), self.room, &unsent);
        self.live.post(self.room, unsent.draft());
        self.show(unsent);
        Ok(key)
    }

    /// Takes back what was said here a moment ago, whether or not the server has it yet.
    ///
    /// # Errors
    /// Why it stays, for people.
    pub async fn undo(self, key: MessageKey) -> Result<(), AppError> {
        let known = self.stored.with_value(|stored| stored.get(&key).copied());
        match known {
            Some(id) => self.act(id, MessageAct::Undo).await,
            None => {
                // It may be on the line already: then it is taken back when it comes.
                self.undone.update_value(|undone| undone.push(key));
                self.discard(key);
                Ok(())
            }
        }
    }

    /// Names of those who are writing in the room, or in a thread of it.
    #[must_use]
    pub fn typists(self, thread: Option<MessageId>) -> Vec<String> {
        self.typists.with(|typists| {
            let here = typists.iter().filter(|typist| typist.thread == thread);
            here.map(|typist| typist.who.full_name.clone()).collect()
        })
    }

    fn is_typing(self, thread: Option<MessageId>, who: Author) {
        let at = clock::now();
        let same = move |typist: &Typist| typist.who.id == who.id && typist.thread == thread;
        let id = who.id;
        self.typists.update(|typists| match typists.iter_mut().find(|typist| same(typist)) {
            Some(typist) => typist.at = at,
            None => typists.push(Typist { thread, who: who.clone(), at }),
        });
        set_timeout(
            move || {
                self.stops_typing(move |typist| {
                    typist.who.id == id && typist.thread == thread && typist.at == at
                })
            },
            TYPING_LASTS,
        );
    }

    fn stops_typing(self, which: impl Fn(&Typist) -> bool) {
        let some = self.typists.try_with_untracked(|typists| typists.iter().any(&which));
        if some == Some(true) {
            self.typists.update(|typists| typists.retain(|typist| !which(typist)));
        }
    }

    /// The server has a message of this person.
    fn note_stored(self, key: MessageKey, id: MessageId) {
        let undone = self.undone.try_update_value(|undone| {
            let before = undone.len();
            undone.retain(|other| *other != key);
            undone.len() < before
        });
        if undone == Some(true) {
            spawn_local(async move {
                // Should it fail, it stays in the room, where it can be removed.
                let _ = self.act(id, MessageAct::Undo).await;
            });
        }
        if self.fates.with_value(|fates| fates.contains_key(&key)) {
            self.stored.update_value(|stored| {
                stored.insert(key, id);
            });
        }
    }

    /// Sends a message again that was refused.
    pub fn retry(self, key: MessageKey) {
        let mut again = None;
        self.change(|t| again = t.set_failed(key, None));
        if let Some(unsent) = again {
            self.set_fate(key, Fate::Queued);
            pending::keep(self.person(), self.room, &unsent);
            self.live.post(self.room, unsent.draft());
        }
    }

    /// Throws a message away that was refused.
    pub fn discard(self, key: MessageKey) {
        self.live.withdraw(key);
        pending::forget(self.person(), self.room, key);
        self.change(|t| t.discard(key));
        self.fates.update_value(|fates| {
            fates.remove(&key);
        });
    }

    /// Loads the page of history before the first row, unless that is under way.
    pub fn load_earlier(self) {
        let before = self.timeline.with_untracked(|t| t.first().filter(|_| t.has_earlier()));
        let Some(before) = before.filter(|_| !self.loading.get_untracked()) else { return };
        self.loading.set(true);
        spawn_local(async move {
            let page = match self.thread {
                Some(root) => thread(self.room, root, Some(before)).await.map(|page| {
                    EarlierMessages { messages: page.replies, has_earlier: page.has_earlier }
                }),
                None => earlier_messages(self.room, before).await,
            };
            if self.loading.is_disposed() {
                return;
            }
            self.stuck.set(page.is_err());
            if let Ok(page) = page {
                self.change(|t| t.prepend(page.messages, page.has_earlier));
            }
            // Screen readers look at what was added a moment after it was.
            set_timeout(
                move || {
                    self.loading.try_set(false);
                },
                std::time::Duration::from_millis(300),
            );
        });
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

    /// Asks the list to show the end.
    pub fn to_end(self) {
        self.wish_end.update(|wish| *wish += 1);
    }

    /// How often somebody asked to see the end.
    #[must_use]
    pub fn wishes_for_end(self) -> u32 {
        self.wish_end.get()
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
                let mut new = false;
                let before = self.timeline.with_untracked(Timeline::last);
                self.set_fate(key, Fate::Sent(seq));
                let root = message.thread;
                self.change(|t| new = t.hear(message));
                self.refresh(Some(key));
                self.refresh(root.and_then(|id| self.timeline.with_untracked(|t| t.key_of(id))));
                if new {
                    self.announce(key);
                }
                if new && !mine && !self.at_end.get_untracked() {
                    if self.unseen.get_untracked() == 0
                        && self.timeline.with_untracked(Timeline::new_after).is_none()
                    {
                        self.set_new_after(Some(before));
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
            RoomEvent::Typing(thread, who) => self.is_typing(thread, who),
            RoomEvent::Closed => self.closed.set(true),
        }
    }

    /// Shows what was typed before the page was reloaded and never sent.
    fn restore(self) {
        for (room, unsent) in pending::all(self.person()) {
            let here =
                self.thread.is_none() || unsent.reply.map(|reply| reply.thread) == self.thread;
            if room == self.room && here {
                if self.timeline.with_untracked(|t| t.has_stored(unsent.key)) {
                    pending::forget(self.person(), room, unsent.key);
                } else {
                    self.show(unsent);
                }
            }
        }
    }

    fn show(self, unsent: Unsent) {
        let fate = unsent.failed.clone().map_or(Fate::Queued, Fate::Failed);
        self.fates.update_value(|fates| {
            fates.insert(unsent.key, ArcRwSignal::new(fate));
        });
        self.change(|t| {
            t.queue(unsent);
        });
    }

    /// Shows a message as it stands now.
    fn refresh(self, key: Option<MessageKey>) {
        let Some(key) = key else { return };
        let signal = self.entries.with_value(|entries| entries.get(&key).cloned());
        if let (Some(signal), Some(entry)) =
            (signal, self.timeline.with_untracked(|t| t.entry(key)))
        {
            signal.set(entry);
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
