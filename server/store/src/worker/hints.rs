//! What ERPNext's webhooks say: something happened to this document. Only a reason to look, never the truth.

use crate::{StoreError, worker::Worker};
use sea_orm::{ConnectionTrait, FromQueryResult};
use vocabulary::Moment;

/// A document that ERPNext says something happened to.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Hint {
    /// Its doctype.
    pub doctype: String,
    /// Its name.
    pub name: String,
    /// `after_insert`, `on_update`, `on_change` or `on_trash`.
    pub event: String,
    /// Whom a User Permission, a share or a User is about; else empty.
    pub user: String,
    /// When it came, milliseconds since the epoch.
    pub received_at: i64,
}

/// How the webhooks have been.
#[derive(Clone, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct WebhookState {
    /// When one last came, milliseconds since the epoch.
    pub received_at: Option<i64>,
    /// How many came.
    pub received: i64,
    /// When one was last refused for its signature.
    pub refused_at: Option<i64>,
    /// How many were.
    pub refused: i64,
}

impl Worker {
    /// Keeps a hint until it is worked off; one for each document, the newest, and always later than the one before it:
    /// another machine's clock may be behind.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn keep_hint(&self, hint: &Hint) -> Result<(), StoreError> {
        self.db
            .writer()
            .execute_raw(self.db.statement(
                r#"INSERT INTO hints (doctype, name, event, "user", received_at) VALUES ($1, $2, $3, $4, $5)
                   ON CONFLICT (doctype, name) DO UPDATE SET event = $3, "user" = $4,
                     received_at = CASE WHEN $5 > hints.received_at THEN $5 ELSE hints.received_at + 1 END"#,
                [
                    hint.doctype.clone().into(),
                    hint.name.clone().into(),
                    hint.event.clone().into(),
                    hint.user.clone().into(),
                    hint.received_at.into(),
                ],
            ))
            .await?;
        Ok(())
    }

    /// Up to `limit` hints, the oldest first.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn hints(&self, limit: u64) -> Result<Vec<Hint>, StoreError> {
        Ok(Hint::find_by_statement(self.db.statement(
            r#"SELECT doctype, name, event, "user", received_at FROM hints ORDER BY received_at LIMIT $1"#,
            [i64::try_from(limit).unwrap_or(i64::MAX).into()],
        ))
        .all(self.db.reader())
        .await?)
    }

    /// Drops hints that were worked off, unless a newer one came for the same document.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn drop_hints(&self, worked_off: &[Hint]) -> Result<(), StoreError> {
        let tx = self.db.begin().await?;
        for hint in worked_off {
            tx.execute_raw(self.db.statement(
                "DELETE FROM hints WHERE doctype = $1 AND name = $2 AND received_at <= $3",
                [hint.doctype.clone().into(), hint.name.clone().into(), hint.received_at.into()],
            ))
            .await?;
        }
        Ok(tx.commit().await?)
    }

    /// Counts webhooks that came, or that were refused for their signature.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn count_webhooks(&self, accepted: bool, number: u32) -> Result<(), StoreError> {
        let (at, count) =
            if accepted { ("received_at", "received") } else { ("refused_at", "refused") };
        let sql = format!(
            "INSERT INTO webhook_state (id, {at}, {count}) VALUES (1, $1, $2)
             ON CONFLICT (id) DO UPDATE SET {at} = $1, {count} = webhook_state.{count} + $2"
        );
        let values = [Moment::now().as_millis().into(), i64::from(number).into()];
        self.db.writer().execute_raw(self.db.statement(&sql, values)).await?;
        Ok(())
    }

    /// How the webhooks have been.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn webhook_state(&self) -> Result<WebhookState, StoreError> {
        let state = WebhookState::find_by_statement(self.db.statement(
            "SELECT received_at, received, refused_at, refused FROM webhook_state WHERE id = 1",
            [],
        ))
        .one(self.db.reader())
        .await?;
        Ok(state.unwrap_or_default())
    }
}
