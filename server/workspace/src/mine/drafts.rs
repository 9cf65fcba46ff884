//! Drafts.

use crate::{Services, errors::from_store};
use async_trait::async_trait;
use contract::{AppError, Asker, Drafts};
use store::mine::{
    drafts::{self, DraftKept},
    scheduled,
};
use vocabulary::{Begun, DRAFT_LIMIT_CHARS, DRAFTS_LIMIT, MessageId, Moment, RoomId};

#[async_trait]
impl Drafts for Services {
    async fn begun(&self, asker: &Asker) -> Result<Begun, AppError> {
        let reach = self.reach(asker).await?;
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
        match kept.await.map_err(from_store)? {
            DraftKept::Changed(changes) => {
                self.live.mine_changed(open.scope.who().person(), changes);
                Ok(())
            }
            DraftKept::Same => Ok(()),
            DraftKept::TooMany => Err(AppError::Refused {
                reason: format!(
                    "You have {DRAFTS_LIMIT} drafts, which is the limit. This one is kept in this browser only."
                ),
            }),
        }
    }
}
