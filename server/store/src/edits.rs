//! What members have changed of Tasks and Issues, until ERPNext has it or they have decided: kept with what ERPNext is
//! owed for it, both or neither.

use crate::{
    Db, StoreError,
    messages::{self, Acted, tag_with},
    notices,
    standings::readable,
    tags,
    worker::{DocumentCopy, Effect, NewEffect, WorkDocument, copy_of, owe},
};
use policy::{DocumentScope, TeamScope};
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult, Value};
use serde_json::Value as Json;
use std::collections::HashMap;
use uuid::Uuid;
use vocabulary::{
    Author, EditId, EditState, MessageId, Moment, PersonId, SaveId, Tag, TagDoctype, WorkDoctype,
    WorkField, WorkspaceId,
};

/// One field to be changed.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEdit {
    /// Which.
    pub field: WorkField,
    /// What its author saw before.
    pub base: Json,
    /// What it shall be.
    pub value: Json,
}

/// One field somebody changed.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptEdit {
    /// Its number.
    pub id: EditId,
    /// What it was saved with.
    pub save: SaveId,
    /// Who.
    pub by: Author,
    /// Of which doctype.
    pub doctype: WorkDoctype,
    /// Of which document; `None` while it is being made.
    pub name: Option<String>,
    /// Which field.
    pub field: WorkField,
    /// What they saw before.
    pub base: Json,
    /// What it shall be.
    pub value: Json,
    /// How it stands.
    pub state: KeptState,
}

/// How it stands with a [`KeptEdit`].
#[derive(Clone, Debug, PartialEq)]
pub enum KeptState {
    /// On its way.
    Pending,
    /// The field has another value by now.
    Conflict {
        /// Which.
        theirs: Json,
    },
    /// ERPNext does not take it.
    Refused {
        /// Its words.
        words: String,
    },
}

impl KeptState {
    /// For people; `said` is how a value reads.
    pub fn told(&self, said: impl Fn(&Json) -> Option<String>) -> EditState {
        match self {
            Self::Pending => EditState::Pending,
            Self::Conflict { theirs } => EditState::Conflict { theirs: said(theirs) },
            Self::Refused { words } => EditState::Refused { words: words.clone() },
        }
    }
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    save_id: Uuid,
    person_id: Uuid,
    full_name: String,
    doctype: String,
    name: Option<String>,
    field: String,
    base: Option<String>,
    value: Option<String>,
    state: String,
    theirs: Option<String>,
    words: Option<String>,
}

impl TryFrom<Row> for KeptEdit {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let state = match row.state.as_str() {
            "conflict" => KeptState::Conflict { theirs: json(row.theirs.as_deref())? },
            "refused" => KeptState::Refused { words: row.words.unwrap_or_default() },
            _ => KeptState::Pending,
        };
        Ok(Self {
            id: EditId::new(row.id),
            save: SaveId::from_uuid(row.save_id),
            by: Author { id: PersonId::from_uuid(row.person_id), full_name: row.full_name },
            doctype: row
                .doctype
                .parse()
                .map_err(|()| StoreError::Unreadable { what: "edits.doctype" })?,
            name: row.name,
            field: row
                .field
                .parse()
                .map_err(|()| StoreError::Unreadable { what: "edits.field" })?,
            base: json(row.base.as_deref())?,
            value: json(row.value.as_deref())?,
            state,
        })
    }
}

fn json(text: Option<&str>) -> Result<Json, StoreError> {
    text.map_or(Ok(Json::Null), serde_json::from_str)
        .map_err(|_| StoreError::Unreadable { what: "edits value" })
}

const SELECT: &str = "SELECT e.id, e.save_id, e.person_id, p.full_name, e.doctype, e.name, e.field, e.base, e.value, e.state, e.theirs, e.words
     FROM edits e JOIN people p ON p.id = e.person_id JOIN workspaces w ON w.id = e.workspace_id";

/// The document as it was last copied.
///
/// # Errors
/// If the database fails.
pub async fn document(db: &Db, scope: &DocumentScope) -> Result<Option<DocumentCopy>, StoreError> {
    copy_of(db, scope.doctype(), scope.name()).await
}

/// Keeps what was changed of a document, and owes it to ERPNext. The same save again keeps nothing new.
///
/// # Errors
/// If the database fails; then nothing is kept.
pub async fn change(
    db: &Db,
    scope: &DocumentScope,
    save: SaveId,
    document: &WorkDocument,
    edits: &[NewEdit],
    effect: Effect,
) -> Result<(), StoreError> {
    keep(db, scope.team(), save, document.doctype, Some(document), edits, effect).await
}

/// Keeps what is to be made, and owes it to ERPNext. The same save again keeps nothing new.
///
/// # Errors
/// If the database fails; then nothing is kept.
pub async fn make(
    db: &Db,
    team: &TeamScope,
    save: SaveId,
    doctype: WorkDoctype,
    edits: &[NewEdit],
    effect: Effect,
) -> Result<(), StoreError> {
    keep(db, team, save, doctype, None, edits, effect).await
}

/// The same of what is made of a message, which is about it from now on: all of it or nothing.
///
/// # Errors
/// If the database fails; then nothing is kept.
pub async fn make_of(
    db: &Db,
    team: &TeamScope,
    message: MessageId,
    (save, doctype): (SaveId, WorkDoctype),
    edits: &[NewEdit],
    effect: Effect,
) -> Result<Acted, StoreError> {
    let tag_doctype = match doctype {
        WorkDoctype::Task => TagDoctype::Task,
        WorkDoctype::Issue => TagDoctype::Issue,
    };
    let tag = Tag { doctype: tag_doctype, name: save.to_string(), making: true };
    let tx = db.begin().await?;
    let acted = tag_with(db, &tx, team, message, &tag, Moment::now()).await?;
    let kept = match acted {
        Ok(()) => keep_on(db, &tx, team, (save, doctype, None), edits, effect).await?,
        Err(refused) => {
            tx.rollback().await?;
            return Ok(refused);
        }
    };
    if kept {
        tx.commit().await?;
    } else {
        // It was made of this message before, and the tag has its name by now or was taken away.
        tx.rollback().await?;
    }
    Ok(match messages::by_id(db, team.scope(), message).await? {
        Some(message) if kept => Acted::Changed(vec![message]),
        Some(message) => Acted::Same(message),
        None => Acted::Missing,
    })
}

async fn keep(
    db: &Db,
    team: &TeamScope,
    save: SaveId,
    doctype: WorkDoctype,
    document: Option<&WorkDocument>,
    edits: &[NewEdit],
    effect: Effect,
) -> Result<(), StoreError> {
    let tx = db.begin().await?;
    if keep_on(db, &tx, team, (save, doctype, document), edits, effect).await? {
        tx.commit().await?;
    } else {
        tx.rollback().await?;
    }
    Ok(())
}

/// Whether it was new.
async fn keep_on(
    db: &Db,
    tx: &DatabaseTransaction,
    team: &TeamScope,
    (save, doctype, document): (SaveId, WorkDoctype, Option<&WorkDocument>),
    edits: &[NewEdit],
    effect: Effect,
) -> Result<bool, StoreError> {
    let (workspace, person) = (team.scope().workspace(), team.scope().who().person());
    let now = Moment::now();
    let new =
        NewEffect { workspace, key: save.as_uuid(), person: Some(person), effect, content: None };
    if !owe(db, tx, &new, now).await? {
        return Ok(false);
    }
    for edit in edits {
        if let Some(document) = document {
            drop_older(db, tx, team, document, edit.field, now).await?;
        }
        tx.execute_raw(db.statement(
            "INSERT INTO edits (save_id, workspace_id, person_id, doctype, name, creation, field, base, value, state, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending', $10)",
            [
                save.as_uuid().into(),
                workspace.as_uuid().into(),
                person.as_uuid().into(),
                doctype.as_str().into(),
                document.map(|document| document.name.clone()).into(),
                document.map(|document| document.creation.clone()).into(),
                edit.field.as_str().into(),
                edit.base.to_string().into(),
                edit.value.to_string().into(),
                now.as_millis().into(),
            ],
        ))
        .await?;
    }
    notices::edits_decided(db, tx, person).await?;
    count_facts(db, tx, workspace).await?;
    Ok(true)
}

/// What pages show of the workspace has changed.
pub(crate) async fn count_facts(
    db: &Db,
    connection: &impl ConnectionTrait,
    workspace: WorkspaceId,
) -> Result<(), StoreError> {
    connection
        .execute_raw(db.statement(
            "UPDATE workspaces SET facts_changes = facts_changes + 1 WHERE id = $1",
            [workspace.as_uuid().into()],
        ))
        .await?;
    Ok(())
}

/// Whoever changes a field again has decided on what stood there before.
async fn drop_older(
    db: &Db,
    tx: &DatabaseTransaction,
    team: &TeamScope,
    document: &WorkDocument,
    field: WorkField,
    now: Moment,
) -> Result<(), StoreError> {
    tx.execute_raw(db.statement(
        "UPDATE edits SET state = 'dropped', at = $6 WHERE workspace_id = $1 AND person_id = $2 AND doctype = $3
           AND name = $4 AND field = $5 AND state IN ('conflict', 'refused')",
        [
            team.scope().workspace().as_uuid().into(),
            team.scope().who().person().as_uuid().into(),
            document.doctype.as_str().into(),
            document.name.clone().into(),
            field.as_str().into(),
            now.as_millis().into(),
        ],
    ))
    .await?;
    Ok(())
}

/// What is on its way in the workspace, of everybody, as far as this member may read the documents; and what they have
/// to decide on. In the order it was saved.
///
/// # Errors
/// If the database fails.
pub async fn of_workspace(db: &Db, team: &TeamScope) -> Result<Vec<KeptEdit>, StoreError> {
    let sql = format!("{SELECT} WHERE e.workspace_id = $1 AND {} ORDER BY e.id", visible());
    found(db, &sql, scope_values(team)).await
}

#[derive(FromQueryResult)]
struct MadeOfRow {
    name: String,
    message_id: Uuid,
}

/// The messages of the workspace of which something is being made, by its save.
///
/// # Errors
/// If the database fails.
pub async fn made_of(db: &Db, team: &TeamScope) -> Result<HashMap<SaveId, MessageId>, StoreError> {
    let rows = MadeOfRow::find_by_statement(db.statement(
        "SELECT name, message_id FROM message_tags WHERE workspace_id = $1 AND making",
        [team.scope().workspace().as_uuid().into()],
    ))
    .all(db.reader())
    .await?;
    let pair =
        |row: MadeOfRow| Some((row.name.parse().ok()?, MessageId::from_uuid(row.message_id)));
    Ok(rows.into_iter().filter_map(pair).collect())
}

/// The same of one document.
///
/// # Errors
/// If the database fails.
pub async fn of_document(db: &Db, scope: &DocumentScope) -> Result<Vec<KeptEdit>, StoreError> {
    let sql = format!(
        "{SELECT} WHERE e.workspace_id = $1 AND {} AND e.doctype = $3 AND e.name = $4 ORDER BY e.id",
        visible()
    );
    let [workspace, person] = scope_values(scope.team());
    found(db, &sql, [workspace, person, scope.doctype().into(), scope.name().into()]).await
}

/// An edit of this member that waits for their decision.
///
/// # Errors
/// If the database fails.
pub async fn to_decide(
    db: &Db,
    team: &TeamScope,
    id: EditId,
) -> Result<Option<KeptEdit>, StoreError> {
    let sql = format!(
        "{SELECT} WHERE e.workspace_id = $1 AND e.person_id = $2 AND e.id = $3 AND e.state IN ('conflict', 'refused')
           AND {}",
        visible()
    );
    let [workspace, person] = scope_values(team);
    Ok(found(db, &sql, [workspace, person, id.get().into()]).await?.pop())
}

/// Drops an edit of this member that waited for their decision. Whether there was one.
///
/// # Errors
/// If the database fails.
pub async fn give_up(db: &Db, team: &TeamScope, id: EditId) -> Result<bool, StoreError> {
    let which = "id = $3 AND state IN ('conflict', 'refused')";
    drop_those(db, team, which, id.get().into(), None).await
}

/// Drops what this member wanted to make and ERPNext refused. Whether there was something.
///
/// # Errors
/// If the database fails.
pub async fn give_up_making(db: &Db, team: &TeamScope, save: SaveId) -> Result<bool, StoreError> {
    let which = "save_id = $3 AND name IS NULL AND state = 'refused'";
    drop_those(db, team, which, save.as_uuid().into(), Some(save)).await
}

/// Drops this member's edits that the condition on `$3` names. Whether there were some.
async fn drop_those(
    db: &Db,
    team: &TeamScope,
    which: &str,
    key: Value,
    making: Option<SaveId>,
) -> Result<bool, StoreError> {
    let [workspace, person] = scope_values(team);
    let sql = format!(
        "UPDATE edits SET state = 'dropped', at = $4 WHERE workspace_id = $1 AND person_id = $2 AND {which}"
    );
    let tx = db.begin().await?;
    if making.is_some() {
        messages::hold_places(db, &tx, team.scope().workspace()).await?;
    }
    let values = [workspace, person, key, Moment::now().as_millis().into()];
    let dropped = tx.execute_raw(db.statement(&sql, values)).await?.rows_affected() > 0;
    if dropped {
        let workspace = team.scope().workspace();
        if let Some(save) = making {
            tags::given_up(db, &tx, workspace, &save.to_string()).await?;
        }
        notices::edits_decided(db, &tx, team.scope().who().person()).await?;
        count_facts(db, &tx, workspace).await?;
    }
    tx.commit().await?;
    Ok(dropped)
}

fn scope_values(team: &TeamScope) -> [Value; 2] {
    [team.scope().workspace().as_uuid().into(), team.scope().who().person().as_uuid().into()]
}

/// What is being made has no name ERPNext could be asked about: only its author sees it. What was about a document that
/// is gone is about no other that got its name.
fn visible() -> String {
    format!(
        "((e.name IS NULL AND e.person_id = $2 AND e.state IN ('pending', 'refused'))
          OR (e.name IS NOT NULL AND (e.state = 'pending' OR (e.person_id = $2 AND e.state IN ('conflict', 'refused')))
              AND EXISTS (SELECT 1 FROM documents d
                WHERE d.doctype = e.doctype AND d.name = e.name AND d.creation = e.creation)
              AND ((e.doctype = 'Task' AND {}) OR (e.doctype = 'Issue' AND {}))))",
        readable("Task", "e.name"),
        readable("Issue", "e.name")
    )
}

async fn found<const N: usize>(
    db: &Db,
    sql: &str,
    values: [Value; N],
) -> Result<Vec<KeptEdit>, StoreError> {
    Row::find_by_statement(db.statement(sql, values))
        .all(db.reader())
        .await?
        .into_iter()
        .map(KeptEdit::try_from)
        .collect()
}
