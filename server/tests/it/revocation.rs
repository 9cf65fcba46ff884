//! Losing a session or a Project is felt on open lines within seconds.

use crate::{call::api, town};
use reqwest::StatusCode;
use serde_json::json;
use standin::{
    cast,
    erpnext::{Erpnext, Seed},
};
use std::time::Duration;
use testkit::socket::{Line, draft};
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

#[tokio::test]
async fn a_member_who_loses_the_project_leaves_its_room_once_we_know() {
    let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
    let mut server = town::on_site(&erpnext).start().await;
    let tom = town::cast(&server, cast::TOM.user).await;
    let place = town::place(&tom, cast::WEBSITE).await;
    let mut line = Line::connect(&tom).await;
    line.join(place.room, None).await;
    erpnext
        .insert("User Permission", &json!({
            "user": cast::TOM.user, "allow": "Project", "for_value": cast::INTRANET, "apply_to_all_doctypes": 1
        }))
        .unwrap();
    // The next sign-in asks ERPNext; that is when we learn of it.
    town::cast(&server, cast::TOM.user).await;
    let left = line
        .pick_within(WITHIN, |frame| match frame {
            ServerFrame::Left { room } => Some(*room),
            _ => None,
        })
        .await;
    assert_eq!(left, Some(place.room));
    assert!(line.try_post(place.room, draft("still here?")).await.is_err());
    let id = place.workspace.to_string();
    assert_eq!(api(&tom, "workspace", &[("id", &id)]).await.status, StatusCode::NOT_FOUND);
    server.terminate(Duration::from_secs(15)).await;
}
