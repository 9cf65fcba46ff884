//! How the connection to ERPNext stands, for administrators.

use crate::{
    Services,
    errors::{from_hidden, from_store},
};
use async_trait::async_trait;
use contract::{Administration, AppError, Asker, ConnectionReport, DeadLetter};
use vocabulary::Moment;

/// Dead letters on the page.
const SHOWN: u64 = 50;

#[async_trait]
impl Administration for Services {
    async fn connection_report(&self, asker: &Asker) -> Result<ConnectionReport, AppError> {
        let session = self.session(asker).await?;
        let _leave = policy::administer(&session.principal).map_err(from_hidden)?;
        let worker = self.live.worker();
        let rounds = worker.mirror_rounds().await.map_err(from_store)?;
        let round = rounds.iter().find(|round| round.doctype == "round");
        let depth = worker.outbox_state().await.map_err(from_store)?;
        let dead = worker.dead_letters(SHOWN).await.map_err(from_store)?;
        Ok(ConnectionReport {
            erpnext_url: self.site.base_url().to_string(),
            demo: self.settings.demo,
            mirrored_at: round
                .map(|round| Moment::from_millis(round.finished_at))
                .filter(|at| at.as_millis() > 0),
            mirror_error: round.and_then(|round| round.error.clone()),
            outbox_waiting: depth.waiting,
            outbox_oldest: depth.oldest,
            outbox_error: rounds
                .iter()
                .find(|round| round.doctype == "outbox")
                .and_then(|round| round.error.clone()),
            dead_letters: dead
                .into_iter()
                .map(|dead| DeadLetter {
                    id: dead.id,
                    created_at: dead.since,
                    attempts: i32::try_from(dead.attempts).unwrap_or(i32::MAX),
                    last_error: dead.reason,
                })
                .collect(),
        })
    }
}
