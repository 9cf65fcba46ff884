//! People who can sign in, as far as the sign-in itself needs them.
#![expect(
    clippy::disallowed_methods,
    reason = "a sign-in has no scope yet, and people are in no workspace"
)]

use crate::{Db, StoreError, revocations, rows::person};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Value,
    sea_query::OnConflict,
};
use vocabulary::{Person, PersonId, PersonKind};

/// Keeps what ERPNext said about a user who has just signed in, and answers with our record of them.
///
/// # Errors
/// If the database fails.
pub async fn remember(
    db: &Db,
    user: &str,
    full_name: &str,
    kind: PersonKind,
) -> Result<Person, StoreError> {
    save(db, user, full_name, kind, None).await
}

/// Makes or renews the local administrator.
///
/// # Errors
/// If the database fails.
pub async fn save_administrator(
    db: &Db,
    user: &str,
    full_name: &str,
    password_hash: &str,
) -> Result<Person, StoreError> {
    save(db, user, full_name, PersonKind::Administrator, Some(password_hash)).await
}

async fn save(
    db: &Db,
    user: &str,
    full_name: &str,
    kind: PersonKind,
    password_hash: Option<&str>,
) -> Result<Person, StoreError> {
    person::Entity::insert(person::ActiveModel {
        id: Set(PersonId::fresh().as_uuid()),
        user: Set(user.to_lowercase()),
        full_name: Set(full_name.to_owned()),
        kind: Set(kind.as_str().to_owned()),
        enabled: Set(true),
        password_hash: Set(password_hash.map(str::to_owned)),
        standing_asked_at: Set(None),
        user_image: Set(None),
        roles: Set(None),
        ask_again_at: Set(None),
    })
    .on_conflict(
        OnConflict::column(person::Column::User)
            .update_columns([
                person::Column::FullName,
                person::Column::Kind,
                person::Column::Enabled,
                person::Column::PasswordHash,
            ])
            .to_owned(),
    )
    .exec_with_returning(db.writer())
    .await?
    .try_into()
}

/// The local administrator of this name with their argon2 hash, if there is one.
///
/// # Errors
/// If the database fails.
pub async fn administrator(db: &Db, user: &str) -> Result<Option<(Person, String)>, StoreError> {
    let Some(row) = person::Entity::find()
        .filter(person::Column::User.eq(user.to_lowercase()))
        .filter(person::Column::Kind.eq(PersonKind::Administrator.as_str()))
        .filter(person::Column::Enabled.eq(true))
        .one(db.reader())
        .await?
    else {
        return Ok(None);
    };
    let Some(hash) = row.password_hash.clone() else { return Ok(None) };
    Ok(Some((row.try_into()?, hash)))
}

/// Ends all sessions of somebody whom ERPNext has disabled, on open lines too.
///
/// # Errors
/// If the database fails.
pub async fn disable(db: &Db, person: PersonId) -> Result<(), StoreError> {
    let tx = db.begin().await?;
    for sql in [
        "UPDATE people SET enabled = FALSE WHERE id = $1",
        "DELETE FROM sessions WHERE person_id = $1",
        "DELETE FROM credentials WHERE person_id = $1",
    ] {
        tx.execute_raw(db.statement(sql, [person.as_uuid().into()])).await?;
    }
    revocations::note(db, &tx, None, Some(person)).await?;
    Ok(tx.commit().await?)
}

/// Keeps what ERPNext says about a member beside their rights; `roles` is `None` where it may not be asked. Open lines
/// hear of it where what they may do depends on it.
///
/// # Errors
/// If the database fails.
pub async fn note_profile(
    db: &Db,
    person: PersonId,
    full_name: &str,
    user_image: Option<&str>,
    roles: Option<&[String]>,
) -> Result<bool, StoreError> {
    let roles = roles.map(|roles| serde_json::Value::from(roles.to_vec()).to_string());
    let tx = db.begin().await?;
    let who = ("id = $1", person.as_uuid().into());
    let renamed = note_looks(db, &tx, who, full_name, user_image).await?;
    let other_roles = tx
        .execute_raw(db.statement(
            "UPDATE people SET roles = $2 WHERE id = $1 AND COALESCE(roles, '') <> COALESCE($2, '')",
            [person.as_uuid().into(), roles.into()],
        ))
        .await?;
    if other_roles.rows_affected() > 0 {
        revocations::note(db, &tx, None, Some(person)).await?;
    }
    tx.commit().await?;
    Ok(renamed || other_roles.rows_affected() > 0)
}

/// Keeps name and picture of whom the condition on `$1` names; whether something was new.
pub(crate) async fn note_looks(
    db: &Db,
    connection: &impl ConnectionTrait,
    (who, key): (&str, Value),
    full_name: &str,
    user_image: Option<&str>,
) -> Result<bool, StoreError> {
    let sql = format!(
        "UPDATE people SET full_name = $2, user_image = $3
         WHERE {who} AND (full_name <> $2 OR COALESCE(user_image, '') <> COALESCE($3, ''))"
    );
    let values = [key, full_name.into(), user_image.map(str::to_owned).into()];
    Ok(connection.execute_raw(db.statement(&sql, values)).await?.rows_affected() > 0)
}

/// Where ERPNext has a picture of somebody: a path on the site or a URL.
///
/// # Errors
/// If the database fails.
pub async fn user_image(db: &Db, person: PersonId) -> Result<Option<String>, StoreError> {
    Ok(person::Entity::find_by_id(person.as_uuid())
        .one(db.reader())
        .await?
        .and_then(|row| row.user_image)
        .filter(|image| !image.is_empty()))
}

/// ERPNext's `User.name` of a member.
///
/// # Errors
/// If the database fails.
pub async fn user_of_member(db: &Db, person: PersonId) -> Result<Option<String>, StoreError> {
    Ok(person::Entity::find_by_id(person.as_uuid())
        .filter(person::Column::Kind.eq(PersonKind::Member.as_str()))
        .one(db.reader())
        .await?
        .map(|row| row.user))
}
