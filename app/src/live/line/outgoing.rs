//! What the server does not have yet, and whether this tab is the one that sends it. Of a person's tabs one sends; it is
//! the one that was written in last, and it knows everything the browser keeps before it sends anything.

use super::{Event, tell};
use crate::{
    pending::{self, Unsent},
    turn::{Manner, Turn, turn},
};
use leptos::task::spawn_local;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use vocabulary::{MessageDraft, MessageKey, PersonId, RoomId};

/// How far this tab is with its turn to send.
#[derive(Default)]
enum Sending {
    /// Another tab sends, or none yet.
    #[default]
    NotHere,
    /// It is this tab's turn, and what the browser keeps is being read.
    Reading(u32, Option<Turn>),
    /// This tab sends.
    Here(u32, Option<Turn>),
}

/// What waits for the server.
pub struct Outgoing {
    person: PersonId,
    /// Keys sort by the time they were made.
    waiting: BTreeMap<MessageKey, (RoomId, MessageDraft)>,
    /// What the server has to answer for, of each room.
    asked: HashMap<RoomId, MessageKey>,
    sending: Sending,
    turns: u32,
    /// The turn for which this tab stands in the row.
    in_row: Option<u32>,
    /// The turn it is about to take.
    taking: Option<u32>,
    /// Whether another tab has written something since this one has read.
    behind: bool,
}

impl Outgoing {
    /// Nothing is known yet of what `person` has written.
    pub fn of(person: PersonId) -> Self {
        Self {
            person,
            waiting: BTreeMap::new(),
            asked: HashMap::new(),
            sending: Sending::NotHere,
            turns: 0,
            in_row: None,
            taking: None,
            behind: false,
        }
    }

    /// Sends when no other tab does any more.
    pub fn wait_for_turn(&mut self) {
        if self.in_row.is_none() {
            self.in_row = Some(self.ask(Manner::Waits));
        }
    }

    fn ask(&mut self, manner: Manner) -> u32 {
        self.turns += 1;
        let (number, person) = (self.turns, self.person);
        spawn_local(async move {
            let name = format!("parlance.unsent.{person}");
            let turn = turn(&name, manner, move || tell(Event::TurnLost(number))).await;
            tell(Event::TurnCame(number, turn));
        });
        number
    }

    /// It is this tab's turn: reads what the browser keeps, of other tabs too.
    pub fn turn_came(&mut self, number: u32, turn: Option<Turn>) {
        for asked in [&mut self.in_row, &mut self.taking] {
            asked.take_if(|asked| *asked == number);
        }
        self.sending = Sending::Reading(number, turn);
        self.read_what_is_kept(number);
    }

    fn read_what_is_kept(&mut self, number: u32) {
        self.behind = false;
        let person = self.person;
        spawn_local(async move { tell(Event::Read(number, pending::all(person).await)) });
    }

    /// Looks for what a tab has left behind that had no time to send it.
    pub fn look_again(&mut self) {
        if let (Sending::Here(number, _), true) = (&self.sending, self.behind) {
            let number = *number;
            self.read_what_is_kept(number);
        }
    }

    /// Another tab has taken the turn; this one has it again after it.
    pub fn turn_lost(&mut self, number: u32) {
        if let Sending::Reading(own, _) | Sending::Here(own, _) = &self.sending
            && *own == number
        {
            self.sending = Sending::NotHere;
            self.wait_for_turn();
        }
    }

    /// This is what the browser keeps. Whether it may be sent from here.
    pub fn read(&mut self, number: u32, kept: Vec<(RoomId, Unsent)>) -> bool {
        let turn = match &mut self.sending {
            Sending::Reading(own, turn) | Sending::Here(own, turn) if *own == number => turn.take(),
            _ => return false,
        };
        for (room, unsent) in kept {
            if unsent.failed.is_none() {
                self.waiting.entry(unsent.key).or_insert_with(|| (room, unsent.draft()));
            }
        }
        self.sending = Sending::Here(number, turn);
        true
    }

    /// Something was written here, and so this tab sends.
    pub fn add(&mut self, room: RoomId, draft: MessageDraft) {
        self.waiting.insert(draft.key, (room, draft));
        if matches!(self.sending, Sending::NotHere) && self.taking.is_none() {
            self.taking = Some(self.ask(Manner::Takes));
        }
    }

    /// The person threw it away.
    pub fn withdraw(&mut self, key: MessageKey) {
        self.waiting.remove(&key);
    }

    /// Another tab has done something with it, and that tab sends.
    pub fn told(&mut self, key: MessageKey) {
        self.waiting.remove(&key);
        self.behind = true;
    }

    /// What is to be said next in `room`, if the turn is this tab's and nothing said there is unanswered.
    pub fn next(&mut self, room: RoomId) -> Option<MessageDraft> {
        if !matches!(self.sending, Sending::Here(..)) || self.asked.contains_key(&room) {
            return None;
        }
        let (_, draft) = self.waiting.values().find(|(place, _)| *place == room)?;
        self.asked.insert(room, draft.key);
        Some(draft.clone())
    }

    /// The server has answered for `key`: the room, if it was ours to send.
    pub fn answered(&mut self, key: MessageKey) -> Option<RoomId> {
        let asked = self.asked.iter().find(|(_, asked)| **asked == key).map(|(room, _)| *room);
        if let Some(room) = asked {
            self.asked.remove(&room);
        }
        let waited = self.waiting.remove(&key).map(|(room, _)| room);
        waited.or(asked)
    }

    /// What was asked on a line that is gone, or too long ago, is asked again.
    pub fn nothing_answered(&mut self) {
        self.asked.clear();
    }

    /// Where something waits.
    pub fn rooms(&self) -> BTreeSet<RoomId> {
        self.waiting.values().map(|(room, _)| *room).collect()
    }
}
