//! Work that only one replica does at a time.

use crate::{StoreError, worker::Worker};
use sea_orm::ConnectionTrait;
use uuid::Uuid;
use vocabulary::Moment;

impl Worker {
    /// Takes, or keeps, the lease `name` until `until`; whether `holder` has it now.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn hold_lease(
        &self,
        name: &str,
        holder: Uuid,
        until: Moment,
    ) -> Result<bool, StoreError> {
        let held = self
            .db
            .writer()
            .execute_raw(self.db.statement(
                "INSERT INTO leases (name, held_by, held_until) VALUES ($1, $2, $3)
                 ON CONFLICT (name) DO UPDATE SET held_by = $2, held_until = $3
                 WHERE leases.held_until <= $4 OR leases.held_by = $2",
                [
                    name.into(),
                    holder.to_string().into(),
                    until.as_millis().into(),
                    Moment::now().as_millis().into(),
                ],
            ))
            .await?;
        Ok(held.rows_affected() == 1)
    }
}
