//! Whom one can call in a workspace and what one can tag.

use crate::{Db, StoreError, standings::readable};
use policy::TeamScope;
use sea_orm::FromQueryResult;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, btree_map::Entry};
use uuid::Uuid;
use vocabulary::{MentionStanding, Mentionable, PersonId, TagDoctype};

/// People who are looked at for one list.
const PEOPLE: usize = 1_000;

/// Documents that are looked at for one list.
const DOCUMENTS: usize = 2_000;

/// Users of ERPNext that are nobody.
const NOBODY: [&str; 2] = ["administrator", "guest"];

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
    customer: String,
    fields: String,
}

/// People of the Project, those who may read it, other users of the site, and the client's people. In no order.
///
/// # Errors
/// If the database fails.
pub async fn people(db: &Db, team: &TeamScope) -> Result<Vec<Mentionable>, StoreError> {
    let workspace = || team.scope().workspace().as_uuid().into();
    let rows = PersonRow::find_by_statement(db.statement(
        &format!(
            r#"SELECT LOWER(u."user") AS "user", u.full_name, p.id AS person_id, p.kind, 1 AS on_project
                 FROM project_users u LEFT JOIN people p ON p."user" = LOWER(u."user")
                 WHERE u.workspace_id = $1
               UNION ALL
               SELECT p."user", p.full_name, p.id, p.kind, 0 FROM people p
                 JOIN standings s ON s.person_id = p.id
                 WHERE s.workspace_id = $1 AND p.kind = 'member' AND p.enabled = TRUE
               LIMIT {PEOPLE}"#
        ),
        [workspace()],
    ))
    .all(db.reader())
    .await?;
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
    for row in users(db).await? {
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
            Entry::Vacant(place) if !portal && !NOBODY.contains(&user.as_str()) => {
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

async fn users(db: &Db) -> Result<Vec<UserRow>, StoreError> {
    let sql = format!(
        "SELECT d.name, d.title, {user_type} AS user_type, {time_zone} AS time_zone FROM documents d
         WHERE d.doctype = 'User' AND COALESCE({enabled}, '1') NOT IN ('0', 'false')
         ORDER BY d.name LIMIT {PEOPLE}",
        user_type = db.json_text("d.fields", "user_type"),
        time_zone = db.json_text("d.fields", "time_zone"),
        enabled = db.json_text("d.fields", "enabled"),
    );
    Ok(UserRow::find_by_statement(db.statement(&sql, [])).all(db.reader()).await?)
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
    let rows = ContactRow::find_by_statement(db.statement(
        &format!(
            "SELECT d.name, d.title, w.customer, d.fields FROM documents d
             JOIN workspaces w ON w.id = $1 AND w.customer IS NOT NULL
             WHERE d.doctype = 'Contact' AND d.fields LIKE '%Customer%' ORDER BY d.name LIMIT {DOCUMENTS}"
        ),
        [team.scope().workspace().as_uuid().into()],
    ))
    .all(db.reader())
    .await?;
    let of_customer = |row: ContactRow| {
        let Ok(Value::Object(fields)) = serde_json::from_str(&row.fields) else { return None };
        let links = fields.get("links")?.as_array()?;
        let linked = links.iter().any(|link| {
            link["link_doctype"] == "Customer" && link["link_name"] == row.customer.as_str()
        });
        linked.then_some(Contact { name: row.name, title: row.title, fields })
    };
    Ok(rows.into_iter().filter_map(of_customer).collect())
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

/// The Tasks and Issues of the Project that ERPNext lets this member read, its Customer and the Customer's Contacts; what
/// changed last comes first.
///
/// # Errors
/// If the database fails.
pub async fn documents(db: &Db, team: &TeamScope) -> Result<Vec<TaggableRow>, StoreError> {
    let sql = format!(
        "SELECT d.doctype, d.name, d.title, d.status, {assign} AS assign, {save} AS save
         FROM documents d JOIN workspaces w ON w.id = $1
         WHERE (d.doctype = 'Task' AND d.project = w.project AND COALESCE(d.status, '') <> 'Template' AND {task})
            OR (d.doctype = 'Issue' AND d.project = w.project AND {issue})
            OR (d.doctype = 'Customer' AND d.name = w.customer)
         ORDER BY d.modified DESC LIMIT {DOCUMENTS}",
        assign = db.json_text("d.fields", "_assign"),
        save = db.json_text("d.fields", "parlance_key"),
        task = readable("Task", "d.name"),
        issue = readable("Issue", "d.name"),
    );
    let values =
        [team.scope().workspace().as_uuid().into(), team.scope().who().person().as_uuid().into()];
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
    found.extend(contacts(db, team).await?.into_iter().map(|contact| TaggableRow {
        doctype: TagDoctype::Contact,
        title: contact.title.unwrap_or_else(|| contact.name.clone()),
        name: contact.name,
        status: None,
        assign: None,
        save: None,
    }));
    Ok(found)
}
