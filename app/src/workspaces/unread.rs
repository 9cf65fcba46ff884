//! What somebody has not read yet, and what else is their own: told by the server, counted on from what the line brings.

use super::api;
use crate::live::Live;
use contract::AppError;
use leptos::{prelude::*, task::spawn_local};
use std::{collections::BTreeMap, time::Duration};
use vocabulary::{
    Mention, Message, MessageId, MessageKind, Mine, PersonId, Preference, QuietHours, Reading,
    RoomId, RoomRule, Seq, ThreadRead, UNREAD_LIMIT, WorkspaceId,
};

/// Several changes at once are asked for once.
const ASK_AFTER: Duration = Duration::from_millis(60);

/// A message of somebody else that came after it was counted.
#[derive(Clone, Copy, Debug)]
struct Heard {
    thread: Option<MessageId>,
    in_room: bool,
    calls_me: bool,
}

/// What is not read in one place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Messages of others.
    pub unread: u32,
    /// Those that call this person or the team.
    pub mentions: u32,
    /// Whether this person said themselves that it is unread.
    pub marked: bool,
}

impl Count {
    /// Whether there is something to read.
    #[must_use]
    pub const fn is_unread(self) -> bool {
        self.unread > 0 || self.marked
    }

    fn add(&mut self, heard: Heard, in_room: bool) {
        self.unread = (self.unread + 1).min(UNREAD_LIMIT);
        // What the room shows calls from there, not from the thread as well.
        if heard.calls_me && heard.in_room == in_room {
            self.mentions = (self.mentions + 1).min(UNREAD_LIMIT);
        }
    }
}

/// What is one person's own. A context of the team's pages.
#[derive(Clone, Copy)]
pub struct Unread {
    person: PersonId,
    user: StoredValue<String>,
    mine: RwSignal<Mine>,
    heard: RwSignal<BTreeMap<(RoomId, Seq), Heard>>,
    asking: StoredValue<bool>,
    /// Whether the window has the focus.
    pub focused: RwSignal<bool>,
    /// What was wished for last and not done, for people.
    pub trouble: RwSignal<Option<String>>,
}

impl Unread {
    /// As the page opened.
    #[must_use]
    pub fn new(person: PersonId, user: &str, mine: Mine) -> Self {
        let own = Self {
            person,
            user: StoredValue::new(user.to_lowercase()),
            mine: RwSignal::new(mine),
            heard: RwSignal::new(BTreeMap::new()),
            asking: StoredValue::new(false),
            focused: RwSignal::new(false),
            trouble: RwSignal::new(None),
        };
        let live = expect_context::<Live>();
        Effect::new(move |_| {
            live.hear(Callback::new(move |message| own.hear(&message)));
            let look = move || own.focused.set(document().has_focus().unwrap_or(false));
            look();
            let focus = window_event_listener(leptos::ev::focus, move |_| look());
            let blur = window_event_listener(leptos::ev::blur, move |_| look());
            on_cleanup(move || {
                focus.remove();
                blur.remove();
            });
        });
        Effect::new(move |_| {
            if live.mine.get() > own.mine.with_untracked(|mine| mine.changes) {
                own.ask();
            }
        });
        own
    }

    /// What is not read in a room; nothing of one that is muted.
    #[must_use]
    pub fn room(self, room: RoomId) -> Count {
        self.mine.with(|mine| {
            let Some(base) = mine.rooms.iter().find(|read| read.room == room && !read.muted) else {
                return Count::default();
            };
            let mut count =
                Count { unread: base.unread, mentions: base.mentions, marked: base.marked_unread };
            let after = base.read.max(base.counted);
            self.later(room, after, None, &mut count);
            count
        })
    }

    /// What is not read in a thread this person follows.
    #[must_use]
    pub fn thread(self, thread: MessageId) -> Count {
        self.mine.with(|mine| {
            let read = mine.threads.iter().find(|read| read.thread == thread);
            read.map_or_else(Count::default, |read| self.of_thread(read))
        })
    }

    fn of_thread(self, read: &ThreadRead) -> Count {
        if self.is_muted(read.room) {
            return Count::default();
        }
        let mut count = Count { unread: read.unread, mentions: read.mentions, ..Count::default() };
        let after = read.read.max(read.counted);
        self.later(read.room, after, Some(read.thread), &mut count);
        count
    }

    fn later(self, room: RoomId, after: Seq, thread: Option<MessageId>, count: &mut Count) {
        self.heard.with(|heard| {
            for (_, heard) in heard.range((room, after.next())..=(room, Seq::new(i64::MAX))) {
                if thread.map_or(heard.in_room, |_| heard.thread == thread) {
                    count.add(*heard, thread.is_none());
                }
            }
        });
    }

    /// What calls this person in a workspace, its threads too.
    #[must_use]
    pub fn mentions(self, workspace: WorkspaceId) -> u32 {
        self.mine.with(|mine| {
            let rooms = mine.rooms.iter().filter(|read| read.workspace == workspace);
            let threads = mine.threads.iter().filter(|read| read.workspace == workspace);
            rooms.map(|read| self.room(read.room).mentions).sum::<u32>()
                + threads.map(|read| self.of_thread(read).mentions).sum::<u32>()
        })
    }

    /// What calls this person anywhere: what the title and the app's badge tell.
    #[must_use]
    pub fn all_mentions(self) -> u32 {
        self.mine.with(|mine| {
            mine.rooms.iter().map(|read| self.room(read.room).mentions).sum::<u32>()
                + mine.threads.iter().map(|read| self.of_thread(read).mentions).sum::<u32>()
        })
    }

    /// The room of a workspace.
    #[must_use]
    pub fn room_of(self, workspace: WorkspaceId) -> Option<RoomId> {
        self.mine.with(|mine| {
            mine.rooms.iter().find(|read| read.workspace == workspace).map(|read| read.room)
        })
    }

    /// Followed threads in which something is not read.
    #[must_use]
    pub fn unread_threads(self) -> usize {
        self.mine.with(|mine| {
            mine.threads.iter().filter(|read| self.of_thread(read).is_unread()).count()
        })
    }

    /// Whether this person wants to see nothing of what is unread in a room.
    #[must_use]
    pub fn is_muted(self, room: RoomId) -> bool {
        self.mine.with(|mine| mine.rooms.iter().any(|read| read.room == room && read.muted))
    }

    /// How far a room was read.
    #[must_use]
    pub fn read(self, room: RoomId) -> Option<Seq> {
        self.mine
            .with(|mine| mine.rooms.iter().find(|read| read.room == room).map(|read| read.read))
    }

    /// How far a followed thread was read.
    #[must_use]
    pub fn read_of_thread(self, thread: MessageId) -> Option<Seq> {
        self.mine.with_untracked(|mine| {
            mine.threads.iter().find(|read| read.thread == thread).map(|read| read.read)
        })
    }

    /// Whether this person follows a thread.
    #[must_use]
    pub fn follows(self, thread: MessageId) -> bool {
        self.mine.with(|mine| mine.threads.iter().any(|read| read.thread == thread))
    }

    /// Whether this person has saved a message.
    #[must_use]
    pub fn is_saved(self, message: MessageId) -> bool {
        self.mine.with(|mine| mine.saved.contains(&message))
    }

    /// What makes messages count as read.
    #[must_use]
    pub fn reading(self) -> Reading {
        self.mine.with(Mine::reading)
    }

    /// Whether a switch is on.
    #[must_use]
    pub fn is_on(self, switch: Preference) -> bool {
        self.mine.with(|mine| mine.is_on(switch))
    }

    /// Notices that are neither read nor done.
    #[must_use]
    pub fn notices(self) -> u32 {
        self.mine.with(|mine| mine.notices)
    }

    /// Devices that notices are pushed to.
    #[must_use]
    pub fn devices(self) -> u32 {
        self.mine.with(|mine| mine.devices)
    }

    /// How often something has changed, as far as this page knows.
    #[must_use]
    pub fn changes(self) -> i64 {
        self.mine.with(|mine| mine.changes)
    }

    /// When nothing rings.
    #[must_use]
    pub fn quiet_hours(self) -> Option<QuietHours> {
        self.mine.with(Mine::quiet_hours)
    }

    /// Of which messages of a room this person is told.
    #[must_use]
    pub fn rule(self, room: RoomId) -> RoomRule {
        self.mine.with(|mine| {
            let read = mine.rooms.iter().find(|read| read.room == room);
            read.map(|read| read.rule).unwrap_or_default()
        })
    }

    /// How long a message can be taken back with one press, in seconds.
    #[must_use]
    pub fn undo_seconds(self) -> u8 {
        self.mine.with(Mine::undo_seconds)
    }

    /// Everything in `room` up to `seq` was read; `opened` as of [`contract::Mine::mark_read`].
    pub fn mark_read(self, room: RoomId, seq: Seq, opened: bool) {
        let mut known = true;
        self.mine.update(|mine| {
            if let Some(read) = mine.rooms.iter_mut().find(|read| read.room == room) {
                read.read = read.read.max(seq);
                read.marked_unread &= !opened;
                if seq >= read.counted {
                    (read.unread, read.mentions) = (0, 0);
                }
                // What was counted up to may be the place of a change, beyond the last message there is to read.
                known = read.unread == 0;
            }
        });
        spawn_local(async move {
            match api::mark_read(room, seq, opened).await {
                Ok(changes) if known => self.learn_number(changes),
                Ok(_) => self.ask(),
                // Nobody pressed anything: whoever looks again tells it again.
                Err(_) => {}
            }
        });
    }

    /// What stands in `room` from `from` on counts as unread until the room is opened again.
    pub fn mark_unread(self, room: RoomId, from: Seq) {
        self.mine.update(|mine| {
            if let Some(read) = mine.rooms.iter_mut().find(|read| read.room == room) {
                read.marked_unread = true;
            }
        });
        self.wish("It was not marked as unread.", api::mark_unread(room, from));
    }

    /// Mutes a room, or no longer.
    pub fn mute(self, room: RoomId, muted: bool) {
        self.mine.update(|mine| {
            if let Some(read) = mine.rooms.iter_mut().find(|read| read.room == room) {
                read.muted = muted;
            }
        });
        self.wish("The room was not changed.", api::mute_room(room, muted));
    }

    /// Everything in all rooms and threads was read.
    pub fn mark_all_read(self) {
        self.wish("Nothing was marked as read.", api::mark_all_read());
    }

    /// Every reply in `thread` up to `seq` was read.
    pub fn mark_thread_read(self, room: RoomId, thread: MessageId, seq: Seq) {
        self.mine.update(|mine| {
            if let Some(read) = mine.threads.iter_mut().find(|read| read.thread == thread) {
                read.read = read.read.max(seq);
                (read.unread, read.mentions) = (0, 0);
            }
        });
        self.tell(async move { api::mark_thread_read(room, thread, seq).await });
    }

    /// Follows a thread, or no longer.
    pub fn follow(self, room: RoomId, thread: MessageId, following: bool) {
        let not_done = if following {
            "You do not follow the thread yet."
        } else {
            "You still follow the thread."
        };
        self.wish(not_done, api::follow_thread(room, thread, following));
    }

    /// Keeps a message for later, or no longer.
    pub fn toggle_saved(self, message: &Message) {
        let (room, id) = (message.room, message.id);
        let saved = !self.mine.with_untracked(|mine| mine.saved.contains(&id));
        self.mine.update(|mine| {
            mine.saved.retain(|known| *known != id);
            if saved {
                mine.saved.insert(0, id);
            }
        });
        let not_done =
            if saved { "The message was not saved." } else { "The message is still saved." };
        self.wish(not_done, api::save_message(room, id, saved));
    }

    /// Chooses something for all devices.
    pub fn prefer(self, preference: Preference, value: &str) {
        let value = value.to_owned();
        self.mine.update(|mine| mine.choose(preference, value.clone()));
        self.wish("It stays as it was.", api::prefer(preference, value));
    }

    /// What somebody pressed for. What fails is told, and then shown as the server has it.
    pub fn wish(
        self,
        not_done: &'static str,
        change: impl Future<Output = Result<i64, AppError>> + 'static,
    ) {
        self.wish_or(not_done, change, || {});
    }

    /// The same; `undo` shows again what stood there.
    pub fn wish_or(
        self,
        not_done: &'static str,
        change: impl Future<Output = Result<i64, AppError>> + 'static,
        undo: impl FnOnce() + 'static,
    ) {
        self.trouble.set(None);
        spawn_local(async move {
            if let Err(problem) = change.await {
                self.trouble.try_set(Some(format!("{not_done} {problem}")));
                undo();
            }
            self.ask();
        });
    }

    /// A change that is shown here already: only its number is new.
    pub fn tell(self, change: impl Future<Output = Result<i64, AppError>> + 'static) {
        spawn_local(async move {
            if let Ok(changes) = change.await {
                self.learn_number(changes);
            }
        });
    }

    fn learn_number(self, changes: i64) {
        self.mine.try_update(|mine| mine.changes = mine.changes.max(changes));
    }

    /// Asks the server, once for all wishes of a moment.
    pub fn ask(self) {
        if self.asking.try_get_value() != Some(false) {
            return;
        }
        self.asking.set_value(true);
        set_timeout(
            move || {
                if self.asking.try_set_value(false).is_some() {
                    return;
                }
                spawn_local(async move {
                    if let Ok(now) = api::mine().await {
                        self.learn(now);
                    }
                });
            },
            ASK_AFTER,
        );
    }

    fn learn(self, now: Mine) {
        if self.mine.try_with_untracked(|mine| mine.changes > now.changes) != Some(false) {
            return;
        }
        self.heard.update(|heard| {
            heard.retain(|(room, seq), _| {
                let base = now.rooms.iter().find(|read| read.room == *room);
                base.is_some_and(|base| *seq > base.counted)
            });
        });
        self.mine.set(now);
    }

    fn hear(self, message: &Message) {
        if message.author.id == self.person || message.kind == MessageKind::Line && !message.in_room
        {
            return;
        }
        let place = (message.room, message.seq);
        if message.removed.is_some() {
            let known = self.heard.try_update(|heard| heard.remove(&place).is_some());
            let unread = untrack(|| self.room(message.room)).unread > 0;
            if known == Some(false) && unread {
                self.ask();
            }
            return;
        }
        let calls_me = message.mentions.iter().any(|mention| match mention {
            Mention::User(user) => self.user.with_value(|me| me == user),
            Mention::Team => true,
        });
        let heard = Heard { thread: message.thread, in_room: message.in_room, calls_me };
        self.heard.try_update(|all| all.insert(place, heard));
    }
}
