//! What boards show of a workspace's Tasks and Issues, for its team.

use crate::{Db, StoreError, messages::with_marks, rows::message, standings::readable};
use policy::{DocumentScope, TeamScope};
use sea_orm::FromQueryResult;
use serde_json::{Map, Value as Json};
use std::collections::HashMap;
use uuid::Uuid;
use vocabulary::{
    Author, Message, Moment, PersonId, TaskStatus, WorkDoctype, WorkField, WorkspaceId,
};

/// How long it is told who moved a card.
const MOVED_LATELY_MILLIS: i64 = 60 * 60 * 1_000;

/// Messages about a document that are told at once.
const TALK_LIMIT: usize = 50;

/// Changes and comments of a document that are told at once.
const STORY_LIMIT: usize = 200;

/// A Task or an Issue as the mirror has it.
#[derive(Clone, Debug, PartialEq)]
pub struct CardCopy {
    /// `name`.
    pub name: String,
    /// `creation`, as ERPNext wrote it.
    pub creation: String,
    /// `modified`, as ERPNext wrote it.
    pub modified: String,
    /// `subject`, as ERPNext wrote it.
    pub subject: String,
    /// `status`.
    pub status: String,
    /// The fields that cards show, by ERPNext's names.
    pub fields: Map<String, Json>,
    /// Messages about it.
    pub talk: u32,
}

#[derive(FromQueryResult)]
struct CardRow {
    name: String,
    creation: String,
    modified: String,
    title: Option<String>,
    status: Option<String>,
    priority: Option<String>,
    exp_end_date: Option<String>,
    sla_resolution_by: Option<String>,
    progress: Option<String>,
    assign: Option<String>,
    modified_by: Option<String>,
    depends_on: Option<String>,
    talk: i64,
}

impl From<CardRow> for CardCopy {
    fn from(row: CardRow) -> Self {
        let number = |text: String| text.parse::<f64>().map_or(Json::Null, Json::from);
        let table = |text: String| serde_json::from_str(&text).unwrap_or(Json::Null);
        let fields = [
            ("priority", row.priority.map(Json::from)),
            ("exp_end_date", row.exp_end_date.map(Json::from)),
            ("sla_resolution_by", row.sla_resolution_by.map(Json::from)),
            ("progress", row.progress.map(number)),
            (WorkField::Assigned.as_str(), row.assign.map(Json::from)),
            ("modified_by", row.modified_by.map(Json::from)),
            ("depends_on", row.depends_on.map(table)),
        ];
        let fields = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Self {
            name: row.name,
            creation: row.creation,
            modified: row.modified,
            subject: row.title.unwrap_or_default(),
            status: row.status.unwrap_or_default(),
            fields: fields.collect(),
            talk: u32::try_from(row.talk).unwrap_or(u32::MAX),
        }
    }
}

#[derive(FromQueryResult)]
struct CountRow {
    facts_changes: i64,
}

/// How often the facts of the workspace have changed. Read before the rest: what changes in between is read again by
/// those who are told a higher number.
///
/// # Errors
/// If the database fails.
pub async fn changes(db: &Db, team: &TeamScope) -> Result<i64, StoreError> {
    let row = CountRow::find_by_statement(db.statement(
        "SELECT facts_changes FROM workspaces WHERE id = $1",
        [team.scope().workspace().as_uuid().into()],
    ))
    .one(db.reader())
    .await?;
    Ok(row.map_or(0, |row| row.facts_changes))
}

/// At most `limit` of the workspace's documents of `doctype` that ERPNext lets this member read, those that are not over
/// first. Templates are work for nobody and left out.
///
/// # Errors
/// If the database fails.
pub async fn cards(
    db: &Db,
    team: &TeamScope,
    doctype: WorkDoctype,
    limit: usize,
) -> Result<Vec<CardCopy>, StoreError> {
    let field = |name| db.json_text("d.fields", name);
    let sql = format!(
        "SELECT d.name, d.creation, d.modified, d.title, d.status, {priority} AS priority,
           {exp_end_date} AS exp_end_date, {sla} AS sla_resolution_by, {progress} AS progress, {assign} AS assign,
           {modified_by} AS modified_by, {depends_on} AS depends_on,
           (SELECT COUNT(*) FROM message_tags t JOIN messages m ON m.id = t.message_id
              WHERE t.doctype = d.doctype AND t.name = d.name AND t.workspace_id = w.id AND m.removed_at IS NULL) AS talk
         FROM documents d JOIN workspaces w ON w.project = d.project
         WHERE d.doctype = $3 AND w.id = $1 AND COALESCE(d.status, '') <> '{template}' AND {readable}
         ORDER BY CASE WHEN {over} THEN 1 ELSE 0 END, d.modified DESC, d.name LIMIT {limit}",
        priority = field("priority"),
        exp_end_date = field("exp_end_date"),
        sla = field("sla_resolution_by"),
        progress = field("progress"),
        assign = field(WorkField::Assigned.as_str()),
        modified_by = field("modified_by"),
        depends_on = field("depends_on"),
        template = TaskStatus::Template.as_str(),
        readable = readable(doctype.as_str(), "d.name"),
        over = crate::facts::is_over("d"),
    );
    let [workspace, person] = of(team);
    let rows = CardRow::find_by_statement(
        db.statement(&sql, [workspace, person, doctype.as_str().into()]),
    )
    .all(db.reader())
    .await?;
    Ok(rows.into_iter().map(CardCopy::from).collect())
}

/// A Task that others wait for.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Awaited {
    /// `name`.
    pub name: String,
    /// `subject`, as ERPNext wrote it.
    pub title: Option<String>,
    /// `status`.
    pub status: Option<String>,
}

/// Those Tasks of the workspace among `names` that ERPNext lets this member read.
///
/// # Errors
/// If the database fails.
pub async fn awaited(
    db: &Db,
    team: &TeamScope,
    names: &[&str],
) -> Result<Vec<Awaited>, StoreError> {
    let sql = format!(
        "SELECT d.name, d.title, d.status FROM documents d JOIN workspaces w ON w.project = d.project
         WHERE d.doctype = 'Task' AND w.id = $1 AND d.name IN {} AND {}",
        db.listed("$3"),
        readable("Task", "d.name")
    );
    let [workspace, person] = of(team);
    let names = Json::from(names.to_vec()).to_string();
    let values = [workspace, person, names.into()];
    Ok(Awaited::find_by_statement(db.statement(&sql, values)).all(db.reader()).await?)
}

#[derive(FromQueryResult)]
struct MoverRow {
    name: String,
    creation: String,
    person_id: Uuid,
    full_name: String,
    value: Option<String>,
}

/// Who lately gave the documents of a workspace their status here, and which: by name and creation.
///
/// # Errors
/// If the database fails.
pub async fn movers(
    db: &Db,
    team: &TeamScope,
    doctype: WorkDoctype,
) -> Result<HashMap<(String, String), (Author, String)>, StoreError> {
    let rows = MoverRow::find_by_statement(db.statement(
        "SELECT e.name, e.creation, e.person_id, p.full_name, e.value FROM edits e JOIN people p ON p.id = e.person_id
         WHERE e.workspace_id = $1 AND e.doctype = $2 AND e.field = 'status' AND e.name IS NOT NULL
           AND e.creation IS NOT NULL AND e.state IN ('pending', 'done') AND e.at > $3 ORDER BY e.id",
        [
            team.scope().workspace().as_uuid().into(),
            doctype.as_str().into(),
            Moment::now().plus_millis(-MOVED_LATELY_MILLIS).as_millis().into(),
        ],
    ))
    .all(db.reader())
    .await?;
    let mover = |row: MoverRow| {
        let value = row.value.and_then(|value| serde_json::from_str::<String>(&value).ok());
        let by = Author { id: PersonId::from_uuid(row.person_id), full_name: row.full_name };
        ((row.name, row.creation), (by, value.unwrap_or_default()))
    };
    Ok(rows.into_iter().map(mover).collect())
}

/// The last messages of the workspace about a document, oldest first.
///
/// # Errors
/// If the database fails.
pub async fn talk(db: &Db, scope: &DocumentScope) -> Result<Vec<Message>, StoreError> {
    let sql = format!(
        "SELECT m.* FROM messages m JOIN message_tags t ON t.message_id = m.id
         WHERE t.workspace_id = $1 AND t.doctype = $2 AND t.name = $3 AND m.removed_at IS NULL
         ORDER BY m.seq DESC LIMIT {TALK_LIMIT}"
    );
    let workspace = scope.team().scope().workspace().as_uuid();
    let values = [workspace.into(), scope.doctype().into(), scope.name().into()];
    let mut rows =
        message::Model::find_by_statement(db.statement(&sql, values)).all(db.reader()).await?;
    rows.reverse();
    with_marks(db, db.reader(), rows).await
}

#[derive(FromQueryResult)]
struct AboutRow {
    creation: String,
    fields: String,
}

/// The mirrored documents of `doctype` (Comment or File) about a document with their `creation`, oldest first.
///
/// # Errors
/// If the database fails.
pub async fn about(
    db: &Db,
    scope: &DocumentScope,
    doctype: &str,
) -> Result<Vec<(String, Map<String, Json>)>, StoreError> {
    let sql = format!(
        "SELECT creation, fields FROM documents WHERE doctype = $1 AND about_doctype = $2 AND about_name = $3
         ORDER BY creation DESC LIMIT {STORY_LIMIT}"
    );
    let values = [doctype.into(), scope.doctype().into(), scope.name().into()];
    let rows = AboutRow::find_by_statement(db.statement(&sql, values)).all(db.reader()).await?;
    let read = |row: AboutRow| {
        let fields = serde_json::from_str(&row.fields)
            .map_err(|_| StoreError::Unreadable { what: "documents.fields" })?;
        Ok((row.creation, fields))
    };
    rows.into_iter().rev().map(read).collect()
}

/// A change that somebody made here and ERPNext has.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    /// Who.
    pub by: String,
    /// Which field.
    pub field: WorkField,
    /// What it was.
    pub base: Json,
    /// What it became.
    pub value: Json,
    /// When ERPNext had it.
    pub at: Moment,
}

#[derive(FromQueryResult)]
struct ChangedRow {
    full_name: String,
    field: String,
    base: Option<String>,
    value: Option<String>,
    at: i64,
}

/// What was changed here of a document that is known by `creation`, oldest first.
///
/// # Errors
/// If the database fails.
pub async fn changed(
    db: &Db,
    scope: &DocumentScope,
    creation: &str,
) -> Result<Vec<Changed>, StoreError> {
    let sql = format!(
        "SELECT p.full_name, e.field, e.base, e.value, e.at FROM edits e JOIN people p ON p.id = e.person_id
         WHERE e.workspace_id = $1 AND e.doctype = $2 AND e.name = $3 AND e.creation = $4 AND e.state = 'done'
         ORDER BY e.id DESC LIMIT {STORY_LIMIT}"
    );
    let values = [
        scope.team().scope().workspace().as_uuid().into(),
        scope.doctype().into(),
        scope.name().into(),
        creation.into(),
    ];
    let rows = ChangedRow::find_by_statement(db.statement(&sql, values)).all(db.reader()).await?;
    let json = |text: Option<String>| {
        text.map_or(Ok(Json::Null), |text| serde_json::from_str(&text))
            .map_err(|_| StoreError::Unreadable { what: "edits value" })
    };
    let read = |row: ChangedRow| {
        let field =
            row.field.parse().map_err(|()| StoreError::Unreadable { what: "edits.field" })?;
        let (base, value) = (json(row.base)?, json(row.value)?);
        Ok(Changed { by: row.full_name, field, base, value, at: Moment::from_millis(row.at) })
    };
    rows.into_iter().rev().map(read).collect()
}

fn of(team: &TeamScope) -> [sea_orm::Value; 2] {
    let workspace: WorkspaceId = team.scope().workspace();
    [workspace.as_uuid().into(), team.scope().who().person().as_uuid().into()]
}
