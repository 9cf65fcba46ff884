//! What can go wrong in the store.

use sea_orm::{DbErr, SqlErr};
use thiserror::Error;

/// A failure of the database, or of what it holds.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The database refused or did not answer.
    #[error("the database failed")]
    Database(#[from] DbErr),
    /// A row holds what this version cannot read.
    #[error("the database holds an unreadable {what}")]
    Unreadable {
        /// Which column.
        what: &'static str,
    },
    /// The address of the database is wrong.
    #[error("DATABASE_URL is neither sqlite:// nor postgres://")]
    UnknownBackend,
}

impl StoreError {
    /// Whether a unique index refused the write.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Database(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))))
    }
}
