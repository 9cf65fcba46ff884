//! Moving through the history of an open room: what comes is put to a side of what is shown, or in its place.

use super::Conversation;
use crate::room::{
    api::history,
    timeline::{Side, Timeline},
};
use contract::AppError;
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;
use vocabulary::{Aim, MessageId, Window};

/// Screen readers look at what was added a moment after it was.
const SETTLES: Duration = Duration::from_millis(300);

/// What a list is to bring into view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// The end.
    End,
    /// Where the new begins, if that is further down; else the end.
    New,
    /// The end, or where the new begins, if that is further up.
    FirstNew,
    /// A message somebody was sent to: with what is around it, marked for a moment.
    Marked(MessageId),
    /// A message, at the top.
    Top(MessageId),
}

/// A piece of history is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Landed {
    /// The message that was looked for, if there is one.
    pub found: Option<MessageId>,
}

impl Conversation {
    /// Whether the server has messages before the first row.
    #[must_use]
    pub fn has_earlier(self) -> bool {
        self.timeline.with(|t| !t.at_start())
    }

    /// Whether the server has messages after the last row.
    #[must_use]
    pub fn has_later(self) -> bool {
        self.timeline.with(|t| !t.at_end())
    }

    /// The same, for who does not follow it.
    #[must_use]
    pub fn shows_end(self) -> bool {
        self.timeline.with_untracked(Timeline::at_end)
    }

    /// Loads the page of history before the first row, unless something is under way.
    pub fn load_earlier(self) {
        let first = self.timeline.with_untracked(|t| t.first().filter(|_| !t.at_start()));
        if let Some(first) = first {
            self.load(Side::Start, Aim::Before(first));
        }
    }

    /// Loads the page of history after the last row, unless something is under way.
    pub fn load_later(self) {
        let last = self.timeline.with_untracked(|t| (!t.at_end()).then(|| t.last()));
        if let Some(last) = last {
            self.load(Side::End, Aim::After(last));
        }
    }

    fn load(self, side: Side, aim: Aim) {
        if self.loading.get_untracked() {
            return;
        }
        spawn_local(async move {
            let Some(piece) = self.ask(aim).await else { return };
            self.stuck.set(piece.is_err());
            if let Ok(piece) = piece {
                let far = if side == Side::Start { Side::End } else { Side::Start };
                self.change(|t| {
                    t.land(side, piece);
                    t.let_go(far);
                });
                self.refresh_all();
            }
        });
    }

    /// Shows the history where `aim` points, in place of what is shown; nothing, if somebody went on meanwhile.
    ///
    /// # Errors
    /// Why it does not come; then what is shown stays.
    pub async fn go(self, aim: Aim) -> Result<Option<Landed>, AppError> {
        let Some(piece) = self.ask(aim).await else { return Ok(None) };
        let piece = piece?;
        let landed = Landed { found: piece.found };
        self.stuck.set(false);
        self.timeline.update(|t| t.land(Side::Both, piece));
        self.refresh_all();
        Ok(Some(landed))
    }

    /// Asks for a piece of history; nothing, if another was asked for meanwhile or the room was left.
    async fn ask(self, aim: Aim) -> Option<Result<Window, AppError>> {
        self.loading.set(true);
        let number = self.asked.get_value() + 1;
        self.asked.set_value(number);
        self.timeline.update_untracked(Timeline::expect);
        let piece = history(self.room, self.thread, aim).await;
        if self.asked.try_get_value() != Some(number) {
            return None;
        }
        if piece.is_err() {
            self.timeline.update_untracked(Timeline::give_up);
        }
        set_timeout(
            move || {
                if self.asked.try_get_value() == Some(number) {
                    self.loading.try_set(false);
                }
            },
            SETTLES,
        );
        Some(piece)
    }

    /// Brings the end into view, wherever one reads.
    pub fn to_end(self) {
        self.to(Sight::End);
    }

    /// Brings what is new into view, wherever one reads.
    pub fn to_new(self) {
        self.to(Sight::New);
    }

    fn to(self, sight: Sight) {
        if self.shows_end() {
            return self.look_at(sight);
        }
        // What was just said stands there already.
        self.look_at(Sight::End);
        let sight = if sight == Sight::New { Sight::FirstNew } else { sight };
        spawn_local(async move {
            match self.go(Aim::End).await {
                Ok(Some(_)) => self.look_at(sight),
                Ok(None) => {}
                // Nothing moves, and the list says where it ends that there is more.
                Err(_) => {
                    self.stuck.try_set(true);
                }
            }
        });
    }

    /// Asks the list to bring something that is loaded into view.
    pub fn look_at(self, sight: Sight) {
        self.sight.try_update(|(number, wanted)| {
            *number += 1;
            *wanted = sight;
        });
    }

    /// What the list was last asked to bring into view, once it was asked.
    #[must_use]
    pub fn sight(self) -> Option<Sight> {
        let (number, sight) = self.sight.get();
        (number > 0).then_some(sight)
    }
}
