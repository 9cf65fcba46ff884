//! No question about a history reads the whole of it, however long it is.
#![allow(
    clippy::disallowed_methods,
    reason = "tests make the proofs that the program gets from the policy"
)]

use super::*;
use crate::{
    Backend,
    messages::marks::{marks, replies},
    people, rooms, standings,
    worker::{ProjectCopy, Worker},
};
use policy::Principal;
use sea_orm::{ConnectionTrait, DbBackend, QueryTrait};
use testkit::{folder::Folder, long_room, postgres};
use vocabulary::{PersonKind, RoomKind};

const PROJECT: &str = "PROJ-0001";
const MESSAGES: u32 = 20_000;

struct Long {
    db: Db,
    scope: Scope,
    room: RoomId,
}

/// A room with very many messages, and a member of it, on either database.
async fn on_both<F: Future<Output = ()>>(test: impl Fn(Long) -> F) {
    let folder = Folder::new("plans");
    let file = format!("sqlite://{}", folder.path().join("test.sqlite").display());
    for url in [file, postgres::shared().fresh_database()] {
        let db = Db::connect(&url).await.unwrap();
        db.migrate().await.unwrap();
        let project = ProjectCopy {
            name: PROJECT.into(),
            creation: "2026-01-01 00:00:00".into(),
            project_name: "Long".into(),
            status: "Open".into(),
            customer: None,
            percent_complete: 0,
            expected_end_date: None,
            users: Vec::new(),
        };
        let workspace =
            Worker::for_background_work(db.clone()).keep_project(&project).await.unwrap();
        let maya = people::remember(&db, "maya@parlance.demo", "Maya", PersonKind::Member);
        let maya = maya.await.unwrap();
        people::remember(&db, "tom@parlance.demo", "Tom", PersonKind::Member).await.unwrap();
        standings::record(&db, maya.id, &[PROJECT.into()], Moment::now()).await.unwrap();
        let who = Principal::of_checked_session(maya.id, maya.kind, maya.full_name);
        let standing = standings::of(&db, &who, workspace).await.unwrap();
        let scope = policy::enter(who, workspace, standing).unwrap();
        let room = rooms::room_of_kind(&db, &scope, RoomKind::Team).await.unwrap().unwrap().id;
        long_room::fill(&url, PROJECT, MESSAGES).await.unwrap();
        if db.backend() == Backend::Postgres {
            db.writer().execute_unprepared("ANALYZE").await.unwrap();
        }
        test(Long { db: db.clone(), scope, room }).await;
        db.close().await;
    }
}

/// How the database goes about a statement, a line a step.
async fn plan(db: &Db, statement: Statement) -> String {
    let how = match db.backend() {
        Backend::Sqlite => "EXPLAIN QUERY PLAN ",
        Backend::Postgres => "EXPLAIN ",
    };
    let column = if db.backend() == Backend::Sqlite { "detail" } else { "QUERY PLAN" };
    let explained = Statement { sql: format!("{how}{}", statement.sql), ..statement };
    let rows = db.reader().query_all_raw(explained).await.unwrap();
    let steps = rows.iter().map(|row| row.try_get::<String>("", column).unwrap());
    steps.collect::<Vec<_>>().join("\n")
}

fn backend(db: &Db) -> DbBackend {
    match db.backend() {
        Backend::Sqlite => DbBackend::Sqlite,
        Backend::Postgres => DbBackend::Postgres,
    }
}

impl Long {
    async fn root(&self) -> MessageId {
        let middle = Seq::new(i64::from(MESSAGES / 2));
        let row = newer(&self.scope, HistoryOf::Room(self.room), middle, 1);
        MessageId::from_uuid(row.one(self.db.reader()).await.unwrap().unwrap().id)
    }

    /// Every statement that a history asks about this list.
    async fn statements(&self, of: HistoryOf) -> Vec<(&'static str, Statement)> {
        let (scope, middle) = (&self.scope, Seq::new(i64::from(MESSAGES / 2)));
        let kind = backend(&self.db);
        let page = history(&self.db, scope, of, Aim::End, 60).await.unwrap().unwrap().messages;
        assert_eq!(page.len(), 60);
        vec![
            ("the end", older(scope, of, Cut::END, 61).build(kind)),
            ("before a place", older(scope, of, middle, 61).build(kind)),
            ("after a place", newer(scope, of, middle, 61).build(kind)),
            ("a day", since(scope, of, Moment::from_millis(1)).build(kind)),
            ("what is not read", unread(&self.db, scope, of)),
            ("marks", marks(&self.db, &page)),
            ("answers", replies(&self.db, &page)),
        ]
    }
}

#[tokio::test]
async fn every_piece_of_a_long_history_is_found_by_an_index() {
    on_both(|long| async move {
        let root = long.root().await;
        for of in [HistoryOf::Room(long.room), HistoryOf::Thread(root)] {
            for (what, statement) in long.statements(of).await {
                let plan = plan(&long.db, statement).await;
                let whole = plan.lines().any(|step| {
                    let messages = step.contains("messages") || step.contains("SCAN m");
                    messages && (step.contains("Seq Scan") || step.trim().starts_with("SCAN"))
                });
                let sorted = plan.contains("TEMP B-TREE FOR ORDER BY") || plan.contains("Sort");
                let indexed = plan.contains("USING INDEX") || plan.contains("Index Scan");
                assert!(indexed && !whole, "{of:?}, {what}:\n{plan}");
                // What stands on a page, and a thread where one looks for a day, is sorted as a whole.
                let short = matches!(what, "marks" | "answers")
                    || matches!(of, HistoryOf::Thread(_)) && what == "a day";
                let incremental = plan.contains("Incremental Sort");
                assert!(!sorted || short || incremental, "{of:?}, {what}:\n{plan}");
            }
        }
    })
    .await;
}
