//! What may want looking at in somebody's workspaces: what is due, and what came from the client. Judged elsewhere.

use crate::{Db, StoreError, standings::readable};
use policy::MemberReach;
use sea_orm::{FromQueryResult, Value};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use vocabulary::{
    CustomerName, EntryId, IssueStatus, MessageId, Moment, ProjectName, TaskStatus, WorkDoctype,
    WorkspaceId,
};

/// Documents that are looked at of each kind.
const LIMIT: u64 = 5_000;

/// An open Project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Its workspace.
    pub workspace: WorkspaceId,
    /// `name`.
    pub project: ProjectName,
    /// `project_name`.
    pub project_name: String,
    /// `customer`.
    pub customer: Option<CustomerName>,
    /// `status`.
    pub status: String,
    /// `expected_start_date`.
    pub expected_start_date: Option<String>,
    /// `expected_end_date`.
    pub expected_end_date: Option<String>,
    /// `holiday_list`.
    pub holiday_list: Option<String>,
}

/// A date somebody was promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// `exp_end_date` of a Task.
    End,
    /// `response_by` of an Issue that nobody has answered.
    Response,
    /// `sla_resolution_by` of an Issue.
    Resolution,
}

/// A Task or an Issue that is not done and has such a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// In which workspace.
    pub workspace: WorkspaceId,
    /// Its doctype.
    pub doctype: WorkDoctype,
    /// Its name.
    pub name: String,
    /// Its subject, as ERPNext escapes it.
    pub subject: String,
    /// Its priority.
    pub priority: String,
    /// What was promised.
    pub promise: Promise,
    /// Until when, as ERPNext wrote it: a date, or a date and a time in the site's zone.
    pub by: String,
}

/// Where something came from the outside or went there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A Communication, by its row of the timeline.
    Entry(EntryId),
    /// A message of a room.
    Message(MessageId),
}

/// Something that came from the client, or went to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// In which workspace.
    pub workspace: WorkspaceId,
    /// What it is.
    pub source: Source,
    /// When.
    pub at: Moment,
    /// Whether it came in.
    pub came_in: bool,
    /// What it belongs to: a room, or the document a mail is about.
    pub thread: String,
    /// Addresses of those outside, in lower case: who wants an answer, or who got one.
    pub outside: BTreeSet<String>,
    /// Who says it.
    pub who: String,
    /// `subject`; nothing of a message.
    pub subject: Option<String>,
    /// Customers that ERPNext links it with.
    pub customers: Vec<String>,
    /// The Issue it is about.
    pub on_issue: bool,
}

/// Days off, from a Holiday List.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holidays {
    /// `from_date`.
    pub from: String,
    /// `to_date`.
    pub to: String,
    /// Days as `YYYY-MM-DD`, and whether each is the weekly day off.
    pub days: BTreeMap<String, bool>,
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sighted {
    /// The Projects.
    pub subjects: Vec<Subject>,
    /// What is due.
    pub dues: Vec<Due>,
    /// What came and went, the oldest first.
    pub turns: Vec<Turn>,
    /// Holiday Lists of the Projects, by name.
    pub holidays: BTreeMap<String, Holidays>,
}

/// What there is to judge in the workspaces within reach, or in `one` of them: dates up to `horizon` (`YYYY-MM-DD`), and what
/// came or went since `since`.
///
/// # Errors
/// If the database fails.
pub async fn sighted(
    db: &Db,
    reach: &MemberReach,
    one: Option<WorkspaceId>,
    horizon: &str,
    since: Moment,
) -> Result<Sighted, StoreError> {
    let subjects = subjects(db, reach, one).await?;
    let lists: BTreeSet<&str> =
        subjects.iter().filter_map(|one| one.holiday_list.as_deref()).collect();
    let mut turns = mails(db, reach, one, since).await?;
    turns.extend(client_talk(db, reach, one, since).await?);
    turns.sort_by_key(|turn| turn.at);
    let mut dues = tasks(db, reach, one, horizon).await?;
    dues.extend(issues(db, reach, one, horizon).await?);
    let holidays = holidays(db, lists).await?;
    Ok(Sighted { subjects, dues, turns, holidays })
}

/// The workspaces `w` of the person `$2` that are open, or `$1` alone.
fn within(one: Option<WorkspaceId>) -> &'static str {
    match one {
        Some(_) => {
            "standings s JOIN workspaces w ON w.id = s.workspace_id AND w.gone_at IS NULL AND w.id = $1"
        }
        None => {
            "standings s JOIN workspaces w ON w.id = s.workspace_id AND w.gone_at IS NULL AND w.status = 'Open' AND w.id <> $1"
        }
    }
}

/// `$1` and `$2` of what [`within`] begins.
fn of(reach: &MemberReach, one: Option<WorkspaceId>) -> [Value; 2] {
    // No workspace has the nil id.
    let which = one.map_or_else(Uuid::nil, WorkspaceId::as_uuid);
    [which.into(), reach.person().as_uuid().into()]
}

#[derive(FromQueryResult)]
struct SubjectRow {
    id: Uuid,
    project: String,
    project_name: String,
    customer: Option<String>,
    status: String,
    expected_start_date: Option<String>,
    expected_end_date: Option<String>,
    holiday_list: Option<String>,
}

async fn subjects(
    db: &Db,
    reach: &MemberReach,
    one: Option<WorkspaceId>,
) -> Result<Vec<Subject>, StoreError> {
    let field = |name| db.json_text("d.fields", name);
    let sql = format!(
        "SELECT w.id, w.project, w.project_name, w.customer, w.status, {starts} AS expected_start_date,
           {ends} AS expected_end_date, {list} AS holiday_list
         FROM {within} LEFT JOIN documents d ON d.doctype = 'Project' AND d.name = w.project
         WHERE s.person_id = $2 ORDER BY w.project_name, w.id",
        starts = field("expected_start_date"),
        ends = field("expected_end_date"),
        list = field("holiday_list"),
        within = within(one)
    );
    let rows = SubjectRow::find_by_statement(db.statement(&sql, of(reach, one)));
    let subject = |row: SubjectRow| Subject {
        workspace: WorkspaceId::from_uuid(row.id),
        project: ProjectName::new(row.project),
        project_name: row.project_name,
        customer: row.customer.map(CustomerName::new),
        status: row.status,
        expected_start_date: row.expected_start_date,
        expected_end_date: row.expected_end_date,
        holiday_list: row.holiday_list,
    };
    Ok(rows.all(db.reader()).await?.into_iter().map(subject).collect())
}

#[derive(FromQueryResult)]
struct DueRow {
    workspace_id: Uuid,
    name: String,
    title: Option<String>,
    priority: Option<String>,
    first: Option<String>,
    second: Option<String>,
}

async fn tasks(
    db: &Db,
    reach: &MemberReach,
    one: Option<WorkspaceId>,
    horizon: &str,
) -> Result<Vec<Due>, StoreError> {
    let due = db.json_text("d.fields", "exp_end_date");
    let sql = format!(
        "SELECT w.id AS workspace_id, d.name, d.title, {priority} AS priority, {due} AS first, NULL AS second
         FROM {within} JOIN documents d ON d.doctype = 'Task' AND d.project = w.project
         WHERE s.person_id = $2 AND COALESCE(d.status, '') NOT IN {at_rest} AND {due} <= $3 AND {readable}
         ORDER BY {due}, d.name LIMIT {LIMIT}",
        priority = db.json_text("d.fields", "priority"),
        at_rest = quoted(TaskStatus::AT_REST),
        within = within(one),
        readable = readable("Task", "d.name")
    );
    // A stamp of that day begins with it, and is not before it.
    let [a, b] = of(reach, one);
    let rows = DueRow::find_by_statement(db.statement(&sql, [a, b, end_of(horizon).into()]))
        .all(db.reader())
        .await?;
    let due = |row: DueRow| {
        let by = row.first.clone()?;
        Some(due_of(&row, WorkDoctype::Task, Promise::End, by))
    };
    Ok(rows.into_iter().filter_map(due).collect())
}

async fn issues(
    db: &Db,
    reach: &MemberReach,
    one: Option<WorkspaceId>,
    horizon: &str,
) -> Result<Vec<Due>, StoreError> {
    let field = |name| db.json_text("d.fields", name);
    let (respond, resolve) = (field("response_by"), field("sla_resolution_by"));
    let unanswered = format!("({} IS NULL AND {respond} <= $3)", field("first_responded_on"));
    let sql = format!(
        "SELECT w.id AS workspace_id, d.name, d.title, {priority} AS priority,
           CASE WHEN {unanswered} THEN {respond} END AS first, CASE WHEN {resolve} <= $3 THEN {resolve} END AS second
         FROM {within} JOIN documents d ON d.doctype = 'Issue' AND d.project = w.project
         WHERE s.person_id = $2 AND COALESCE(d.status, '') NOT IN {over} AND COALESCE(d.status, '') <> 'On Hold'
           AND ({unanswered} OR {resolve} <= $3) AND {readable}
         ORDER BY d.name LIMIT {LIMIT}",
        priority = field("priority"),
        over = quoted(IssueStatus::OVER),
        within = within(one),
        readable = readable("Issue", "d.name")
    );
    let [a, b] = of(reach, one);
    let rows = DueRow::find_by_statement(db.statement(&sql, [a, b, end_of(horizon).into()]))
        .all(db.reader())
        .await?;
    let mut dues = Vec::with_capacity(rows.len());
    for row in rows {
        let promised =
            [(Promise::Response, row.first.clone()), (Promise::Resolution, row.second.clone())];
        for (promise, by) in promised {
            dues.extend(by.map(|by| due_of(&row, WorkDoctype::Issue, promise, by)));
        }
    }
    Ok(dues)
}

fn due_of(row: &DueRow, doctype: WorkDoctype, promise: Promise, by: String) -> Due {
    Due {
        workspace: WorkspaceId::from_uuid(row.workspace_id),
        doctype,
        name: row.name.clone(),
        subject: row.title.clone().unwrap_or_else(|| row.name.clone()),
        priority: row.priority.clone().unwrap_or_default(),
        promise,
        by,
    }
}

/// No stamp of the day is greater.
fn end_of(day: &str) -> String {
    format!("{day} 99")
}

fn quoted(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    format!("({})", quoted.join(", "))
}

#[derive(FromQueryResult)]
struct MailRow {
    workspace_id: Uuid,
    id: Uuid,
    at: i64,
    who: Option<String>,
    who_name: Option<String>,
    about_doctype: Option<String>,
    about_name: Option<String>,
    title: Option<String>,
    direction: Option<String>,
    recipients: Option<String>,
    links: Option<String>,
}

async fn mails(
    db: &Db,
    reach: &MemberReach,
    one: Option<WorkspaceId>,
    since: Moment,
) -> Result<Vec<Turn>, StoreError> {
    let field = |name| db.json_text("d.fields", name);
    let readable = |doctype| readable(doctype, "t.about_name");
    let sql = format!(
        "SELECT w.id AS workspace_id, t.id, t.at, t.who, t.who_name, t.about_doctype, t.about_name, d.title,
           {direction} AS direction, {recipients} AS recipients, {links} AS links
         FROM {within} JOIN timeline t ON t.project = w.project AND t.at >= $3 AND t.kind = 'mail' AND t.audience = 'client'
         JOIN documents d ON d.doctype = t.doctype AND d.name = t.name AND d.creation = t.creation
         WHERE s.person_id = $2
           AND CASE t.about_doctype WHEN 'Task' THEN {task} WHEN 'Issue' THEN {issue} ELSE TRUE END
         ORDER BY t.at DESC LIMIT {LIMIT}",
        direction = field("sent_or_received"),
        recipients = field("recipients"),
        links = field("timeline_links"),
        within = within(one),
        task = readable("Task"),
        issue = readable("Issue"),
    );
    let [a, b] = of(reach, one);
    let rows = MailRow::find_by_statement(db.statement(&sql, [a, b, since.as_millis().into()]))
        .all(db.reader())
        .await?;
    Ok(rows.into_iter().map(Turn::from).collect())
}

impl From<MailRow> for Turn {
    fn from(row: MailRow) -> Self {
        let came_in = row.direction.as_deref() == Some("Received");
        let words = if came_in { row.who.clone() } else { row.recipients };
        let outside = words.unwrap_or_default();
        let outside = outside
            .split([',', ';', ' ', '<', '>', '"'])
            .filter(|word| word.contains('@'))
            .map(str::to_lowercase)
            .collect();
        let links: Vec<Map<String, Json>> =
            row.links.and_then(|links| serde_json::from_str(&links).ok()).unwrap_or_default();
        let customers = links
            .iter()
            .filter(|link| link.get("link_doctype").and_then(Json::as_str) == Some("Customer"))
            .filter_map(|link| link.get("link_name")?.as_str().map(str::to_owned))
            .collect();
        Self {
            workspace: WorkspaceId::from_uuid(row.workspace_id),
            source: Source::Entry(EntryId::from_uuid(row.id)),
            at: Moment::from_millis(row.at),
            came_in,
            on_issue: row.about_doctype.as_deref() == Some("Issue"),
            thread: format!(
                "{} {}",
                row.about_doctype.unwrap_or_default(),
                row.about_name.unwrap_or_default()
            ),
            outside,
            who: row.who_name.or(row.who).unwrap_or_default(),
            subject: row.title,
            customers,
        }
    }
}

#[derive(FromQueryResult)]
struct TalkRow {
    workspace_id: Uuid,
    id: Uuid,
    room_id: Uuid,
    sent_at: i64,
    author_name: String,
    is_client: i32,
}

/// What was said in rooms that a client is in.
async fn client_talk(
    db: &Db,
    reach: &MemberReach,
    one: Option<WorkspaceId>,
    since: Moment,
) -> Result<Vec<Turn>, StoreError> {
    let sql = format!(
        "SELECT w.id AS workspace_id, m.id, m.room_id, m.sent_at, m.author_name,
           CASE WHEN p.kind = 'client' THEN 1 ELSE 0 END AS is_client
         FROM {within} JOIN rooms r ON r.workspace_id = w.id AND r.audience = 'client'
         JOIN messages m ON m.room_id = r.id AND m.sent_at >= $3 AND m.kind = 'said' AND m.removed_at IS NULL
         JOIN people p ON p.id = m.author_id
         WHERE s.person_id = $2 ORDER BY m.sent_at DESC LIMIT {LIMIT}",
        within = within(one)
    );
    let [a, b] = of(reach, one);
    let rows = TalkRow::find_by_statement(db.statement(&sql, [a, b, since.as_millis().into()]))
        .all(db.reader())
        .await?;
    let turn = |row: TalkRow| Turn {
        workspace: WorkspaceId::from_uuid(row.workspace_id),
        source: Source::Message(MessageId::from_uuid(row.id)),
        at: Moment::from_millis(row.sent_at),
        came_in: row.is_client == 1,
        thread: row.room_id.to_string(),
        outside: BTreeSet::new(),
        who: row.author_name,
        subject: None,
        customers: Vec::new(),
        on_issue: false,
    };
    Ok(rows.into_iter().map(turn).collect())
}

#[derive(FromQueryResult)]
struct HolidayRow {
    name: String,
    fields: String,
}

async fn holidays(
    db: &Db,
    names: BTreeSet<&str>,
) -> Result<BTreeMap<String, Holidays>, StoreError> {
    if names.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = format!(
        "SELECT name, fields FROM documents WHERE doctype = 'Holiday List' AND name IN {}",
        db.listed("$1")
    );
    let names = Json::from(names.into_iter().collect::<Vec<_>>()).to_string();
    let rows =
        HolidayRow::find_by_statement(db.statement(&sql, [names.into()])).all(db.reader()).await?;
    let mut lists = BTreeMap::new();
    for row in rows {
        let fields: Map<String, Json> = serde_json::from_str(&row.fields)
            .map_err(|_| StoreError::Unreadable { what: "documents.fields" })?;
        lists.insert(row.name, Holidays::from(&fields));
    }
    Ok(lists)
}

impl From<&Map<String, Json>> for Holidays {
    fn from(fields: &Map<String, Json>) -> Self {
        let text =
            |name: &str| fields.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
        let rows = fields.get("holidays").and_then(Json::as_array);
        let day = |row: &Json| {
            let date = row.get("holiday_date")?.as_str()?.get(..10)?.to_owned();
            Some((date, row.get("weekly_off").and_then(Json::as_i64) == Some(1)))
        };
        let days = rows.into_iter().flatten().filter_map(day).collect();
        Self { from: text("from_date"), to: text("to_date"), days }
    }
}
