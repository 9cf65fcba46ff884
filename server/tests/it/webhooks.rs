//! What ERPNext tells by webhooks: only what it signed is believed, and even that is only a reason to look.

use crate::{
    call::{Answer, answer, api},
    town::{self, WEBHOOK_SECRET},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::StatusCode;
use serde_json::{Value, json};
use sha2::Sha256;
use standin::{
    cast,
    erpnext::{Erpnext, Running, Seed},
};
use std::time::Duration;
use store::worker::{WebhookState, Worker};
use testkit::{eventually, http, http::Session, process::Server, socket::Line};
use vocabulary::protocol::ServerFrame;

const WITHIN: Duration = Duration::from_secs(30);

fn signature(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}

pub fn hint(doctype: &str, name: &str) -> Vec<u8> {
    let body = json!({"event": "on_change", "doctype": doctype, "name": name, "user": ""});
    body.to_string().into_bytes()
}

/// Sends it as ERPNext does: no cookie, no origin.
pub async fn post(server: &Server, body: Vec<u8>, signature: Option<&str>) -> Answer {
    let mut request = http::client()
        .post(format!("{}/webhooks/erpnext", server.url()))
        .header("content-type", "application/json")
        .body(body);
    if let Some(signature) = signature {
        request = request.header("x-frappe-webhook-signature", signature);
    }
    answer(request).await
}

pub async fn post_signed(server: &Server, body: Vec<u8>) -> Answer {
    let signature = signature(WEBHOOK_SECRET, &body);
    post(server, body, Some(&signature)).await
}

#[expect(clippy::disallowed_methods, reason = "the test looks at what background work does")]
async fn worker(server: &Server) -> Worker {
    let file = server.data_folder().join("parlance.sqlite");
    let db = store::Db::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    Worker::for_background_work(db)
}

async fn state(server: &Server) -> WebhookState {
    worker(server).await.webhook_state().await.unwrap()
}

async fn start() -> (Running, Server) {
    let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
    let server = town::on_telling_site(&erpnext).start().await;
    (erpnext, server)
}

/// The open Tasks of the website as its page shows them.
async fn open_tasks(maya: &Session) -> Value {
    let place = town::place(maya, cast::WEBSITE).await;
    let id = place.workspace.to_string();
    api(maya, "workspace", &[("id", &id)]).await.json()["facts"]["open_tasks"].take()
}

#[tokio::test]
async fn what_is_not_signed_by_erpnext_is_refused_and_counted_and_leaves_no_hint() {
    let (_erpnext, server) = start().await;
    let body = hint("Task", "TASK-1");
    let right = signature(WEBHOOK_SECRET, &body);
    let mut altered = body.clone();
    altered.push(b' ');
    for (body, signature) in [
        (body.clone(), None),
        (body.clone(), Some("")),
        (body.clone(), Some("bm90IGEgc2lnbmF0dXJl")),
        (body.clone(), Some(signature("another secret", &body).as_str())),
        (altered, Some(right.as_str())),
        (Vec::new(), Some(right.as_str())),
    ] {
        let got = post(&server, body, signature).await;
        assert_eq!(got.status, StatusCode::UNAUTHORIZED, "{}", got.body);
    }
    let state = state(&server).await;
    assert_eq!(state.received, 0);
    assert!(state.refused >= 1 && state.refused_at.is_some(), "{state:?}");
    assert_eq!(worker(&server).await.hints(10).await.unwrap(), []);
    assert_eq!(server.logged().matches("webhooks without our signature").count(), 1);
}

#[tokio::test]
async fn a_body_that_is_too_large_or_says_something_else_is_refused_though_it_is_signed() {
    let (_erpnext, server) = start().await;
    let large = json!({"doctype": "Task", "name": "x".repeat(70 * 1024)}).to_string();
    let got = post_signed(&server, large.into_bytes()).await;
    assert_eq!(got.status, StatusCode::PAYLOAD_TOO_LARGE);
    for body in ["", "{}", "[]", "not json", r#"{"doctype": "Task", "name": ""}"#] {
        let got = post_signed(&server, body.into()).await;
        assert_eq!(got.status, StatusCode::BAD_REQUEST, "{body}");
    }
    assert_eq!(state(&server).await.received, 0);
}

#[tokio::test]
async fn a_hint_is_taken_also_twice_and_about_what_we_do_not_know() {
    let (_erpnext, server) = start().await;
    for _ in 0..3 {
        let got = post_signed(&server, hint("Task", "TASK-1")).await;
        assert_eq!((got.status, got.body.as_str()), (StatusCode::NO_CONTENT, ""));
    }
    let got = post_signed(&server, hint("Sales Invoice", "SINV-1")).await;
    assert_eq!(got.status, StatusCode::NO_CONTENT);
    assert_eq!(state(&server).await.received, 4);
    let worker = worker(&server).await;
    eventually("they are worked off", WITHIN, || async {
        worker.hints(10).await.unwrap().is_empty().then_some(())
    })
    .await;
}

#[tokio::test]
async fn without_a_secret_nothing_is_taken() {
    let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
    let server = town::on_site(&erpnext).start().await;
    let body = hint("Task", "TASK-1");
    for secret in ["", WEBHOOK_SECRET] {
        let signature = signature(secret, &body);
        let got = post(&server, body.clone(), Some(&signature)).await;
        assert_eq!(got.status, StatusCode::NOT_FOUND);
        assert!(got.body.contains("ERPNEXT_WEBHOOK_SECRET"), "{}", got.body);
    }
    assert_eq!(state(&server).await, WebhookState::default());
}

#[tokio::test]
async fn what_changes_in_erpnext_without_a_trace_is_told_by_its_webhook() {
    let (erpnext, server) = start().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let late = json!({"subject": "Late", "project": cast::WEBSITE, "exp_end_date": "2020-01-01"});
    let late = erpnext.insert("Task", &late).unwrap();
    let status = async || {
        let tasks = open_tasks(&maya).await;
        let task = tasks.as_array().unwrap().iter().find(|task| task["name"] == late)?;
        Some(task["status"].as_str().unwrap().to_owned())
    };
    eventually("the Task is there", WITHIN, &status).await;
    town::tell(&erpnext, &server, "Task");
    assert!(erpnext.mark_overdue() >= 1);
    eventually("it is late here too", WITHIN, || async {
        (status().await? == "Overdue").then_some(())
    })
    .await;
    assert!(state(&server).await.received >= 1);
}

#[tokio::test]
async fn a_hint_that_comes_to_one_replica_is_followed_by_the_one_that_copies() {
    let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
    let url = testkit::postgres::shared().fresh_database();
    let copies = town::on_telling_site(&erpnext).env("DATABASE_URL", &url).start().await;
    let maya = town::cast(&copies, cast::MAYA.user).await;
    eventually("the Tasks are there", WITHIN, || async {
        (!open_tasks(&maya).await.as_array().unwrap().is_empty()).then_some(())
    })
    .await;
    let other = town::on_telling_site(&erpnext).env("DATABASE_URL", &url).start().await;
    let task = open_tasks(&maya).await[0]["name"].as_str().unwrap().to_owned();
    assert!(erpnext.change_silently("Task", &task, &json!({"priority": "Urgent"})));
    let got = post_signed(&other, hint("Task", &task)).await;
    assert_eq!(got.status, StatusCode::NO_CONTENT);
    eventually("the first replica has read it", WITHIN, || async {
        let tasks = open_tasks(&maya).await;
        let tasks = tasks.as_array().unwrap();
        tasks.iter().any(|one| one["name"] == task && one["priority"] == "Urgent").then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_open_room_is_told_of_a_task_that_changed_in_erpnext() {
    let (erpnext, server) = start().await;
    town::tell(&erpnext, &server, "Task");
    let maya = town::cast(&server, cast::MAYA.user).await;
    let place = town::place(&maya, cast::WEBSITE).await;
    let view = async || {
        let id = place.workspace.to_string();
        api(&maya, "workspace", &[("id", &id)]).await.json()["facts"].take()
    };
    let mut line = Line::connect(&maya).await;
    line.join(place.room, None).await;
    let facts = |frame: &ServerFrame| match frame {
        ServerFrame::Facts { room, changes } if *room == place.room => Some(*changes),
        _ => None,
    };
    let before = line.pick_within(WITHIN, facts).await.unwrap();
    let task = json!({"subject": "Made in the desk", "project": cast::WEBSITE});
    let task = erpnext.insert("Task", &task).unwrap();
    let shows = async || {
        let shown = view().await;
        let tasks = shown["open_tasks"].as_array().unwrap();
        let is_there = tasks.iter().any(|one| one["name"] == task);
        (is_there, shown["changes"].as_i64().unwrap())
    };
    loop {
        let told = line.pick_within(WITHIN, facts).await.expect("the line is told");
        assert!(told > before);
        let (is_there, read) = shows().await;
        assert!(read >= told, "what is read is at least what was told of");
        if is_there {
            break;
        }
    }
}
