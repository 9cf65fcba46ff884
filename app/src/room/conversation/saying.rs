//! What this person says here, from the key they press until the server has it: kept, sent, tried again, taken back.

use super::{Conversation, Fate};
use crate::{
    clock,
    pending::{self, Full, Unsent},
    room::timeline::Entry,
};
use contract::AppError;
use leptos::{prelude::*, task::spawn_local};
use vocabulary::{BodyProblem, MessageAct, MessageBody, MessageId, MessageKey, NewFile, Reply};

/// Why something was not said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotSaid {
    /// It is no message.
    NoMessage(BodyProblem),
    /// The browser has no room to keep it until the server has it.
    Full,
}

impl From<BodyProblem> for NotSaid {
    fn from(problem: BodyProblem) -> Self {
        Self::NoMessage(problem)
    }
}

impl From<Full> for NotSaid {
    fn from(Full: Full) -> Self {
        Self::Full
    }
}

impl Conversation {
    /// Says `text` with `files`, perhaps in a thread; where there are files, they need no words. Its key.
    ///
    /// # Errors
    /// Why not; then nothing happened.
    pub fn say(
        self,
        text: &str,
        reply: Option<Reply>,
        files: Vec<NewFile>,
    ) -> Result<MessageKey, NotSaid> {
        let body = match MessageBody::new(text) {
            Ok(body) => Some(body),
            Err(BodyProblem::Empty) if !files.is_empty() => None,
            Err(problem) => return Err(problem.into()),
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
        pending::keep(self.person(), self.room, &unsent)?;
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

    /// The server has a message of this person.
    pub(super) fn note_stored(self, key: MessageKey, id: MessageId) {
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
            // It is kept already, as one that failed.
            let _ = pending::keep(self.person(), self.room, &unsent);
            self.live.post(self.room, unsent.draft());
        }
    }

    /// Throws a message away that was refused.
    pub fn discard(self, key: MessageKey) {
        self.live.withdraw(key);
        pending::withdraw(self.person(), self.room, key);
        self.drop_unsent(key);
    }

    pub(super) fn drop_unsent(self, key: MessageKey) {
        self.change(|t| t.discard(key));
        self.fates.update_value(|fates| {
            fates.remove(&key);
        });
    }

    /// Shows what was typed before the page was reloaded and never sent.
    pub(super) fn restore(self) {
        let person = self.person();
        spawn_local(async move {
            let kept = pending::all(person).await;
            if self.closed.is_disposed() {
                return;
            }
            for (_, unsent) in kept.into_iter().filter(|(room, _)| *room == self.room) {
                self.show_again(unsent);
            }
        });
    }

    /// Shows what the browser keeps, if it belongs here and the server does not have it by now.
    pub(super) fn show_again(self, unsent: Unsent) {
        if self.thread.is_some() && unsent.reply.map(|reply| reply.thread) != self.thread {
            return;
        }
        match self.find(unsent.key) {
            Some(Entry::Stored(_)) => pending::forget(self.person(), self.room, unsent.key),
            Some(Entry::Unsent(_)) => {}
            None => self.show(unsent),
        }
    }

    pub(super) fn show(self, unsent: Unsent) {
        let fate = unsent.failed.clone().map_or(Fate::Queued, Fate::Failed);
        self.fates.update_value(|fates| {
            fates.insert(unsent.key, ArcRwSignal::new(fate));
        });
        self.change(|t| {
            t.queue(unsent);
        });
    }
}
