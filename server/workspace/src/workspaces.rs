//! Listing and opening workspaces, for pages.

use crate::{Services, errors::from_store};
use async_trait::async_trait;
use contract::{AppError, Asker, Workspaces};
use store::workspaces;
use vocabulary::{
    Aim, Message, MessageDraft, RoomId, WorkspaceId, WorkspaceSummary, WorkspaceView,
};

#[async_trait]
impl Workspaces for Services {
    async fn my_workspaces(&self, asker: &Asker) -> Result<Vec<WorkspaceSummary>, AppError> {
        let reach = self.reach(asker).await?;
        workspaces::within_reach(&self.db, &reach).await.map_err(from_store)
    }

    async fn workspace(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        aim: Option<Aim>,
    ) -> Result<WorkspaceView, AppError> {
        let session = self.session(asker).await?;
        let visit = self.enter_as(session.principal, id).await?;
        let facts = visit.facts().await?;
        let summary = workspaces::summary(&self.db, &visit.scope)
            .await
            .map_err(from_store)?
            .ok_or(AppError::NotFound)?;
        let open = visit.open_team_room().await?;
        let window = match open.history(None, aim.unwrap_or(Aim::Unread)).await {
            Err(AppError::NotFound) => open.history(None, Aim::Unread).await?,
            window => window?,
        };
        // In the middle of the history the newest is not needed: the list beside the room has it.
        let newest = window.messages.last().filter(|_| window.at_end).cloned();
        Ok(WorkspaceView {
            summary: WorkspaceSummary { newest, ..summary },
            room: open.room,
            me: session.person,
            facts,
            window,
            sync: self.sync_state(),
            erpnext: self.erpnext_origin(),
        })
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
