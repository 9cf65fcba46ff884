//! Notices as their person sees them: of what is hidden from them by now, nothing.

use crate::{Db, StoreError, mine::found, standings::readable};
use policy::MemberReach;
use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use uuid::Uuid;
use vocabulary::{
    MessageId, Moment, NOTICES_PAGE, Notice, NoticeFilter, NoticeId, NoticeOf, UNREAD_LIMIT,
    WorkspaceId,
};

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    kind: String,
    workspace_id: Uuid,
    project_name: Option<String>,
    at: i64,
    read_at: Option<i64>,
    done_at: Option<i64>,
    message_id: Option<Uuid>,
    doctype: Option<String>,
    name: Option<String>,
    subject: Option<String>,
    words: Option<String>,
}

/// Notices of the person `$1`, who is `$2` too, as far as they may see what happened.
fn shown() -> String {
    format!(
        "FROM notices n JOIN workspaces w ON w.id = n.workspace_id
         LEFT JOIN standings s ON s.person_id = n.person_id AND s.workspace_id = n.workspace_id AND w.gone_at IS NULL
         LEFT JOIN documents d ON d.doctype = n.doctype AND d.name = n.name AND d.creation = n.creation
         WHERE n.person_id = $1 AND (n.kind = 'unsent' OR s.person_id IS NOT NULL AND (
           EXISTS (SELECT 1 FROM messages m WHERE m.id = n.message_id AND m.removed_at IS NULL)
           OR n.doctype IS NOT NULL AND n.name IS NULL
           OR n.doctype = 'Task' AND d.name IS NOT NULL AND {}
           OR n.doctype = 'Issue' AND d.name IS NOT NULL AND {}))",
        readable("Task", "n.name"),
        readable("Issue", "n.name")
    )
}

const COLUMNS: &str = "n.id, n.kind, n.workspace_id, CASE WHEN s.person_id IS NULL THEN NULL ELSE w.project_name END AS project_name,
    n.at, n.read_at, n.done_at, n.message_id, n.doctype, n.name, d.title AS subject, n.words";

/// A page of a member's notices, the last first.
///
/// # Errors
/// If the database fails.
pub async fn list(
    db: &Db,
    reach: &MemberReach,
    filter: &NoticeFilter,
) -> Result<Vec<Notice>, StoreError> {
    let before = match filter.before {
        Some(notice) => match place(db, reach, notice).await? {
            Some(at) => (at, notice.as_uuid()),
            None => return Ok(Vec::new()),
        },
        None => (i64::MAX, Uuid::max()),
    };
    let sql = format!(
        "SELECT {COLUMNS} {} AND n.done_at IS {} NULL AND ($3 = '' OR n.kind = $3) AND (n.at, n.id) < ($4, $5)
         ORDER BY n.at DESC, n.id DESC LIMIT {NOTICES_PAGE}",
        shown(),
        if filter.done { "NOT" } else { "" }
    );
    let kind = filter.kind.map_or("", |kind| kind.as_str());
    let [a, b] = person(reach);
    found(db, &sql, [a, b, kind.into(), before.0.into(), before.1.into()]).await
}

/// One notice of a member; `None` if there is none, or what happened is hidden from them.
///
/// # Errors
/// If the database fails.
pub async fn one(
    db: &Db,
    reach: &MemberReach,
    notice: NoticeId,
) -> Result<Option<Notice>, StoreError> {
    let sql = format!("SELECT {COLUMNS} {} AND n.id = $3", shown());
    let [a, b] = person(reach);
    Ok(self::found(db, &sql, [a, b, notice.as_uuid().into()]).await?.pop())
}

/// How many of a member's notices are neither read nor done, counted up to [`UNREAD_LIMIT`].
pub(crate) async fn unread(db: &Db, reach: &MemberReach) -> Result<u32, StoreError> {
    let sql = format!(
        "SELECT COUNT(*) FROM (SELECT 1 {} AND n.read_at IS NULL LIMIT {UNREAD_LIMIT}) few",
        shown()
    );
    let row = db
        .reader()
        .query_one_raw(db.statement(&sql, person(reach)))
        .await?
        .ok_or(StoreError::Unreadable { what: "notices" })?;
    Ok(crate::mine::limited(row.try_get_by_index(0)?))
}

fn person(reach: &MemberReach) -> [Value; 2] {
    [reach.person().as_uuid().into(), reach.person().as_uuid().into()]
}

async fn place(db: &Db, reach: &MemberReach, notice: NoticeId) -> Result<Option<i64>, StoreError> {
    let row = db
        .reader()
        .query_one_raw(db.statement(
            "SELECT at FROM notices WHERE person_id = $1 AND id = $2",
            [reach.person().as_uuid().into(), notice.as_uuid().into()],
        ))
        .await?;
    row.map(|row| Ok(row.try_get_by_index(0)?)).transpose()
}

async fn found<const N: usize>(
    db: &Db,
    sql: &str,
    values: [Value; N],
) -> Result<Vec<Notice>, StoreError> {
    let rows = Row::find_by_statement(db.statement(sql, values)).all(db.reader()).await?;
    let ids = crate::db::ids(rows.iter().filter_map(|row| row.message_id));
    let said = found::messages(db, ids).await?;
    let notice = |row: Row| {
        let kind = row.kind.parse().ok()?;
        let of = match (row.message_id, row.doctype) {
            (Some(message), _) => {
                NoticeOf::Said { message: said.get(&MessageId::from_uuid(message))?.clone() }
            }
            (None, Some(doctype)) => NoticeOf::Work {
                doctype: doctype.parse().ok()?,
                name: row.name,
                subject: row.subject,
                words: row.words,
            },
            (None, None) => NoticeOf::Unsent { words: row.words.unwrap_or_default() },
        };
        Some(Notice {
            id: NoticeId::from_uuid(row.id),
            kind,
            workspace: WorkspaceId::from_uuid(row.workspace_id),
            project_name: row.project_name.unwrap_or_default(),
            at: Moment::from_millis(row.at),
            unread: row.read_at.is_none(),
            done: row.done_at.is_some(),
            of,
        })
    };
    // A newer version may know more kinds.
    Ok(rows.into_iter().filter_map(notice).collect())
}
