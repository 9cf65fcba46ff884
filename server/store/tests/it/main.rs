//! The store's promises, each on SQLite and on PostgreSQL.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed unwrap is a failed test")]
#![allow(
    clippy::disallowed_methods,
    reason = "tests make the proofs that the program gets from the policy"
)]

mod acting;
mod documents;
mod edits;
mod files;
mod hints;
mod history;
mod leases;
mod mine;
mod mirror;
mod posting;
mod scopes;
mod sessions;
mod taggable;
mod tags;
mod timeline;
mod ways_in;

use policy::{Principal, Scope, Standing};
use std::future::Future;
use store::{
    Db, people, rooms, standings,
    worker::{ProjectCopy, ProjectUserCopy, Worker},
};
use testkit::{folder::Folder, postgres};
use vocabulary::{
    Audience, MessageBody, MessageDraft, MessageKey, Moment, PersonKind, Room, RoomKind,
    WorkspaceId,
};

/// Runs `test` on a fresh database of either kind.
async fn on_both<F: Future<Output = ()>>(test: impl Fn(Db) -> F) {
    on_both_at(|db, _| test(db)).await;
}

/// Runs `test` on a fresh database of either kind, with its URL for what only a test may do to it.
async fn on_both_at<F: Future<Output = ()>>(test: impl Fn(Db, String) -> F) {
    let folder = Folder::new("store");
    let file = format!("sqlite://{}", folder.path().join("test.sqlite").display());
    for url in [file, postgres::shared().fresh_database()] {
        let db = Db::connect(&url).await.unwrap();
        db.migrate().await.unwrap();
        // A second replica starting at the same time finds nothing left to do.
        db.migrate().await.unwrap();
        test(db.clone(), url.clone()).await;
        db.close().await;
    }
}

fn project(name: &str, creation: &str) -> ProjectCopy {
    ProjectCopy {
        name: name.into(),
        creation: creation.into(),
        project_name: format!("Title of {name}"),
        status: "Open".into(),
        customer: Some("Casa Duarte Hotels".into()),
        percent_complete: 30,
        expected_end_date: None,
        users: vec![ProjectUserCopy {
            user: "maya@parlance.demo".into(),
            full_name: "Maya Lindqvist".into(),
        }],
    }
}

/// A member who may read the Project `name`, and the Project's workspace.
struct Visit {
    db: Db,
    who: Principal,
    workspace: WorkspaceId,
    scope: Scope,
    room: Room,
}

impl Visit {
    async fn of(db: &Db, user: &str, name: &str) -> Self {
        let workspace = Worker::for_background_work(db.clone())
            .keep_project(&project(name, "2026-01-01 00:00:00"))
            .await
            .unwrap();
        let person =
            people::remember(db, user, "Maya Lindqvist", PersonKind::Member).await.unwrap();
        standings::record(db, person.id, &[name.into()], Moment::now()).await.unwrap();
        let who = Principal::of_checked_session(person.id, person.kind, person.full_name);
        let standing = standings::of(db, &who, workspace).await.unwrap();
        assert_eq!(standing, Standing::ReadsProject);
        let scope = policy::enter(who.clone(), workspace, standing).unwrap();
        let room = rooms::room_of_kind(db, &scope, RoomKind::Team).await.unwrap().unwrap();
        Self { db: db.clone(), who, workspace, scope, room }
    }

    async fn says(&self, draft: MessageDraft) -> store::messages::Posted {
        store::messages::post(&self.db, &self.scope, &self.room, draft, Moment::now())
            .await
            .unwrap()
    }
}

fn draft(text: &str) -> MessageDraft {
    MessageDraft::said(MessageKey::fresh(), MessageBody::new(text).unwrap(), Audience::Team)
}
