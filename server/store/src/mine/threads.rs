//! The threads a member follows. Following starts with an own reply, with being called in one, and with the first reply
//! to what one has said oneself.

use super::{Counted, conclude, count_all, found, reads::limited};
use crate::{
    Db, StoreError,
    messages::{TEAM, with_marks},
    notices,
    rows::message,
};
use policy::{MemberReach, Scope};
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use std::collections::HashMap;
use uuid::Uuid;
use vocabulary::{
    FollowedThread, FoundMessage, Mention, MessageId, Moment, PersonId, RoomId, Seq, THREADS_LIMIT,
    ThreadRead, UNREAD_LIMIT, WorkspaceId,
};

/// Threads on the page of them.
const PAGE: usize = 50;

/// Replies shown of each.
const NEWEST: u32 = 3;

#[derive(FromQueryResult)]
struct ThreadRow {
    workspace_id: Uuid,
    room_id: Uuid,
    thread_id: Uuid,
    read_seq: i64,
    counted: i64,
    unread: i64,
    mentions: i64,
    project_name: String,
    sent_at: i64,
}

impl ThreadRow {
    const fn read(&self, unread: u32, mentions: u32) -> ThreadRead {
        ThreadRead {
            workspace: WorkspaceId::from_uuid(self.workspace_id),
            room: RoomId::from_uuid(self.room_id),
            thread: MessageId::from_uuid(self.thread_id),
            read: Seq::new(self.read_seq),
            unread,
            mentions,
            counted: Seq::new(self.counted),
        }
    }
}

async fn rows(
    db: &Db,
    reach: &MemberReach,
    then_by: &str,
    limit: usize,
) -> Result<Vec<ThreadRow>, StoreError> {
    let unread = format!(
        "m.thread_id = f.thread_id AND m.seq > f.read_seq AND m.author_id <> $1 AND m.removed_at IS NULL
         LIMIT {UNREAD_LIMIT}"
    );
    let sql = format!(
        r#"SELECT * FROM (
             SELECT f.workspace_id, root.room_id, f.thread_id, f.read_seq, c.last_seq AS counted, w.project_name, root.sent_at,
               (SELECT COUNT(*) FROM (SELECT 1 FROM messages m WHERE {unread}) few) AS unread,
               (SELECT COUNT(*) FROM (
                  SELECT DISTINCT m.id FROM messages m JOIN message_mentions t ON t.message_id = m.id
                  WHERE t.target IN (me."user", $2) AND m.in_room = FALSE AND {unread}) few) AS mentions,
               (SELECT MAX(m.sent_at) FROM messages m WHERE m.thread_id = f.thread_id) AS last_at
             FROM thread_follows f
             JOIN people me ON me.id = f.person_id
             JOIN standings s ON s.person_id = f.person_id AND s.workspace_id = f.workspace_id
             JOIN workspaces w ON w.id = f.workspace_id AND w.gone_at IS NULL
             JOIN workspace_counters c ON c.workspace_id = f.workspace_id
             JOIN messages root ON root.id = f.thread_id
             WHERE f.person_id = $1 AND f.following = TRUE) followed
           WHERE last_at IS NOT NULL OR unread > 0
           ORDER BY CASE WHEN unread > 0 THEN 0 ELSE 1 END, {then_by} DESC LIMIT {limit}"#
    );
    let values = [reach.person().as_uuid().into(), TEAM.into()];
    Ok(ThreadRow::find_by_statement(db.statement(&sql, values)).all(db.reader()).await?)
}

/// How far a member has read in the threads they follow.
pub(super) async fn reads(db: &Db, reach: &MemberReach) -> Result<Vec<ThreadRead>, StoreError> {
    let rows = rows(db, reach, "thread_id", THREADS_LIMIT).await?;
    Ok(rows.iter().map(|row| row.read(limited(row.unread), limited(row.mentions))).collect())
}

/// The threads a member follows, those with something unread first, then the last answered.
///
/// # Errors
/// If the database fails.
pub async fn followed(db: &Db, reach: &MemberReach) -> Result<Vec<FollowedThread>, StoreError> {
    let rows = rows(db, reach, "last_at", PAGE).await?;
    let ids = || crate::db::ids(rows.iter().map(|row| row.thread_id));
    let sql = format!(
        "SELECT * FROM (
           SELECT m.*, ROW_NUMBER() OVER (PARTITION BY m.thread_id ORDER BY m.seq DESC) AS back
           FROM messages m WHERE m.thread_id IN {} AND m.undone = FALSE) newest
         WHERE back <= {NEWEST} ORDER BY seq",
        db.listed_ids("$1")
    );
    let newest =
        message::Model::find_by_statement(db.statement(&sql, [ids()])).all(db.reader()).await?;
    let mut replies: HashMap<Option<MessageId>, Vec<_>> = HashMap::new();
    for reply in with_marks(db, db.reader(), newest).await? {
        replies.entry(reply.thread).or_default().push(reply);
    }
    let mut roots = found::messages(db, ids()).await?;
    let thread = |row: ThreadRow| {
        let read = row.read(limited(row.unread), limited(row.mentions));
        let message = roots.remove(&read.thread)?;
        let newest = replies.remove(&Some(read.thread)).unwrap_or_default();
        let root = FoundMessage {
            workspace: read.workspace,
            project_name: row.project_name,
            at: Moment::from_millis(row.sent_at),
            message,
        };
        Some(FollowedThread { root, newest, read })
    };
    Ok(rows.into_iter().filter_map(thread).collect())
}

/// Who follows a thread.
///
/// # Errors
/// If the database fails.
pub async fn followers(
    db: &Db,
    scope: &Scope,
    thread: MessageId,
) -> Result<Vec<PersonId>, StoreError> {
    let rows = db
        .reader()
        .query_all_raw(db.statement(
            "SELECT person_id FROM thread_follows WHERE thread_id = $1 AND workspace_id = $2 AND following = TRUE",
            [thread.as_uuid().into(), scope.workspace().as_uuid().into()],
        ))
        .await?;
    person_ids(&rows)
}

fn person_ids(rows: &[sea_orm::QueryResult]) -> Result<Vec<PersonId>, StoreError> {
    let id = |row: &sea_orm::QueryResult| row.try_get_by_index::<Uuid>(0).map(PersonId::from_uuid);
    Ok(rows.iter().map(id).collect::<Result<_, _>>()?)
}

/// A reply was stored at its place: its author has read so far and follows, and so do those it calls, whoever began the
/// thread and those who were called there, unless they said otherwise.
pub(crate) async fn follow_reply(
    db: &Db,
    tx: &DatabaseTransaction,
    scope: &Scope,
    (thread, seq): (MessageId, Seq),
    mentions: &[Mention],
) -> Result<(), StoreError> {
    let author = scope.who().person();
    let workspace = || scope.workspace().as_uuid().into();
    let root = || thread.as_uuid().into();
    tx.execute_raw(db.statement(
        "INSERT INTO thread_follows (person_id, workspace_id, thread_id, following, read_seq)
         VALUES ($1, $2, $3, TRUE, $4)
         ON CONFLICT (person_id, thread_id) DO UPDATE SET following = TRUE, read_seq = excluded.read_seq
         WHERE thread_follows.following = FALSE OR thread_follows.read_seq < excluded.read_seq",
        [author.as_uuid().into(), workspace(), root(), seq.get().into()],
    ))
    .await?;
    let users: Vec<&str> = mentions
        .iter()
        .filter_map(|mention| match mention {
            Mention::User(user) => Some(user.as_str()),
            Mention::Team => None,
        })
        .collect();
    let called = format!(
        r#"INSERT INTO thread_follows (person_id, workspace_id, thread_id, following, read_seq)
           SELECT p.id, s.workspace_id, $2, TRUE, $3 FROM standings s JOIN people p ON p.id = s.person_id
           WHERE s.workspace_id = $1 AND p.id <> $4 AND ($6 = TRUE OR p."user" IN {})
           ON CONFLICT (person_id, thread_id) DO UPDATE SET following = TRUE, read_seq = excluded.read_seq
           WHERE thread_follows.following = FALSE
           RETURNING person_id"#,
        db.listed("$5")
    );
    let values = [
        workspace(),
        root(),
        (seq.get() - 1).into(),
        author.as_uuid().into(),
        serde_json::Value::from(users).to_string().into(),
        mentions.contains(&Mention::Team).into(),
    ];
    let mut new = person_ids(&tx.query_all_raw(db.statement(&called, values)).await?)?;
    let began = r#"INSERT INTO thread_follows (person_id, workspace_id, thread_id, following, read_seq)
         SELECT p.id, s.workspace_id, m.id, TRUE, $3 FROM messages m
         JOIN standings s ON s.workspace_id = m.workspace_id JOIN people p ON p.id = s.person_id
         WHERE m.id = $2 AND m.workspace_id = $1 AND m.kind = 'said' AND p.id <> $4 AND (p.id = m.author_id OR EXISTS (
           SELECT 1 FROM message_mentions t WHERE t.message_id = m.id AND t.target = p."user"))
         ON CONFLICT DO NOTHING
         RETURNING person_id"#;
    let values = [workspace(), root(), (seq.get() - 1).into(), author.as_uuid().into()];
    new.extend(person_ids(&tx.query_all_raw(db.statement(began, values)).await?)?);
    new.push(author);
    count_all(db, tx, &new).await
}

/// Every reply in `thread` up to `seq` was read, if this member follows it.
///
/// # Errors
/// If the database fails.
pub async fn mark_thread_read(
    db: &Db,
    scope: &Scope,
    thread: MessageId,
    seq: Seq,
) -> Result<Counted, StoreError> {
    let person = scope.who().person();
    let tx = db.begin().await?;
    notices::hold(db, &tx, person).await?;
    let marked = tx
        .execute_raw(db.statement(
            "UPDATE thread_follows SET read_seq = $4
             WHERE person_id = $1 AND workspace_id = $2 AND thread_id = $3 AND following = TRUE AND read_seq < $4
               AND $4 <= (SELECT c.last_seq FROM workspace_counters c WHERE c.workspace_id = $2)",
            [
                person.as_uuid().into(),
                scope.workspace().as_uuid().into(),
                thread.as_uuid().into(),
                seq.get().into(),
            ],
        ))
        .await?;
    let noticed = notices::read_in_thread(db, &tx, person, thread).await?;
    conclude(db, tx, person, marked.rows_affected() + noticed).await
}

/// Follows `thread`, of which everything so far counts as read, or no longer.
///
/// # Errors
/// If the database fails.
pub async fn follow(
    db: &Db,
    scope: &Scope,
    thread: MessageId,
    following: bool,
) -> Result<Counted, StoreError> {
    let person = scope.who().person();
    let tx = db.begin().await?;
    let marked = tx
        .execute_raw(db.statement(
            "INSERT INTO thread_follows (person_id, workspace_id, thread_id, following, read_seq)
             SELECT $1, $2, $3, $4, c.last_seq FROM workspace_counters c WHERE c.workspace_id = $2
             ON CONFLICT (person_id, thread_id) DO UPDATE SET following = excluded.following, read_seq = excluded.read_seq
             WHERE thread_follows.following <> excluded.following",
            [
                person.as_uuid().into(),
                scope.workspace().as_uuid().into(),
                thread.as_uuid().into(),
                following.into(),
            ],
        ))
        .await?;
    conclude(db, tx, person, marked.rows_affected()).await
}
