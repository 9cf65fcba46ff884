//! Reading a piece of a timeline: from each source what stands next by its index, and of that what is newest.

use crate::{Db, StoreError, find::find, messages::with_marks, rows::message, standings::readable};
use policy::TeamScope;
use sea_orm::{
    ColumnTrait, Condition, ExprTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    Select, Value,
    sea_query::{Expr, Query},
};
use serde::Deserialize;
use serde_json::Value as Json;
use uuid::Uuid;
use vocabulary::{
    Audience, EntryId, Message, MessageKind, Moment, TimelineFilter, TimelineKind, TimelinePlace,
    WorkField,
};

/// How much of the words of a mail or a comment is read for its gist, in characters of HTML.
const GIST_CHARS: u32 = 2_000;

/// What somebody looks for, with its days as moments.
#[derive(Clone, Debug, Default)]
pub struct Looked {
    /// Kinds, person, document and audience; its days and `unseen` are said below.
    pub filter: TimelineFilter,
    /// Not before this.
    pub from: Option<Moment>,
    /// Before this.
    pub until: Option<Moment>,
    /// Only what came here after this.
    pub noticed_after: Option<Moment>,
    /// Only what stands after this place, which is what is older.
    pub after: Option<TimelinePlace>,
}

/// What happened, as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    /// Something that was said; `User.name` of its author.
    Said(Message, String),
    /// Something that happened in ERPNext.
    Noted {
        /// Where it stands.
        place: TimelinePlace,
        /// What kind of thing.
        kind: TimelineKind,
        /// Who knows of it.
        audience: Audience,
        /// Who did it, and what they are called.
        who: Option<(String, Option<String>)>,
        /// Doctype, name and title of what it is about.
        about: Option<(String, String, Option<String>)>,
        /// `subject` or `file_name`.
        title: Option<String>,
        /// `communication_medium`.
        medium: Option<String>,
        /// Whether a Communication came in.
        received: bool,
        /// The beginning of its HTML.
        content: Option<String>,
        /// `file_size`.
        size: Option<u64>,
        /// What was changed; nothing where the document was made.
        steps: Vec<Step>,
    },
}

impl Row {
    /// Where it stands.
    #[must_use]
    pub fn place(&self) -> TimelinePlace {
        match self {
            Self::Said(message, _) => place_of(message),
            Self::Noted { place, .. } => *place,
        }
    }
}

fn place_of(message: &Message) -> TimelinePlace {
    let id = EntryId::from_uuid(message.id.as_uuid());
    TimelinePlace { at: message.sent_at, is_message: true, id }
}

/// A field with both its values, as ERPNext has them.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Step {
    /// Which field.
    pub field: WorkField,
    /// What it was.
    pub from: Option<Json>,
    /// What it is.
    pub to: Option<Json>,
}

/// Up to `limit` rows of what this member may see, the newest first; fewer only where there are no more.
///
/// # Errors
/// If the database fails.
pub async fn page(
    db: &Db,
    team: &TeamScope,
    looked: &Looked,
    limit: u64,
) -> Result<Vec<Row>, StoreError> {
    let mut rows = said(db, team, looked, limit).await?;
    rows.extend(noted(db, team, looked, limit).await?);
    // Of one source the database has them in order already.
    rows.sort_by_key(|row| {
        let place = row.place();
        std::cmp::Reverse((place.at, place.is_message))
    });
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(rows)
}

#[derive(FromQueryResult)]
struct UserRow {
    id: Uuid,
    user: String,
}

async fn said(
    db: &Db,
    team: &TeamScope,
    looked: &Looked,
    limit: u64,
) -> Result<Vec<Row>, StoreError> {
    let filter = &looked.filter;
    if !filter.admits(TimelineKind::Message) && !filter.admits(TimelineKind::File) {
        return Ok(Vec::new());
    }
    let rows = messages(team, looked).limit(limit).all(db.reader()).await?;
    let said = with_marks(db, db.reader(), rows).await?;
    let sql = format!(r#"SELECT id, "user" FROM people WHERE id IN {}"#, db.listed_ids("$1"));
    let authors = crate::db::ids(said.iter().map(|message| message.author.id.as_uuid()));
    let users = UserRow::find_by_statement(db.statement(&sql, [authors])).all(db.reader()).await?;
    let with_user = |message: Message| {
        let author = message.author.id.as_uuid();
        let user = users.iter().find(|row| row.id == author).map(|row| row.user.clone());
        Row::Said(message, user.unwrap_or_default())
    };
    Ok(said.into_iter().map(with_user).collect())
}

fn messages(team: &TeamScope, looked: &Looked) -> Select<message::Entity> {
    use message::Column;
    let filter = &looked.filter;
    let mut found = find::<message::Entity>(team.scope())
        .filter(Column::Kind.eq(MessageKind::Said.as_str()))
        // What was taken back at once is shown nowhere.
        .filter(Column::RemovedAt.is_null().or(Column::Undone.eq(false)));
    let on_message =
        |table: &'static str| Query::select().column("message_id").from(table).to_owned();
    if !filter.admits(TimelineKind::Message) {
        found = found
            .filter(Column::Id.in_subquery(on_message("message_files")))
            .filter(Column::RemovedAt.is_null());
    }
    if let Some(person) = &filter.person {
        let author = Query::select()
            .column("id")
            .from("people")
            .and_where(Expr::col("user").eq(person.as_str()))
            .to_owned();
        found = found.filter(Column::AuthorId.in_subquery(author));
    }
    if let Some((doctype, name)) = &filter.about {
        let tagged = on_message("message_tags")
            .and_where(Expr::col("doctype").eq(doctype.as_str()))
            .and_where(Expr::col("name").eq(name.as_str()))
            .to_owned();
        found = found.filter(Column::Id.in_subquery(tagged));
    }
    if let Some(audience) = filter.audience {
        found = found.filter(Column::Audience.eq(audience.as_str()));
    }
    if let Some(from) = looked.from {
        found = found.filter(Column::SentAt.gte(from.as_millis()));
    }
    if let Some(until) = looked.until {
        found = found.filter(Column::SentAt.lt(until.as_millis()));
    }
    if let Some(after) = looked.noticed_after {
        found = found.filter(Column::SentAt.gt(after.as_millis()));
    }
    if let Some(place) = looked.after {
        let at = place.at.as_millis();
        let mut older = Condition::any().add(Column::SentAt.lt(at));
        if place.is_message {
            let same = Column::SentAt.eq(at).and(Column::Id.lt(place.id.as_uuid()));
            older = older.add(same);
        }
        found = found.filter(older);
    }
    found.order_by_desc(Column::SentAt).order_by_desc(Column::Id)
}

#[derive(FromQueryResult)]
struct NotedRow {
    id: Uuid,
    at: i64,
    kind: String,
    audience: String,
    who: Option<String>,
    who_name: Option<String>,
    about_doctype: Option<String>,
    about_name: Option<String>,
    about_title: Option<String>,
    title: Option<String>,
    medium: Option<String>,
    direction: Option<String>,
    content: Option<String>,
    size: Option<String>,
    changes: Option<String>,
}

/// The rows of `timeline` that the person `$2` may see in the workspace `$1`, whose Project is `$3`.
fn visible() -> String {
    let readable = |doctype| readable(doctype, "t.about_name").replace("w.id", "$1");
    format!(
        "t.project = $3 AND CASE t.about_doctype WHEN 'Task' THEN {} WHEN 'Issue' THEN {} ELSE TRUE END",
        readable("Task"),
        readable("Issue")
    )
}

async fn project(db: &Db, team: &TeamScope) -> Result<Option<String>, StoreError> {
    use sea_orm::ConnectionTrait;
    let row = db
        .reader()
        .query_one_raw(db.statement(
            "SELECT project FROM workspaces WHERE id = $1 AND gone_at IS NULL",
            [team.scope().workspace().as_uuid().into()],
        ))
        .await?;
    Ok(row.map(|row| row.try_get_by_index(0)).transpose()?)
}

async fn noted(
    db: &Db,
    team: &TeamScope,
    looked: &Looked,
    limit: u64,
) -> Result<Vec<Row>, StoreError> {
    let Some(project) = project(db, team).await? else { return Ok(Vec::new()) };
    let filter = &looked.filter;
    let kinds: Vec<&str> = TimelineKind::ALL
        .into_iter()
        .filter(|kind| filter.admits(*kind))
        .map(TimelineKind::as_str)
        .collect();
    let mut values: Vec<Value> = vec![
        team.scope().workspace().as_uuid().into(),
        team.scope().who().person().as_uuid().into(),
        project.into(),
        Json::from(kinds).to_string().into(),
    ];
    let mut wanted = vec![visible(), format!("t.kind IN {}", db.listed("$4"))];
    let mut put = |values: &mut Vec<Value>, condition: &str, value: Value| {
        values.push(value);
        wanted.push(condition.replace('?', &format!("${}", values.len())));
    };
    if let Some(person) = &filter.person {
        put(&mut values, "t.who = ?", person.clone().into());
    }
    if let Some((doctype, name)) = &filter.about {
        put(&mut values, "t.about_doctype = ?", doctype.as_str().into());
        put(&mut values, "t.about_name = ?", name.clone().into());
    }
    if let Some(audience) = filter.audience {
        put(&mut values, "t.audience = ?", audience.as_str().into());
    }
    if let Some(from) = looked.from {
        put(&mut values, "t.at >= ?", from.as_millis().into());
    }
    if let Some(until) = looked.until {
        put(&mut values, "t.at < ?", until.as_millis().into());
    }
    if let Some(after) = looked.noticed_after {
        put(&mut values, "t.noticed_at > ?", after.as_millis().into());
    }
    if let Some(place) = looked.after {
        let at = place.at.as_millis();
        if place.is_message {
            // Of one moment messages come first.
            put(&mut values, "t.at <= ?", at.into());
        } else {
            put(&mut values, "t.at <= ?", at.into());
            let same = format!("(t.at < ${} OR t.id < ?)", values.len());
            put(&mut values, &same, place.id.as_uuid().into());
        }
    }
    let sql = format!(
        "SELECT t.id, t.at, t.kind, t.audience, t.who, t.who_name, t.about_doctype, t.about_name, t.changes,
           a.title AS about_title, d.title, {medium} AS medium, {direction} AS direction,
           CASE WHEN t.kind IN ('mail', 'comment') THEN SUBSTR({content}, 1, {GIST_CHARS}) END AS content, {size} AS size
         FROM timeline t
         JOIN documents d ON d.doctype = t.doctype AND d.name = t.name AND d.creation = t.creation
         LEFT JOIN documents a ON a.doctype = t.about_doctype AND a.name = t.about_name
         WHERE {wanted} ORDER BY t.at DESC, t.id DESC LIMIT {limit}",
        medium = db.json_text("d.fields", "communication_medium"),
        direction = db.json_text("d.fields", "sent_or_received"),
        content = db.json_text("d.fields", "content"),
        size = db.json_text("d.fields", "file_size"),
        wanted = wanted.join(" AND ")
    );
    let rows = NotedRow::find_by_statement(db.statement_of(&sql, values)).all(db.reader()).await?;
    rows.into_iter().map(Row::try_from).collect()
}

impl TryFrom<NotedRow> for Row {
    type Error = StoreError;

    fn try_from(row: NotedRow) -> Result<Self, StoreError> {
        let unreadable = |what| StoreError::Unreadable { what };
        let steps = row.changes.as_deref().map_or(Ok(Vec::new()), serde_json::from_str);
        let about = row.about_doctype.zip(row.about_name);
        Ok(Self::Noted {
            place: TimelinePlace {
                at: Moment::from_millis(row.at),
                is_message: false,
                id: EntryId::from_uuid(row.id),
            },
            kind: row.kind.parse().map_err(|()| unreadable("timeline.kind"))?,
            audience: row.audience.parse().map_err(|_| unreadable("timeline.audience"))?,
            who: row.who.map(|who| (who, row.who_name)),
            about: about.map(|(doctype, name)| (doctype, name, row.about_title)),
            title: row.title,
            medium: row.medium,
            received: row.direction.as_deref() == Some("Received"),
            content: row.content,
            size: row.size.and_then(|size| size.parse().ok()),
            steps: steps.map_err(|_| unreadable("timeline.changes"))?,
        })
    }
}

/// All of a document that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct RowText {
    /// Its doctype.
    pub doctype: String,
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: Option<String>,
    /// Its fields as the mirror has them.
    pub fields: serde_json::Map<String, Json>,
}

#[derive(FromQueryResult)]
struct TextRow {
    doctype: String,
    name: String,
    title: Option<String>,
    fields: String,
}

/// The document behind a row that this member may see; `None` for any other.
///
/// # Errors
/// If the database fails.
pub async fn text(
    db: &Db,
    team: &TeamScope,
    entry: EntryId,
) -> Result<Option<RowText>, StoreError> {
    let Some(project) = project(db, team).await? else { return Ok(None) };
    let sql = format!(
        "SELECT d.doctype, d.name, d.title, d.fields FROM timeline t
         JOIN documents d ON d.doctype = t.doctype AND d.name = t.name AND d.creation = t.creation
         WHERE t.id = $4 AND t.kind IN ('mail', 'comment', 'file') AND {}",
        visible()
    );
    let values = [
        team.scope().workspace().as_uuid().into(),
        team.scope().who().person().as_uuid().into(),
        project.into(),
        entry.as_uuid().into(),
    ];
    let row = TextRow::find_by_statement(db.statement(&sql, values)).one(db.reader()).await?;
    let Some(row) = row else { return Ok(None) };
    let fields = serde_json::from_str(&row.fields)
        .map_err(|_| StoreError::Unreadable { what: "documents.fields" })?;
    Ok(Some(RowText { doctype: row.doctype, name: row.name, title: row.title, fields }))
}
