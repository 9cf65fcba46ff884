//! Members' own credentials with ERPNext, sealed: what they write goes out in their own name.

use crate::{Db, StoreError, worker::Worker};
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use std::str::FromStr;
use vocabulary::{Moment, PersonId};

/// What a [`Credential`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialKind {
    /// The `sid` of a session that a password opened; sealed for `"erpnext session"`.
    Session,
    /// An OAuth access token; sealed for `"erpnext token"`, what renews it for `"erpnext refresh token"`.
    Token,
}

impl CredentialKind {
    /// The word used in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Token => "token",
        }
    }

    /// What its secret is sealed for.
    #[must_use]
    pub const fn purpose(self) -> &'static str {
        match self {
            Self::Session => "erpnext session",
            Self::Token => "erpnext token",
        }
    }
}

impl FromStr for CredentialKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "session" => Ok(Self::Session),
            "token" => Ok(Self::Token),
            _ => Err(()),
        }
    }
}

/// What a refresh token is sealed for.
pub const REFRESH_PURPOSE: &str = "erpnext refresh token";

/// What a member acts with in ERPNext. Sealed: only the vault opens it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// What it is.
    pub kind: CredentialKind,
    /// The secret, sealed for [`CredentialKind::purpose`].
    pub sealed: String,
    /// What renews it, sealed for [`REFRESH_PURPOSE`]; sessions have none.
    pub refresh_sealed: Option<String>,
    /// When ERPNext takes it no longer.
    pub expires_at: Moment,
}

#[derive(FromQueryResult)]
struct Row {
    kind: String,
    sealed: String,
    refresh_sealed: Option<String>,
    expires_at: i64,
}

impl TryFrom<Row> for Credential {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            kind: row
                .kind
                .parse()
                .map_err(|()| StoreError::Unreadable { what: "credentials.kind" })?,
            sealed: row.sealed,
            refresh_sealed: row.refresh_sealed,
            expires_at: Moment::from_millis(row.expires_at),
        })
    }
}

/// Keeps `person`'s credential in place of any before, which comes back to be given back to ERPNext.
///
/// # Errors
/// If the database fails.
pub async fn keep(
    db: &Db,
    person: PersonId,
    credential: &Credential,
) -> Result<Option<Credential>, StoreError> {
    let tx = db.begin().await?;
    let before = take(db, &tx, person).await?;
    tx.execute_raw(db.statement(
        "INSERT INTO credentials (person_id, kind, sealed, refresh_sealed, expires_at) VALUES ($1, $2, $3, $4, $5)",
        [
            person.as_uuid().into(),
            credential.kind.as_str().into(),
            credential.sealed.clone().into(),
            credential.refresh_sealed.clone().into(),
            credential.expires_at.as_millis().into(),
        ],
    ))
    .await?;
    tx.commit().await?;
    Ok(before)
}

/// Puts `renewed` in the place of `old`; whether `old` was still the one kept.
///
/// # Errors
/// If the database fails.
pub async fn replace(
    db: &Db,
    person: PersonId,
    old: &Credential,
    renewed: &Credential,
) -> Result<bool, StoreError> {
    let replaced = db
        .writer()
        .execute_raw(db.statement(
            "UPDATE credentials SET sealed = $3, refresh_sealed = $4, expires_at = $5
             WHERE person_id = $1 AND sealed = $2",
            [
                person.as_uuid().into(),
                old.sealed.clone().into(),
                renewed.sealed.clone().into(),
                renewed.refresh_sealed.clone().into(),
                renewed.expires_at.as_millis().into(),
            ],
        ))
        .await?;
    Ok(replaced.rows_affected() > 0)
}

/// Takes `person`'s credential out if none of their sessions is left.
///
/// # Errors
/// If the database fails.
pub async fn take_after_last_session(
    db: &Db,
    person: PersonId,
) -> Result<Option<Credential>, StoreError> {
    Row::find_by_statement(db.statement(
        "DELETE FROM credentials WHERE person_id = $1
           AND NOT EXISTS (SELECT 1 FROM sessions WHERE person_id = $1 AND expires_at > $2)
         RETURNING kind, sealed, refresh_sealed, expires_at",
        [person.as_uuid().into(), Moment::now().as_millis().into()],
    ))
    .one(db.writer())
    .await?
    .map(Credential::try_from)
    .transpose()
}

/// Forgets `credential`, unless `person` has another one meanwhile.
///
/// # Errors
/// If the database fails.
pub async fn forget(db: &Db, person: PersonId, credential: &Credential) -> Result<(), StoreError> {
    db.writer()
        .execute_raw(db.statement(
            "DELETE FROM credentials WHERE person_id = $1 AND sealed = $2",
            [person.as_uuid().into(), credential.sealed.clone().into()],
        ))
        .await?;
    Ok(())
}

async fn take(
    db: &Db,
    tx: &DatabaseTransaction,
    person: PersonId,
) -> Result<Option<Credential>, StoreError> {
    Row::find_by_statement(db.statement(
        "DELETE FROM credentials WHERE person_id = $1 RETURNING kind, sealed, refresh_sealed, expires_at",
        [person.as_uuid().into()],
    ))
    .one(tx)
    .await?
    .map(Credential::try_from)
    .transpose()
}

impl Worker {
    /// What `person` acts with in ERPNext, if we hold something that may still be valid.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn credential_of(&self, person: PersonId) -> Result<Option<Credential>, StoreError> {
        Row::find_by_statement(self.db().statement(
            "SELECT kind, sealed, refresh_sealed, expires_at FROM credentials
             WHERE person_id = $1 AND (expires_at > $2 OR refresh_sealed IS NOT NULL)",
            [person.as_uuid().into(), Moment::now().as_millis().into()],
        ))
        .one(self.db().reader())
        .await?
        .map(Credential::try_from)
        .transpose()
    }

    /// ERPNext said that it takes `person`'s credential no longer.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn forget_credential(&self, person: PersonId) -> Result<(), StoreError> {
        self.db()
            .writer()
            .execute_raw(self.db().statement(
                "DELETE FROM credentials WHERE person_id = $1",
                [person.as_uuid().into()],
            ))
            .await?;
        Ok(())
    }
}
