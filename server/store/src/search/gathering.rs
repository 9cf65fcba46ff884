//! What the index is made of: messages, documents and files as they stand in the database now.

use super::{
    entry::{Entry, Source, put, take_out},
    plain::{html_as_text, said_as_text},
};
use crate::{Backend, Db, StoreError, db::ids};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;
use vocabulary::{FoundKind, Has, Message, MessageId, Moment, SearchDay, WorkspaceId};

/// Characters of a description or a mail that count.
const BODY_CHARS: usize = 20_000;

/// Doctypes whose documents can be found.
const DOCTYPES: [&str; 5] = ["Task", "Issue", "Communication", "Comment", "File"];

/// Whether documents of `doctype` can be found.
pub(crate) fn is_found(doctype: &str) -> bool {
    DOCTYPES.contains(&doctype)
}

#[derive(FromQueryResult)]
struct SaidRow {
    id: Uuid,
    workspace_id: Uuid,
    author_name: String,
    body: String,
    sent_at: i64,
    files: i64,
}

/// The entry of a message that was just said.
pub(crate) fn said(workspace: WorkspaceId, message: &Message, carries_files: bool) -> Entry {
    let row = SaidRow {
        id: message.id.as_uuid(),
        workspace_id: workspace.as_uuid(),
        author_name: message.author.full_name.clone(),
        body: message.words().to_owned(),
        sent_at: message.sent_at.as_millis(),
        files: i64::from(carries_files),
    };
    row.into()
}

impl From<SaidRow> for Entry {
    fn from(row: SaidRow) -> Self {
        let links = row.body.contains("http://") || row.body.contains("https://");
        let has = [(Has::File, row.files > 0), (Has::Link, links)];
        Self {
            kind: FoundKind::Message,
            source: Source::Message(row.workspace_id, row.id),
            at: Moment::from_millis(row.sent_at),
            title: String::new(),
            body: said_as_text(&row.body),
            who: vec![row.author_name.clone()],
            by_name: row.author_name,
            has: has.into_iter().filter(|(_, it_has)| *it_has).map(|(has, _)| has).collect(),
        }
    }
}

/// Indexes these messages as they stand now; what was removed, or tells only of something, is found no more.
pub(crate) async fn index_messages(
    db: &Db,
    connection: &impl ConnectionTrait,
    messages: &[Uuid],
) -> Result<(), StoreError> {
    if messages.is_empty() {
        return Ok(());
    }
    forget_messages(db, connection, messages).await?;
    let sql = format!(
        "SELECT m.id, m.workspace_id, m.author_name, m.body, m.sent_at,
           (SELECT COUNT(*) FROM message_files f WHERE f.message_id = m.id) AS files
         FROM messages m WHERE {} AND m.removed_at IS NULL AND m.kind = 'said'",
        db.is_one_of_ids("m.id", "$1")
    );
    let rows = SaidRow::find_by_statement(db.statement(&sql, [ids(messages.iter().copied())]))
        .all(connection)
        .await?;
    let entries: Vec<Entry> = rows.into_iter().map(Entry::from).collect();
    put(db, connection, &entries).await
}

/// These messages are found no more.
pub(crate) async fn forget_messages(
    db: &Db,
    connection: &impl ConnectionTrait,
    messages: &[Uuid],
) -> Result<(), StoreError> {
    let these = db.is_one_of_ids("message_id", "$1");
    take_out(db, connection, &these, [ids(messages.iter().copied())]).await
}

/// The index of these messages is to be made anew, in the background.
pub(crate) async fn messages_due(
    db: &Db,
    connection: &impl ConnectionTrait,
    messages: &[MessageId],
) -> Result<(), StoreError> {
    for message in messages {
        due(db, connection, "message", &message.as_uuid().simple().to_string()).await?;
    }
    Ok(())
}

/// Something is to be done in the background.
pub(super) async fn due(
    db: &Db,
    connection: &impl ConnectionTrait,
    kind: &str,
    source: &str,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO search_due (kind, source) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    connection.execute_raw(db.statement(sql, [kind.into(), source.into()])).await?;
    Ok(())
}

#[derive(FromQueryResult)]
struct DocumentRow {
    doctype: String,
    name: String,
    creation: String,
    modified: String,
    project: Option<String>,
    title: Option<String>,
    fields: String,
    about_doctype: Option<String>,
}

#[derive(FromQueryResult)]
struct NameRow {
    user: String,
    full_name: String,
}

/// Indexes the documents of these doctypes and names as they stand now; those that are gone are found no more.
pub(crate) async fn index_documents<'a>(
    db: &Db,
    connection: &impl ConnectionTrait,
    documents: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<(), StoreError> {
    let mut named: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (doctype, name) in documents.into_iter().filter(|(doctype, _)| is_found(doctype)) {
        named.entry(doctype).or_default().push(name);
    }
    // A copy that is written right now is read as it becomes.
    let lock = match db.backend() {
        Backend::Postgres => " ORDER BY name FOR UPDATE",
        Backend::Sqlite => "",
    };
    let listed = db.listed("$2");
    for (doctype, names) in named {
        let names = Json::from(names).to_string();
        let sql = format!(
            "SELECT doctype, name, creation, modified, project, title, fields, about_doctype FROM documents
             WHERE doctype = $1 AND name IN {listed}{lock}"
        );
        let values = || [doctype.into(), names.as_str().into()];
        let rows =
            DocumentRow::find_by_statement(db.statement(&sql, values())).all(connection).await?;
        let these = format!("doctype = $1 AND name IN {listed}");
        take_out(db, connection, &these, values()).await?;
        let mut entries: Vec<Entry> = rows.into_iter().filter_map(document).collect();
        name_people(db, connection, &mut entries).await?;
        put(db, connection, &entries).await?;
    }
    Ok(())
}

/// What is about a document belongs to another Project now: its index is to be made anew.
pub(crate) async fn about_due(
    db: &Db,
    connection: &impl ConnectionTrait,
    (doctype, name): (&str, &str),
) -> Result<(), StoreError> {
    documents_due(
        db,
        connection,
        "about_doctype = $1 AND about_name = $2",
        [doctype.into(), name.into()],
    )
    .await
}

/// All documents of a Project are to be indexed anew: its name has changed.
pub(crate) async fn project_due(
    db: &Db,
    connection: &impl ConnectionTrait,
    project: &str,
) -> Result<(), StoreError> {
    documents_due(db, connection, "project = $1", [project.into()]).await
}

async fn documents_due<const N: usize>(
    db: &Db,
    connection: &impl ConnectionTrait,
    condition: &str,
    values: [sea_orm::Value; N],
) -> Result<(), StoreError> {
    let newline = match db.backend() {
        Backend::Postgres => "chr(10)",
        Backend::Sqlite => "char(10)",
    };
    let sql = format!(
        "INSERT INTO search_due (kind, source) SELECT 'document', doctype || {newline} || name FROM documents
         WHERE {condition} AND doctype IN ('{}') ON CONFLICT DO NOTHING",
        DOCTYPES.join("', '")
    );
    connection.execute_raw(db.statement(&sql, values)).await?;
    Ok(())
}

/// What can be found of a document; `None` for what is somebody's copy of what is found already, and for what is no person's
/// word.
fn document(row: DocumentRow) -> Option<Entry> {
    let Ok(Json::Object(fields)) = serde_json::from_str::<Json>(&row.fields) else { return None };
    let text = |field: &str| text(&fields, field);
    let is_ours = text("parlance_key").is_some();
    let about = row.about_doctype.as_deref();
    let belongs = matches!(about, Some("Project" | "Task" | "Issue"));
    let (kind, body, who, at) = match row.doctype.as_str() {
        "Task" => {
            let is_template = fields.get("is_template").is_some_and(|is| is == 1);
            let kind = (!is_template).then_some(FoundKind::Task)?;
            (kind, text("description"), vec![text("owner")], &row.modified)
        }
        "Issue" => {
            let body = [text("description"), text("resolution_details")];
            let body = body.into_iter().flatten().collect::<Vec<_>>().join("<br>");
            let who = vec![text("raised_by").or_else(|| text("owner"))];
            (FoundKind::Issue, Some(body), who, &row.modified)
        }
        // What was said here, ERPNext has as a Communication too.
        "Communication" if belongs && !is_ours => {
            let who = vec![text("sender_full_name"), text("sender")];
            (FoundKind::Mail, text("content"), who, &row.creation)
        }
        "Comment" if belongs && text("comment_type").as_deref() == Some("Comment") => {
            let who = vec![text("comment_by"), text("comment_email")];
            (FoundKind::Comment, text("content"), who, &row.creation)
        }
        "File" if belongs && !is_ours => {
            (FoundKind::File, None, vec![text("owner")], &row.creation)
        }
        _ => return None,
    };
    let at = text("communication_date").and_then(|date| stamp(&date)).or_else(|| stamp(at));
    let body = html_as_text(body.as_deref().unwrap_or_default(), BODY_CHARS);
    let is_titled = row.doctype != "Comment";
    let name = matches!(row.doctype.as_str(), "Task" | "Issue").then(|| row.name.clone());
    let title =
        html_as_text(row.title.as_deref().filter(|_| is_titled).unwrap_or_default(), BODY_CHARS);
    let who: Vec<String> = who.into_iter().flatten().map(|who| html_as_text(&who, 300)).collect();
    Some(Entry {
        kind,
        source: Source::Document([row.doctype, row.name, row.creation, row.project?]),
        at: at.unwrap_or(Moment::from_millis(0)),
        title,
        body: name.into_iter().chain([body]).collect::<Vec<_>>().join("\n"),
        by_name: who.first().cloned().unwrap_or_default(),
        who,
        has: Vec::new(),
    })
}

fn text(fields: &Map<String, Json>, field: &str) -> Option<String> {
    fields.get(field).and_then(Json::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// ERPNext's stamp `2026-11-20 16:05:00.000000`. It names no zone; taken for UTC, its day stays the day ERPNext shows.
fn stamp(text: &str) -> Option<Moment> {
    let day: SearchDay = text.get(..10)?.parse().ok()?;
    let mut parts = text.get(11..19).unwrap_or("00:00:00").splitn(3, ':');
    let mut part = || parts.next().and_then(|part| part.parse::<i64>().ok()).unwrap_or(0);
    let (hours, minutes, seconds) = (part(), part(), part());
    Some(day.begins().plus_millis(((hours * 60 + minutes) * 60 + seconds) * 1000))
}

/// Who is known by an address alone is also found by name, and shown by it.
async fn name_people(
    db: &Db,
    connection: &impl ConnectionTrait,
    entries: &mut [Entry],
) -> Result<(), StoreError> {
    let addresses: Vec<String> = entries
        .iter()
        .flat_map(|entry| &entry.who)
        .filter(|who| who.contains('@'))
        .map(|who| who.to_lowercase())
        .collect();
    if addresses.is_empty() {
        return Ok(());
    }
    let listed = db.listed("$1");
    let sql = format!(
        r#"SELECT "user", full_name FROM people WHERE "user" IN {listed}
           UNION ALL
           SELECT LOWER(name), title FROM documents
           WHERE doctype = 'User' AND title IS NOT NULL AND LOWER(name) IN {listed}"#
    );
    let rows =
        NameRow::find_by_statement(db.statement(&sql, [Json::from(addresses).to_string().into()]))
            .all(connection)
            .await?;
    let names: HashMap<String, String> =
        rows.into_iter().map(|row| (row.user, row.full_name)).collect();
    for entry in entries {
        let known = entry.who.iter().find_map(|who| names.get(&who.to_lowercase())).cloned();
        if let Some(known) = known {
            if entry.by_name.contains('@') {
                entry.by_name.clone_from(&known);
            }
            entry.who.push(known);
        }
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct FileRow {
    id: Uuid,
    workspace_id: Uuid,
    name: String,
    created_at: i64,
    user: Option<String>,
    full_name: Option<String>,
}

/// Indexes a file that has come, by its name and by what it says, as far as that was read.
pub(crate) async fn index_file(
    db: &Db,
    connection: &impl ConnectionTrait,
    id: Uuid,
    says: &str,
) -> Result<(), StoreError> {
    forget_file(db, connection, id).await?;
    let row = FileRow::find_by_statement(db.statement(
        r#"SELECT f.id, f.workspace_id, f.name, f.created_at, p."user", p.full_name
           FROM files f LEFT JOIN people p ON p.id = f.person_id WHERE f.id = $1 AND f.state = 'ready'"#,
        [id.into()],
    ))
    .one(connection)
    .await?;
    let Some(row) = row else { return Ok(()) };
    let by_name = row.full_name.unwrap_or_default();
    let entry = Entry {
        kind: FoundKind::File,
        source: Source::File(row.workspace_id, row.id),
        at: Moment::from_millis(row.created_at),
        title: row.name,
        body: says.to_owned(),
        who: row.user.into_iter().chain([by_name.clone()]).collect(),
        by_name,
        has: vec![Has::File],
    };
    put(db, connection, &[entry]).await
}

/// A file that has come is to be read.
pub(crate) async fn file_due(
    db: &Db,
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<(), StoreError> {
    due(db, connection, "file", &id.simple().to_string()).await
}

/// This file is found no more.
pub(crate) async fn forget_file(
    db: &Db,
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<(), StoreError> {
    take_out(db, connection, "file_id = $1", [id.into()]).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(doctype: &str, about: Option<&str>, fields: &Json) -> DocumentRow {
        DocumentRow {
            doctype: doctype.into(),
            name: "N-1".into(),
            creation: "2026-11-20 16:05:00.000000".into(),
            modified: "2026-11-21 10:00:00".into(),
            project: Some("PROJ-0001".into()),
            title: Some("Menu &amp; prices".into()),
            fields: fields.to_string(),
            about_doctype: about.map(str::to_owned),
        }
    }

    #[test]
    fn a_mail_is_found_by_its_words_and_its_sender_and_our_own_lines_are_not_found_twice() {
        let mail = serde_json::json!({
            "content": "<p>The <b>price</b> is&nbsp;fine</p><style>p {}</style>", "sender": "ines@client.demo",
            "sender_full_name": "Ines Duarte", "communication_date": "2026-11-01 08:00:00",
        });
        let entry = document(row("Communication", Some("Project"), &mail)).unwrap();
        assert_eq!(entry.title, "Menu & prices");
        assert_eq!(entry.body, "The price is fine");
        assert_eq!(entry.who, ["Ines Duarte", "ines@client.demo"]);
        assert_eq!(
            entry.at,
            "2026-11-01".parse::<SearchDay>().unwrap().begins().plus_millis(8 * 3_600_000)
        );
        let ours = serde_json::json!({"content": "said here", "parlance_key": "0190"});
        assert!(document(row("Communication", Some("Project"), &ours)).is_none());
        assert!(document(row("Communication", Some("Customer"), &mail)).is_none());
        assert!(document(row("Communication", None, &mail)).is_none());
    }

    #[test]
    fn of_comments_only_those_of_people_are_found_and_of_tasks_no_templates() {
        for (kind, is_found) in [("Comment", true), ("Edit", false), ("Assigned", false)] {
            let comment = serde_json::json!({"comment_type": kind, "content": "looks good"});
            assert_eq!(document(row("Comment", Some("Task"), &comment)).is_some(), is_found);
        }
        let task = document(row("Task", None, &serde_json::json!({"description": "d"}))).unwrap();
        assert_eq!(task.body, "N-1\nd");
        assert!(document(row("Task", None, &serde_json::json!({"is_template": 1}))).is_none());
    }
}
