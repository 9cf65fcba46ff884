//! Whom one can call in a workspace and what one can tag.

use crate::{
    Db, StoreError,
    facts::is_over,
    standings::{contact_of, taggable},
};
use policy::TeamScope;
use sea_orm::FromQueryResult;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, btree_map::Entry};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use uuid::Uuid;
use vocabulary::{MentionStanding, Mentionable, PersonId, TagDoctype};

/// People who are looked at for one list.
const PEOPLE: usize = 1_000;

/// Documents that are looked at for one list.
const DOCUMENTS: usize = 2_000;

/// Users of ERPNext that are nobody.
const NOBODY: &str = "('administrator', 'guest')";

#[derive(FromQueryResult)]
struct PersonRow {
    user: String,
    full_name: String,
    person_id: Option<Uuid>,
    kind: Option<String>,
    on_project: i32,
}

#[derive(FromQueryResult)]
struct UserRow {
    name: String,
    title: Option<String>,
    user_type: Option<String>,
    time_zone: Option<String>,
}

#[derive(FromQueryResult)]
struct ContactRow {
    name: String,
    title: Option<String>,
    fields: String,
}

/// People of the Project, those who may read it, other users of the site, and the client's people. In no order.
///
/// # Errors
/// If the database fails.
pub async fn people(db: &Db, team: &TeamScope) -> Result<Vec<Mentionable>, StoreError> {
    let workspace = || team.scope().workspace().as_uuid().into();
    let sql = format!("SELECT * FROM ({}) roster LIMIT {PEOPLE}", roster("w.id = $1"));
    let rows =
        PersonRow::find_by_statement(db.statement(&sql, [workspace()])).all(db.reader()).await?;
    let mut people = BTreeMap::new();
    for row in rows {
        let standing = match (row.on_project, row.kind.as_deref()) {
            (_, Some("client")) => MentionStanding::Client,
            (1, _) => MentionStanding::OnProject,
            _ => MentionStanding::Reads,
        };
        people.entry(row.user.clone()).or_insert_with(|| Mentionable {
            user: row.user,
            full_name: row.full_name,
            standing,
            person: row.person_id.map(PersonId::from_uuid),
            time_zone: None,
        });
    }
    for row in users(db, team).await? {
        let user = row.name.to_lowercase();
        let portal = row.user_type.as_deref() == Some("Website User");
        match people.entry(user.clone()) {
            Entry::Occupied(mut known) => {
                let known = known.get_mut();
                known.time_zone = row.time_zone.filter(|zone| !zone.is_empty());
                if portal {
                    known.standing = MentionStanding::Client;
                }
            }
            // Portal users of others are none of this Project's business.
            Entry::Vacant(place) if !portal => {
                place.insert(Mentionable {
                    full_name: row.title.unwrap_or_else(|| row.name.clone()),
                    user,
                    standing: MentionStanding::NoAccess,
                    person: None,
                    time_zone: row.time_zone.filter(|zone| !zone.is_empty()),
                });
            }
            Entry::Vacant(_) => {}
        }
    }
    for contact in contacts(db, team).await? {
        let Some(mail) = contact.mail() else { continue };
        let full_name = contact.title.clone().unwrap_or_else(|| contact.name.clone());
        people
            .entry(mail.clone())
            .and_modify(|known| {
                if !known.standing.can_follow() {
                    known.standing = MentionStanding::Client;
                }
            })
            .or_insert(Mentionable {
                user: mail,
                full_name,
                standing: MentionStanding::Client,
                person: None,
                time_zone: None,
            });
    }
    Ok(people.into_values().collect())
}

/// Whoever is on a Project or may read it, in each workspace `w` of which `which` is true; some of them twice.
pub(crate) fn roster(which: &str) -> String {
    format!(
        r#"SELECT LOWER(u."user") AS "user", u.full_name, p.id AS person_id, p.kind, 1 AS on_project, w.id AS workspace_id
             FROM workspaces w JOIN project_users u ON u.workspace_id = w.id
             LEFT JOIN people p ON p."user" = LOWER(u."user")
             WHERE {which}
           UNION ALL
           SELECT p."user", p.full_name, p.id, p.kind, 0, w.id
             FROM workspaces w JOIN standings s ON s.workspace_id = w.id
             JOIN people p ON p.id = s.person_id AND p.kind = 'member' AND p.enabled = TRUE
             WHERE {which}"#
    )
}

/// The Project's users first, then others of the site; portal users of others are none of this Project's business.
async fn users(db: &Db, team: &TeamScope) -> Result<Vec<UserRow>, StoreError> {
    let user_type = db.json_text("d.fields", "user_type");
    let on_project = r#"EXISTS (SELECT 1 FROM project_users u WHERE u.workspace_id = $1 AND LOWER(u."user") = LOWER(d.name))"#;
    let sql = format!(
        "SELECT d.name, d.title, {user_type} AS user_type, {time_zone} AS time_zone FROM documents d
         WHERE d.doctype = 'User' AND COALESCE({enabled}, '1') NOT IN ('0', 'false')
           AND LOWER(d.name) NOT IN {NOBODY} AND (COALESCE({user_type}, '') <> 'Website User' OR {on_project})
         ORDER BY CASE WHEN {on_project} THEN 0 ELSE 1 END, d.name LIMIT {PEOPLE}",
        time_zone = db.json_text("d.fields", "time_zone"),
        enabled = db.json_text("d.fields", "enabled"),
    );
    let workspace = team.scope().workspace().as_uuid().into();
    Ok(UserRow::find_by_statement(db.statement(&sql, [workspace])).all(db.reader()).await?)
}

/// A Contact of the Project's Customer.
struct Contact {
    name: String,
    title: Option<String>,
    fields: Map<String, Value>,
}

impl Contact {
    fn mail(&self) -> Option<String> {
        let field = |name| self.fields.get(name).and_then(Value::as_str);
        let mail = field("user").filter(|user| !user.is_empty()).or_else(|| field("email_id"));
        mail.filter(|mail| !mail.is_empty()).map(str::to_lowercase)
    }
}

async fn contacts(db: &Db, team: &TeamScope) -> Result<Vec<Contact>, StoreError> {
    let sql = format!(
        "SELECT d.name, d.title, d.fields FROM documents d JOIN workspaces w ON w.id = $1
         WHERE d.doctype = 'Contact' AND {} ORDER BY d.name LIMIT {PEOPLE}",
        contact_of(db)
    );
    let rows = ContactRow::find_by_statement(
        db.statement(&sql, [team.scope().workspace().as_uuid().into()]),
    )
    .all(db.reader())
    .await?;
    let contact = |row: ContactRow| {
        let Ok(Value::Object(fields)) = serde_json::from_str(&row.fields) else { return None };
        Some(Contact { name: row.name, title: row.title, fields })
    };
    Ok(rows.into_iter().filter_map(contact).collect())
}

/// A document one can tag, as the mirror has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaggableRow {
    /// Of which doctype.
    pub doctype: TagDoctype,
    /// Its name.
    pub name: String,
    /// Its title, as ERPNext escapes it.
    pub title: String,
    /// ERPNext's `status`.
    pub status: Option<String>,
    /// ERPNext's `_assign`: a JSON list of users.
    pub assign: Option<String>,
    /// What it was saved with, if it was made here.
    pub save: Option<String>,
}

#[derive(FromQueryResult)]
struct DocumentRow {
    doctype: String,
    name: String,
    title: Option<String>,
    status: Option<String>,
    assign: Option<String>,
    save: Option<String>,
}

/// What this member may tag in the workspace: the Tasks and Issues of the Project that ERPNext lets them read, its Customer
/// and their Contacts. Of those the ones that hold `query` in their name or title, accents and case aside, or were made with
/// that key; what is over comes last, what changed last first.
///
/// # Errors
/// If the database fails.
pub async fn documents(
    db: &Db,
    team: &TeamScope,
    query: &str,
) -> Result<Vec<TaggableRow>, StoreError> {
    let save = db.json_text("d.fields", "parlance_key");
    let sql = format!(
        "SELECT d.doctype, d.name, d.title, d.status, {assign} AS assign, {save} AS save
         FROM documents d JOIN workspaces w ON w.id = $1
         WHERE {taggable} AND NOT (d.doctype = 'Task' AND COALESCE(d.status, '') = 'Template')
           AND (d.folded LIKE $3 ESCAPE '\\' OR d.folded LIKE $4 ESCAPE '\\' OR {save} = $5)
         ORDER BY CASE WHEN {over} THEN 1 ELSE 0 END, d.modified DESC LIMIT {DOCUMENTS}",
        assign = db.json_text("d.fields", "_assign"),
        taggable = taggable(db),
        over = is_over("d"),
    );
    let folded = folded(query);
    let values = [
        team.scope().workspace().as_uuid().into(),
        team.scope().who().person().as_uuid().into(),
        containing(&folded).into(),
        // ERPNext escapes titles.
        containing(&folded.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")).into(),
        folded.clone().into(),
    ];
    let rows = DocumentRow::find_by_statement(db.statement(&sql, values)).all(db.reader()).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        found.push(TaggableRow {
            doctype: row
                .doctype
                .parse()
                .map_err(|()| StoreError::Unreadable { what: "documents.doctype" })?,
            title: row.title.unwrap_or_else(|| row.name.clone()),
            name: row.name,
            status: row.status,
            assign: row.assign,
            save: row.save,
        });
    }
    Ok(found)
}

/// A pattern for whatever has `text` in it; `\` escapes.
fn containing(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{text}%")
}

/// Without accents and in lower case.
#[must_use]
pub fn folded(text: &str) -> String {
    text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

/// What a document is looked for by, of the doctypes that one can tag.
pub(crate) fn looked_for_by(doctype: &str, name: &str, title: Option<&str>) -> Option<String> {
    doctype.parse::<TagDoctype>().ok()?;
    Some(folded(&format!("{name}\n{}", title.unwrap_or_default())))
}
