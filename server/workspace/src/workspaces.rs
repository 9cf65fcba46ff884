//! Listing and opening workspaces, for pages.

use crate::{Services, errors::from_store};
use async_trait::async_trait;
use contract::{AppError, Asker, EarlierMessages, Workspaces};
use store::workspaces;
use vocabulary::{
    Message, MessageDraft, RoomId, Seq, WorkspaceId, WorkspaceSummary, WorkspaceView,
};

/// Messages on one page of history, and on the first paint.
const PAGE: u64 = 50;

#[async_trait]
impl Workspaces for Services {
    async fn my_workspaces(&self, asker: &Asker) -> Result<Vec<WorkspaceSummary>, AppError> {
        let reach = self.reach(asker).await?;
        workspaces::within_reach(&self.db, &reach).await.map_err(from_store)
    }

    async fn workspace(&self, asker: &Asker, id: WorkspaceId) -> Result<WorkspaceView, AppError> {
        let session = self.session(asker).await?;
        let visit = self.enter_as(session.principal, id).await?;
        let facts = visit.facts().await?;
        let summary = workspaces::summary(&self.db, &visit.scope)
            .await
            .map_err(from_store)?
            .ok_or(AppError::NotFound)?;
        let open = visit.open_team_room().await?;
        let (newest, has_earlier) = open.page(None, PAGE).await?;
        Ok(WorkspaceView {
            summary: WorkspaceSummary { newest: newest.last().cloned(), ..summary },
            room: open.room,
            me: session.person,
            facts,
            newest,
            has_earlier,
            sync: self.sync_state(),
            erpnext: self.erpnext_origin(),
        })
    }

    async fn earlier_messages(
        &self,
        asker: &Asker,
        room: RoomId,
        before: Seq,
    ) -> Result<EarlierMessages, AppError> {
        let open = self.open_room_of(asker, room).await?;
        let (messages, has_earlier) = open.page(Some(before), PAGE).await?;
        Ok(EarlierMessages { messages, has_earlier })
    }

    async fn post_message(
        &self,
        asker: &Asker,
        room: RoomId,
        draft: MessageDraft,
    ) -> Result<Message, AppError> {
        self.open_room_of(asker, room).await?.post(draft).await
    }
}
