//! From what is said to notices of it: read from what is stored, place by place, so that each message is looked at.

use super::{
    causes::{New, OfMessage, put},
    reading::{now, read},
};
use crate::{Db, StoreError, messages::TEAM, mine::count_all, worker::Worker};
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult};
use std::collections::BTreeSet;
use uuid::Uuid;
use vocabulary::{Moment, NoticeKind, PersonId, Seq, WorkspaceId};

/// Messages looked at in one transaction.
const PAGE: usize = 200;

/// Something was said or changed in a workspace that nobody has looked at yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct News {
    /// Where.
    pub workspace: WorkspaceId,
    /// Everything up to here was looked at.
    pub after: Seq,
    /// This is the last of it.
    pub upto: Seq,
}

/// What became of looking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noted {
    /// Everything up to here was looked at by now.
    pub upto: Seq,
    /// Whether that is written down: something had to be.
    pub is_kept: bool,
}

#[derive(FromQueryResult)]
struct Candidate {
    person_id: Uuid,
    message_id: Uuid,
    room_id: Uuid,
    thread_id: Option<Uuid>,
    in_room: bool,
    seq: i64,
    sent_at: i64,
    kind: String,
    quiet: i64,
    is_read: i64,
}

impl Worker {
    /// The workspaces where something was said or changed since it was last looked.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn news(&self) -> Result<Vec<News>, StoreError> {
        let rows = self
            .db()
            .reader()
            .query_all_raw(self.db().statement(
                "SELECT c.workspace_id, COALESCE(n.upto, 0) AS upto, c.last_seq FROM workspace_counters c
                 LEFT JOIN notice_cursors n ON n.workspace_id = c.workspace_id
                 WHERE c.last_seq > COALESCE(n.upto, 0)",
                [],
            ))
            .await?;
        rows.iter()
            .map(|row| {
                Ok(News {
                    workspace: WorkspaceId::from_uuid(row.try_get_by_index(0)?),
                    after: Seq::new(row.try_get_by_index(1)?),
                    upto: Seq::new(row.try_get_by_index(2)?),
                })
            })
            .collect()
    }

    /// Looks at a page of the news and makes the notices that follow from it. Looking again makes none twice.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn note(&self, news: News) -> Result<Noted, StoreError> {
        let db = self.db();
        let news = News { upto: page_end(db, news).await?, ..news };
        let called = candidates(db, db.reader(), news).await?;
        let over = overtaken(db, db.reader(), news).await?;
        if called.is_empty() && over.is_empty() {
            return Ok(Noted { upto: news.upto, is_kept: false });
        }
        let tx = db.begin().await?;
        let people: BTreeSet<PersonId> =
            called.iter().map(|one| PersonId::from_uuid(one.person_id)).chain(over).collect();
        // Their rows are held from here on: whatever they read meanwhile is read by now, or waits.
        count_all(db, &tx, &people.iter().copied().collect::<Vec<_>>()).await?;
        for one in candidates(db, &tx, news).await? {
            if people.contains(&PersonId::from_uuid(one.person_id)) {
                put(db, &tx, &one.notice(news.workspace)?).await?;
            }
        }
        end_overtaken(db, &tx, news, &people).await?;
        keep_cursor(db, &tx, news.workspace, news.upto).await?;
        tx.commit().await?;
        Ok(Noted { upto: news.upto, is_kept: true })
    }

    /// Writes down how far it was looked, where nothing had to be made.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn keep_looked(&self, looked: &[(WorkspaceId, Seq)]) -> Result<(), StoreError> {
        let tx = self.db().begin().await?;
        for (workspace, upto) in looked {
            keep_cursor(self.db(), &tx, *workspace, *upto).await?;
        }
        Ok(tx.commit().await?)
    }

    /// People whose devices were not told yet that there is something new, each with how often what is their own has changed.
    /// They are told now.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn people_to_tell(&self) -> Result<Vec<(PersonId, i64)>, StoreError> {
        let db = self.db();
        let whose = "SELECT DISTINCT person_id FROM notices WHERE told = FALSE";
        let rows = db.reader().query_all_raw(db.statement(whose, [])).await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let mut people = Vec::with_capacity(rows.len());
        for row in &rows {
            people.push(PersonId::from_uuid(row.try_get_by_index(0)?));
        }
        let sql = format!(
            "UPDATE notices SET told = TRUE WHERE told = FALSE AND person_id IN {}",
            db.listed_ids("$1")
        );
        let listed = crate::db::ids(people.iter().map(|person| person.as_uuid()));
        db.writer().execute_raw(db.statement(&sql, [listed])).await?;
        self.mine_changes(people).await
    }
}

/// Where a page of the news ends.
async fn page_end(db: &Db, news: News) -> Result<Seq, StoreError> {
    let sql = format!(
        "SELECT changed FROM messages WHERE workspace_id = $1 AND changed > $2 AND changed <= $3
         ORDER BY changed LIMIT {PAGE}"
    );
    let rows = db.reader().query_all_raw(db.statement(&sql, values(news))).await?;
    match rows.last() {
        Some(last) if rows.len() == PAGE => Ok(Seq::new(last.try_get_by_index(0)?)),
        _ => Ok(news.upto),
    }
}

fn values(news: News) -> [sea_orm::Value; 3] {
    [news.workspace.as_uuid().into(), news.after.get().into(), news.upto.get().into()]
}

/// Whom to tell of what: who is called, who follows the thread, who follows a document that it is about, and who wants to
/// hear of everything in the room. Of what was said before only that it calls somebody since it was edited.
async fn candidates(
    db: &Db,
    connection: &impl ConnectionTrait,
    news: News,
) -> Result<Vec<Candidate>, StoreError> {
    let called = r#"EXISTS (SELECT 1 FROM message_mentions t WHERE t.message_id = m.id AND t.target IN (p."user", $4))"#;
    let about = "EXISTS (SELECT 1 FROM message_tags g JOIN document_rules d ON d.doctype = g.doctype AND d.name = g.name
         AND d.creation = g.creation AND d.rule = 'follow'
       WHERE g.message_id = m.id AND g.making = FALSE AND d.person_id = s.person_id)";
    let sql = format!(
        "SELECT s.person_id, m.id AS message_id, m.room_id, m.thread_id, m.in_room, m.seq, m.sent_at,
           CASE WHEN {called} THEN 'mention' WHEN f.person_id IS NOT NULL THEN 'reply' WHEN {about} THEN 'followed'
                ELSE 'message' END AS kind,
           CAST(CASE WHEN r.muted = TRUE OR r.rule = 'none' THEN 1 ELSE 0 END AS BIGINT) AS quiet,
           CAST(CASE WHEN m.in_room = TRUE AND r.read_seq >= m.seq THEN 1
                     WHEN m.in_room = FALSE AND f.read_seq >= m.seq THEN 1 ELSE 0 END AS BIGINT) AS is_read
         FROM messages m
         JOIN standings s ON s.workspace_id = m.workspace_id
         JOIN people p ON p.id = s.person_id AND p.kind = 'member' AND p.enabled = TRUE AND p.id <> m.author_id
         LEFT JOIN room_reads r ON r.person_id = s.person_id AND r.room_id = m.room_id
         LEFT JOIN thread_follows f ON f.person_id = s.person_id AND f.thread_id = m.thread_id AND f.following = TRUE
         WHERE m.workspace_id = $1 AND m.changed > $2 AND m.changed <= $3 AND m.kind = 'said' AND m.removed_at IS NULL
           AND (m.seq > $2 AND (f.person_id IS NOT NULL OR {about}
                  OR r.rule = 'all' AND r.muted = FALSE AND m.in_room = TRUE)
                OR (m.seq > $2 OR m.edited_at IS NOT NULL) AND {called})
           AND NOT EXISTS (SELECT 1 FROM notices n WHERE n.message_id = m.id AND n.person_id = s.person_id
                 AND (n.kind = 'mention' OR NOT {called}))
         ORDER BY m.changed, s.person_id"
    );
    let [a, b, c] = values(news);
    Ok(Candidate::find_by_statement(db.statement(&sql, [a, b, c, TEAM.into()]))
        .all(connection)
        .await?)
}

impl Candidate {
    fn notice(&self, workspace: WorkspaceId) -> Result<New<'static>, StoreError> {
        let kind: NoticeKind =
            self.kind.parse().map_err(|()| StoreError::Unreadable { what: "a notice's kind" })?;
        Ok(New {
            person: PersonId::from_uuid(self.person_id),
            workspace: workspace.as_uuid(),
            kind,
            key: format!("message:{}", self.message_id),
            at: Moment::from_millis(self.sent_at),
            message: Some(OfMessage {
                id: self.message_id,
                room: self.room_id,
                thread: self.thread_id,
                in_room: self.in_room,
                seq: self.seq,
            }),
            document: None,
            cause: None,
            words: None,
            quiet: self.quiet != 0,
            is_read: self.is_read != 0,
        })
    }
}

/// Open notices of messages that were removed, or call their person no more.
const OVERTAKEN: &str = r#"done_at IS NULL AND message_id IN (
       SELECT m.id FROM messages m WHERE m.workspace_id = $1 AND m.changed > $2 AND m.changed <= $3
         AND (m.removed_at IS NOT NULL OR m.edited_at IS NOT NULL))
     AND (EXISTS (SELECT 1 FROM messages m WHERE m.id = notices.message_id AND m.removed_at IS NOT NULL)
       OR kind = 'mention' AND NOT EXISTS (
         SELECT 1 FROM message_mentions t JOIN people p ON p.id = notices.person_id
         WHERE t.message_id = notices.message_id AND t.target IN (p."user", $4)))"#;

/// Whose.
async fn overtaken(
    db: &Db,
    connection: &impl ConnectionTrait,
    news: News,
) -> Result<Vec<PersonId>, StoreError> {
    let sql = format!("SELECT DISTINCT person_id FROM notices WHERE {OVERTAKEN}");
    let [a, b, c] = values(news);
    let rows = connection.query_all_raw(db.statement(&sql, [a, b, c, TEAM.into()])).await?;
    rows.iter().map(|row| Ok(PersonId::from_uuid(row.try_get_by_index(0)?))).collect()
}

async fn end_overtaken(
    db: &Db,
    tx: &DatabaseTransaction,
    news: News,
    people: &BTreeSet<PersonId>,
) -> Result<(), StoreError> {
    let sql = format!(
        "UPDATE notices SET done_at = $5, read_at = COALESCE(read_at, $5), told = FALSE WHERE person_id = $6 AND {OVERTAKEN}"
    );
    for person in people {
        let [a, b, c] = values(news);
        let values = [a, b, c, TEAM.into(), now(), person.as_uuid().into()];
        read(db, tx, *person, &sql, values).await?;
    }
    Ok(())
}

async fn keep_cursor(
    db: &Db,
    tx: &DatabaseTransaction,
    workspace: WorkspaceId,
    upto: Seq,
) -> Result<(), StoreError> {
    tx.execute_raw(db.statement(
        "INSERT INTO notice_cursors (workspace_id, upto) VALUES ($1, $2)
         ON CONFLICT (workspace_id) DO UPDATE SET upto = excluded.upto WHERE notice_cursors.upto < excluded.upto",
        [workspace.as_uuid().into(), upto.get().into()],
    ))
    .await?;
    Ok(())
}
