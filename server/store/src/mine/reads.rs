//! How far a member has read in each room. A place never goes back but by the person's own wish.

use super::{Counted, conclude};
use crate::{Db, StoreError, messages::TEAM, notices};
use policy::{MemberReach, Scope};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;
use vocabulary::{Room, RoomId, RoomRead, Seq, UNREAD_LIMIT, WorkspaceId};

#[derive(FromQueryResult)]
struct ReadRow {
    workspace_id: Uuid,
    room_id: Uuid,
    read_seq: Option<i64>,
    marked_unread: Option<bool>,
    muted: Option<bool>,
    rule: Option<String>,
    counted: i64,
    unread: i64,
    mentions: i64,
}

impl ReadRow {
    fn read(self) -> RoomRead {
        RoomRead {
            workspace: WorkspaceId::from_uuid(self.workspace_id),
            room: RoomId::from_uuid(self.room_id),
            read: Seq::new(self.read_seq.unwrap_or(self.counted)),
            unread: limited(self.unread),
            mentions: limited(self.mentions),
            marked_unread: self.marked_unread.unwrap_or_default(),
            counted: Seq::new(self.counted),
            muted: self.muted.unwrap_or_default(),
            rule: self.rule.and_then(|rule| rule.parse().ok()).unwrap_or_default(),
        }
    }
}

/// A count as it is told.
pub(crate) fn limited(count: i64) -> u32 {
    u32::try_from(count).unwrap_or(UNREAD_LIMIT).min(UNREAD_LIMIT)
}

/// The rooms within a member's reach. What was there when a room came within it counts as read.
pub(super) async fn rooms(db: &Db, reach: &MemberReach) -> Result<Vec<RoomRead>, StoreError> {
    let mut rows = rows(db, reach).await?;
    if rows.iter().any(|row| row.read_seq.is_none()) {
        begin(db, reach).await?;
        rows = self::rows(db, reach).await?;
    }
    Ok(rows.into_iter().map(ReadRow::read).collect())
}

/// One statement, so that all of a row's numbers are of one moment.
async fn rows(db: &Db, reach: &MemberReach) -> Result<Vec<ReadRow>, StoreError> {
    let unread = format!(
        "m.room_id = r.id AND m.in_room = TRUE AND m.seq > p.read_seq AND m.author_id <> $1
         AND m.removed_at IS NULL LIMIT {UNREAD_LIMIT}"
    );
    let sql = format!(
        r#"SELECT r.workspace_id, r.id AS room_id, p.read_seq, p.marked_unread, p.muted, p.rule, c.last_seq AS counted,
             (SELECT COUNT(*) FROM (SELECT 1 FROM messages m WHERE {unread}) few) AS unread,
             (SELECT COUNT(*) FROM (
                SELECT DISTINCT m.id FROM message_mentions t JOIN messages m ON m.id = t.message_id
                WHERE t.workspace_id = r.workspace_id AND t.target IN (me."user", $2) AND {unread}) few) AS mentions
           FROM standings s
           JOIN people me ON me.id = s.person_id
           JOIN workspaces w ON w.id = s.workspace_id AND w.gone_at IS NULL
           JOIN rooms r ON r.workspace_id = s.workspace_id
           JOIN workspace_counters c ON c.workspace_id = s.workspace_id
           LEFT JOIN room_reads p ON p.person_id = s.person_id AND p.room_id = r.id
           WHERE s.person_id = $1"#
    );
    let values = [reach.person().as_uuid().into(), TEAM.into()];
    Ok(ReadRow::find_by_statement(db.statement(&sql, values)).all(db.reader()).await?)
}

async fn begin(db: &Db, reach: &MemberReach) -> Result<(), StoreError> {
    let tx = db.begin().await?;
    notices::hold(db, &tx, reach.person()).await?;
    let begun = tx
        .query_all_raw(db.statement(
            "INSERT INTO room_reads (person_id, workspace_id, room_id, read_seq, marked_unread)
             SELECT s.person_id, s.workspace_id, r.id, c.last_seq, FALSE FROM standings s
             JOIN rooms r ON r.workspace_id = s.workspace_id
             JOIN workspace_counters c ON c.workspace_id = s.workspace_id
             WHERE s.person_id = $1
             ON CONFLICT DO NOTHING
             RETURNING room_id",
            [reach.person().as_uuid().into()],
        ))
        .await?;
    for row in begun {
        let room = RoomId::from_uuid(row.try_get_by_index(0)?);
        notices::read_in_room(db, &tx, reach.person(), room).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Everything in `room` up to `seq` was read. A room that was marked unread stays so, unless it was `opened` since.
///
/// # Errors
/// If the database fails.
pub async fn mark_read(
    db: &Db,
    scope: &Scope,
    room: &Room,
    seq: Seq,
    opened: bool,
) -> Result<Counted, StoreError> {
    let person = scope.who().person();
    let tx = db.begin().await?;
    notices::hold(db, &tx, person).await?;
    // A place that is not there yet must not hide what will stand before it.
    let marked = tx
        .execute_raw(db.statement(
            "INSERT INTO room_reads (person_id, workspace_id, room_id, read_seq, marked_unread)
             SELECT $1, $2, $3, CASE WHEN c.last_seq < $4 THEN c.last_seq ELSE $4 END, FALSE
             FROM workspace_counters c WHERE c.workspace_id = $2
             ON CONFLICT (person_id, room_id) DO UPDATE SET marked_unread = FALSE,
               read_seq = CASE WHEN room_reads.read_seq < excluded.read_seq THEN excluded.read_seq ELSE room_reads.read_seq END
             WHERE (room_reads.marked_unread = TRUE AND $5 = TRUE)
                OR (room_reads.marked_unread = FALSE AND room_reads.read_seq < excluded.read_seq)",
            [
                person.as_uuid().into(),
                scope.workspace().as_uuid().into(),
                room.id.as_uuid().into(),
                seq.get().into(),
                opened.into(),
            ],
        ))
        .await?;
    let noticed = notices::read_in_room(db, &tx, person, room.id).await?;
    conclude(db, tx, person, marked.rows_affected() + noticed).await
}

/// What stands in `room` from `from` on counts as unread.
///
/// # Errors
/// If the database fails.
pub async fn mark_unread(
    db: &Db,
    scope: &Scope,
    room: &Room,
    from: Seq,
) -> Result<Counted, StoreError> {
    let person = scope.who().person();
    let before = from.get().saturating_sub(1).max(0);
    let tx = db.begin().await?;
    notices::hold(db, &tx, person).await?;
    let marked = tx
        .execute_raw(db.statement(
            "INSERT INTO room_reads (person_id, workspace_id, room_id, read_seq, marked_unread)
             SELECT $1, $2, $3, CASE WHEN c.last_seq < $4 THEN c.last_seq ELSE $4 END, TRUE
             FROM workspace_counters c WHERE c.workspace_id = $2
             ON CONFLICT (person_id, room_id) DO UPDATE SET read_seq = excluded.read_seq, marked_unread = TRUE
             WHERE room_reads.marked_unread = FALSE OR room_reads.read_seq <> excluded.read_seq",
            [
                person.as_uuid().into(),
                scope.workspace().as_uuid().into(),
                room.id.as_uuid().into(),
                before.into(),
            ],
        ))
        .await?;
    let noticed = notices::unread_in_room(db, &tx, person, room.id).await?;
    conclude(db, tx, person, marked.rows_affected() + noticed).await
}

/// Shows nothing that is unread in `room`, or does so again.
///
/// # Errors
/// If the database fails.
pub async fn mute(db: &Db, scope: &Scope, room: &Room, muted: bool) -> Result<Counted, StoreError> {
    let person = scope.who().person();
    let tx = db.begin().await?;
    let changed = tx
        .execute_raw(db.statement(
            "INSERT INTO room_reads (person_id, workspace_id, room_id, read_seq, marked_unread, muted)
             SELECT $1, $2, $3, c.last_seq, FALSE, $4 FROM workspace_counters c WHERE c.workspace_id = $2
             ON CONFLICT (person_id, room_id) DO UPDATE SET muted = excluded.muted
             WHERE room_reads.muted <> excluded.muted",
            [
                person.as_uuid().into(),
                scope.workspace().as_uuid().into(),
                room.id.as_uuid().into(),
                muted.into(),
            ],
        ))
        .await?;
    conclude(db, tx, person, changed.rows_affected()).await
}

/// Everything in all rooms and threads within a member's reach was read.
///
/// # Errors
/// If the database fails.
pub async fn mark_all_read(db: &Db, reach: &MemberReach) -> Result<Counted, StoreError> {
    let person = || reach.person().as_uuid().into();
    let tx = db.begin().await?;
    notices::hold(db, &tx, reach.person()).await?;
    let rooms = tx
        .execute_raw(db.statement(
            "INSERT INTO room_reads (person_id, workspace_id, room_id, read_seq, marked_unread)
             SELECT s.person_id, s.workspace_id, r.id, c.last_seq, FALSE FROM standings s
             JOIN rooms r ON r.workspace_id = s.workspace_id
             JOIN workspace_counters c ON c.workspace_id = s.workspace_id
             WHERE s.person_id = $1
             ON CONFLICT (person_id, room_id) DO UPDATE SET read_seq = excluded.read_seq, marked_unread = FALSE
             WHERE room_reads.marked_unread = TRUE OR room_reads.read_seq < excluded.read_seq",
            [person()],
        ))
        .await?;
    let threads = tx
        .execute_raw(db.statement(
            "UPDATE thread_follows SET read_seq = (
               SELECT c.last_seq FROM workspace_counters c WHERE c.workspace_id = thread_follows.workspace_id)
             WHERE person_id = $1 AND following = TRUE AND EXISTS (
               SELECT 1 FROM messages m WHERE m.thread_id = thread_follows.thread_id AND m.seq > thread_follows.read_seq)",
            [person()],
        ))
        .await?;
    let noticed = notices::read_all(db, &tx, reach.person()).await?;
    let changed = rooms.rows_affected() + threads.rows_affected() + noticed;
    conclude(db, tx, reach.person(), changed).await
}
