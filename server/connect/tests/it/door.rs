//! Parlance's own address, as far as ERPNext and the doctor meet it.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, StatusCode, header},
    routing::{get, post},
};
use secrecy::SecretString;
use tokio::{net::TcpListener, task::JoinHandle};
use url::Url;

/// Takes webhooks that are signed with its secret, and lets the desk frame it.
pub struct Door {
    pub url: Url,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct State {
    secret: Option<SecretString>,
    frame_ancestors: String,
    says_yes_to_all: bool,
}

impl Door {
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let state = Arc::new(Mutex::new(State::default()));
        let (webhooks, pages) = (Arc::clone(&state), Arc::clone(&state));
        let app = Router::new()
            .route(
                "/webhooks/erpnext",
                post(async move |headers: HeaderMap, body: Bytes| {
                    received(&webhooks.lock().unwrap(), &headers, &body)
                }),
            )
            .route(
                "/embed",
                get(async move || {
                    let ancestors = pages.lock().unwrap().frame_ancestors.clone();
                    [(
                        header::CONTENT_SECURITY_POLICY,
                        format!("frame-ancestors 'self' {ancestors}"),
                    )]
                }),
            );
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, state, task }
    }

    pub fn takes(&self, secret: Option<SecretString>) {
        self.state.lock().unwrap().secret = secret;
    }

    pub fn lets_frame(&self, origin: &str) {
        self.state.lock().unwrap().frame_ancestors = origin.to_owned();
    }

    /// From now on it is something that answers everybody.
    pub fn says_yes_to_all(&self) {
        self.state.lock().unwrap().says_yes_to_all = true;
    }

    pub async fn close(&mut self) {
        self.task.abort();
        let _aborted = (&mut self.task).await;
    }
}

fn received(state: &State, headers: &HeaderMap, body: &[u8]) -> StatusCode {
    if state.says_yes_to_all {
        return StatusCode::OK;
    }
    let signature = headers.get(erpnext::SIGNATURE_HEADER).and_then(|value| value.to_str().ok());
    let (Some(secret), Some(signature)) = (&state.secret, signature) else {
        return StatusCode::UNAUTHORIZED;
    };
    match erpnext::verify_signature(secret, body, signature) {
        true => StatusCode::NO_CONTENT,
        false => StatusCode::UNAUTHORIZED,
    }
}
