//! What chips tell of the documents that messages are about, for one member.

use crate::{Db, StoreError, standings::taggable};
use policy::TeamScope;
use sea_orm::FromQueryResult;
use serde_json::{Map, Value as Json};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;
use vocabulary::{SaveId, TagDoctype};

/// What the mirror has of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Mirrored {
    /// What people call it.
    pub title: Option<String>,
    /// `status`.
    pub status: Option<String>,
    /// Its fields by ERPNext's names.
    pub fields: Map<String, Json>,
}

#[derive(FromQueryResult)]
struct Row {
    name: String,
    title: Option<String>,
    status: Option<String>,
    fields: String,
}

#[derive(FromQueryResult)]
struct SaveRow {
    save_id: Uuid,
}

/// Those of the documents `names` of a doctype that this member may know of in the workspace, by the rule of
/// [`crate::pickers::documents`].
///
/// # Errors
/// If the database fails.
pub async fn of(
    db: &Db,
    team: &TeamScope,
    doctype: TagDoctype,
    names: &[&str],
) -> Result<HashMap<String, Mirrored>, StoreError> {
    let sql = format!(
        "SELECT d.name, d.title, d.status, d.fields FROM documents d JOIN workspaces w ON w.id = $1
         WHERE d.doctype = $3 AND d.name IN {} AND {}",
        db.listed("$4"),
        taggable(db)
    );
    let values = [
        team.scope().workspace().as_uuid().into(),
        team.scope().who().person().as_uuid().into(),
        doctype.as_str().into(),
        Json::from(names.to_vec()).to_string().into(),
    ];
    let rows = Row::find_by_statement(db.statement(&sql, values)).all(db.reader()).await?;
    rows.into_iter()
        .map(|row| {
            let fields = serde_json::from_str(&row.fields)
                .map_err(|_| StoreError::Unreadable { what: "documents.fields" })?;
            Ok((row.name, Mirrored { title: row.title, status: row.status, fields }))
        })
        .collect()
}

/// What was to be made in the workspace and ERPNext refused.
///
/// # Errors
/// If the database fails.
pub async fn refused(db: &Db, team: &TeamScope) -> Result<HashSet<SaveId>, StoreError> {
    let rows = SaveRow::find_by_statement(db.statement(
        "SELECT DISTINCT save_id FROM edits WHERE workspace_id = $1 AND name IS NULL AND state = 'refused'",
        [team.scope().workspace().as_uuid().into()],
    ))
    .all(db.reader())
    .await?;
    Ok(rows.into_iter().map(|row| SaveId::from_uuid(row.save_id)).collect())
}
