//! Drafts and preferences.

use crate::{
    Services,
    errors::{from_hidden, from_store},
};
use async_trait::async_trait;
use contract::{AppError, Asker, Drafts};
use policy::MemberReach;
use store::mine::{drafts, preferences, scheduled};
use vocabulary::{Begun, DRAFT_LIMIT_CHARS, MessageId, Moment, Preferences, RoomId};

#[async_trait]
impl Drafts for Services {
    async fn begun(&self, asker: &Asker) -> Result<Begun, AppError> {
        let reach = self.own(asker).await?;
        Ok(Begun {
            drafts: drafts::all(&self.db, &reach).await.map_err(from_store)?,
            scheduled: scheduled::all(&self.db, &reach).await.map_err(from_store)?,
        })
    }

    async fn keep_draft(
        &self,
        asker: &Asker,
        room: RoomId,
        thread: Option<MessageId>,
        body: String,
    ) -> Result<(), AppError> {
        let open = self.open_room_of(asker, room).await?;
        if let Some(thread) = thread {
            open.message(thread).await?;
        }
        let chars = body.chars().count();
        if chars > DRAFT_LIMIT_CHARS {
            return Err(AppError::Invalid {
                field: "body".into(),
                reason: format!(
                    "The draft has {chars} characters; {DRAFT_LIMIT_CHARS} is the limit. It is kept in this browser only."
                ),
            });
        }
        let kept = drafts::keep(&self.db, &open.scope, &open.room, thread, &body, Moment::now());
        if let Some(changes) = kept.await.map_err(from_store)? {
            self.live.mine_changed(open.scope.who().person(), changes);
        }
        Ok(())
    }

    async fn preferences(&self, asker: &Asker) -> Result<Preferences, AppError> {
        let reach = self.own(asker).await?;
        preferences::of(&self.db, &reach).await.map_err(from_store)
    }

    async fn prefer(&self, asker: &Asker, wish: Preferences) -> Result<(), AppError> {
        let reach = self.own(asker).await?;
        if wish.undo_seconds > Preferences::UNDO_SECONDS_LIMIT {
            return Err(AppError::Invalid {
                field: "undo_seconds".into(),
                reason: format!(
                    "A message can be taken back for up to {} seconds. Nothing was changed.",
                    Preferences::UNDO_SECONDS_LIMIT
                ),
            });
        }
        let changes = preferences::keep(&self.db, &reach, &wish).await.map_err(from_store)?;
        self.live.mine_changed(reach.person(), changes);
        Ok(())
    }
}

impl Services {
    /// What is the asker's own.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for who is no member.
    pub(super) async fn own(&self, asker: &Asker) -> Result<MemberReach, AppError> {
        let session = self.session(asker).await?;
        policy::reach(&session.principal).map_err(from_hidden)
    }
}
