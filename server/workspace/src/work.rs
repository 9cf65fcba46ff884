//! Making and changing Tasks and Issues: kept at once with what ERPNext is owed for it, shown on top of the mirror.

mod edits;
mod facts;
pub(crate) mod values;

pub(crate) use facts::told;

use crate::{
    Services, Visit,
    errors::{from_hidden, from_store},
};
use async_trait::async_trait;
use contract::{AppError, Asker, Work};
use policy::{DocumentScope, Write};
use store::edits as kept;
use vocabulary::{
    Assign, EditId, NewWork, Resolve, SaveId, WorkChange, WorkDoctype, WorkItem, WorkspaceFacts,
    WorkspaceId,
};

#[async_trait]
impl Work for Services {
    async fn facts(&self, asker: &Asker, id: WorkspaceId) -> Result<WorkspaceFacts, AppError> {
        self.enter(asker, id).await?.facts().await
    }

    async fn work_item(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        doctype: WorkDoctype,
        name: &str,
    ) -> Result<WorkItem, AppError> {
        self.enter(asker, id).await?.work_item(doctype, name).await
    }

    async fn make_work(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        new: NewWork,
    ) -> Result<(), AppError> {
        self.enter(asker, id).await?.make(new).await
    }

    async fn change_work(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        change: WorkChange,
    ) -> Result<(), AppError> {
        self.enter(asker, id).await?.change(change).await
    }

    async fn assign_work(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        assign: Assign,
    ) -> Result<(), AppError> {
        self.enter(asker, id).await?.assign(assign).await
    }

    async fn resolve_edit(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        edit: EditId,
        resolve: Resolve,
    ) -> Result<(), AppError> {
        self.enter(asker, id).await?.resolve(edit, resolve).await
    }

    async fn drop_new_work(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        save: SaveId,
    ) -> Result<(), AppError> {
        let visit = self.enter(asker, id).await?;
        let dropped = kept::give_up_making(&self.db, &visit.team()?, save).await;
        if !dropped.map_err(from_store)? {
            return Err(from_hidden(policy::Hidden));
        }
        self.live.look_at(id).await;
        self.live.facts_changed(id).await;
        Ok(())
    }
}

impl Visit {
    /// Whether ERPNext said that the visitor may change this document; `false` where it will say so when it is tried in
    /// their own name.
    async fn may_change(&self, document: &DocumentScope) -> Result<bool, AppError> {
        match document.write() {
            Write::Yes => Ok(true),
            Write::No => Err(AppError::Refused {
                reason: format!(
                    "ERPNext does not let you change this {}. Nothing was changed; ask whoever looks after ERPNext.",
                    document.doctype()
                ),
            }),
            Write::Unknown => {
                let person = self.scope.who().person();
                if self.services.acts_in_own_name(person).await {
                    Ok(false)
                } else {
                    Err(nobody_to_ask())
                }
            }
        }
    }

    /// Whether the rules say that the visitor may make such a document; `false` where ERPNext will say so when it is tried
    /// in their own name.
    async fn may_make(&self, doctype: WorkDoctype) -> Result<bool, AppError> {
        let person = self.scope.who().person();
        if self.services.acts_in_own_name(person).await {
            return Ok(false);
        }
        match self.services.create_by_rules(person, doctype.as_str()).await {
            Ok(true) => Ok(true),
            Ok(false) | Err(_) => Err(nobody_to_ask()),
        }
    }

    /// Something was saved: ERPNext is owed it, and others see it.
    async fn saved(&self) {
        self.services.owed.notify_one();
        self.services.live().facts_changed(self.scope.workspace()).await;
    }
}

/// Without what the visitor acts with, and where the rules do not say it, nobody can ask ERPNext whether they may.
fn nobody_to_ask() -> AppError {
    AppError::Refused {
        reason: "To change things in ERPNext in your name, sign out here and sign in with your ERPNext password once. Nothing was changed; what you typed is still here.".into(),
    }
}
