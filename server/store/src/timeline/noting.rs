//! Rows of the timeline, written in the transaction that keeps the document they tell of.

use super::site_zone::{moment_of, zone_on};
use crate::{
    Backend, Db, StoreError,
    worker::{DocumentCopy, DocumentKey, Worker},
};
use chrono_tz::Tz;
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult, Value};
use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use vocabulary::{Audience, Moment, TimelineKind, WorkDoctype, WorkField};

/// Documents that get their rows in one transaction, where they were kept before there were rows.
const BATCH: u64 = 200;

/// Doctypes whose documents are something that happened.
const DATED: [&str; 5] = ["Communication", "Comment", "File", "Task", "Issue"];

/// Fields of which each change is told.
fn told(doctype: WorkDoctype) -> impl Iterator<Item = WorkField> {
    let own = doctype.fields().iter().copied();
    own.filter(|field| *field != WorkField::Description).chain([WorkField::Assigned])
}

/// A Task or an Issue as it was kept before.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Before {
    modified: String,
    fields: String,
}

/// What is kept of a Task or an Issue until this transaction keeps another copy.
pub(crate) async fn before(
    db: &Db,
    tx: &DatabaseTransaction,
    copy: &DocumentCopy,
) -> Result<Option<Before>, StoreError> {
    if copy.doctype.parse::<WorkDoctype>().is_err() {
        return Ok(None);
    }
    let lock = match db.backend() {
        Backend::Postgres => " FOR UPDATE",
        Backend::Sqlite => "",
    };
    let sql = format!(
        "SELECT modified, fields FROM documents WHERE doctype = $1 AND name = $2 AND creation = $3{lock}"
    );
    let key = [copy.doctype.clone().into(), copy.name.clone().into(), copy.creation.clone().into()];
    Ok(Before::find_by_statement(db.statement(&sql, key)).one(tx).await?)
}

/// Notes what `copy`, which has just been kept, tells of. The Project whose timeline has something new, if one has.
pub(crate) async fn note(
    db: &Db,
    tx: &DatabaseTransaction,
    copy: &DocumentCopy,
    before: Option<&Before>,
    now: Moment,
) -> Result<Option<String>, StoreError> {
    if !DATED.contains(&copy.doctype.as_str()) {
        return Ok(None);
    }
    // Another document had this name.
    tx.execute_raw(db.statement(
        "DELETE FROM timeline WHERE doctype = $1 AND name = $2 AND creation <> $3",
        [copy.doctype.clone().into(), copy.name.clone().into(), copy.creation.clone().into()],
    ))
    .await?;
    let Some(zone) = zone_on(db, tx).await? else { return Ok(None) };
    let mut project = match dated(copy, zone) {
        Some(row) => write(db, tx, copy, row, now).await?,
        None => None,
    };
    if let Some(before) = before
        && let Some(changes) = changes(copy, before)?
    {
        let at = changed_at(copy, before, zone, now);
        project = write(db, tx, copy, at_and_changes(copy, at, &changes), now).await?.or(project);
    }
    Ok(project)
}

/// What one row says, before it is known who the addresses belong to.
struct Dated {
    id: Uuid,
    at: Moment,
    kind: TimelineKind,
    about: Option<(String, String)>,
    /// `User.name` or an address, and what they call themselves.
    who: Option<(String, Option<String>)>,
    /// Addresses that a mail came from or went to.
    addresses: BTreeSet<String>,
    changes: Option<String>,
}

/// The row of a document that is something that happened; `None` where Parlance itself made it happen, and has it already.
fn dated(copy: &DocumentCopy, zone: Tz) -> Option<Dated> {
    let creation = moment_of(&copy.creation, zone)?;
    let own = |field| copy.text(field).map(str::to_lowercase);
    let about = |doctype: &str, name: &str| {
        Some((copy.text(doctype)?.to_owned(), copy.text(name)?.to_owned()))
    };
    let ours = copy.text("parlance_key").is_some();
    let row = |kind| Dated {
        id: id_of(&copy.doctype, &copy.name, &copy.creation),
        at: creation,
        kind,
        about: about("reference_doctype", "reference_name"),
        who: own("owner").map(|owner| (owner, None)),
        addresses: BTreeSet::new(),
        changes: None,
    };
    match copy.doctype.as_str() {
        "Communication" => {
            if ours && copy.text("communication_medium") == Some("Chat") {
                return None;
            }
            let fields = ["sender", "recipients", "cc"];
            let addresses = fields.iter().filter_map(|field| copy.text(field)).flat_map(addresses);
            let name = copy.text("sender_full_name").map(str::to_owned);
            Some(Dated {
                at: copy
                    .text("communication_date")
                    .and_then(|stamp| moment_of(stamp, zone))
                    .unwrap_or(creation),
                who: own("sender")
                    .map(|sender| (sender, name))
                    .or_else(|| row(TimelineKind::Mail).who),
                addresses: addresses.collect(),
                ..row(TimelineKind::Mail)
            })
        }
        "Comment" => {
            if copy.text("comment_type") != Some("Comment") || names_a_member(copy) {
                return None;
            }
            // Only `owner` is true; `comment_by` is what somebody said.
            let name = copy.text("comment_by").map(str::to_owned);
            let who = own("owner").map(|owner| (owner, name));
            Some(Dated { who, ..row(TimelineKind::Comment) })
        }
        "File" if !ours => Some(Dated {
            about: about("attached_to_doctype", "attached_to_name"),
            ..row(TimelineKind::File)
        }),
        "Task" | "Issue" if copy.status.as_deref() != Some("Template") => Some(Dated {
            about: Some((copy.doctype.clone(), copy.name.clone())),
            ..row(TimelineKind::Change)
        }),
        _ => None,
    }
}

/// Whether a Comment is the outbox's own, which says for whom the service account did something.
fn names_a_member(copy: &DocumentCopy) -> bool {
    copy.text("content").is_some_and(|words| words.contains(" in Parlance ("))
}

/// The addresses of `Carl Client <carl@x.example>, tom@x.example`.
fn addresses(text: &str) -> impl Iterator<Item = String> {
    text.split([',', ';', ' ', '<', '>', '"'])
        .filter(|word| word.contains('@'))
        .map(str::to_lowercase)
}

fn id_of(doctype: &str, name: &str, creation: &str) -> Uuid {
    let mut hash = Sha256::new();
    for part in [doctype, name, creation] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let hash: [u8; 32] = hash.finalize().into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// What the copy says otherwise, as JSON; `None` for nothing that is told.
fn changes(copy: &DocumentCopy, before: &Before) -> Result<Option<String>, StoreError> {
    let Ok(doctype) = copy.doctype.parse::<WorkDoctype>() else { return Ok(None) };
    let earlier: Map<String, Json> = serde_json::from_str(&before.fields)
        .map_err(|_| StoreError::Unreadable { what: "documents.fields" })?;
    let told = told(doctype).filter_map(|field| {
        let value =
            |fields: &Map<String, Json>| fields.get(field.as_str()).cloned().filter(is_said);
        let (from, to) = (value(&earlier), value(&copy.fields));
        (from != to).then(|| json!({"field": field, "from": from, "to": to}))
    });
    let told: Vec<Json> = told.collect();
    Ok((!told.is_empty()).then(|| Json::from(told).to_string()))
}

/// Nobody assigned is written in two ways, and so is no progress.
fn is_said(value: &Json) -> bool {
    value.as_str() != Some("[]") && value.as_i64() != Some(0)
}

/// What ERPNext does by itself moves no `modified`: it happened just now, as far as anybody knows.
fn changed_at(copy: &DocumentCopy, before: &Before, zone: Tz, now: Moment) -> Moment {
    let modified = (copy.modified != before.modified).then(|| moment_of(&copy.modified, zone));
    modified.flatten().map_or(now, |at| at.min(now))
}

fn at_and_changes(copy: &DocumentCopy, at: Moment, changes: &str) -> Dated {
    Dated {
        id: Uuid::now_v7(),
        at,
        kind: TimelineKind::Change,
        about: Some((copy.doctype.clone(), copy.name.clone())),
        who: copy.text("modified_by").map(|user| (user.to_lowercase(), None)),
        addresses: BTreeSet::new(),
        changes: Some(changes.to_owned()),
    }
}

#[derive(FromQueryResult)]
struct UserRow {
    name: String,
    title: Option<String>,
    is_portal: i32,
}

/// Users of the site among `names`, in lower case, with what they are called and whether they are of the portal alone.
async fn users(
    db: &Db,
    tx: &DatabaseTransaction,
    names: impl Iterator<Item = &str>,
) -> Result<BTreeMap<String, (Option<String>, bool)>, StoreError> {
    let names: BTreeSet<&str> = names.collect();
    if names.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = format!(
        "SELECT d.name, d.title, CASE WHEN {} = 'Website User' THEN 1 ELSE 0 END AS is_portal
         FROM documents d WHERE d.doctype = 'User' AND d.name IN {}",
        db.json_text("d.fields", "user_type"),
        db.listed("$1")
    );
    let names = Json::from(names.into_iter().collect::<Vec<_>>()).to_string();
    let rows = UserRow::find_by_statement(db.statement(&sql, [names.into()])).all(tx).await?;
    let known = |row: UserRow| (row.name.to_lowercase(), (row.title, row.is_portal == 1));
    Ok(rows.into_iter().map(known).collect())
}

#[derive(FromQueryResult)]
struct ActorRow {
    user: String,
    full_name: String,
}

/// For whom the service account changed it: what it did for a member, that member did.
async fn member_behind(
    db: &Db,
    tx: &DatabaseTransaction,
    copy: &DocumentCopy,
    user: &str,
) -> Result<Option<ActorRow>, StoreError> {
    let known = ActorRow::find_by_statement(
        db.statement(r#"SELECT "user", full_name FROM people WHERE "user" = $1"#, [user.into()]),
    )
    .one(tx)
    .await?;
    if known.is_some() {
        return Ok(known);
    }
    Ok(ActorRow::find_by_statement(db.statement(
        r#"SELECT p."user", p.full_name FROM edits e JOIN people p ON p.id = e.person_id
           WHERE e.doctype = $1 AND e.name = $2 AND e.creation = $3 AND e.state = 'pending'
           ORDER BY e.id LIMIT 1"#,
        [copy.doctype.clone().into(), copy.name.clone().into(), copy.creation.clone().into()],
    ))
    .one(tx)
    .await?)
}

/// A later copy of the same document says the same row again, and when it came here stays.
const WRITE: &str = "
    INSERT INTO timeline (id, project, at, noticed_at, kind, doctype, name, creation, about_doctype, about_name,
        audience, who, who_name, changes)
    SELECT $1, COALESCE(d.project, ''), $2, $3, $4, d.doctype, d.name, d.creation, $7, $8, $9, $10, $11, $12
    FROM documents d WHERE d.doctype = $5 AND d.name = $6
    ON CONFLICT (id) DO UPDATE SET project = excluded.project, at = excluded.at, about_doctype = excluded.about_doctype,
        about_name = excluded.about_name, audience = excluded.audience,
        who = COALESCE(excluded.who, timeline.who), who_name = COALESCE(excluded.who_name, timeline.who_name)
    RETURNING project";

/// Writes a row. Its Project, if it belongs to one.
async fn write(
    db: &Db,
    tx: &DatabaseTransaction,
    copy: &DocumentCopy,
    row: Dated,
    noticed_at: Moment,
) -> Result<Option<String>, StoreError> {
    let mut who = row.who;
    if row.changes.is_some()
        && let Some((user, _)) = &who
        && let Some(actor) = member_behind(db, tx, copy, user).await?
    {
        who = Some((actor.user, Some(actor.full_name)));
    }
    let named = row.addresses.iter().chain(who.iter().map(|(user, _)| user));
    let users = users(db, tx, named.map(String::as_str)).await?;
    let who_name = who.as_ref().and_then(|(user, own)| {
        users.get(user).and_then(|(title, _)| title.clone()).or_else(|| own.clone())
    });
    // The site's own people are the team; whoever else a mail came from or went to knows of it too.
    let outside = |address: &String| users.get(address).is_none_or(|(_, is_portal)| *is_portal);
    let audience =
        if row.addresses.iter().any(outside) { Audience::Client } else { Audience::Team };
    let (about_doctype, about_name) = row.about.unzip();
    let values: [Value; 12] = [
        row.id.into(),
        row.at.as_millis().into(),
        noticed_at.as_millis().into(),
        row.kind.as_str().into(),
        copy.doctype.clone().into(),
        copy.name.clone().into(),
        about_doctype.into(),
        about_name.into(),
        audience.as_str().into(),
        who.map(|(user, _)| user).into(),
        who_name.into(),
        row.changes.into(),
    ];
    let written = tx.query_one_raw(db.statement(WRITE, values)).await?;
    let Some(written) = written else { return Ok(None) };
    Ok(Some(written.try_get_by_index::<String>(0)?).filter(|project| !project.is_empty()))
}

/// What is about a Task or an Issue belongs to its Project, and so does what happened to it.
pub(crate) async fn follow(
    db: &Db,
    tx: &DatabaseTransaction,
    copy: &DocumentCopy,
) -> Result<(), StoreError> {
    tx.execute_raw(db.statement(
        "UPDATE timeline SET project = COALESCE($3, '')
         WHERE about_doctype = $1 AND about_name = $2 AND project <> COALESCE($3, '')",
        [copy.doctype.clone().into(), copy.name.clone().into(), copy.project.clone().into()],
    ))
    .await?;
    Ok(())
}

/// ERPNext has renamed a document.
pub(crate) async fn renamed(
    db: &Db,
    tx: &DatabaseTransaction,
    document: &DocumentKey,
    new_name: &str,
) -> Result<(), StoreError> {
    let DocumentKey { doctype, name, creation } = document;
    // Whatever had the new name is what the old one became, or is gone.
    for sql in [
        "DELETE FROM timeline WHERE doctype = $1 AND name = $3 AND name <> $2",
        "UPDATE timeline SET name = $3 WHERE doctype = $1 AND name = $2 AND creation = $4",
        "UPDATE timeline SET about_name = $3 WHERE about_doctype = $1 AND about_name = $2",
    ] {
        let values: [Value; 4] =
            [doctype.clone().into(), name.clone().into(), new_name.into(), creation.clone().into()];
        // Each statement is given what it names, and no more.
        let values = if sql.contains("$4") { values.to_vec() } else { values[..3].to_vec() };
        tx.execute_raw(db.statement_of(sql, values)).await?;
    }
    tx.execute_raw(db.statement(
        "UPDATE timeline SET id = $3 WHERE id = $1 AND doctype = $2",
        [
            id_of(doctype, name, creation).into(),
            doctype.clone().into(),
            id_of(doctype, new_name, creation).into(),
        ],
    ))
    .await?;
    if doctype == "Project" {
        tx.execute_raw(db.statement(
            "UPDATE timeline SET project = $2 WHERE project = $1",
            [name.clone().into(), new_name.into()],
        ))
        .await?;
    }
    Ok(())
}

/// ERPNext has the document no more, and so nothing is shown of it.
pub(crate) async fn forgotten(
    db: &Db,
    tx: &DatabaseTransaction,
    document: &DocumentKey,
) -> Result<(), StoreError> {
    tx.execute_raw(db.statement(
        "DELETE FROM timeline WHERE doctype = $1 AND name = $2 AND creation = $3",
        [
            document.doctype.clone().into(),
            document.name.clone().into(),
            document.creation.clone().into(),
        ],
    ))
    .await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct NameRow {
    name: String,
}

impl Worker {
    /// Gives documents their rows that were kept before the site's zone was known, or before there were rows; once for a
    /// zone. They count as known since they happened.
    ///
    /// # Errors
    /// If the database fails; what was written until then stays.
    pub async fn date_documents(&self) -> Result<(), StoreError> {
        let db = self.db();
        let Some(zone) = super::zone(db).await? else { return Ok(()) };
        let due = db.statement("SELECT 1 FROM site WHERE dated = FALSE", []);
        if db.reader().query_one_raw(due).await?.is_none() {
            return Ok(());
        }
        for doctype in DATED {
            let mut after = String::new();
            loop {
                let rows = NameRow::find_by_statement(db.statement(
                    &format!(
                        "SELECT d.name FROM documents d WHERE d.doctype = $1 AND d.name > $2
                           AND NOT EXISTS (SELECT 1 FROM timeline t
                             WHERE t.doctype = d.doctype AND t.name = d.name AND t.changes IS NULL)
                         ORDER BY d.name LIMIT {BATCH}"
                    ),
                    [doctype.into(), after.clone().into()],
                ))
                .all(db.reader())
                .await?;
                let Some(last) = rows.last() else { break };
                after.clone_from(&last.name);
                let names: Vec<String> = rows.into_iter().map(|row| row.name).collect();
                let copies = self.documents_named(doctype, &names).await?;
                let tx = db.begin().await?;
                for copy in &copies {
                    if let Some(row) = dated(copy, zone) {
                        let at = row.at;
                        write(db, &tx, copy, row, at).await?;
                    }
                }
                tx.commit().await?;
            }
        }
        let dated =
            db.statement("UPDATE site SET dated = TRUE WHERE time_zone = $1", [zone.name().into()]);
        db.writer().execute_raw(dated).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_however_they_are_written() {
        let found = |text| addresses(text).collect::<Vec<_>>();
        assert_eq!(
            found("Carl Client <Carl@X.example>, \"Tom\" <tom@y.example>;a@b.example"),
            ["carl@x.example", "tom@y.example", "a@b.example"]
        );
        assert!(found("Carl Client").is_empty());
    }
}
