//! Which Tasks and Issues of a workspace somebody may read, by ERPNext's own answer.

use crate::{Db, StoreError, revocations};
use policy::TeamScope;
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use vocabulary::{PersonId, WorkspaceId};

/// What ERPNext lets somebody read of one doctype in one workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reads {
    /// Every document.
    All,
    /// None.
    None,
    /// The documents of these names.
    Some(BTreeSet<String>),
}

impl Reads {
    /// The word used in the database.
    const fn as_str(&self) -> &'static str {
        match self {
            Self::All => "all",
            Self::None => "none",
            Self::Some(_) => "some",
        }
    }
}

/// How many documents of a doctype a workspace has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// Its Project's name.
    pub project: String,
    /// Documents in the mirror.
    pub documents: u64,
}

#[derive(FromQueryResult)]
struct CountedRow {
    id: Uuid,
    project: String,
    documents: i64,
}

#[derive(FromQueryResult)]
struct MirroredRow {
    id: Uuid,
    name: String,
}

#[derive(FromQueryResult)]
struct ReadsRow {
    workspace_id: Uuid,
    reads: String,
}

#[derive(FromQueryResult)]
struct NamedRow {
    workspace_id: Uuid,
    name: String,
}

/// The condition that a document is one which the person `$2` may read in the workspace `w.id`.
pub(crate) fn readable(doctype: &str, name: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM document_standings ds
           WHERE ds.person_id = $2 AND ds.workspace_id = w.id AND ds.doctype = '{doctype}'
             AND (ds.reads = 'all' OR (ds.reads = 'some' AND EXISTS (SELECT 1 FROM readable_documents rd
               WHERE rd.person_id = ds.person_id AND rd.workspace_id = ds.workspace_id
                 AND rd.doctype = ds.doctype AND rd.name = {name}))))"
    )
}

/// The condition that the document `d` is one which the person `$2` may tag in the workspace `w`, and whose title they may
/// know: a Task or an Issue of the Project that ERPNext lets them read, the Project's Customer, or a Contact of that Customer
/// or of the Project itself.
pub(crate) fn taggable(db: &Db) -> String {
    format!("({})", taggable_of_each(db).join(" OR "))
}

/// The same as one condition for each doctype: a query over many workspaces takes an index for each, and none for all of
/// them together.
pub(crate) fn taggable_of_each(db: &Db) -> [String; 4] {
    let of_project = |doctype: &str| {
        let readable = readable(doctype, "d.name");
        format!("(d.doctype = '{doctype}' AND d.project = w.project AND {readable})")
    };
    [
        of_project("Task"),
        of_project("Issue"),
        "(d.doctype = 'Customer' AND d.name = w.customer)".to_owned(),
        format!("(d.doctype = 'Contact' AND {})", contact_of(db)),
    ]
}

/// The condition that the Contact `d` is linked to the Customer or to the Project of the workspace `w`.
pub(crate) fn contact_of(db: &Db) -> String {
    format!(
        "({} OR {})",
        db.linked("d.fields", "Customer", "w.customer"),
        db.linked("d.fields", "Project", "w.project")
    )
}

/// Whether the documents of a doctype have standings of their own.
fn has_standings(doctype: &str) -> bool {
    matches!(doctype, "Task" | "Issue")
}

/// How many documents of `doctype` there are in each workspace that `person` may read.
///
/// # Errors
/// If the database fails.
pub async fn counted(db: &Db, person: PersonId, doctype: &str) -> Result<Vec<Counted>, StoreError> {
    if !has_standings(doctype) {
        return Ok(Vec::new());
    }
    let rows = CountedRow::find_by_statement(db.statement(
        "SELECT w.id, w.project,
           (SELECT COUNT(*) FROM documents d WHERE d.doctype = $2 AND d.project = w.project) AS documents
         FROM standings s JOIN workspaces w ON w.id = s.workspace_id
         WHERE s.person_id = $1 AND w.gone_at IS NULL",
        [person.as_uuid().into(), doctype.into()],
    ))
    .all(db.reader())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Counted {
            workspace: WorkspaceId::from_uuid(row.id),
            project: row.project,
            documents: u64::try_from(row.documents).unwrap_or(0),
        })
        .collect())
}

/// The names of the documents of `doctype` in each workspace that `person` may read.
///
/// # Errors
/// If the database fails.
pub async fn mirrored(
    db: &Db,
    person: PersonId,
    doctype: &str,
) -> Result<BTreeMap<WorkspaceId, BTreeSet<String>>, StoreError> {
    if !has_standings(doctype) {
        return Ok(BTreeMap::new());
    }
    let rows = MirroredRow::find_by_statement(db.statement(
        "SELECT w.id, d.name FROM standings s
         JOIN workspaces w ON w.id = s.workspace_id
         JOIN documents d ON d.doctype = $2 AND d.project = w.project
         WHERE s.person_id = $1 AND w.gone_at IS NULL",
        [person.as_uuid().into(), doctype.into()],
    ))
    .all(db.reader())
    .await?;
    let mut names: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for row in rows {
        names.entry(WorkspaceId::from_uuid(row.id)).or_default().insert(row.name);
    }
    Ok(names)
}

/// Keeps ERPNext's answer about the documents of one doctype: what is not among `reads` is not read. Whether anything
/// changed; open lines hear of it.
///
/// # Errors
/// If the database fails.
pub async fn record_documents(
    db: &Db,
    person: PersonId,
    doctype: &str,
    reads: &BTreeMap<WorkspaceId, Reads>,
) -> Result<bool, StoreError> {
    if recorded(db, db.reader(), person, doctype).await? == *reads {
        return Ok(false);
    }
    let tx = db.begin().await?;
    // What another replica may have recorded meanwhile is no longer what was compared with.
    let before = recorded(db, &tx, person, doctype).await?;
    for workspace in before.keys().filter(|workspace| reads.get(workspace) != before.get(workspace))
    {
        for table in ["document_standings", "readable_documents"] {
            tx.execute_raw(db.statement(
                &format!("DELETE FROM {table} WHERE person_id = $1 AND workspace_id = $2 AND doctype = $3"),
                [person.as_uuid().into(), workspace.as_uuid().into(), doctype.into()],
            ))
            .await?;
        }
    }
    for (workspace, reads) in
        reads.iter().filter(|(workspace, reads)| before.get(workspace) != Some(reads))
    {
        insert(db, &tx, (person, *workspace, doctype), reads).await?;
    }
    revocations::note(db, &tx, None, Some(person)).await?;
    tx.commit().await?;
    Ok(true)
}

async fn insert(
    db: &Db,
    tx: &DatabaseTransaction,
    (person, workspace, doctype): (PersonId, WorkspaceId, &str),
    reads: &Reads,
) -> Result<(), StoreError> {
    let key = || [person.as_uuid().into(), workspace.as_uuid().into(), doctype.into()];
    let [a, b, c] = key();
    tx.execute_raw(db.statement(
        "INSERT INTO document_standings (person_id, workspace_id, doctype, reads) VALUES ($1, $2, $3, $4)",
        [a, b, c, reads.as_str().into()],
    ))
    .await?;
    let Reads::Some(names) = reads else { return Ok(()) };
    let listed = match db.backend() {
        crate::Backend::Sqlite => "json_each($4)",
        crate::Backend::Postgres => "jsonb_array_elements_text($4::jsonb) AS listed(value)",
    };
    let names = serde_json::to_string(names).unwrap_or_else(|_| "[]".into());
    let [a, b, c] = key();
    tx.execute_raw(db.statement(
        &format!(
            "INSERT INTO readable_documents (person_id, workspace_id, doctype, name)
             SELECT $1, $2, $3, value FROM {listed}"
        ),
        [a, b, c, names.into()],
    ))
    .await?;
    Ok(())
}

async fn recorded(
    db: &Db,
    connection: &impl ConnectionTrait,
    person: PersonId,
    doctype: &str,
) -> Result<BTreeMap<WorkspaceId, Reads>, StoreError> {
    let of = || [person.as_uuid().into(), doctype.into()];
    let rows = ReadsRow::find_by_statement(db.statement(
        "SELECT workspace_id, reads FROM document_standings WHERE person_id = $1 AND doctype = $2",
        of(),
    ))
    .all(connection)
    .await?;
    let mut recorded: BTreeMap<WorkspaceId, Reads> = rows
        .into_iter()
        .map(|row| {
            let reads = match row.reads.as_str() {
                "all" => Reads::All,
                "some" => Reads::Some(BTreeSet::new()),
                _ => Reads::None,
            };
            (WorkspaceId::from_uuid(row.workspace_id), reads)
        })
        .collect();
    let named = NamedRow::find_by_statement(db.statement(
        "SELECT workspace_id, name FROM readable_documents WHERE person_id = $1 AND doctype = $2",
        of(),
    ))
    .all(connection)
    .await?;
    for row in named {
        if let Some(Reads::Some(names)) =
            recorded.get_mut(&WorkspaceId::from_uuid(row.workspace_id))
        {
            names.insert(row.name);
        }
    }
    Ok(recorded)
}

/// Whether `team` may read this document of its workspace, as ERPNext last answered.
///
/// # Errors
/// If the database fails.
pub async fn may_read(
    db: &Db,
    team: &TeamScope,
    doctype: &str,
    name: &str,
) -> Result<bool, StoreError> {
    if !has_standings(doctype) {
        return Ok(false);
    }
    let row = db
        .reader()
        .query_one_raw(db.statement(
            &format!(
                "SELECT 1 FROM documents d JOIN workspaces w ON w.project = d.project
                 WHERE d.doctype = $4 AND w.id = $1 AND w.gone_at IS NULL AND d.name = $3 AND {}",
                readable(doctype, "d.name")
            ),
            [
                team.scope().workspace().as_uuid().into(),
                team.scope().who().person().as_uuid().into(),
                name.into(),
                doctype.into(),
            ],
        ))
        .await?;
    Ok(row.is_some())
}
