//! Sessions live here; only a hash of the token is kept. The only maker of a [`Principal`].

use crate::{Db, StoreError, revocations, rows::person};
use policy::Principal;
use rand::{TryRngCore, rngs::OsRng};
use sea_orm::{ConnectionTrait, FromQueryResult};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use vocabulary::{Moment, Person, PersonId, PersonKind};

/// How long a session lives without a new sign-in: 7 days, as ERPNext's own (`session_expiry` 170 h, rounded down).
pub const LIFETIME_MILLIS: i64 = 7 * 24 * 60 * 60 * 1000;

/// ERPNext's role of those who look after the site.
const SYSTEM_MANAGER: &str = "System Manager";

/// What the store knows a session by.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionHash(String);

impl SessionHash {
    /// The hash of a token.
    #[must_use]
    pub fn of(token: &str) -> Self {
        Self(hex(&Sha256::digest(token.as_bytes())))
    }

    /// As text, for the bus.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// From the bus.
    #[must_use]
    pub const fn from_text(text: String) -> Self {
        Self(text)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A session that is valid now.
#[derive(Clone, Debug)]
pub struct CheckedSession {
    /// Who acts.
    pub principal: Principal,
    /// The same person, for their own page.
    pub person: Person,
    /// What the store knows the session by.
    pub hash: SessionHash,
    /// When it ends by itself.
    pub expires_at: Moment,
}

/// Begins a session of `person`; answers with the token, 256 random bits in hexadecimal, which is kept nowhere.
///
/// # Errors
/// If the database or the machine's random source fails.
pub async fn begin(db: &Db, person: PersonId) -> Result<String, StoreError> {
    let mut bits = [0_u8; 32];
    OsRng
        .try_fill_bytes(&mut bits)
        .map_err(|error| sea_orm::DbErr::Custom(format!("no random bits: {error}")))?;
    let token = hex(&bits);
    let now = Moment::now();
    db.writer()
        .execute_raw(db.statement(
            "INSERT INTO sessions (token_hash, person_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
            [
                SessionHash::of(&token).0.into(),
                person.as_uuid().into(),
                now.as_millis().into(),
                now.plus_millis(LIFETIME_MILLIS).as_millis().into(),
            ],
        ))
        .await?;
    Ok(token)
}

#[derive(FromQueryResult)]
struct Found {
    #[sea_orm(nested)]
    person: person::Model,
    expires_at: i64,
}

/// The session with this token, if it is valid now.
///
/// # Errors
/// If the database fails.
#[expect(clippy::disallowed_methods, reason = "this is where a session has just been found")]
pub async fn check(db: &Db, token: &str) -> Result<Option<CheckedSession>, StoreError> {
    let hash = SessionHash::of(token);
    let found = Found::find_by_statement(db.statement(
        r#"SELECT p.id, p."user", p.full_name, p.kind, p.enabled, p.password_hash, p.standing_asked_at, p.user_image, p.roles, p.ask_again_at,
                  s.expires_at
           FROM sessions s JOIN people p ON p.id = s.person_id
           WHERE s.token_hash = $1 AND s.expires_at > $2 AND p.enabled"#,
        [hash.0.clone().into(), Moment::now().as_millis().into()],
    ))
    .one(db.reader())
    .await?;
    let Some(Found { person, expires_at }) = found else { return Ok(None) };
    let manages_system = person.has_role(SYSTEM_MANAGER);
    let person = Person::try_from(person)?;
    let mut principal =
        Principal::of_checked_session(person.id, person.kind, person.full_name.clone());
    if manages_system {
        principal = principal.proven_system_manager();
    }
    Ok(Some(CheckedSession {
        principal,
        person,
        hash,
        expires_at: Moment::from_millis(expires_at),
    }))
}

#[derive(FromQueryResult)]
struct Ended {
    person_id: Uuid,
}

/// Ends the session with this token; whose it was, if there was one.
///
/// # Errors
/// If the database fails.
pub async fn end(db: &Db, token: &str) -> Result<Option<PersonId>, StoreError> {
    let hash = SessionHash::of(token);
    let tx = db.begin().await?;
    let ended = Ended::find_by_statement(db.statement(
        "DELETE FROM sessions WHERE token_hash = $1 RETURNING person_id",
        [hash.0.clone().into()],
    ))
    .one(&tx)
    .await?;
    if ended.is_some() {
        revocations::note(db, &tx, Some(&hash), None).await?;
    }
    tx.commit().await?;
    Ok(ended.map(|ended| PersonId::from_uuid(ended.person_id)))
}

/// A member who asked for something to be done in their name later, as they are now; `None` if they may no longer sign in.
/// They have proved who they are when they asked; what they may do is asked of the policy when it is done.
///
/// # Errors
/// If the database fails.
#[expect(clippy::disallowed_methods, reason = "whoever asked had a checked session")]
pub(crate) async fn member_of_old(
    db: &Db,
    person: PersonId,
) -> Result<Option<Principal>, StoreError> {
    let row = db
        .reader()
        .query_one_raw(db.statement(
            "SELECT full_name FROM people WHERE id = $1 AND kind = 'member' AND enabled = TRUE",
            [person.as_uuid().into()],
        ))
        .await?;
    row.map(|row| {
        let full_name = row.try_get_by_index::<String>(0)?;
        Ok(Principal::of_checked_session(person, PersonKind::Member, full_name))
    })
    .transpose()
}
