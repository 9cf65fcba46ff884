//! The queue of effects on other systems: one lane per workspace, in order, leased to one sender at a time.

mod effect;
mod ending;
mod lanes;
mod letters;

pub use effect::{
    Assignment, Attachment, ChatLine, Effect, EffectKind, FieldChange, FileUpload, Insertion,
    Update, WorkDocument,
};
pub use ending::{FieldEnd, Saved};
pub use lanes::{Due, Lanes};
pub use letters::{DeadLetter, OutboxState};

use crate::{Db, StoreError, db::ids, worker::Worker};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use std::collections::HashMap;
use uuid::Uuid;
use vocabulary::{MessageId, Moment, PersonId, WorkspaceId};

/// What ERPNext is owed, with all it takes to send it.
#[derive(Clone, Debug, PartialEq)]
pub struct Owed {
    /// Number in the outbox.
    pub id: i64,
    /// Whose lane it is in.
    pub workspace: WorkspaceId,
    /// `Project.name` of the workspace.
    pub project: String,
    /// Whether that Project is no more, as far as the mirror knows.
    pub workspace_gone: bool,
    /// Key of the effect: the same however often it is tried.
    pub idempotency_key: String,
    /// How often it was tried and put off.
    pub attempts: u32,
    /// Earliest time of the next try.
    pub next_at: Moment,
    /// Whether a try has begun before; it may have arrived, also if nobody heard of it.
    pub begun: bool,
    /// Who caused it, where it is done in their name.
    pub actor: Option<Actor>,
    /// What it is.
    pub effect: Effect,
}

/// Somebody in whose name an effect is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Our identifier.
    pub person: PersonId,
    /// `User.name`.
    pub user: String,
    /// `User.full_name`.
    pub full_name: String,
}

/// Something ERPNext will be owed.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEffect {
    /// In whose lane.
    pub workspace: WorkspaceId,
    /// Names it for good: a second one with the same key is not taken.
    pub key: Uuid,
    /// In whose name it is done, if in anybody's.
    pub person: Option<PersonId>,
    /// What it is.
    pub effect: Effect,
    /// What a file holds.
    pub content: Option<Vec<u8>>,
}

#[derive(FromQueryResult)]
struct OwedRow {
    id: i64,
    workspace_id: Uuid,
    project: String,
    gone_at: Option<i64>,
    idempotency_key: String,
    attempts: i32,
    next_at: i64,
    begun_at: Option<i64>,
    effect: String,
    payload: Option<String>,
    message_id: Option<Uuid>,
    body: Option<String>,
    author_user: Option<String>,
    author_name: Option<String>,
    sent_at: Option<i64>,
    removed_at: Option<i64>,
    person_id: Option<Uuid>,
    person_user: Option<String>,
    person_name: Option<String>,
}

/// What stands on a message and goes with its line.
#[derive(Clone, Default)]
struct Beside {
    links: Vec<(String, String)>,
    files: Vec<String>,
}

#[derive(FromQueryResult)]
struct BesideRow {
    message_id: Uuid,
    doctype: Option<String>,
    name: String,
}

impl OwedRow {
    fn line(&self, beside: &HashMap<Uuid, Beside>) -> Option<ChatLine> {
        let message = self.message_id?;
        let Beside { links, files } = beside.get(&message).cloned().unwrap_or_default();
        Some(ChatLine {
            message: MessageId::from_uuid(message),
            removed: self.removed_at.is_some(),
            links,
            files,
            body: self.body.clone()?,
            author_user: self.author_user.clone()?,
            author_name: self.author_name.clone()?,
            sent_at: self.sent_at?,
        })
    }

    fn actor(&self) -> Option<Actor> {
        Some(Actor {
            person: PersonId::from_uuid(self.person_id?),
            user: self.person_user.clone()?,
            full_name: self.person_name.clone()?,
        })
    }

    /// The number alone where this version cannot read it.
    fn read(self, beside: &HashMap<Uuid, Beside>) -> Result<Owed, i64> {
        let kind = self.effect.parse().map_err(|()| self.id)?;
        let line = self.line(beside);
        let effect = Effect::read(kind, self.message_id, line, self.payload.as_deref())
            .map_err(|_| self.id)?;
        Ok(Owed {
            id: self.id,
            workspace: WorkspaceId::from_uuid(self.workspace_id),
            attempts: u32::try_from(self.attempts).unwrap_or(0),
            next_at: Moment::from_millis(self.next_at),
            workspace_gone: self.gone_at.is_some(),
            begun: self.begun_at.is_some(),
            actor: self.actor(),
            project: self.project,
            idempotency_key: self.idempotency_key,
            effect,
        })
    }
}

/// Writes down what ERPNext is owed, on the connection of what caused it. A key that was used before is left alone;
/// whether it was new.
pub(crate) async fn owe(
    db: &Db,
    connection: &impl ConnectionTrait,
    new: &NewEffect,
    at: Moment,
) -> Result<bool, StoreError> {
    let (message, payload) = new.effect.written()?;
    let key = new.key.to_string();
    let written = connection
        .execute_raw(db.statement(
            "INSERT INTO outbox (workspace_id, effect, idempotency_key, message_id, person_id, payload, state, attempts, created_at, next_at)
             VALUES ($1, $2, $3, $4, $5, $6, 'pending', 0, $7, $7) ON CONFLICT (idempotency_key) DO NOTHING",
            [
                new.workspace.as_uuid().into(),
                new.effect.kind().as_str().into(),
                key.clone().into(),
                message.into(),
                new.person.map(PersonId::as_uuid).into(),
                payload.into(),
                at.as_millis().into(),
            ],
        ))
        .await?;
    let is_new = written.rows_affected() > 0;
    if let Some(content) = &new.content
        && is_new
    {
        connection
            .execute_raw(db.statement(
                "INSERT INTO outbox_contents (idempotency_key, content) VALUES ($1, $2)",
                [key.into(), content.clone().into()],
            ))
            .await?;
    }
    Ok(is_new)
}

impl Worker {
    /// Writes down what ERPNext is owed. A key that was used before is left alone.
    ///
    /// # Errors
    /// If the database fails; then nothing is owed.
    pub async fn owe(&self, new: &NewEffect) -> Result<(), StoreError> {
        let tx = self.db.begin().await?;
        owe(&self.db, &tx, new, Moment::now()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The next effects of held lanes, each lane's in order. What this version cannot read becomes a dead letter.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn owed(&self, lanes: &Lanes, limit: u64) -> Result<Vec<Owed>, StoreError> {
        let these =
            format!("o.workspace_id IN {} ORDER BY o.id LIMIT $2", self.db.listed_ids("$1"));
        let values = [lanes.as_list(), i64::try_from(limit).unwrap_or(i64::MAX).into()];
        let rows = self.owed_rows(&these, values).await?;
        let beside = self.beside(rows.iter().filter_map(|row| row.message_id)).await?;
        let mut owed = Vec::with_capacity(rows.len());
        for row in rows {
            match row.read(&beside) {
                Ok(one) => owed.push(one),
                Err(id) => {
                    self.give_up(id, "This version of Parlance cannot read it.").await?;
                }
            }
        }
        Ok(owed)
    }

    /// One of them as it stands now; `None` if it has ended, or this version cannot read it.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn owed_again(&self, id: i64) -> Result<Option<Owed>, StoreError> {
        let rows = self.owed_rows("o.id = $1", [id.into()]).await?;
        let beside = self.beside(rows.iter().filter_map(|row| row.message_id)).await?;
        Ok(rows.into_iter().next().and_then(|row| row.read(&beside).ok()))
    }

    async fn owed_rows<const N: usize>(
        &self,
        these: &str,
        values: [Value; N],
    ) -> Result<Vec<OwedRow>, StoreError> {
        let sql = format!(
            r#"SELECT o.id, o.workspace_id, w.project, w.gone_at, o.idempotency_key, o.attempts, o.next_at, o.begun_at,
                      o.effect, o.payload, o.message_id, m.body, a."user" AS author_user, m.author_name, m.sent_at, m.removed_at,
                      o.person_id, p."user" AS person_user, p.full_name AS person_name
               FROM outbox o
               JOIN workspaces w ON w.id = o.workspace_id
               LEFT JOIN messages m ON m.id = o.message_id
               LEFT JOIN people a ON a.id = m.author_id
               LEFT JOIN people p ON p.id = o.person_id
               WHERE o.state = 'pending' AND {these}"#
        );
        let rows = OwedRow::find_by_statement(self.db.statement(&sql, values));
        Ok(rows.all(self.db.reader()).await?)
    }

    /// What stands on these messages. A document that the mirror has no more, or another one under the same name, is none.
    async fn beside(
        &self,
        messages: impl Iterator<Item = Uuid>,
    ) -> Result<HashMap<Uuid, Beside>, StoreError> {
        let these = self.db.listed_ids("$1");
        let sql = format!(
            "SELECT t.message_id, t.doctype, t.name, t.at AS place FROM message_tags t
               JOIN documents d ON d.doctype = t.doctype AND d.name = t.name AND d.creation = t.creation
               WHERE NOT t.making AND t.message_id IN {these}
             UNION ALL
             SELECT message_id, NULL, name, position FROM message_files WHERE message_id IN {these}
             ORDER BY place, name"
        );
        let rows = BesideRow::find_by_statement(self.db.statement(&sql, [ids(messages)]))
            .all(self.db.reader())
            .await?;
        let mut beside: HashMap<Uuid, Beside> = HashMap::new();
        for row in rows {
            let of = beside.entry(row.message_id).or_default();
            match row.doctype {
                Some(doctype) => of.links.push((doctype, row.name)),
                None => of.files.push(row.name),
            }
        }
        Ok(beside)
    }

    /// What the file of an effect holds.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn content_of(&self, owed: &Owed) -> Result<Option<Vec<u8>>, StoreError> {
        let row = self
            .db
            .reader()
            .query_one_raw(self.db.statement(
                "SELECT content FROM outbox_contents WHERE idempotency_key = $1",
                [owed.idempotency_key.clone().into()],
            ))
            .await?;
        row.map(|row| row.try_get_by_index(0)).transpose().map_err(StoreError::from)
    }
}
