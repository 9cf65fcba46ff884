//! Who may read which Project, by ERPNext's own answer. The only maker of a [`Standing`].

mod documents;

pub use documents::{Counted, Reads, counted, may_read, mirrored, record_documents};
pub(crate) use documents::{contact_of, readable, taggable, taggable_of_each};

use crate::{Db, StoreError, revocations, worker::Worker};
use policy::{Principal, Standing};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;
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

/// Keeps ERPNext's answer to a question that began at `asked_at`: `person` may read exactly the Projects named
/// `permitted`. Whether anything changed.
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
    let listed = db.listed("$2");
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
    // A reason to ask again that came up after the asking began is not answered by it.
    tx.execute_raw(db.statement(
        "UPDATE people SET standing_asked_at = CASE WHEN ask_again_at >= $2 THEN NULL ELSE $2 END WHERE id = $1",
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
        let everybody =
            "UPDATE people SET standing_asked_at = NULL, ask_again_at = $1 WHERE kind = 'member'";
        let now = Moment::now().as_millis().into();
        let statement = match user {
            Some(user) => self.db().statement(
                &format!(r#"{everybody} AND "user" = $2"#),
                [now, user.to_lowercase().into()],
            ),
            None => self.db().statement(everybody, [now]),
        };
        self.db().writer().execute_raw(statement).await?;
        Ok(())
    }

    /// Members with a session about whom ERPNext has to be asked again.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn people_to_ask_about(&self) -> Result<Vec<PersonId>, StoreError> {
        let rows = self
            .db()
            .reader()
            .query_all_raw(self.db().statement(
                "SELECT id FROM people p WHERE standing_asked_at IS NULL AND kind = 'member' AND enabled
                   AND EXISTS (SELECT 1 FROM sessions s WHERE s.person_id = p.id AND s.expires_at > $1)",
                [Moment::now().as_millis().into()],
            ))
            .await?;
        rows.iter().map(|row| Ok(PersonId::from_uuid(row.try_get_by_index::<Uuid>(0)?))).collect()
    }
}
