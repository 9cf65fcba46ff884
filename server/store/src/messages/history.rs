//! Reading a piece of a room's history, or of a thread's, wherever one looks: always by an index, never the whole.

#[cfg(test)]
mod plans;

use super::{by_id, with_marks};
use crate::{Db, StoreError, find::find, rows::message};
use policy::Scope;
use sea_orm::{
    ColumnTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Select, Statement,
};
use vocabulary::{Aim, Message, MessageId, Moment, RoomId, Seq, Window};

/// Whose history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryOf {
    /// What a room shows.
    Room(RoomId),
    /// The replies of the thread this message began.
    Thread(MessageId),
}

/// A place, and how many messages are wanted before it and from it on.
struct Cut {
    at: Seq,
    older: u64,
    newer: u64,
    found: Option<MessageId>,
}

impl Cut {
    const END: Seq = Seq::new(i64::MAX);

    const fn on_both_sides(at: Seq, found: Option<MessageId>, limit: u64) -> Self {
        Self { at, older: limit / 2, newer: limit.div_ceil(2), found }
    }

    const fn at_end(limit: u64) -> Self {
        Self { at: Self::END, older: limit, newer: 0, found: None }
    }
}

/// About `limit` messages where `aim` points; `None` if the message it names is not there.
///
/// # Errors
/// If the database fails.
pub async fn history(
    db: &Db,
    scope: &Scope,
    of: HistoryOf,
    aim: Aim,
    limit: u64,
) -> Result<Option<Window>, StoreError> {
    // Before the messages: whoever follows the room from here on misses nothing.
    let upto = last_place(db, scope).await?;
    let cut = match aim {
        Aim::End => Cut::at_end(limit),
        Aim::Before(seq) => Cut { at: seq, older: limit, newer: 0, found: None },
        Aim::After(seq) => {
            Cut { at: Seq::new(seq.get().saturating_add(1)), older: 0, newer: limit, found: None }
        }
        Aim::Around(id) => match standing(db, scope, of, id).await? {
            Some(message) => Cut::on_both_sides(message.seq, Some(message.id), limit),
            None => return Ok(None),
        },
        Aim::Day(at) => {
            let first = since(scope, of, at).one(db.reader()).await?;
            first.map_or_else(
                || Cut::at_end(limit),
                |row| {
                    let found = Some(MessageId::from_uuid(row.id));
                    Cut::on_both_sides(Seq::new(row.seq), found, limit)
                },
            )
        }
        Aim::Unread => {
            let first = unread(db, scope, of);
            match PlaceRow::find_by_statement(first).one(db.reader()).await? {
                Some(row) => Cut::on_both_sides(Seq::new(row.seq), None, limit),
                None => Cut::at_end(limit),
            }
        }
    };
    let mut messages = older(scope, of, cut.at, cut.older + 1).all(db.reader()).await?;
    let mut rest = newer(scope, of, cut.at, cut.newer + 1).all(db.reader()).await?;
    let (at_start, at_end) = (all(&mut messages, cut.older), all(&mut rest, cut.newer));
    messages.reverse();
    messages.append(&mut rest);
    let messages = with_marks(db, db.reader(), messages).await?;
    Ok(Some(Window { messages, at_start, at_end, found: cut.found, upto }))
}

/// Cuts what was read beyond `limit`; whether there was nothing.
fn all(rows: &mut Vec<message::Model>, limit: u64) -> bool {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let all = rows.len() <= limit;
    rows.truncate(limit);
    all
}

#[derive(FromQueryResult)]
struct PlaceRow {
    seq: i64,
}

async fn last_place(db: &Db, scope: &Scope) -> Result<Seq, StoreError> {
    let row = PlaceRow::find_by_statement(db.statement(
        "SELECT last_seq AS seq FROM workspace_counters WHERE workspace_id = $1",
        [scope.workspace().as_uuid().into()],
    ))
    .one(db.reader())
    .await?;
    Ok(row.map_or(Seq::START, |row| Seq::new(row.seq)))
}

/// Where `of` shows a message: a reply that a room does not show stands where its thread began.
async fn standing(
    db: &Db,
    scope: &Scope,
    of: HistoryOf,
    id: MessageId,
) -> Result<Option<Message>, StoreError> {
    let Some(said) = by_id(db, scope, id).await? else { return Ok(None) };
    match of {
        HistoryOf::Room(room) => match said.thread {
            _ if said.room != room => Ok(None),
            Some(root) if !said.in_room => by_id(db, scope, root).await,
            _ => Ok(Some(said)),
        },
        HistoryOf::Thread(root) => {
            Ok((said.id == root || said.thread == Some(root)).then_some(said))
        }
    }
}

fn shown(scope: &Scope, of: HistoryOf) -> Select<message::Entity> {
    let all = find::<message::Entity>(scope);
    match of {
        HistoryOf::Room(room) => all
            .filter(message::Column::RoomId.eq(room.as_uuid()))
            .filter(message::Column::InRoom.eq(true)),
        HistoryOf::Thread(root) => all.filter(message::Column::ThreadId.eq(root.as_uuid())),
    }
}

fn older(scope: &Scope, of: HistoryOf, than: Seq, limit: u64) -> Select<message::Entity> {
    shown(scope, of)
        .filter(message::Column::Seq.lt(than.get()))
        .order_by_desc(message::Column::Seq)
        .limit(limit)
}

fn newer(scope: &Scope, of: HistoryOf, from: Seq, limit: u64) -> Select<message::Entity> {
    shown(scope, of)
        .filter(message::Column::Seq.gte(from.get()))
        .order_by_asc(message::Column::Seq)
        .limit(limit)
}

/// The first thing said at or after a point in time.
fn since(scope: &Scope, of: HistoryOf, at: Moment) -> Select<message::Entity> {
    shown(scope, of)
        .filter(message::Column::SentAt.gte(at.as_millis()))
        .filter(message::Column::Undone.eq(false))
        .order_by_asc(message::Column::SentAt)
        .order_by_asc(message::Column::Seq)
        .limit(1)
}

/// The place of the first thing that others said and the one who asks has not read.
fn unread(db: &Db, scope: &Scope, of: HistoryOf) -> Statement {
    let (list, read) = match of {
        HistoryOf::Room(_) => (
            "m.room_id = $4 AND m.in_room = TRUE",
            "SELECT read_seq FROM room_reads WHERE person_id = $1 AND room_id = $4",
        ),
        HistoryOf::Thread(_) => (
            "m.thread_id = $4",
            "SELECT read_seq FROM thread_follows WHERE person_id = $1 AND thread_id = $4 AND following = TRUE",
        ),
    };
    let id = match of {
        HistoryOf::Room(room) => room.as_uuid(),
        HistoryOf::Thread(root) => root.as_uuid(),
    };
    let sql = format!(
        "SELECT m.seq FROM messages m
         WHERE {list} AND m.workspace_id = $2 AND m.audience IN {}
           AND m.seq > ({read}) AND m.author_id <> $1 AND m.removed_at IS NULL
         ORDER BY m.seq LIMIT 1",
        db.listed("$3")
    );
    let audiences: Vec<_> = scope.audiences().iter().map(|one| one.as_str()).collect();
    db.statement(
        &sql,
        [
            scope.who().person().as_uuid().into(),
            scope.workspace().as_uuid().into(),
            serde_json::Value::from(audiences).to_string().into(),
            id.into(),
        ],
    )
}
