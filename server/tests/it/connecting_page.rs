//! Connecting from the administrators' page: the local administrator of a demo, and nobody else there.

use crate::{call::api, town};
use reqwest::StatusCode;
use serde_json::Value;
use standin::{
    cast,
    erpnext::{Erpnext, Running, Seed},
};
use std::time::Duration;
use testkit::{eventually, http::Session, process::Server};
use tokio::{io::AsyncWriteExt, process::Command};

const ROOT: &str = "root@parlance.demo";
const PASSWORD: &str = "a long enough password";

async fn local_administrator(server: &Server) -> Session {
    let mut make = Command::new(env!("CARGO_BIN_EXE_parlance"))
        .args(["create-admin", "--user", ROOT])
        .env("PARLANCE_DATA_DIR", server.data_folder())
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = make.stdin.take().unwrap();
    stdin.write_all(format!("{PASSWORD}\n").as_bytes()).await.unwrap();
    drop(stdin);
    assert!(make.wait().await.unwrap().success());
    server.signed_in(ROOT, PASSWORD).await
}

async fn planned(who: &Session, erpnext: &Running, public_url: &str, secret: &str) -> Value {
    let site = erpnext.url();
    let wish = [
        ("site", site.as_str()),
        ("api_key", "fakekey-service"),
        ("api_secret", secret),
        ("public_url", public_url),
        ("auditor", "true"),
    ];
    api(who, "plan_connection", &wish).await.json()
}

/// The end of the work, once it is there.
async fn ended(who: &Session) -> Value {
    eventually("connecting ends", Duration::from_secs(60), || async {
        let progress = api(who, "connecting_progress", &[]).await.json();
        (!progress["ended"].is_null()).then(|| progress["ended"].clone())
    })
    .await
}

#[tokio::test]
async fn the_local_administrator_connects_a_demo_and_its_next_start_is_none() {
    let erpnext = Erpnext::start(Seed::Recorded).await.unwrap();
    let mut server = town::demo().await;
    let root = local_administrator(&server).await;
    let form = api(&root, "connecting_form", &[]).await.json();
    assert_eq!((&form["site"], form["public_url"].as_str()), (&Value::Null, Some(&*server.url())));

    let refused = planned(&root, &erpnext, &server.url(), "wrong").await;
    assert!(refused["reason"].as_str().unwrap().contains("refuses the API key"), "{refused}");
    let plan = planned(&root, &erpnext, &server.url(), "fakesecret-service").await;
    assert!(plan["told"].as_str().unwrap().contains("+ DocType Parlance Ticket"), "{plan}");
    assert!(!erpnext.names().contains_key("Webhook"));

    let id = plan["id"].as_str().unwrap();
    let other = api(&root, "apply_connection", &[("plan", "not-it")]).await;
    assert_eq!(other.status, StatusCode::CONFLICT, "{}", other.body);
    // Nothing of it is done before the next question is answered.
    erpnext.faults().delay(Duration::from_secs(2));
    let begun = api(&root, "apply_connection", &[("plan", id)]).await;
    assert_eq!(begun.status, StatusCode::OK, "{}", begun.body);
    let busy = planned(&root, &erpnext, &server.url(), "fakesecret-service").await;
    assert!(busy["reason"].as_str().unwrap().contains("connecting already"), "{busy}");
    erpnext.faults().clear();
    assert_eq!(ended(&root).await["Connected"]["problems"], serde_json::json!([]));
    assert_eq!(erpnext.names()["Webhook"].len(), 32);
    // A plan is good for once.
    let again = api(&root, "apply_connection", &[("plan", id)]).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.body);

    server.terminate(Duration::from_secs(15)).await;
    server.start_again().await;
    let petra = server.signed_in("petra.pm@nordlicht.example", "fake-password-petra").await;
    let report = api(&petra, "my_workspaces", &[]).await;
    assert_eq!(report.status, StatusCode::OK, "{}", report.body);
}

#[tokio::test]
async fn nobody_else_of_a_demo_may_connect_it() {
    let server = town::demo().await;
    for user in [cast::MAYA.user, cast::SOFIA.user] {
        let who = town::cast(&server, user).await;
        for name in
            ["connecting_form", "plan_connection", "apply_connection", "connecting_progress"]
        {
            assert_eq!(
                api(&who, name, &[]).await.status,
                StatusCode::NOT_FOUND,
                "{name} as {user}"
            );
        }
    }
}
