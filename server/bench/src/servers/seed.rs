//! People, workspaces and rooms in the product's database, as if they had come from ERPNext and signed in.

use super::{Shape, standin::Project};
use crate::{
    fault::{Doing, Outcome},
    services::one_connection,
};
use rand::Rng;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde::Serialize;
use uuid::Uuid;
use vocabulary::{Moment, RoomId};

/// All from one document; sessions last a day.
const STATEMENTS: [&str; 6] = [
    r#"INSERT INTO people (id, "user", full_name, kind, enabled, standing_asked_at)
       SELECT id, "user", full_name, 'member', TRUE, ($1::jsonb ->> 'now')::bigint
       FROM jsonb_to_recordset($1::jsonb -> 'people') AS x(id uuid, "user" text, full_name text)"#,
    "INSERT INTO sessions (token_hash, person_id, created_at, expires_at)
     SELECT encode(sha256(convert_to(token, 'UTF8')), 'hex'), id,
            ($1::jsonb ->> 'now')::bigint, ($1::jsonb ->> 'now')::bigint + 86400000
     FROM jsonb_to_recordset($1::jsonb -> 'people') AS x(id uuid, token text)",
    "INSERT INTO workspaces (id, project, project_creation, project_name, status, percent_complete)
     SELECT id, name, creation, name, 'Open', 0
     FROM jsonb_to_recordset($1::jsonb -> 'workspaces') AS x(id uuid, name text, creation text)",
    "INSERT INTO rooms (id, workspace_id, kind, audience)
     SELECT room, id, 'team', 'team' FROM jsonb_to_recordset($1::jsonb -> 'workspaces') AS x(id uuid, room uuid)",
    "INSERT INTO workspace_counters (workspace_id, last_seq)
     SELECT id, 0 FROM jsonb_to_recordset($1::jsonb -> 'workspaces') AS x(id uuid)",
    "INSERT INTO outbox_lanes (workspace_id, held_until)
     SELECT id, 0 FROM jsonb_to_recordset($1::jsonb -> 'workspaces') AS x(id uuid)",
];

/// Everybody reads every Project, as ERPNext's role Projects User allows unless it is narrowed.
const STANDINGS: &str = "INSERT INTO standings (person_id, workspace_id) SELECT people.id, workspaces.id FROM people, workspaces";

#[derive(Serialize)]
struct Person {
    id: Uuid,
    user: String,
    full_name: String,
    token: String,
}

#[derive(Serialize)]
struct Workspace<'a> {
    id: Uuid,
    room: RoomId,
    name: &'a str,
    creation: &'a str,
}

impl<'a> Workspace<'a> {
    fn of(Project { name, creation }: &'a Project) -> Self {
        Self { id: Uuid::now_v7(), room: RoomId::fresh(), name, creation }
    }
}

#[derive(Serialize)]
struct Seed<'a> {
    now: Moment,
    people: Vec<Person>,
    workspaces: Vec<Workspace<'a>>,
}

/// What a generator needs to take part.
#[derive(Debug)]
pub struct Seeded {
    /// Session tokens, one per member.
    pub tokens: Vec<String>,
    /// Rooms, one per Project.
    pub rooms: Vec<RoomId>,
}

/// The address of a member, here and in the stand-in.
pub fn user(number: usize) -> String {
    format!("member{number:05}@bench.example")
}

/// Fills a database that was brought to its shape. Rooms come in the order of `projects`.
pub async fn seed(database_url: &str, shape: Shape, projects: &[Project]) -> Outcome<Seeded> {
    let people: Vec<Person> = (0..shape.members()).map(person).collect();
    let workspaces: Vec<Workspace<'_>> = projects.iter().map(Workspace::of).collect();
    let tokens = people.iter().map(|person| person.token.clone()).collect();
    let rooms = workspaces.iter().map(|workspace| workspace.room).collect();
    let document = serde_json::to_string(&Seed { now: Moment::now(), people, workspaces })?;

    let database = one_connection(database_url).await?;
    for sql in STATEMENTS {
        let statement =
            Statement::from_sql_and_values(DbBackend::Postgres, sql, [document.as_str().into()]);
        database.execute_raw(statement).await.doing("seeding the product's database")?;
    }
    database.execute_unprepared(STANDINGS).await.doing("seeding the product's database")?;
    database.execute_unprepared("ANALYZE").await?;
    database.close().await?;
    Ok(Seeded { tokens, rooms })
}

fn person(number: usize) -> Person {
    let token: [u8; 32] = rand::rng().random();
    Person {
        id: Uuid::now_v7(),
        user: user(number),
        full_name: format!("Member {number:05}"),
        token: token.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}

/// Communications the product's outbox still owes.
pub async fn owed(database_url: &str) -> Outcome<u64> {
    let database = one_connection(database_url).await?;
    let sql = "SELECT count(*) FROM outbox WHERE state = 'pending'";
    let row = database.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    let owed: i64 = row.ok_or("the outbox cannot be counted")?.try_get_by_index(0)?;
    database.close().await?;
    Ok(owed.try_into()?)
}
