//! What other processes rely on: the controls under `/_standin`, and a site that survives its process.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may")]

#[path = "webhooks/receiver.rs"]
mod receiver;

use std::net::{Ipv4Addr, SocketAddr};

use receiver::Receiver;

use serde_json::{Value, json};
use standin::{
    cast::{SERVICE_KEY, SERVICE_SECRET, TOM, WEBSITE},
    erpnext::{Erpnext, Running, Seed, State},
};

struct Caller {
    running: Running,
    http: reqwest::Client,
}

impl Caller {
    async fn start(state: State) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self {
            running: Erpnext::start_on(free, state).await.unwrap(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        }
    }

    async fn send(&self, method: &str, path: &str, body: &Value) -> Option<(u16, Value)> {
        let url = self.running.url().join(path).unwrap();
        let token = format!("token {SERVICE_KEY}:{SERVICE_SECRET}");
        let mut request = self.http.request(method.parse().unwrap(), url);
        request = request.header("Authorization", token);
        if !body.is_null() {
            request = request.json(body);
        }
        let answer = request.send().await.ok()?;
        let status = answer.status().as_u16();
        Some((status, answer.json().await.unwrap_or_default()))
    }
}

impl Caller {
    async fn text(&self, path: &str) -> String {
        let url = self.running.url().join(path).unwrap();
        let token = format!("token {SERVICE_KEY}:{SERVICE_SECRET}");
        let request = self.http.get(url).header("Authorization", token);
        request.send().await.unwrap().text().await.unwrap()
    }
}

fn task() -> Value {
    json!({"subject": "One more", "project": WEBSITE})
}

#[tokio::test]
async fn faults_are_steered_from_outside() {
    let caller = Caller::start(State::new(Seed::Demo)).await;
    let (_, said) = caller.send("GET", "_standin/communications", &Value::Null).await.unwrap();
    let faults = json!({"fail_next": {"count": 1, "status": 429}, "retry_after": 3});
    caller.send("PUT", "_standin/faults", &faults).await.unwrap();
    let (status, body) = caller.send("GET", "api/resource/Task", &Value::Null).await.unwrap();
    assert_eq!((status, &body["exc_type"]), (429, &json!("TooManyRequestsError")));

    caller.send("PUT", "_standin/faults", &json!({"down": true})).await.unwrap();
    assert!(caller.send("GET", "api/resource/Task", &Value::Null).await.is_none());
    caller.send("DELETE", "_standin/faults", &Value::Null).await.unwrap();
    assert_eq!(caller.send("GET", "api/method/ping", &Value::Null).await.unwrap().0, 200);

    caller
        .send("PUT", "_standin/faults", &json!({"drop_after_commit_percent": 100}))
        .await
        .unwrap();
    assert!(caller.send("POST", "api/resource/Task", &task()).await.is_none());
    let (_, counts) = caller.send("GET", "_standin/counts", &Value::Null).await.unwrap();
    assert_eq!((&counts["documents"]["Task"], &counts["writes"]), (&json!(26), &json!(1)));
    let (_, all) = caller.send("GET", "_standin/communications", &Value::Null).await.unwrap();
    assert_eq!(all, said);
}

#[tokio::test]
async fn a_site_kept_in_a_file_goes_on_where_it_was() {
    let folder = std::env::temp_dir().join(format!("standin-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("journal");
    let _ = std::fs::remove_file(&file);

    let caller = Caller::start(State::kept(Seed::Demo, &file).unwrap()).await;
    let (_, made) = caller.send("POST", "api/resource/Task", &task()).await.unwrap();
    let name = made["data"]["name"].as_str().unwrap().to_owned();
    let path = format!("api/resource/Task/{name}");
    caller.send("PUT", &path, &json!({"priority": "High"})).await.unwrap();
    let old = "api/resource/Project/PROJ-0001";
    let (_, before) = caller.send("GET", old, &Value::Null).await.unwrap();
    drop(caller);

    let caller = Caller::start(State::kept(Seed::Demo, &file).unwrap()).await;
    let (status, kept) = caller.send("GET", &path, &Value::Null).await.unwrap();
    assert_eq!((status, &kept["data"]["priority"]), (200, &json!("High")));
    let (_, after) = caller.send("GET", old, &Value::Null).await.unwrap();
    assert_eq!(before["data"]["creation"], after["data"]["creation"]);
    let (_, next) = caller.send("POST", "api/resource/Task", &task()).await.unwrap();
    assert_ne!(next["data"]["name"], json!(name));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn documents_are_read_and_written_from_outside_past_all_rights() {
    let caller = Caller::start(State::new(Seed::Demo)).await;
    let post = async |path: &str, body: Value| caller.send("POST", path, &body).await.unwrap();
    let body =
        json!({"doctype": "Notification Log", "fields": {"subject": "x", "for_user": TOM.user}});
    let (status, made) = post("_standin/insert", body).await;
    assert_eq!(status, 200, "{made}");
    let name = made["name"].as_str().unwrap().to_owned();
    let change = json!({"doctype": "Notification Log", "name": name, "fields": {"read": 1}});
    post("_standin/update", change).await;
    let path = "_standin/documents/Notification%20Log";
    let (_, all) = caller.send("GET", path, &Value::Null).await.unwrap();
    assert_eq!(all["documents"][0]["read"], json!(1));
    let (_, all) = caller.send("GET", "_standin/documents", &Value::Null).await.unwrap();
    assert_eq!(all["counts"]["Notification Log"], json!(1));
    assert!(all["documents"].as_array().unwrap().contains(&json!(["Notification Log", name])));
    post("_standin/delete", json!({"doctype": "Notification Log", "name": name})).await;
    let renamed = json!({"doctype": "Project", "name": WEBSITE, "new_name": "PROJ-0700"});
    assert_eq!(post("_standin/rename", renamed).await.1["name"], json!("PROJ-0700"));
    let (status, refusal) =
        post("_standin/delete", json!({"doctype": "Task", "name": "NONE"})).await;
    assert_eq!((status, &refusal["exc_type"]), (404, &json!("DoesNotExistError")));
}

#[tokio::test]
async fn files_webhooks_and_the_clock_outlive_their_process() {
    let folder = std::env::temp_dir().join(format!("standin-files-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("journal");
    let _ = std::fs::remove_file(&file);
    let receiver = Receiver::start().await;

    let caller = Caller::start(State::kept(Seed::Demo, &file).unwrap()).await;
    let webhook = json!({"name": "W", "webhook_doctype": "Task", "webhook_docevent": "after_insert",
        "request_url": receiver.url()});
    let (status, answer) = caller.send("POST", "api/resource/Webhook", &webhook).await.unwrap();
    assert_eq!(status, 200, "{answer}");
    let kept = json!({"file_name": "kept.txt", "content": "kept", "is_private": 1});
    caller.send("POST", "api/resource/File", &kept).await.unwrap();
    let refused = json!({"subject": "refused", "status": "Nope"});
    caller.send("POST", "api/resource/Task", &refused).await.unwrap();
    caller.send("POST", "_standin/clock", &json!({"advance_seconds": 86_400})).await.unwrap();
    drop(caller);

    let caller = Caller::start(State::kept(Seed::Demo, &file).unwrap()).await;
    assert_eq!(caller.text("private/files/kept.txt").await, "kept");
    assert!(caller.text("private/files/brief.txt").await.contains("Three houses"));
    assert!(caller.running.now() > chrono::Utc::now() + chrono::Duration::hours(23));
    caller.send("POST", "api/resource/Task", &task()).await.unwrap();
    assert_eq!(receiver.wait_for(1).await[0].body, b"{}");
    assert_eq!(caller.running.documents("Task").len(), 26);
    std::fs::remove_dir_all(&folder).unwrap();
}
