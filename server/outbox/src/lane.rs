//! One lane: a workspace's effects in order.

use crate::{Achieved, Outbox, backoff, communication, site_state::Manners};
use erpnext::{ErpError, Retry};
use std::time::Duration;
use store::{
    StoreError,
    worker::{Due, Lane, Owed},
};
use vocabulary::Moment;

const LEASE_MILLIS: i64 = 20_000;
const RENEW_BEFORE_MILLIS: i64 = 15_000;
const PER_TURN: u64 = 100;

impl Outbox {
    pub(crate) async fn serve_lane(
        &self,
        due: Due,
        manners: Manners,
    ) -> Result<Achieved, StoreError> {
        let Some(lane) = self.hold(due).await? else {
            return Ok(Achieved::default());
        };
        let served = self.serve(lane, due, manners).await;
        self.worker.free_lane(lane).await?;
        served
    }

    async fn serve(&self, lane: Lane, due: Due, manners: Manners) -> Result<Achieved, StoreError> {
        let mut achieved = Achieved::default();
        let mut renew_at = Moment::now().plus_millis(LEASE_MILLIS - RENEW_BEFORE_MILLIS);
        for owed in self.worker.owed(lane, PER_TURN).await? {
            let now = Moment::now();
            if owed.next_at > now.as_millis() {
                break;
            }
            if now >= renew_at {
                if self.hold(due).await?.is_none() {
                    break;
                }
                renew_at = now.plus_millis(LEASE_MILLIS - RENEW_BEFORE_MILLIS);
            }
            match communication::ensure(&self.site, &owed, manners).await {
                Ok(name) => {
                    self.worker.settle(owed.id, &name).await?;
                    self.state.answered();
                    achieved.settled += 1;
                }
                Err(error)
                    if matches!(error.retry(), Retry::Never) && !concerns_the_site(&error) =>
                {
                    tracing::error!(
                        outbox.id = owed.id,
                        error = &error as &dyn std::error::Error,
                        "an effect was given up"
                    );
                    self.worker.give_up(owed.id, &error.to_string()).await?;
                    achieved.given_up += 1;
                }
                Err(error) => {
                    self.put_off(&owed, &error).await?;
                    achieved.put_off += 1;
                    // What comes after it waits for it: order within a workspace.
                    break;
                }
            }
        }
        Ok(achieved)
    }

    async fn hold(&self, due: Due) -> Result<Option<Lane>, StoreError> {
        self.worker.hold_lane(due, self.me, Moment::now().plus_millis(LEASE_MILLIS)).await
    }

    async fn put_off(&self, owed: &Owed, error: &ErpError) -> Result<(), StoreError> {
        let asked = match error.retry() {
            Retry::Later { after } => after,
            // Refused keys and rights are mended by a person, not by hurry.
            Retry::Never => Some(Duration::from_secs(15)),
        };
        if error.is_site_down() || concerns_the_site(error) {
            self.state.is_down(error);
        }
        let wait = backoff::after(u32::try_from(owed.attempts).unwrap_or(0), asked);
        let wait_millis = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX / 2);
        tracing::info!(outbox.id = owed.id, wait_ms = wait_millis, %error, "an effect was put off");
        let next_at = Moment::now().plus_millis(wait_millis);
        self.worker.put_off(owed.id, next_at, &error.to_string()).await
    }
}

/// Faults of the connection rather than of this one document: giving the document up would lose it for nothing.
fn concerns_the_site(error: &ErpError) -> bool {
    matches!(
        error,
        ErpError::Configuration { .. }
            | ErpError::NotErpnext { .. }
            | ErpError::Unexpected { .. }
            | ErpError::BadCredentials { .. }
            | ErpError::NotPermitted { .. }
    )
}
