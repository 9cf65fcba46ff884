//! What a person does with the messages of a room, in one place: pressed, chosen from a menu or called by a key.

use super::{
    act::RowAct,
    pop::{self, Spot},
};
use crate::{
    clock::Day,
    room::{conversation::Conversation, timeline::Entry},
    workspaces::Unread,
};
use leptos::{prelude::*, task::spawn_local};
use std::{collections::HashMap, sync::Arc, time::Duration};
use vocabulary::{
    Emoji, Message, MessageAct, MessageId, MessageKey, Preference, Reaction, RoomId, WorkspaceId,
};

/// A notice without anything to press goes after this.
const NOTICE: Duration = Duration::from_secs(4);

/// What lies over the page.
#[derive(Clone, Debug)]
pub enum Overlay {
    /// All one can do with a message.
    Menu(Arc<Message>, Spot),
    /// The same from below, for a finger.
    Sheet(Arc<Message>),
    /// Choosing a reaction.
    Emoji(Arc<Message>, Spot),
    /// What a message said before.
    History(Arc<Message>),
    /// What one can do with the room.
    Room(Spot),
    /// What is pinned.
    Pinned,
    /// Choosing a day to go to; the one that is in view.
    Dates(Day),
}

/// Something to say for a moment.
#[derive(Clone, Debug)]
pub struct Notice {
    /// What.
    pub text: String,
    /// What one may press, and what that does.
    pub offer: Option<(&'static str, Callback<()>)>,
}

/// A reaction that was pressed and not answered yet.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wish {
    message: MessageId,
    emoji: Emoji,
    on: bool,
}

/// The desk of one room. A context of its page.
#[derive(Clone, Copy)]
pub struct Desk {
    talk: Conversation,
    workspace: WorkspaceId,
    own: Option<Unread>,
    overlay: RwSignal<Option<Overlay>>,
    editing: RwSignal<Option<MessageKey>>,
    wishes: RwSignal<Vec<Wish>>,
    notice: RwSignal<Option<Notice>>,
    /// Who does what is not done here.
    doers: RwSignal<HashMap<RowAct, Callback<Arc<Message>>>>,
    saved: RwSignal<Option<Callback<MessageId, bool>>>,
    unread: RwSignal<Option<Callback<MessageId, bool>>>,
    writer: RwSignal<Option<Callback<String>>>,
}

impl Desk {
    /// The desk of an open room.
    #[must_use]
    pub fn new(talk: Conversation, workspace: WorkspaceId) -> Self {
        Self {
            talk,
            workspace,
            own: use_context(),
            overlay: RwSignal::new(None),
            editing: RwSignal::new(None),
            wishes: RwSignal::new(Vec::new()),
            notice: RwSignal::new(None),
            doers: RwSignal::new(HashMap::new()),
            saved: RwSignal::new(None),
            unread: RwSignal::new(None),
            writer: RwSignal::new(None),
        }
    }

    /// Whether letters without Ctrl or Alt do something on a message, as its reader has chosen.
    #[must_use]
    pub fn takes_letters(self) -> bool {
        untrack(|| self.own.is_none_or(|own| own.is_on(Preference::SingleLetterKeys)))
    }

    /// Says who does `act`; until somebody does it is not offered.
    pub fn offer(self, act: RowAct, doer: Callback<Arc<Message>>) {
        self.doers.update(|doers| {
            doers.insert(act, doer);
        });
    }

    /// Says how one knows whether a message is saved.
    pub fn know_saved(self, saved: Callback<MessageId, bool>) {
        self.saved.set(Some(saved));
    }

    /// Says how one knows whether something in the thread of a message is not read yet.
    pub fn know_unread(self, unread: Callback<MessageId, bool>) {
        self.unread.set(Some(unread));
    }

    /// Whether something in the thread that `root` began is not read yet.
    #[must_use]
    pub fn has_unread(self, root: MessageId) -> bool {
        self.unread.get().is_some_and(|unread| unread.run(root))
    }

    /// Says where a text goes that is to be written on with: the composer.
    pub fn write_with(self, writer: Callback<String>) {
        self.writer.set(Some(writer));
    }

    /// Whether one can do `act` with `message` now.
    #[must_use]
    pub fn offers(self, act: RowAct, message: &Message) -> bool {
        let somebody = match act {
            RowAct::Reply | RowAct::Task | RowAct::Issue | RowAct::Save | RowAct::MarkUnread => {
                self.doers.with(|doers| doers.contains_key(&act))
            }
            RowAct::Quote => self.writer.with(Option::is_some),
            _ => true,
        };
        somebody && act.fits(message, message.author.id == self.talk.me().id)
    }

    /// Whether `message` is saved for later.
    #[must_use]
    pub fn is_saved(self, message: &Message) -> bool {
        self.saved.get().is_some_and(|saved| saved.run(message.id))
    }

    /// The room.
    #[must_use]
    pub const fn room(self) -> RoomId {
        self.talk.room
    }

    /// The path of a message.
    #[must_use]
    pub fn path_of(self, message: MessageId) -> String {
        match self.talk.thread {
            Some(root) if root != message => {
                format!("/w/{}?thread={root}&m={message}", self.workspace)
            }
            _ => format!("/w/{}?m={message}", self.workspace),
        }
    }

    /// The path of the thread a message began.
    #[must_use]
    pub fn thread_path(self, root: MessageId) -> String {
        format!("/w/{}?thread={root}", self.workspace)
    }

    /// Does `act` with the message of a row (`article` with `data-key`), as if it was pressed there; whether it could.
    pub fn run_on(self, act: RowAct, row: &web_sys::Element) -> bool {
        let message = self.message_of(row);
        let Some(message) = message.filter(|message| untrack(|| self.offers(act, message))) else {
            return false;
        };
        self.run(act, message, Spot::below(row));
        true
    }

    /// Opens all one can do with the message of a row; whether it is one.
    pub fn menu_on(self, row: &web_sys::Element) -> bool {
        let Some(message) = self.message_of(row) else { return false };
        self.open_menu(message, Spot::below(row));
        true
    }

    fn message_of(self, row: &web_sys::Element) -> Option<Arc<Message>> {
        let key = row.get_attribute("data-key")?.parse().ok()?;
        match self.talk.find(key)? {
            Entry::Stored(message) => Some(message),
            Entry::Unsent(_) => None,
        }
    }

    /// Edits the last own message, for who presses the up arrow in an empty box; whether there is one.
    pub fn edit_last(self) -> bool {
        let Some(message) = self.talk.last_own() else { return false };
        self.edit(&message);
        true
    }

    /// Does `act` with `message`; what opens, opens at `spot`.
    pub fn run(self, act: RowAct, message: Arc<Message>, spot: Spot) {
        match act {
            RowAct::React => return self.open(Overlay::Emoji(message, spot)),
            RowAct::Edit => return self.close_and(move || self.edit(&message)),
            RowAct::Quote => return self.close_and(move || self.write(quoted(message.words()))),
            RowAct::CopyLink => self.copy_link(&message),
            RowAct::CopyText => self.copy(message.words().to_owned(), "Text copied"),
            RowAct::Pin => {
                let pinned = message.pinned.is_some();
                self.change(message.id, if pinned { MessageAct::Unpin } else { MessageAct::Pin });
            }
            RowAct::Remove => self.remove(&message),
            RowAct::Reply | RowAct::Task | RowAct::Issue | RowAct::Save | RowAct::MarkUnread => {
                let doer = self.doers.with_untracked(|doers| doers.get(&act).copied());
                if let Some(doer) = doer {
                    doer.run(message);
                }
            }
        }
        self.close();
    }

    /// Answers with `emoji`, or takes that back.
    pub fn react(self, message: &Message, emoji: Emoji) {
        let me = self.talk.me().id;
        let on = !untrack(|| self.reactions(message))
            .iter()
            .any(|reaction| reaction.emoji == emoji && reaction.by.iter().any(|who| who.id == me));
        let wish = Wish { message: message.id, emoji: emoji.clone(), on };
        self.wishes.update(|wishes| {
            wishes.retain(|other| (other.message, &other.emoji) != (wish.message, &wish.emoji));
            wishes.push(wish.clone());
        });
        let act = if on { MessageAct::React(emoji) } else { MessageAct::Unreact(emoji) };
        spawn_local(async move {
            let answer = self.talk.act(wish.message, act).await;
            // Once the answer stands in the message, or is no.
            self.wishes.try_update(|wishes| wishes.retain(|other| *other != wish));
            if let Err(problem) = answer {
                self.say(problem.to_string(), None);
            }
        });
    }

    /// The reactions to a message, with what was pressed here and is not answered yet.
    #[must_use]
    pub fn reactions(self, message: &Message) -> Vec<Reaction> {
        let me = self.talk.me();
        let mut reactions = message.reactions.clone();
        self.wishes.with(|wishes| {
            for wish in wishes.iter().filter(|wish| wish.message == message.id) {
                let known = reactions.iter_mut().find(|known| known.emoji == wish.emoji);
                match known {
                    Some(known) => {
                        known.by.retain(|who| who.id != me.id);
                        if wish.on {
                            known.by.push(me.clone());
                        }
                    }
                    None if wish.on => {
                        reactions.push(Reaction { emoji: wish.emoji.clone(), by: vec![me.clone()] })
                    }
                    None => {}
                }
            }
        });
        reactions.retain(|reaction| !reaction.by.is_empty());
        reactions
    }

    /// Whether the one who looks is among them.
    #[must_use]
    pub fn is_mine(self, reaction: &Reaction) -> bool {
        let me = self.talk.me().id;
        reaction.by.iter().any(|who| who.id == me)
    }

    /// Changes a message; what goes wrong is said.
    pub fn change(self, message: MessageId, act: MessageAct) {
        spawn_local(async move {
            if let Err(problem) = self.talk.act(message, act).await {
                self.say(problem.to_string(), None);
            }
        });
    }

    /// The room's conversation.
    #[must_use]
    pub const fn talk(self) -> Conversation {
        self.talk
    }

    /// Whether the message of this row is being edited.
    #[must_use]
    pub fn is_editing(self, key: MessageKey) -> bool {
        self.editing.with(|editing| *editing == Some(key))
    }

    /// Edits a message in its place.
    pub fn edit(self, message: &Message) {
        self.editing.set(Some(message.key));
    }

    /// Edits no longer.
    pub fn leave_edit(self) {
        self.editing.set(None);
    }

    /// Puts `text` where one writes.
    pub fn write(self, text: String) {
        if let Some(writer) = self.writer.get_untracked() {
            writer.run(text);
        }
    }

    fn remove(self, message: &Message) {
        let (id, words) = (message.id, message.words().to_owned());
        spawn_local(async move {
            match self.talk.act(id, MessageAct::Remove).await {
                Ok(()) => {
                    let back = Callback::new(move |()| {
                        self.notice.set(None);
                        self.write(words.clone());
                    });
                    let offer = self.writer.with_untracked(Option::is_some);
                    let offer = offer.then_some(("Undo: put the text back into the box", back));
                    self.say("Message removed.".to_owned(), offer);
                }
                Err(problem) => self.say(problem.to_string(), None),
            }
        });
    }

    fn copy_link(self, message: &Message) {
        let origin = window().location().origin().unwrap_or_default();
        self.copy(format!("{origin}{}", self.path_of(message.id)), "Link copied");
    }

    fn copy(self, text: String, done: &'static str) {
        if pop::copy(&text) {
            self.say(done.to_owned(), None);
        } else {
            // The browser gives pages without encryption no clipboard.
            self.say(format!("Copy this by hand: {text}"), None);
        }
    }

    /// Says something for a moment, or until it is closed if there is something to press.
    pub fn say(self, text: String, offer: Option<(&'static str, Callback<()>)>) {
        let stays = offer.is_some();
        let said = text.clone();
        self.notice.try_set(Some(Notice { text, offer }));
        if !stays {
            set_timeout(
                move || {
                    let same = self.notice.try_with_untracked(|notice| {
                        notice.as_ref().is_some_and(|n| n.text == said)
                    });
                    if same == Some(true) {
                        self.notice.try_set(None);
                    }
                },
                NOTICE,
            );
        }
    }

    /// What is said now.
    #[must_use]
    pub const fn notice(self) -> RwSignal<Option<Notice>> {
        self.notice
    }

    /// What lies over the page.
    #[must_use]
    pub fn overlay(self) -> Option<Overlay> {
        self.overlay.get()
    }

    /// Opens all one can do with a message.
    pub fn open_menu(self, message: Arc<Message>, spot: Spot) {
        self.open(Overlay::Menu(message, spot));
    }

    /// The same, for a finger.
    pub fn open_sheet(self, message: Arc<Message>) {
        self.open(Overlay::Sheet(message));
    }

    /// Shows what a message said before.
    pub fn open_history(self, message: Arc<Message>) {
        self.open(Overlay::History(message));
    }

    /// Opens something over the page.
    pub fn open(self, overlay: Overlay) {
        pop::remember_focus();
        self.overlay.set(Some(overlay));
    }

    /// Closes what lies over the page, and gives the focus to something else.
    fn close_and(self, act: impl FnOnce() + 'static) {
        pop::forget_focus();
        self.overlay.set(None);
        // What lay over the page let nothing below it have the focus.
        request_animation_frame(act);
    }

    /// Closes what lies over the page; the focus returns to where it was.
    pub fn close(self) {
        if self.overlay.with_untracked(Option::is_some) {
            self.overlay.set(None);
        }
        request_animation_frame(pop::return_focus);
    }
}

/// A text as a quote, and an empty line to go on.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 16);
    for line in text.lines() {
        quoted.push_str(if line.is_empty() { ">" } else { "> " });
        quoted.push_str(line);
        quoted.push('\n');
    }
    quoted.push('\n');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_marks_each_line_and_leaves_room_for_the_answer() {
        assert_eq!(quoted("one\n\ntwo"), "> one\n>\n> two\n\n");
    }
}
