//! What is on its way to devices: kept until their push service has taken it, and closed there when it is read elsewhere.

use crate::{StoreError, worker::Worker};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use uuid::Uuid;
use vocabulary::{MessageId, Moment, NoticeId, PersonId, RoomId};

/// A try that was cut off is repeated after this long.
const CUT_OFF_MILLIS: i64 = 60_000;

/// What was shown and never read is forgotten after so long.
const FORGOTTEN_MILLIS: i64 = 7 * 24 * 60 * 60 * 1_000;

/// Something for one device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuePush {
    /// Of which notice.
    pub notice: NoticeId,
    /// For which device.
    pub device: Uuid,
    /// Whose it is.
    pub person: PersonId,
    /// The browser's subscription, sealed.
    pub sealed: String,
    /// Whether the notice shall be shown no more, else it shall be shown.
    pub closes: bool,
    /// Since when it is on its way.
    pub made_at: Moment,
    /// Tries that the push service answered otherwise than it should.
    pub attempts: i32,
}

/// What became of a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushEnd {
    /// Its push service has taken it.
    Taken,
    /// Not before this; whether that was a try.
    Again {
        /// When.
        at: Moment,
        /// Whether it counts.
        counts: bool,
    },
    /// It is not sent.
    Dropped,
    /// There is no such device any more.
    DeviceGone,
}

#[derive(FromQueryResult)]
struct Row {
    notice_id: Uuid,
    device_id: Uuid,
    person_id: Uuid,
    sealed: String,
    state: String,
    made_at: i64,
    attempts: i32,
}

impl Worker {
    /// Up to `limit` pushes that are due, the longest due first, for devices whose sessions go on.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn due_pushes(&self, now: Moment, limit: u64) -> Result<Vec<DuePush>, StoreError> {
        let sql = format!(
            "SELECT p.notice_id, p.device_id, d.person_id, d.sealed, p.state, p.made_at, p.attempts FROM pushes p
             JOIN push_devices d ON d.id = p.device_id
             JOIN sessions s ON s.token_hash = d.session_hash AND s.expires_at > $1
             WHERE p.state IN ('due', 'sending', 'closing') AND p.next_at <= $1 ORDER BY p.next_at LIMIT {limit}"
        );
        let rows = Row::find_by_statement(self.db().statement(&sql, [now.as_millis().into()]))
            .all(self.db().reader())
            .await?;
        let due = |row: Row| DuePush {
            notice: NoticeId::from_uuid(row.notice_id),
            device: row.device_id,
            person: PersonId::from_uuid(row.person_id),
            sealed: row.sealed,
            closes: row.state == "closing",
            made_at: Moment::from_millis(row.made_at),
            attempts: row.attempts,
        };
        Ok(rows.into_iter().map(due).collect())
    }

    /// Begins to show one: from now on reading it has to close it. False: it is not to be shown any more.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn begin_push(&self, push: &DuePush, now: Moment) -> Result<bool, StoreError> {
        let sql = "UPDATE pushes SET state = 'sending', next_at = $3
           WHERE notice_id = $1 AND device_id = $2 AND state IN ('due', 'sending')";
        let next = now.plus_millis(CUT_OFF_MILLIS).as_millis().into();
        Ok(self.push(sql, push, [next]).await? > 0)
    }

    /// Notes what became of one.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn end_push(&self, push: &DuePush, end: PushEnd) -> Result<(), StoreError> {
        match end {
            // What was read meanwhile is to be closed already.
            PushEnd::Taken if !push.closes => {
                let sql = "UPDATE pushes SET state = 'shown', attempts = 0 WHERE notice_id = $1 AND device_id = $2 AND state = 'sending'";
                self.push(sql, push, []).await?;
            }
            PushEnd::Taken => {
                let sql = "DELETE FROM pushes WHERE notice_id = $1 AND device_id = $2 AND state = 'closing'";
                self.push(sql, push, []).await?;
            }
            PushEnd::Dropped => {
                let sql = "DELETE FROM pushes WHERE notice_id = $1 AND device_id = $2";
                self.push(sql, push, []).await?;
            }
            PushEnd::Again { at, counts } => {
                let sql = "UPDATE pushes SET next_at = $3, attempts = attempts + $4,
                     state = CASE WHEN state = 'sending' THEN 'due' ELSE state END
                   WHERE notice_id = $1 AND device_id = $2 AND state IN ('due', 'sending', 'closing')";
                let [a, b] = ids(push);
                let values = [a, b, at.as_millis().into(), i32::from(counts).into()];
                self.db().writer().execute_raw(self.db().statement(sql, values)).await?;
            }
            PushEnd::DeviceGone => {
                let sql = "DELETE FROM push_devices WHERE id = $1";
                let statement = self.db().statement(sql, [push.device.into()]);
                self.db().writer().execute_raw(statement).await?;
            }
        }
        Ok(())
    }

    async fn push<const N: usize>(
        &self,
        sql: &str,
        push: &DuePush,
        more: [Value; N],
    ) -> Result<u64, StoreError> {
        let [a, b] = ids(push);
        let writer = self.db().writer();
        let done = match more.into_iter().next() {
            Some(value) => writer.execute_raw(self.db().statement(sql, [a, b, value])).await?,
            None => writer.execute_raw(self.db().statement(sql, [a, b])).await?,
        };
        Ok(done.rows_affected())
    }

    /// Until when somebody looks at the conversation of a message, as far as they have said: its thread where only that shows
    /// it, else its room.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn looks_until(
        &self,
        person: PersonId,
        room: RoomId,
        thread: Option<MessageId>,
        now: Moment,
    ) -> Result<Option<Moment>, StoreError> {
        let row = self
            .db()
            .reader()
            .query_one_raw(self.db().statement(
                "SELECT MAX(until) FROM attention WHERE person_id = $1 AND room_id = $2 AND until > $4
                   AND ($3 = thread_id OR $3 = $5)",
                [
                    person.as_uuid().into(),
                    room.as_uuid().into(),
                    thread.map_or_else(Uuid::nil, MessageId::as_uuid).into(),
                    now.as_millis().into(),
                    Uuid::nil().into(),
                ],
            ))
            .await?;
        let until = row.map(|row| row.try_get_by_index::<Option<i64>>(0)).transpose()?.flatten();
        Ok(until.map(Moment::from_millis))
    }

    /// Forgets devices whose session is over, what was shown long ago, and windows that said nothing more.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn tidy_pushes(&self, now: Moment) -> Result<(), StoreError> {
        let long_ago = now.plus_millis(-FORGOTTEN_MILLIS);
        for (sql, at) in [
            (
                "DELETE FROM push_devices WHERE NOT EXISTS (
                   SELECT 1 FROM sessions s WHERE s.token_hash = push_devices.session_hash AND s.expires_at > $1)",
                now,
            ),
            ("DELETE FROM pushes WHERE made_at < $1", long_ago),
            ("DELETE FROM attention WHERE until < $1", now),
        ] {
            let statement = self.db().statement(sql, [at.as_millis().into()]);
            self.db().writer().execute_raw(statement).await?;
        }
        Ok(())
    }

    /// The key of our own called `name`, sealed: the first that was made, whoever made it.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn server_key(&self, name: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT sealed FROM server_keys WHERE name = $1";
        let row = self.db().reader().query_one_raw(self.db().statement(sql, [name.into()])).await?;
        row.map(|row| Ok(row.try_get_by_index(0)?)).transpose()
    }

    /// Keeps a key that was just made, unless there is one; with `instead_of`, in place of that one, which does not open.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn keep_server_key(
        &self,
        name: &str,
        sealed: &str,
        instead_of: Option<&str>,
    ) -> Result<(), StoreError> {
        self.db()
            .writer()
            .execute_raw(self.db().statement(
                "INSERT INTO server_keys (name, sealed, made_at) VALUES ($1, $2, $4)
                 ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed, made_at = excluded.made_at
                 WHERE server_keys.sealed = $3",
                [
                    name.into(),
                    sealed.into(),
                    instead_of.unwrap_or_default().into(),
                    Moment::now().as_millis().into(),
                ],
            ))
            .await?;
        Ok(())
    }
}

fn ids(push: &DuePush) -> [Value; 2] {
    [push.notice.as_uuid().into(), push.device.into()]
}
