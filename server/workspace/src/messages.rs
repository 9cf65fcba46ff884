//! Posting into an open room and reading it.

use crate::{
    OpenRoom,
    errors::{from_hidden, from_store},
};
use contract::AppError;
use store::{
    facts,
    messages::{self, HistoryOf, Posted},
};
use vocabulary::{
    Aim, FILES_LIMIT, Mention, Message, MessageBody, MessageDraft, MessageId, MessageKey, Moment,
    Seq, Window, marks_in,
};

/// Messages on one page of history, and on the first paint.
const PAGE: u64 = 60;

impl OpenRoom {
    /// Says `draft` here: stored with its outbox row in one transaction, then shown to every line in the room.
    /// The same key answers with the first message.
    ///
    /// # Errors
    /// `Refused` if the draft is for others than the room is, or calls somebody who could not read it; `Invalid` for one
    /// that says nothing; `Conflict` if its key was used elsewhere; `NotFound` for a thread that is not here.
    pub async fn post(&self, draft: MessageDraft) -> Result<Message, AppError> {
        self.post_said_at(draft, Moment::now()).await
    }

    /// The same for something that was said earlier: the weeks before a demo.
    ///
    /// # Errors
    /// As [`OpenRoom::post`].
    pub async fn post_said_at(&self, draft: MessageDraft, at: Moment) -> Result<Message, AppError> {
        if let Err(problem) = self.check_draft(&draft).await {
            // What was taken once is not refused when it is repeated: whom it calls may have lost the Project since.
            return self.said_before(draft.key).await?.ok_or(problem);
        }
        let live = self.services.live();
        let channel = live.channel(self.room.workspace).await.map_err(from_store)?;
        // Posts of this replica take turns, so that they reach the lines in the order of their places.
        let turn = channel.turn().await;
        let posted = messages::post(&self.services.db, &self.scope, &self.room, draft, at).await;
        match posted.map_err(from_store)? {
            Posted::New(message) => {
                live.said(&channel, &message).await;
                drop(turn);
                self.services.owed.notify_one();
                if let Some(thread) = message.thread {
                    self.tell_followers(thread).await;
                }
                Ok(message)
            }
            Posted::Before(message) => Ok(message),
            Posted::NoSuchThread => Err(AppError::NotFound),
            Posted::KeyUsedElsewhere => Err(AppError::Conflict {
                reason: "This message was already sent somewhere else. Nothing was sent here; the text is kept.".into(),
            }),
        }
    }

    /// What the visitor has said in this room under `key`, if they have.
    pub(crate) async fn said_before(&self, key: MessageKey) -> Result<Option<Message>, AppError> {
        let found = messages::by_key(&self.services.db, &self.scope, key);
        let found = found.await.map_err(from_store)?;
        Ok(found.filter(|message| message.room == self.room.id))
    }

    /// Refuses a draft that is not for this room, says nothing or too much, or calls somebody who could not read it.
    pub(crate) async fn check_draft(&self, draft: &MessageDraft) -> Result<(), AppError> {
        self.check_audience(draft)?;
        check_content(draft)?;
        match &draft.body {
            Some(body) => self.check_mentions(body).await,
            None => Ok(()),
        }
    }

    /// About a page of the room, or of the thread that `thread` began, where `aim` points.
    ///
    /// # Errors
    /// `NotFound` for a message that is not there.
    pub async fn history(&self, thread: Option<MessageId>, aim: Aim) -> Result<Window, AppError> {
        let of = match thread {
            None => HistoryOf::Room(self.room.id),
            Some(root) => HistoryOf::Thread(self.message(root).await?.id),
        };
        messages::history(&self.services.db, &self.scope, of, aim, PAGE)
            .await
            .map_err(from_store)?
            .ok_or(AppError::NotFound)
    }

    /// Refuses a draft that is for others than the room is.
    fn check_audience(&self, draft: &MessageDraft) -> Result<(), AppError> {
        if draft.audience == self.room.audience {
            return Ok(());
        }
        Err(AppError::Refused {
            reason: "What is said in this room is for the team only. Nothing was sent; the text is kept.".into(),
        })
    }

    /// Refuses a text that calls somebody who could not read it.
    pub(crate) async fn check_mentions(&self, body: &MessageBody) -> Result<(), AppError> {
        let users: Vec<String> = marks_in(body.as_str())
            .mentions
            .into_iter()
            .filter_map(|mention| match mention {
                Mention::User(user) => Some(user),
                Mention::Team => None,
            })
            .collect();
        if users.is_empty() {
            return Ok(());
        }
        let team = self.scope.clone().team().map_err(from_hidden)?;
        let strangers =
            facts::without_access(&self.services.db, &team, &users).await.map_err(from_store)?;
        if strangers.is_empty() {
            return Ok(());
        }
        Err(AppError::Refused {
            reason: format!(
                "{} cannot read this room: ERPNext does not show them the Project. Nothing was sent; the text is kept. Ask the project manager to add them to the Project's users, or write without the mention.",
                strangers.join(", ")
            ),
        })
    }

    /// Up to `limit` messages that were said or changed after `after`, in the order of their last change.
    ///
    /// # Errors
    /// `Unexpected` if the store fails.
    pub async fn missed(&self, after: Seq, limit: u64) -> Result<Vec<Message>, AppError> {
        messages::changed_after(&self.services.db, &self.scope, self.room.id, after, limit)
            .await
            .map_err(from_store)
    }
}

/// Refuses a draft that says nothing or carries too much.
fn check_content(draft: &MessageDraft) -> Result<(), AppError> {
    let invalid = |field: &str, reason: String| AppError::Invalid { field: field.into(), reason };
    if draft.body.is_none() && draft.files.is_empty() {
        return Err(invalid("body", "The message is empty. Nothing was sent.".into()));
    }
    if draft.files.len() > FILES_LIMIT {
        let reason = format!(
            "A message carries up to {FILES_LIMIT} files. Nothing was sent; send the others with a second one."
        );
        return Err(invalid("files", reason));
    }
    Ok(())
}
