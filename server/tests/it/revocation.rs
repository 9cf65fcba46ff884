//! Losing a session or a Project is felt on open lines within seconds.

use crate::{
    call::api,
    town::{self, Place},
};
use reqwest::StatusCode;
use serde_json::json;
use standin::{
    cast,
    erpnext::{Erpnext, Running, Seed},
};
use std::time::Duration;
use store::worker::Worker;
use testkit::{
    eventually,
    http::Session,
    process::Server,
    socket::{Line, draft},
};
use vocabulary::protocol::{CLOSE_SESSION_ENDED, ServerFrame};

const WITHIN: Duration = Duration::from_secs(5);

#[tokio::test]
async fn signing_out_closes_the_sessions_lines_and_no_others() {
    let server = town::demo().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let other = town::cast(&server, cast::MAYA.user).await;
    let (mut here, mut there) = (Line::connect(&maya).await, Line::connect(&other).await);
    assert!(api(&maya, "sign_out", &[]).await.status.is_success());
    assert_eq!(here.closed_within(WITHIN).await, Some(CLOSE_SESSION_ENDED));
    there.ping().await;
}

#[tokio::test]
async fn signing_out_on_one_replica_closes_the_line_on_another_without_redis() {
    let url = testkit::postgres::shared().fresh_database();
    let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
    let one = town::on_site(&erpnext).env("DATABASE_URL", &url).start().await;
    let two = town::on_site(&erpnext).env("DATABASE_URL", &url).start().await;
    let maya = town::cast(&one, cast::MAYA.user).await;
    let mut line = Line::connect(&maya.at(&two.url())).await;
    assert!(api(&maya, "sign_out", &[]).await.status.is_success());
    assert_eq!(line.closed_within(WITHIN).await, Some(CLOSE_SESSION_ENDED));
}

/// Without a webhook what decides about rights is looked at every few seconds.
const WITHIN_WITHOUT_WEBHOOKS: Duration = Duration::from_secs(60);

/// Tom in the website's team room, with everything he could hear and read it by.
struct Member {
    erpnext: Running,
    server: Server,
    session: Session,
    place: Place,
    line: Line,
}

impl Member {
    async fn in_the_room() -> Self {
        let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
        let server = town::on_site(&erpnext).start().await;
        Self::let_in(erpnext, server).await
    }

    async fn let_in(erpnext: Running, server: Server) -> Self {
        let session = town::cast(&server, cast::TOM.user).await;
        let place = town::place(&session, cast::WEBSITE).await;
        let mut line = Line::connect(&session).await;
        line.join(place.room, None).await;
        Self { erpnext, server, session, place, line }
    }

    async fn workspace(&self) -> StatusCode {
        let id = self.place.workspace.to_string();
        api(&self.session, "workspace", &[("id", &id)]).await.status
    }

    /// The open line leaves the room, and nothing else opens it again.
    async fn is_out_within(&mut self, limit: Duration) {
        let left = self
            .line
            .pick_within(limit, |frame| match frame {
                ServerFrame::Left { room } => Some(*room),
                _ => None,
            })
            .await;
        assert_eq!(left, Some(self.place.room));
        assert!(self.line.try_post(self.place.room, draft("still here?")).await.is_err());
        assert!(self.line.try_join(self.place.room, None).await.is_err());
        assert_eq!(self.workspace().await, StatusCode::NOT_FOUND);
        let room = self.place.room.to_string();
        let earlier = api(&self.session, "history", &[("room", &room), ("aim", "end")]).await;
        assert_eq!(earlier.status, StatusCode::NOT_FOUND);
        let list = api(&self.session, "my_workspaces", &[]).await.json();
        assert!(
            list.as_array().unwrap().iter().all(|one| one["project"] != cast::WEBSITE),
            "{list}"
        );
    }

    /// What a hint of a webhook does: the answer about Tom is due again.
    async fn hint(&self) {
        let url =
            format!("sqlite://{}", self.server.data_folder().join("parlance.sqlite").display());
        let db = store::Db::connect(&url).await.unwrap();
        worker(db.clone()).ask_again_about(Some(cast::TOM.user)).await.unwrap();
        db.close().await;
    }
}

#[expect(clippy::disallowed_methods, reason = "the test does what the mirror does with a hint")]
pub fn worker(db: store::Db) -> Worker {
    Worker::for_background_work(db)
}

#[tokio::test]
async fn a_member_who_loses_the_project_is_out_within_seconds_of_a_hint() {
    let mut tom = Member::in_the_room().await;
    assert_eq!(tom.workspace().await, StatusCode::OK);
    tom.erpnext.add_user_permission(cast::TOM.user, "Project", cast::INTRANET).unwrap();
    tom.hint().await;
    tom.is_out_within(WITHIN).await;
    // And in again once ERPNext lets them.
    tom.erpnext.remove_user_permission(cast::TOM.user, "Project", cast::INTRANET).unwrap();
    tom.hint().await;
    let tom = &tom;
    eventually("the workspace opens again", WITHIN, || async move {
        (tom.workspace().await == StatusCode::OK).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_member_who_loses_the_project_is_out_without_any_hint() {
    let mut tom = Member::in_the_room().await;
    tom.erpnext.add_user_permission(cast::TOM.user, "Project", cast::INTRANET).unwrap();
    tom.is_out_within(WITHIN_WITHOUT_WEBHOOKS).await;
}

#[tokio::test]
async fn a_member_who_loses_the_role_is_out_without_any_hint() {
    let mut tom = Member::in_the_room().await;
    tom.erpnext.remove_role(cast::TOM.user, "Projects User").unwrap();
    tom.is_out_within(WITHIN_WITHOUT_WEBHOOKS).await;
}

#[tokio::test]
async fn a_share_that_is_taken_back_closes_what_it_opened() {
    let mut tom = Member::in_the_room().await;
    tom.erpnext.share(cast::TOM.user, "Project", cast::WEBSITE, false).unwrap();
    tom.erpnext.remove_role(cast::TOM.user, "Projects User").unwrap();
    tom.hint().await;
    // The share alone still opens the Project, and no Task in it.
    let id = tom.place.workspace.to_string();
    eventually("only the Project is shared", WITHIN, || async {
        let view = api(&tom.session, "workspace", &[("id", &id)]).await;
        assert_eq!(view.status, StatusCode::OK, "{}", view.body);
        (view.json()["facts"]["open_tasks"] == json!([])).then_some(())
    })
    .await;
    tom.erpnext.unshare(cast::TOM.user, "Project", cast::WEBSITE).unwrap();
    tom.hint().await;
    tom.is_out_within(WITHIN).await;
}

#[tokio::test]
async fn a_permission_that_is_removed_is_felt_within_seconds_through_erpnexts_webhook() {
    let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
    for project in [cast::WEBSITE, cast::WINE_SHOP] {
        erpnext.add_user_permission(cast::TOM.user, "Project", project).unwrap();
    }
    let server = town::on_telling_site(&erpnext).start().await;
    town::tell(&erpnext, &server, "User Permission");
    let mut tom = Member::let_in(erpnext, server).await;
    let removed = tom.erpnext.remove_user_permission(cast::TOM.user, "Project", cast::WEBSITE);
    assert_eq!(removed.unwrap(), 1);
    tom.is_out_within(WITHIN).await;
    // What is left to him is still there.
    town::place(&tom.session, cast::WINE_SHOP).await;
}

#[tokio::test]
async fn a_user_whom_erpnext_disables_has_no_session_and_no_line_and_we_keep_nothing_of_theirs() {
    let mut tom = Member::in_the_room().await;
    tom.erpnext.set_enabled(cast::TOM.user, false).unwrap();
    tom.hint().await;
    assert_eq!(tom.line.closed_within(WITHIN).await, Some(CLOSE_SESSION_ENDED));
    assert_eq!(tom.workspace().await, StatusCode::UNAUTHORIZED);
    assert!(Line::try_connect(&tom.session).await.is_err());
}

#[tokio::test]
async fn a_member_sees_the_tasks_and_issues_that_erpnext_lets_them_read_and_no_others() {
    let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
    let server = town::on_site(&erpnext).start().await;
    let facts = async |user: &str| {
        let session = town::cast(&server, user).await;
        let place = town::place(&session, cast::WEBSITE).await;
        let id = place.workspace.to_string();
        api(&session, "workspace", &[("id", &id)]).await.json()["facts"].take()
    };
    let maya = facts(cast::MAYA.user).await;
    let (tasks, issues) = (maya["open_tasks"].clone(), maya["open_issues"].clone());
    assert!(tasks.as_array().unwrap().len() > 2 && !issues.as_array().unwrap().is_empty());
    // A Projects User reads every Task and is refused each Issue.
    let tom = facts(cast::TOM.user).await;
    assert_eq!((&tom["open_tasks"], &tom["open_issues"]), (&tasks, &json!([])));
    // One Issue is shared with him.
    let shared = issues[0]["name"].as_str().unwrap();
    erpnext.share(cast::TOM.user, "Issue", shared, false).unwrap();
    let tom = facts(cast::TOM.user).await;
    assert_eq!(tom["open_issues"], json!([issues[0]]));
    // And a User Permission narrows the Tasks to one.
    let task = tasks[0]["name"].as_str().unwrap();
    erpnext.add_user_permission(cast::PRIYA.user, "Task", task).unwrap();
    let priya = facts(cast::PRIYA.user).await;
    assert_eq!(priya["open_tasks"], json!([tasks[0]]));
}

#[tokio::test]
async fn a_system_manager_of_erpnext_administers_here_until_the_role_is_taken() {
    let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
    let server = town::on_site(&erpnext).start().await;
    let sofia = town::cast(&server, cast::SOFIA.user).await;
    assert_eq!(api(&sofia, "connection_report", &[]).await.status, StatusCode::OK);
    let maya = town::cast(&server, cast::MAYA.user).await;
    assert_eq!(api(&maya, "connection_report", &[]).await.status, StatusCode::NOT_FOUND);
    for (session, administers) in [(&sofia, true), (&maya, false)] {
        assert_eq!(api(session, "administers", &[]).await.json(), administers);
    }
    // No private content by virtue of the role.
    let place = town::place(&maya, cast::WEBSITE).await;
    let id = place.workspace.to_string();
    assert_eq!(api(&sofia, "workspace", &[("id", &id)]).await.status, StatusCode::NOT_FOUND);
    erpnext.remove_role(cast::SOFIA.user, "System Manager").unwrap();
    eventually("the role is gone here too", WITHIN_WITHOUT_WEBHOOKS, || async {
        let status = api(&sofia, "connection_report", &[]).await.status;
        (status == StatusCode::NOT_FOUND).then_some(())
    })
    .await;
}
