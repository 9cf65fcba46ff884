//! A room in which very much was said, put straight into the database: said one by one, it would take minutes.

use sea_orm::{ConnectionTrait, Database, DbBackend, DbErr, Statement, TransactionTrait};

/// Messages of a working day: from 8 to 16 h UTC, one every two and a half minutes. Nothing is said at the weekend.
pub const A_DAY: u32 = 200;

/// Answers in the long thread, which the message in the middle began; the room does not show them.
pub const ANSWERS: u32 = 400;

const DAY_MILLIS: i64 = 86_400_000;

/// Puts `count` messages before everything that was said in the team room of `project`, by the members there are, on working
/// days in the months before. Message number `n` says "Message n: …"; ERPNext is owed none of them. No server may run.
///
/// # Errors
/// If the database does not take it.
///
/// # Panics
/// If it has no such Project.
pub async fn fill(database: &str, project: &str, count: u32) -> Result<(), DbErr> {
    let connection = Database::connect(database).await?;
    let (backend, fresh_id) = match connection.get_database_backend() {
        DbBackend::Postgres => (DbBackend::Postgres, "gen_random_uuid()"),
        other => (other, "randomblob(16)"),
    };
    let tx = connection.begin().await?;
    let read = async |sql: &str| {
        let row = tx.query_one_raw(Statement::from_string(backend, sql)).await?;
        row.map_or(Ok(None), |row| row.try_get_by_index::<Option<i64>>(0))
    };
    let of_project = format!("(SELECT id FROM workspaces WHERE project = '{project}')");
    let known =
        read(&format!("SELECT COUNT(*) FROM workspaces WHERE project = '{project}'")).await?;
    assert_eq!(known, Some(1), "there is one {project}");
    let oldest = format!("SELECT MIN(sent_at) FROM messages WHERE workspace_id = {of_project}");
    let oldest = read(&oldest).await?;
    let now = vocabulary::Moment::now().as_millis();
    let last_day = oldest.unwrap_or(now).div_euclid(DAY_MILLIS);
    let weeks = i64::from(count.div_ceil(A_DAY * 5));
    // Day 4 of 1970 was a Monday.
    let first_day = (last_day - (weeks + 1) * 7 - 4).div_euclid(7) * 7 + 4;
    for (table, columns) in [
        ("messages", ["seq", "changed"].as_slice()),
        ("workspace_counters", &["last_seq"]),
        ("room_reads", &["read_seq"]),
        ("thread_follows", &["read_seq"]),
    ] {
        for column in columns {
            tx.execute_unprepared(&format!(
                "UPDATE {table} SET {column} = {column} + {count} WHERE workspace_id = {of_project}"
            ))
            .await?;
        }
    }
    tx.execute_unprepared(&format!(
        r#"INSERT INTO messages (id, message_key, workspace_id, room_id, seq, changed, author_id, author_name, audience, body, sent_at)
           WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count}),
           members AS (
             SELECT id, full_name, ROW_NUMBER() OVER (ORDER BY "user") - 1 AS place FROM people WHERE kind = 'member')
           SELECT {fresh_id}, {fresh_id}, r.workspace_id, r.id, n, n, p.id, p.full_name, 'team',
             'Message ' || n || ': ' || CASE n % 5
               WHEN 0 THEN 'done.'
               WHEN 1 THEN 'the offer for the second hotel is out, they want to decide by the end of the week.'
               WHEN 2 THEN 'I looked into it. The booking form asks for the arrival twice, once in the calendar and once in the field above it; the second one wins, which nobody expects. I would leave the calendar and drop the field.'
               WHEN 3 THEN 'two things:' || chr(10) || '- the photos of the lobby are too dark' || chr(10) || '- the menu has no prices'
               ELSE 'thanks, I will have a look after lunch' END,
             ({first_day} + (n - 1) / {A_DAY} / 5 * 7 + (n - 1) / {A_DAY} % 5) * CAST({DAY_MILLIS} AS bigint)
               + 28800000 + (n - 1) % {A_DAY} * 150000
           FROM numbers
           JOIN members p ON p.place = (n / 3) % (SELECT COUNT(*) FROM members)
           JOIN rooms r ON r.workspace_id = {of_project} AND r.kind = 'team'"#
    ).replace("chr(10)", if backend == DbBackend::Postgres { "chr(10)" } else { "char(10)" }))
    .await?;
    let middle = count / 2;
    tx.execute_unprepared(&format!(
        "UPDATE messages SET in_room = FALSE, thread_id = (
           SELECT root.id FROM messages root WHERE root.workspace_id = {of_project} AND root.seq = {middle})
         WHERE workspace_id = {of_project} AND seq > {middle} AND seq <= {middle} + {ANSWERS}"
    ))
    .await?;
    tx.commit().await?;
    connection.close().await
}
