//! What stands on messages: reactions, mentions, tags, files and the threads they began. Read for a page at once.

use crate::{Db, StoreError, db::ids, rows::message};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use std::collections::HashMap;
use uuid::Uuid;
use vocabulary::{
    Attached, AttachedState, Author, Emoji, FileId, Mention, Message, MessageId, Moment, PersonId,
    Reaction, Replies, Seq, Tag,
};

/// The word of [`Mention::Team`] in `message_mentions.target`, where `User.name` stands otherwise.
pub(crate) const TEAM: &str = "team";

/// The messages of these rows with all that stands on them, in their order.
pub(crate) async fn with_marks(
    db: &Db,
    connection: &impl ConnectionTrait,
    rows: Vec<message::Model>,
) -> Result<Vec<Message>, StoreError> {
    let mut messages: Vec<Message> =
        rows.into_iter().map(message::Model::bare).collect::<Result<_, _>>()?;
    if messages.is_empty() {
        return Ok(messages);
    }
    let places: HashMap<Uuid, usize> =
        messages.iter().enumerate().map(|(place, said)| (said.id.as_uuid(), place)).collect();
    for mark in Mark::find_by_statement(marks(db, &messages)).all(connection).await? {
        if let Some(message) =
            places.get(&mark.message_id).and_then(|place| messages.get_mut(*place))
        {
            mark.put_on(message)?;
        }
    }
    for row in RepliesRow::find_by_statement(replies(db, &messages)).all(connection).await? {
        if let Some(message) = places.get(&row.thread_id).and_then(|place| messages.get_mut(*place))
        {
            row.count_in(message);
        }
    }
    Ok(messages)
}

#[derive(FromQueryResult)]
struct Mark {
    message_id: Uuid,
    kind: String,
    name: String,
    detail: Option<String>,
    id: Option<Uuid>,
    size: Option<i64>,
    width: Option<i64>,
    height: Option<i64>,
    note: Option<String>,
}

/// What stands on these messages.
pub(super) fn marks(db: &Db, messages: &[Message]) -> Statement {
    let these = db.listed_ids("$1");
    let none =
        "CAST(NULL AS bigint) AS width, CAST(NULL AS bigint) AS height, CAST(NULL AS text) AS note";
    // Somebody else's file does not come.
    let unknown = "CASE WHEN EXISTS (SELECT 1 FROM files o WHERE o.id = mf.file_id) THEN 'failed' ELSE 'coming' END";
    let sql = format!(
        "SELECT message_id, 'reaction' AS kind, emoji AS name, full_name AS detail, person_id AS id, at AS place, CAST(NULL AS bigint) AS size, {none}
           FROM message_reactions WHERE message_id IN {these}
         UNION ALL
         SELECT message_id, 'mention', target, NULL, NULL, position, NULL, NULL, NULL, NULL
           FROM message_mentions WHERE message_id IN {these}
         UNION ALL
         SELECT message_id, CASE WHEN making THEN 'making' ELSE 'tag' END, name, doctype, NULL, at, NULL, NULL, NULL, NULL
           FROM message_tags WHERE message_id IN {these}
         UNION ALL
         SELECT mf.message_id, COALESCE(f.state, {unknown}), COALESCE(f.name, mf.name), f.content_type, mf.file_id, mf.position,
                COALESCE(f.size, mf.size), CAST(f.width AS bigint), CAST(f.height AS bigint), f.note
           FROM message_files mf JOIN messages m ON m.id = mf.message_id
           LEFT JOIN files f ON f.id = mf.file_id AND f.person_id = m.author_id AND f.room_id = m.room_id
           WHERE mf.message_id IN {these}
         ORDER BY place"
    );
    let of = ids(messages.iter().map(|message| message.id.as_uuid()));
    db.statement(&sql, [of])
}

impl Mark {
    fn put_on(self, message: &mut Message) -> Result<(), StoreError> {
        match self.kind.as_str() {
            "reaction" => {
                let emoji = Emoji::new(&self.name)
                    .map_err(|_| StoreError::Unreadable { what: "message_reactions.emoji" })?;
                let by = Author {
                    id: PersonId::from_uuid(self.id.unwrap_or_default()),
                    full_name: self.detail.unwrap_or_default(),
                };
                match message.reactions.iter_mut().find(|reaction| reaction.emoji == emoji) {
                    Some(reaction) => reaction.by.push(by),
                    None => message.reactions.push(Reaction { emoji, by: vec![by] }),
                }
            }
            "mention" => message.mentions.push(match self.name.as_str() {
                TEAM => Mention::Team,
                user => Mention::User(user.to_owned()),
            }),
            kind @ ("tag" | "making") => message.tags.push(Tag {
                doctype: self
                    .detail
                    .unwrap_or_default()
                    .parse()
                    .map_err(|()| StoreError::Unreadable { what: "message_tags.doctype" })?,
                name: self.name,
                making: kind == "making",
            }),
            state => message.files.push(Attached {
                id: FileId::from_uuid(self.id.unwrap_or_default()),
                name: self.name,
                content_type: self.detail.unwrap_or_default(),
                size: self.size.and_then(|size| size.try_into().ok()).unwrap_or(0),
                width: self.width.and_then(|width| width.try_into().ok()),
                height: self.height.and_then(|height| height.try_into().ok()),
                state: match state {
                    "ready" => AttachedState::Ready,
                    "failed" => AttachedState::Failed,
                    _ => AttachedState::Coming,
                },
                note: self.note,
            }),
        }
        Ok(())
    }
}

#[derive(FromQueryResult)]
struct RepliesRow {
    thread_id: Uuid,
    author_id: Uuid,
    author_name: String,
    count: i64,
    last: i64,
    last_at: i64,
}

/// One row for each who answered, the latest first.
pub(super) fn replies(db: &Db, messages: &[Message]) -> Statement {
    let roots = messages.iter().filter(|message| message.thread.is_none());
    let sql = format!(
        "SELECT thread_id, author_id, author_name, COUNT(*) AS count, MAX(seq) AS last, MAX(sent_at) AS last_at
         FROM messages WHERE {} AND kind = 'said' AND removed_at IS NULL
         GROUP BY thread_id, author_id, author_name ORDER BY last DESC",
        db.is_one_of_ids("thread_id", "$1")
    );
    let of = ids(roots.map(|message| message.id.as_uuid()));
    db.statement(&sql, [of])
}

impl RepliesRow {
    fn count_in(self, message: &mut Message) {
        let replies = message.replies.get_or_insert_with(|| Replies {
            count: 0,
            last: Seq::new(self.last),
            last_at: Moment::from_millis(self.last_at),
            faces: Vec::new(),
        });
        replies.count = replies.count.saturating_add(u32::try_from(self.count).unwrap_or(u32::MAX));
        let face = Author { id: PersonId::from_uuid(self.author_id), full_name: self.author_name };
        if replies.faces.len() < Replies::FACES && replies.faces.iter().all(|one| one.id != face.id)
        {
            replies.faces.push(face);
        }
    }
}

/// The documents of `tags` that are in the mirror and this member may tag here, with `creation`.
pub(super) async fn known_documents(
    db: &Db,
    connection: &impl ConnectionTrait,
    team: &policy::TeamScope,
    tags: &[Tag],
) -> Result<Vec<(Tag, String)>, StoreError> {
    let mut known = Vec::new();
    for tag in tags {
        let row = connection
            .query_one_raw(db.statement(
                &format!(
                    "SELECT d.creation FROM documents d JOIN workspaces w ON w.id = $1
                     WHERE d.doctype = $3 AND d.name = $4 AND {}",
                    crate::standings::taggable(db)
                ),
                [
                    team.scope().workspace().as_uuid().into(),
                    team.scope().who().person().as_uuid().into(),
                    tag.doctype.as_str().into(),
                    tag.name.clone().into(),
                ],
            ))
            .await?;
        if let Some(row) = row {
            known.push((tag.clone(), row.try_get_by_index::<String>(0)?));
        }
    }
    Ok(known)
}

/// Puts mentions on a message.
pub(super) async fn put_mentions(
    db: &Db,
    connection: &impl ConnectionTrait,
    scope: &policy::Scope,
    message: MessageId,
    mentions: &[Mention],
) -> Result<(), StoreError> {
    for (position, mention) in mentions.iter().enumerate() {
        let target = match mention {
            Mention::User(user) => user.as_str(),
            Mention::Team => TEAM,
        };
        connection
            .execute_raw(db.statement(
                "INSERT INTO message_mentions (message_id, workspace_id, target, position) VALUES ($1, $2, $3, $4)
                 ON CONFLICT DO NOTHING",
                [
                    message.as_uuid().into(),
                    scope.workspace().as_uuid().into(),
                    target.into(),
                    i32::try_from(position).unwrap_or(i32::MAX).into(),
                ],
            ))
            .await?;
    }
    Ok(())
}

/// Puts a tag on a message; whether it was new.
pub(super) async fn put_tag(
    db: &Db,
    connection: &impl ConnectionTrait,
    scope: &policy::Scope,
    message: MessageId,
    (tag, creation): (&Tag, Option<&str>),
    at: Moment,
) -> Result<bool, StoreError> {
    let put = connection
        .execute_raw(db.statement(
            "INSERT INTO message_tags (message_id, workspace_id, doctype, name, creation, making, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
            [
                message.as_uuid().into(),
                scope.workspace().as_uuid().into(),
                tag.doctype.as_str().into(),
                tag.name.clone().into(),
                creation.map(str::to_owned).into(),
                tag.making.into(),
                at.as_millis().into(),
            ],
        ))
        .await?;
    Ok(put.rows_affected() > 0)
}
