//! What is known of the documents that messages are about, asked for together and kept as fresh as the server's word.

use super::{
    super::facts::Board,
    api::{chips, make_of_message},
};
use crate::live::Live;
use leptos::{prelude::*, task::spawn_local};
use std::{collections::HashMap, time::Duration};
use vocabulary::{
    CHIPS_LIMIT, Card, MessageId, RoomId, SaveId, Tag, TagDoctype, WorkDoctype, WorkspaceId,
};

/// The rows of a page are drawn one after the other; all of them ask together.
const GATHER: Duration = Duration::from_millis(20);

/// Something that is being made of a message and not answered yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Of which message.
    pub message: MessageId,
    /// What.
    pub doctype: WorkDoctype,
    /// The key under which it is made, however often it is sent.
    pub save: SaveId,
    /// Why the server did not take it, if it did not.
    pub problem: Option<String>,
}

/// The documents of one room, as its viewer may know them.
#[derive(Clone, Copy)]
pub struct Chips {
    board: Board,
    workspace: WorkspaceId,
    room: RoomId,
    live: Live,
    cards: StoredValue<HashMap<Tag, ArcRwSignal<Option<Card>>>>,
    wanted: StoredValue<Vec<Tag>>,
    wishes: RwSignal<Vec<Wish>>,
}

impl Chips {
    /// Of the room whose Project's facts `board` shows.
    #[must_use]
    pub fn of(board: Board, workspace: WorkspaceId, room: RoomId) -> Self {
        let live = expect_context::<Live>();
        let chips = Self {
            board,
            workspace,
            room,
            live,
            cards: StoredValue::new(HashMap::new()),
            wanted: StoredValue::new(Vec::new()),
            wishes: RwSignal::new(Vec::new()),
        };
        Effect::new(move |before: Option<Option<i64>>| {
            let changes = live.facts_changes(room);
            if before.is_some_and(|before| before != changes) {
                chips.ask_again();
            }
            changes
        });
        chips
    }

    /// What is known of a document; nothing until the server has answered.
    #[must_use]
    pub fn card(self, tag: &Tag) -> ArcRwSignal<Option<Card>> {
        let known = self.cards.with_value(|cards| cards.get(tag).cloned());
        known.unwrap_or_else(|| {
            let card = ArcRwSignal::new(None);
            self.cards.update_value(|cards| {
                cards.insert(tag.clone(), card.clone());
            });
            card
        })
    }

    /// Asks about a document, unless it is known.
    pub fn want(self, tag: &Tag) {
        if self.card(tag).with_untracked(Option::is_none) {
            self.ask(vec![tag.clone()]);
        }
    }

    fn ask_again(self) {
        let all = self.cards.with_value(|cards| cards.keys().cloned().collect());
        self.ask(all);
    }

    fn ask(self, tags: Vec<Tag>) {
        let first = self.wanted.with_value(Vec::is_empty);
        self.wanted.update_value(|wanted| {
            for tag in tags {
                if !wanted.contains(&tag) {
                    wanted.push(tag);
                }
            }
        });
        if first {
            set_timeout(
                move || {
                    let wanted = self.wanted.try_update_value(std::mem::take).unwrap_or_default();
                    for some in wanted.chunks(CHIPS_LIMIT) {
                        self.load(some.to_vec());
                    }
                },
                GATHER,
            );
        }
    }

    fn load(self, tags: Vec<Tag>) {
        spawn_local(async move {
            // Should it fail, what is shown stays, and the next change asks again.
            let Ok(answered) = chips(self.workspace, tags).await else { return };
            for chip in answered {
                let known = self.cards.try_with_value(|cards| cards.get(&chip.tag).cloned());
                let Some(card) = known.flatten() else { continue };
                if card.with_untracked(|shown| shown.as_ref() != Some(&chip.card)) {
                    card.set(Some(chip.card));
                }
            }
        });
    }

    /// Makes a Task or an Issue of a message; it shows on the message at once. Once, however often it is pressed while
    /// it is on its way.
    pub fn make(self, message: MessageId, doctype: WorkDoctype) {
        let under_way = self.wishes.with_untracked(|wishes| {
            wishes.iter().any(|wish| {
                (wish.message, wish.doctype) == (message, doctype) && wish.problem.is_none()
            })
        });
        if under_way {
            return;
        }
        let wish = Wish { message, doctype, save: SaveId::fresh(), problem: None };
        self.wishes.update(|wishes| wishes.push(wish.clone()));
        self.send(wish);
    }

    /// Sends a wish again that was not taken.
    pub fn again(self, save: SaveId) {
        let mut again = None;
        self.wishes.update(|wishes| {
            if let Some(wish) = wishes.iter_mut().find(|wish| wish.save == save) {
                wish.problem = None;
                again = Some(wish.clone());
            }
        });
        if let Some(wish) = again {
            self.send(wish);
        }
    }

    /// Wishes for it no longer.
    pub fn drop_wish(self, save: SaveId) {
        self.wishes.update(|wishes| wishes.retain(|wish| wish.save != save));
    }

    fn send(self, wish: Wish) {
        spawn_local(async move {
            match make_of_message(self.room, wish.message, wish.doctype, wish.save).await {
                Ok(message) => {
                    self.live.changed(message);
                    self.wishes.try_update(|wishes| wishes.retain(|one| one.save != wish.save));
                }
                Err(problem) => {
                    self.wishes.try_update(|wishes| {
                        if let Some(one) = wishes.iter_mut().find(|one| one.save == wish.save) {
                            one.problem = Some(problem.to_string());
                        }
                    });
                }
            }
        });
    }

    /// What is being made of a message and not answered yet.
    #[must_use]
    pub fn wishes(self, message: MessageId) -> Vec<Wish> {
        self.wishes
            .with(|wishes| wishes.iter().filter(|wish| wish.message == message).cloned().collect())
    }

    /// The Tasks and Issues that are open, with their titles.
    #[must_use]
    pub fn choices(self) -> Vec<(Tag, String)> {
        self.board.choices()
    }

    /// Opens a document beside the talk, or the lists where it is none that opens.
    pub fn open(self, tag: &Tag) {
        let doctype = match tag.doctype {
            TagDoctype::Task => WorkDoctype::Task,
            TagDoctype::Issue => WorkDoctype::Issue,
            TagDoctype::Customer | TagDoctype::Contact => return,
        };
        self.board.reveal((!tag.making).then(|| (doctype, tag.name.clone())));
    }
}
