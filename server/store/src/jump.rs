//! What a member can jump to, in all workspaces within their reach.

use crate::{
    Db, StoreError,
    facts::is_over,
    pickers::{folded, roster},
    standings::taggable_of_each,
};
use policy::MemberReach;
use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use serde_json::Value as Json;
use std::collections::{BTreeMap, HashSet};
use uuid::Uuid;
use vocabulary::{PersonId, TagDoctype, WorkspaceId};

/// Documents that are looked at for one answer.
const DOCUMENTS: usize = 2_000;

/// People of Projects that are looked at for one answer.
const PEOPLE: usize = 10_000;

/// Words that the database compares; whoever ranks compares all.
const COMPARED: usize = 4;

/// The condition that the member whose id is the value `placeholder` may enter the workspace `w`.
fn within_reach(placeholder: &str) -> String {
    format!(
        "w.gone_at IS NULL AND EXISTS (
           SELECT 1 FROM standings r WHERE r.person_id = {placeholder} AND r.workspace_id = w.id)"
    )
}

/// A document in one of the workspaces where it is met, as the mirror has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentRow {
    /// Where.
    pub workspace: WorkspaceId,
    /// Of which doctype.
    pub doctype: TagDoctype,
    /// Its name.
    pub name: String,
    /// Its title, as ERPNext escapes it.
    pub title: String,
    /// ERPNext's `status`.
    pub status: Option<String>,
}

/// Somebody of the Projects within reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonRow {
    /// ERPNext's `User.name`, in small letters.
    pub user: String,
    /// ERPNext's `full_name`, as it escapes it.
    pub full_name: String,
    /// Whether they have signed in as a client.
    pub is_client: bool,
    /// Where they are met, each once.
    pub workspaces: Vec<WorkspaceId>,
}

#[derive(FromQueryResult)]
struct FoundDocument {
    workspace_id: Uuid,
    doctype: String,
    name: String,
    title: Option<String>,
    status: Option<String>,
}

#[derive(FromQueryResult)]
struct FoundPerson {
    user: String,
    full_name: String,
    person_id: Option<Uuid>,
    kind: Option<String>,
    workspace_id: Uuid,
}

/// What this member may tag anywhere, and whose name and title have in them what `query` has: more than answers it. What is
/// over comes last, what changed last first.
///
/// # Errors
/// If the database fails.
pub async fn documents(
    db: &Db,
    reach: &MemberReach,
    query: &str,
) -> Result<Vec<DocumentRow>, StoreError> {
    // Signs stand otherwise in titles that ERPNext escapes: letters and digits are compared.
    let folded = folded(query);
    let mut words: Vec<&str> =
        folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let pattern = |place: usize| -> Value {
        words.get(place).map_or_else(|| "%".to_owned(), |word| format!("%{word}%")).into()
    };
    let which = "d.folded LIKE $1 AND d.folded LIKE $3 AND d.folded LIKE $4 AND d.folded LIKE $5";
    let person = reach.person().as_uuid().into();
    let values: [Value; COMPARED + 1] = [pattern(0), person, pattern(1), pattern(2), pattern(3)];
    read(db, which, values).await
}

/// Those of the documents with these names that this member may tag somewhere.
///
/// # Errors
/// If the database fails.
pub async fn known_documents(
    db: &Db,
    reach: &MemberReach,
    names: &[&str],
) -> Result<Vec<DocumentRow>, StoreError> {
    let which = format!("d.name IN {}", db.listed("$1"));
    let names = Json::from(names.to_vec()).to_string();
    read(db, &which, [names.into(), reach.person().as_uuid().into()]).await
}

async fn read<const N: usize>(
    db: &Db,
    which: &str,
    values: [Value; N],
) -> Result<Vec<DocumentRow>, StoreError> {
    // The person is `$2`, as in the condition of what they may tag.
    let within_reach = within_reach("$2");
    let of_each = taggable_of_each(db).map(|taggable| {
        format!(
            "SELECT w.id AS workspace_id, d.doctype, d.name, d.title, d.status, d.modified
             FROM workspaces w JOIN documents d ON {taggable}
             WHERE {within_reach} AND NOT (d.doctype = 'Task' AND COALESCE(d.status, '') = 'Template') AND {which}"
        )
    });
    let sql = format!(
        "SELECT d.workspace_id, d.doctype, d.name, d.title, d.status FROM ({}) d
         ORDER BY CASE WHEN {} THEN 1 ELSE 0 END, d.modified DESC LIMIT {DOCUMENTS}",
        of_each.join(" UNION ALL "),
        is_over("d"),
    );
    let rows =
        FoundDocument::find_by_statement(db.statement(&sql, values)).all(db.reader()).await?;
    let document = |row: FoundDocument| {
        let doctype =
            row.doctype.parse().map_err(|()| StoreError::Unreadable { what: "documents.doctype" });
        Ok(DocumentRow {
            workspace: WorkspaceId::from_uuid(row.workspace_id),
            doctype: doctype?,
            title: row.title.unwrap_or_else(|| row.name.clone()),
            name: row.name,
            status: row.status,
        })
    };
    rows.into_iter().map(document).collect()
}

/// Whoever is on the Projects within reach or may read them, but not the member themselves.
///
/// # Errors
/// If the database fails.
pub async fn people(db: &Db, reach: &MemberReach) -> Result<Vec<PersonRow>, StoreError> {
    let sql = format!("SELECT * FROM ({}) roster LIMIT {PEOPLE}", roster(&within_reach("$1")));
    let values = [reach.person().as_uuid().into()];
    let rows = FoundPerson::find_by_statement(db.statement(&sql, values)).all(db.reader()).await?;
    let mut people: BTreeMap<String, PersonRow> = BTreeMap::new();
    for row in rows {
        if row.person_id.map(PersonId::from_uuid) == Some(reach.person()) {
            continue;
        }
        let workspace = WorkspaceId::from_uuid(row.workspace_id);
        let person = people.entry(row.user.clone()).or_insert_with(|| PersonRow {
            user: row.user,
            full_name: row.full_name,
            is_client: row.kind.as_deref() == Some("client"),
            workspaces: Vec::new(),
        });
        if !person.workspaces.contains(&workspace) {
            person.workspaces.push(workspace);
        }
    }
    Ok(people.into_values().collect())
}

/// Those of `users` whom ERPNext knows as users of its portal: the client's people.
///
/// # Errors
/// If the database fails.
pub async fn portal_users(
    db: &Db,
    _: &MemberReach,
    users: &[&str],
) -> Result<HashSet<String>, StoreError> {
    let sql = format!(
        "SELECT LOWER(d.name) FROM documents d
         WHERE d.doctype = 'User' AND {} = 'Website User' AND LOWER(d.name) IN {}",
        db.json_text("d.fields", "user_type"),
        db.listed("$1"),
    );
    let users = Json::from(users.to_vec()).to_string();
    let rows = db.reader().query_all_raw(db.statement(&sql, [users.into()])).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}
