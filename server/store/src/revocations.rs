//! What open lines must hear of within seconds: sessions that ended, people who may read less than before.

use crate::{Db, StoreError, sessions::SessionHash, worker::Worker};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;
use vocabulary::{Moment, PersonId};

/// A reason to look again at somebody's open lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// Number, for telling what was handled before.
    pub id: i64,
    /// The session that ended, if it was one.
    pub session: Option<SessionHash>,
    /// Whose rights changed, if it was that.
    pub person: Option<PersonId>,
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    token_hash: Option<String>,
    person_id: Option<Uuid>,
}

pub(crate) async fn note(
    db: &Db,
    connection: &impl ConnectionTrait,
    session: Option<&SessionHash>,
    person: Option<PersonId>,
) -> Result<(), StoreError> {
    connection
        .execute_raw(db.statement(
            "INSERT INTO revocations (token_hash, person_id, at) VALUES ($1, $2, $3)",
            [
                session.map(|hash| hash.as_str().to_owned()).into(),
                person.map(PersonId::as_uuid).into(),
                Moment::now().as_millis().into(),
            ],
        ))
        .await?;
    Ok(())
}

impl Worker {
    /// What was revoked since `since`.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn revoked_since(&self, since: Moment) -> Result<Vec<Revocation>, StoreError> {
        let rows = Row::find_by_statement(self.db().statement(
            "SELECT id, token_hash, person_id FROM revocations WHERE at >= $1 ORDER BY id",
            [since.as_millis().into()],
        ))
        .all(self.db().reader())
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| Revocation {
                id: row.id,
                session: row.token_hash.map(SessionHash::from_text),
                person: row.person_id.map(PersonId::from_uuid),
            })
            .collect())
    }
}
