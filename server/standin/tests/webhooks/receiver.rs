//! A receiver of webhooks, which can be told to refuse them.
#![allow(dead_code, reason = "each test binary uses a part")]

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use serde_json::Value;
use tokio::net::TcpListener;

/// How long anything may take on a busy machine.
const LONGEST: Duration = Duration::from_secs(60);

#[derive(Clone)]
pub struct Received {
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Received {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

#[derive(Clone, Default)]
struct Shared {
    received: Arc<Mutex<Vec<Received>>>,
    refuse: Arc<Mutex<u32>>,
}

pub struct Receiver {
    url: String,
    shared: Shared,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/erp", listener.local_addr().unwrap());
        let shared = Shared::default();
        let router = Router::new().fallback(take).with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, shared }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn refuse_next(&self, count: u32) {
        *self.shared.refuse.lock().unwrap() = count;
    }

    pub fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap().clone()
    }

    /// What came, once so many came.
    pub async fn wait_for(&self, count: usize) -> Vec<Received> {
        self.until(|| self.shared.received.lock().unwrap().len() >= count).await;
        self.received()
    }

    pub async fn until(&self, is_so: impl Fn() -> bool) {
        let start = Instant::now();
        while !is_so() {
            let came = self.shared.received.lock().unwrap().len();
            assert!(start.elapsed() < LONGEST, "{came} webhooks came");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

async fn take(
    State(shared): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, &'static str) {
    shared.received.lock().unwrap().push(Received { headers, body: body.to_vec() });
    let mut refuse = shared.refuse.lock().unwrap();
    if *refuse > 0 {
        *refuse -= 1;
        return (StatusCode::SERVICE_UNAVAILABLE, "no");
    }
    (StatusCode::OK, "{\"ok\":true}")
}
