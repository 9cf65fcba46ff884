//! Who may read which Project, by ERPNext's own answer. The only maker of a [`Standing`].

use crate::{Db, StoreError, revocations, worker::Worker};
use policy::{Principal, Standing};
use sea_orm::{ConnectionTrait, FromQueryResult};
use vocabulary::{Moment, PersonId, PersonKind, WorkspaceId};

/// How `who` stands to `workspace`, as ERPNext last answered.
///
/// # Errors
/// If the database fails.
pub async fn of(db: &Db, who: &Principal, workspace: WorkspaceId) -> Result<Standing, StoreError> {
    // Invitations of clients come with the portal; until then ERPNext has no answer that makes somebody a client here.
    if who.kind() != PersonKind::Member {
        return Ok(Standing::None);
    }
    let row = db
        .reader()
        .query_one_raw(db.statement(
            "SELECT 1 FROM standings s JOIN workspaces w ON w.id = s.workspace_id
             WHERE s.person_id = $1 AND s.workspace_id = $2 AND w.gone_at IS NULL",
            [who.person().as_uuid().into(), workspace.as_uuid().into()],
        ))
        .await?;
    Ok(if row.is_some() { Standing::ReadsProject } else { Standing::None })
}

#[derive(FromQueryResult)]
struct Asked {
    standing_asked_at: Option<i64>,
}

/// When ERPNext was last asked about this person, if ever.
///
/// # Errors
/// If the database fails.
pub async fn asked_at(db: &Db, person: PersonId) -> Result<Option<Moment>, StoreError> {
    let asked = Asked::find_by_statement(db.statement(
        "SELECT standing_asked_at FROM people WHERE id = $1",
        [person.as_uuid().into()],
    ))
    .one(db.reader())
    .await?;
    Ok(asked.and_then(|asked| asked.standing_asked_at).map(Moment::from_millis))
}

/// Keeps ERPNext's answer: `person` may read exactly the Projects named `permitted`. Whether anything changed.
///
/// # Errors
/// If the database fails.
pub async fn record(
    db: &Db,
    person: PersonId,
    permitted: &[String],
    asked_at: Moment,
) -> Result<bool, StoreError> {
    let permitted = serde_json::to_string(permitted).unwrap_or_else(|_| "[]".into());
    let listed = match db.backend() {
        crate::Backend::Sqlite => "(SELECT value FROM json_each($2))",
        crate::Backend::Postgres => "(SELECT jsonb_array_elements_text($2::jsonb))",
    };
    let tx = db.begin().await?;
    let dropped = tx
        .execute_raw(db.statement(
            &format!(
                "DELETE FROM standings WHERE person_id = $1 AND workspace_id IN
                 (SELECT id FROM workspaces WHERE gone_at IS NOT NULL OR project NOT IN {listed})"
            ),
            [person.as_uuid().into(), permitted.clone().into()],
        ))
        .await?;
    let added = tx
        .execute_raw(db.statement(
            &format!(
                "INSERT INTO standings (person_id, workspace_id)
                 SELECT $1, id FROM workspaces WHERE gone_at IS NULL AND project IN {listed}
                 ON CONFLICT DO NOTHING"
            ),
            [person.as_uuid().into(), permitted.into()],
        ))
        .await?;
    tx.execute_raw(db.statement(
        "UPDATE people SET standing_asked_at = $2 WHERE id = $1",
        [person.as_uuid().into(), asked_at.as_millis().into()],
    ))
    .await?;
    if dropped.rows_affected() > 0 {
        revocations::note(db, &tx, None, Some(person)).await?;
    }
    tx.commit().await?;
    Ok(dropped.rows_affected() + added.rows_affected() > 0)
}

impl Worker {
    /// ERPNext may answer differently now, about `user` or, with `None`, about everybody: the answers are due again.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn ask_again_about(&self, user: Option<&str>) -> Result<(), StoreError> {
        let everybody = "UPDATE people SET standing_asked_at = NULL WHERE kind = 'member'";
        let statement = match user {
            Some(user) => self.db().statement(
                &format!(r#"{everybody} AND "user" = $1"#),
                [user.to_lowercase().into()],
            ),
            None => self.db().statement(everybody, []),
        };
        self.db().writer().execute_raw(statement).await?;
        Ok(())
    }
}
