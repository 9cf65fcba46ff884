//! ERPNext down is a state, not an error page.

use crate::{call::api, town};
use reqwest::StatusCode;
use standin::{
    cast,
    erpnext::{Erpnext, Seed},
};
use std::time::Duration;
use testkit::{eventually, socket::Line};
use vocabulary::{SyncState, protocol::ServerFrame};

#[tokio::test]
async fn chat_goes_on_while_erpnext_is_away_and_everything_arrives_afterwards() {
    let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
    let server = town::on_site(&erpnext).start().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let place = town::place(&maya, cast::WEBSITE).await;
    erpnext.faults().go_down();
    let mut line = Line::connect(&maya).await;
    line.join(place.room, None).await;
    let mut keys = Vec::new();
    for number in 0..10 {
        keys.push(line.say(place.room, &format!("line {number}")).await.id.to_string());
    }
    let id = place.workspace.to_string();
    assert_eq!(api(&maya, "workspace", &[("id", &id)]).await.status, StatusCode::OK);
    // People are told that sync waits, and how much.
    let paused = line
        .pick_within(Duration::from_secs(40), |frame| match frame {
            ServerFrame::Sync(SyncState::Paused { waiting }) => Some(*waiting),
            _ => None,
        })
        .await;
    assert_eq!(paused, Some(10));
    // Whoever wants to sign in is told to wait, not that the password is wrong.
    let turned_away = api(
        &server.visitor(),
        "sign_in",
        &[("user", cast::TOM.user), ("password", cast::PASSWORD)],
    )
    .await;
    assert_eq!(turned_away.status, StatusCode::SERVICE_UNAVAILABLE, "{}", turned_away.body);

    erpnext.faults().come_up();
    eventually("everything has arrived in order", Duration::from_secs(60), || async {
        let there: Vec<String> = erpnext
            .communications()
            .iter()
            .filter_map(|row| row["parlance_key"].as_str().map(str::to_owned))
            .filter(|key| keys.contains(key))
            .collect();
        (there == keys).then_some(())
    })
    .await;
    let flowing = line
        .pick_within(Duration::from_secs(40), |frame| {
            matches!(frame, ServerFrame::Sync(SyncState::Flowing)).then_some(())
        })
        .await;
    assert_eq!(flowing, Some(()));
}

#[tokio::test]
async fn without_the_unique_key_field_nothing_is_written_and_the_reason_is_told() {
    let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
    erpnext.delete("Custom Field", "Communication-parlance_key").unwrap();
    let before = erpnext.communications().len();
    let server = town::on_site(&erpnext).start().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let place = town::place(&maya, cast::WEBSITE).await;
    Line::connect(&maya).await.say(place.room, "kept here").await;
    eventually("the log says why", Duration::from_secs(20), || async {
        server.logged().contains("Communication has no field parlance_key").then_some(())
    })
    .await;
    assert_eq!(erpnext.communications().len(), before);
}
