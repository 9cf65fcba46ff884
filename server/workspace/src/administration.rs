//! What an administrator sees and does: how the connection to ERPNext stands, and what was given up.

mod desk;
mod examination;
mod report;

pub(crate) use desk::DeskDoor;
pub(crate) use examination::Examination;

use crate::{
    Services,
    errors::{from_hidden, from_store},
};
use async_trait::async_trait;
use contract::{Administration, AppError, Asker, ConnectionReport, Finding};
use policy::AdminScope;

/// Dead letters that are sent again at one click.
const AT_ONCE: u64 = 1000;

#[async_trait]
impl Administration for Services {
    async fn administers(&self, asker: &Asker) -> Result<bool, AppError> {
        let session = self.session(asker).await?;
        Ok(policy::administer(&session.principal).is_ok())
    }

    async fn connection_report(&self, asker: &Asker) -> Result<ConnectionReport, AppError> {
        let leave = self.administrator(asker).await?;
        self.report(&leave).await.map_err(from_store)
    }

    async fn examine_connection(&self, asker: &Asker) -> Result<Vec<Finding>, AppError> {
        let leave = self.administrator(asker).await?;
        self.examine(&leave).await
    }

    async fn replay_dead_letter(&self, asker: &Asker, id: i64) -> Result<(), AppError> {
        let leave = self.administrator(asker).await?;
        if !self.live.worker().replay(id).await.map_err(from_store)? {
            return Err(no_dead_letter());
        }
        tracing::info!(person.id = %leave.person(), outbox.id = id, "a dead letter is sent again");
        self.owed.notify_one();
        Ok(())
    }

    async fn replay_dead_letters(&self, asker: &Asker) -> Result<(), AppError> {
        let leave = self.administrator(asker).await?;
        let worker = self.live.worker();
        let mut letters = worker.dead_letters(AT_ONCE).await.map_err(from_store)?;
        letters.sort_by_key(|letter| letter.id);
        for letter in &letters {
            worker.replay(letter.id).await.map_err(from_store)?;
        }
        tracing::info!(person.id = %leave.person(), count = letters.len(), "dead letters are sent again");
        self.owed.notify_one();
        Ok(())
    }

    async fn discard_dead_letter(&self, asker: &Asker, id: i64) -> Result<(), AppError> {
        let leave = self.administrator(asker).await?;
        if !self.live.worker().discard(id).await.map_err(from_store)? {
            return Err(no_dead_letter());
        }
        tracing::warn!(person.id = %leave.person(), outbox.id = id, "a dead letter was discarded");
        Ok(())
    }
}

impl Services {
    async fn administrator(&self, asker: &Asker) -> Result<AdminScope, AppError> {
        let session = self.session(asker).await?;
        policy::administer(&session.principal).map_err(from_hidden)
    }
}

fn no_dead_letter() -> AppError {
    AppError::Conflict {
        reason: "It is not in the list of what was given up any more: somebody has sent it again or discarded it. Nothing was changed.".into(),
    }
}
