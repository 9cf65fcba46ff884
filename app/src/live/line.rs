//! The browser's end of the line: joins rooms, delivers what is said in them once, and posts until the server has it.

mod rooms;
mod socket;
mod wake;

use super::{Listener, Live, RoomEvent, backoff::backoff};
use crate::{pending, sign_in::NextPath};
use contract::AppError;
use futures::{StreamExt, channel::mpsc};
use leptos::{prelude::*, task::spawn_local};
use rooms::Rooms;
use socket::{Socket, WireEvent};
use std::{cell::RefCell, collections::BTreeMap, time::Duration};
use vocabulary::{
    Message, MessageDraft, MessageId, MessageKey, PersonId, RoomId, Seq,
    protocol::{CLOSE_RESTART, CLOSE_SESSION_ENDED, ClientFrame, ServerFrame},
};

const PING_EVERY: Duration = Duration::from_secs(20);
const PONG_WITHIN: Duration = Duration::from_secs(10);
/// After sleep a line is more often dead than slow.
const PONG_AFTER_WAKE_WITHIN: Duration = Duration::from_millis(1_500);
const SAY_AWAY_AFTER: Duration = Duration::from_secs(2);

/// Everything the line reacts to, in the order it happens.
pub enum Event {
    /// Follow a room without showing it.
    Watch { room: RoomId, seq: Seq },
    /// Show a room.
    Listen { room: RoomId, seq: Seq, listener: Listener },
    /// Show it no longer.
    Unlisten { room: RoomId },
    /// Say something.
    Post { room: RoomId, draft: MessageDraft },
    /// Say it no longer.
    Withdraw { key: MessageKey },
    /// This person is writing.
    Typing { room: RoomId, thread: Option<MessageId> },
    /// Something was changed here and answered.
    Changed { message: Box<Message> },
    /// The socket with this number did something.
    Wire(u32, WireEvent),
    /// A timer set for the socket with this number.
    Timer(u32, Timer),
    /// The line has been away for a while, if there was no hello since this outage began.
    SayAway(u32),
    /// The network or the tab came back.
    Wake,
    /// The network went away.
    NetworkLost,
}

/// What a timer is for.
#[derive(Clone, Copy)]
pub enum Timer {
    Connect,
    Ping,
    /// For the ping with this number.
    Pong(u32),
    PostAgain,
}

thread_local! {
    static LINE: RefCell<Option<mpsc::UnboundedSender<Event>>> = const { RefCell::new(None) };
}

/// Opens the line of this tab, unless it is open.
pub fn start(live: Live, person: PersonId) {
    let (sender, mut events) = mpsc::unbounded();
    let began = LINE.with_borrow_mut(|line| {
        let first = line.is_none();
        if first {
            *line = Some(sender);
        }
        first
    });
    if !began {
        return;
    }
    wake::listen();
    spawn_local(async move {
        let mut line = Line::new(live, person);
        line.say_away_later();
        line.connect();
        while let Some(event) = events.next().await {
            line.on(event);
        }
    });
}

/// Hands the line an event; before it is started there is nobody to hear it.
pub fn tell(event: Event) {
    LINE.with_borrow(|line| {
        if let Some(line) = line {
            let _ = line.unbounded_send(event);
        }
    });
}

struct Line {
    live: Live,
    person: PersonId,
    /// The number of the newest socket; what older ones say no longer counts.
    number: u32,
    socket: Option<Socket>,
    /// Whether the server has said hello on this socket.
    greeted: bool,
    /// Failed tries since the last hello.
    tries: u32,
    post_tries: u32,
    version: Option<String>,
    pings: u32,
    /// The ping nothing was heard after yet.
    unanswered: Option<u32>,
    /// How often the line was lost.
    outages: u32,
    rooms: Rooms,
    /// What the server does not have yet. Keys sort by the time they were made.
    outgoing: BTreeMap<MessageKey, (RoomId, MessageDraft)>,
}

impl Line {
    fn new(live: Live, person: PersonId) -> Self {
        Self {
            live,
            person,
            number: 0,
            socket: None,
            greeted: false,
            tries: 0,
            post_tries: 0,
            version: None,
            pings: 0,
            unanswered: None,
            outages: 0,
            rooms: Rooms::default(),
            outgoing: BTreeMap::new(),
        }
    }

    fn on(&mut self, event: Event) {
        match event {
            Event::Watch { room, seq } => {
                if self.rooms.watch(room, seq) {
                    self.join(room);
                }
            }
            Event::Listen { room, seq, listener } => {
                if self.rooms.listen(room, seq, listener) {
                    self.join(room);
                }
            }
            Event::Unlisten { room } => self.rooms.unlisten(room),
            Event::Post { room, draft } => {
                self.post(room, &draft);
                self.outgoing.insert(draft.key, (room, draft));
            }
            Event::Withdraw { key } => {
                self.outgoing.remove(&key);
            }
            Event::Typing { room, thread } if self.greeted => {
                self.send(&ClientFrame::Typing { room, thread });
            }
            Event::Typing { .. } => {}
            Event::Changed { message } => {
                self.live.heard(&message);
                self.rooms.tell(message.room, RoomEvent::Said(*message));
            }
            Event::Wire(number, event) if number == self.number => self.on_wire(event),
            Event::Timer(number, timer) if number == self.number => self.on_timer(timer),
            Event::SayAway(outage) if outage == self.outages && !self.greeted => {
                self.live.away.set(true)
            }
            Event::Wire(..) | Event::Timer(..) | Event::SayAway(_) => {}
            Event::Wake if self.greeted => self.ping(PONG_AFTER_WAKE_WITHIN),
            Event::Wake if self.socket.is_none() => {
                self.tries = 0;
                self.connect();
            }
            Event::Wake => {}
            Event::NetworkLost => self.lost(),
        }
    }

    fn on_wire(&mut self, event: WireEvent) {
        match event {
            WireEvent::Text(text) => match serde_json::from_slice(text.as_bytes()) {
                Ok(frame) => self.on_frame(frame),
                // A newer server may say what this page does not know.
                Err(_) => self.heard(),
            },
            WireEvent::Closed(CLOSE_SESSION_ENDED) => go_to_door(),
            WireEvent::Closed(code) => {
                if code == CLOSE_RESTART {
                    self.tries = 0;
                }
                if !self.greeted && self.tries > 0 {
                    leave_if_signed_out();
                }
                self.lost();
            }
        }
    }

    fn on_frame(&mut self, frame: ServerFrame) {
        self.heard();
        match frame {
            ServerFrame::Hello { you, version, .. } => {
                if you.id != self.person {
                    // Somebody else signed in in another tab: nothing of this page may go out under that name.
                    let _ = window().location().reload();
                    return;
                }
                self.on_hello(version);
            }
            ServerFrame::Message(message) => {
                if self.outgoing.remove(&message.key).is_some() {
                    pending::forget(self.person, message.room, message.key);
                }
                self.live.heard(&message);
                self.rooms.deliver(message);
            }
            ServerFrame::Posted { key, id, seq, sent_at } => {
                self.post_tries = 0;
                if let Some((room, _)) = self.outgoing.remove(&key) {
                    pending::forget(self.person, room, key);
                    self.rooms.tell(room, RoomEvent::Stored { key, id, seq, sent_at });
                }
            }
            ServerFrame::Refused { key: Some(key), code, reason, .. } => {
                if code.may_succeed_later() {
                    let wait = backoff(self.post_tries + 2, js_sys::Math::random());
                    self.post_tries += 1;
                    self.later(wait, Timer::PostAgain);
                } else if let Some((room, _)) = self.outgoing.remove(&key) {
                    pending::fail(self.person, room, key, &reason);
                    self.rooms.tell(room, RoomEvent::Refused { key, reason });
                }
            }
            ServerFrame::Refused { key: None, room: Some(room), code, .. } => {
                if !code.may_succeed_later() {
                    self.rooms.close(room);
                }
            }
            ServerFrame::Left { room } => self.rooms.close(room),
            ServerFrame::Joined { room, seq } => self.rooms.joined(room, seq),
            ServerFrame::Facts { room, changes } => self.live.facts_changed(room, changes),
            ServerFrame::Typing { room, thread, who } if who.id != self.person => {
                self.rooms.tell(room, RoomEvent::Typing(thread, who));
            }
            ServerFrame::Typing { .. } => {}
            ServerFrame::Presence { room, here } => self.live.are_here(room, here),
            ServerFrame::Mine { changes } => self.live.mine.set(changes),
            ServerFrame::Sync(state) => self.live.sync.set(Some(state)),
            ServerFrame::Pong | ServerFrame::Refused { key: None, room: None, .. } => {}
        }
    }

    fn on_hello(&mut self, version: String) {
        self.greeted = true;
        self.tries = 0;
        self.live.away.set(false);
        if self.version.get_or_insert_with(|| version.clone()) != &version {
            self.live.outdated.set(true);
        }
        for room in self.rooms.known() {
            self.join(room);
        }
        for (room, unsent) in pending::all(self.person) {
            if unsent.failed.is_none() {
                self.outgoing.entry(unsent.key).or_insert_with(|| (room, unsent.draft()));
            }
        }
        self.post_all();
        self.later(PING_EVERY, Timer::Ping);
    }

    fn on_timer(&mut self, timer: Timer) {
        match timer {
            Timer::Connect => self.connect(),
            Timer::Ping => {
                self.ping(PONG_WITHIN);
                self.post_all();
                self.later(PING_EVERY, Timer::Ping);
            }
            Timer::Pong(ping) if self.unanswered == Some(ping) => self.lost(),
            Timer::Pong(_) => {}
            Timer::PostAgain => self.post_all(),
        }
    }

    fn connect(&mut self) {
        self.number += 1;
        self.greeted = false;
        self.rooms.line_cut();
        self.socket = Socket::open(self.number);
        // A line that neither opens nor fails is dead as well.
        self.expect_word(PONG_WITHIN);
    }

    /// The line is gone: says so in a while and tries again.
    fn lost(&mut self) {
        let was_open = self.greeted;
        self.socket = None;
        self.greeted = false;
        self.number += 1;
        if was_open {
            self.say_away_later();
        }
        let wait = backoff(self.tries, js_sys::Math::random());
        self.tries += 1;
        self.later(wait, Timer::Connect);
    }

    fn say_away_later(&mut self) {
        self.outages += 1;
        let outage = self.outages;
        set_timeout(move || tell(Event::SayAway(outage)), SAY_AWAY_AFTER);
    }

    fn heard(&mut self) {
        self.unanswered = None;
    }

    fn ping(&mut self, within: Duration) {
        self.send(&ClientFrame::Ping);
        self.expect_word(within);
    }

    fn expect_word(&mut self, within: Duration) {
        self.pings += 1;
        self.unanswered = Some(self.pings);
        self.later(within, Timer::Pong(self.pings));
    }

    fn join(&self, room: RoomId) {
        if self.greeted {
            self.send(&ClientFrame::Join { room, after: self.rooms.cursor(room) });
        }
    }

    fn post(&mut self, room: RoomId, draft: &MessageDraft) {
        if !self.greeted {
            return;
        }
        if self.rooms.meet(room) {
            self.join(room);
        }
        self.send(&ClientFrame::Post { room, draft: draft.clone() });
    }

    fn post_all(&mut self) {
        let outgoing: Vec<_> = self.outgoing.values().cloned().collect();
        for (room, draft) in outgoing {
            self.post(room, &draft);
        }
    }

    fn send(&self, frame: &ClientFrame) {
        if let (Some(socket), Ok(text)) = (&self.socket, serde_json::to_string(frame)) {
            socket.send(&text);
        }
    }

    fn later(&self, wait: Duration, timer: Timer) {
        let number = self.number;
        set_timeout(move || tell(Event::Timer(number, timer)), wait);
    }
}

/// To the door, and back here afterwards. What was typed is already kept.
fn go_to_door() {
    let location = window().location();
    let path = location.pathname().unwrap_or_default();
    let _ = location.assign(&NextPath::sign_in(Some(&path)));
}

/// The browser does not say why a socket did not open; a session that ended looks like a server that is away.
fn leave_if_signed_out() {
    if !window().navigator().on_line() {
        return;
    }
    spawn_local(async {
        if crate::sign_in::whoami().await == Err(AppError::SignIn) {
            go_to_door();
        }
    });
}
