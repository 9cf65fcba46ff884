//! What other processes rely on: the controls under `/_standin`, and a site that survives its process.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may")]

use std::net::{Ipv4Addr, SocketAddr};

use serde_json::{Value, json};
use standin::{
    cast::{SERVICE_KEY, SERVICE_SECRET, WEBSITE},
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

fn task() -> Value {
    json!({"subject": "One more", "project": WEBSITE})
}

#[tokio::test]
async fn faults_are_steered_from_outside() {
    let caller = Caller::start(State::new(Seed::Demo)).await;
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
    assert_eq!(all["communications"], json!([]));
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
