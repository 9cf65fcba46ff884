//! Posting into an open room and reading it.

use crate::{OpenRoom, errors::from_store};
use contract::AppError;
use store::messages::{self, Posted};
use vocabulary::{Message, MessageDraft, Moment, Seq};

impl OpenRoom {
    /// Says `draft` here: stored with its outbox row in one transaction, then shown to every line in the room.
    /// The same key answers with the first message.
    ///
    /// # Errors
    /// `Refused` if the draft is for others than the room is; `Conflict` if its key was used elsewhere.
    pub async fn post(&self, draft: MessageDraft) -> Result<Message, AppError> {
        self.post_said_at(draft, Moment::now()).await
    }

    /// The same for something that was said earlier: the weeks before a demo.
    ///
    /// # Errors
    /// As [`OpenRoom::post`].
    pub async fn post_said_at(&self, draft: MessageDraft, at: Moment) -> Result<Message, AppError> {
        if draft.audience != self.room.audience {
            return Err(AppError::Refused {
                reason: "What is said in this room is for the team only. Nothing was sent; the text is kept.".into(),
            });
        }
        let live = self.services.live();
        let channel = live.channel(self.room.workspace).await.map_err(from_store)?;
        // Posts of this replica take turns, so that they reach the lines in the order of their places.
        let _turn = channel.turn().await;
        let posted = messages::post(&self.services.db, &self.scope, &self.room, draft, at).await;
        match posted.map_err(from_store)? {
            Posted::New(message) => {
                live.said(&channel, &message).await;
                self.services.owed.notify_one();
                Ok(message)
            }
            Posted::Before(message) => Ok(message),
            Posted::KeyUsedElsewhere => Err(AppError::Conflict {
                reason: "This message was already sent somewhere else. Nothing was sent here; the text is kept.".into(),
            }),
        }
    }

    /// Up to `limit` messages before `before` (or the newest), oldest first, and whether there are earlier ones.
    ///
    /// # Errors
    /// `Unexpected` if the store fails.
    pub async fn page(
        &self,
        before: Option<Seq>,
        limit: u64,
    ) -> Result<(Vec<Message>, bool), AppError> {
        let mut page =
            messages::latest(&self.services.db, &self.scope, self.room.id, before, limit + 1)
                .await
                .map_err(from_store)?;
        let has_earlier = page.len() as u64 > limit;
        if has_earlier {
            page.remove(0);
        }
        Ok((page, has_earlier))
    }

    /// Up to `limit` messages after `after`, oldest first.
    ///
    /// # Errors
    /// `Unexpected` if the store fails.
    pub async fn missed(&self, after: Seq, limit: u64) -> Result<Vec<Message>, AppError> {
        messages::after(&self.services.db, &self.scope, self.room.id, after, limit)
            .await
            .map_err(from_store)
    }
}
