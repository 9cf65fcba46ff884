//! A server that notes what it is asked and answers what it is told.
#![allow(dead_code, reason = "every test uses some of it")]

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use erpnext::{Site, SiteConfig};
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinHandle};

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    /// Decoded no further than it was sent.
    pub path: String,
    /// Decoded pairs.
    pub query: Vec<(String, String)>,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// An answer to give.
#[derive(Clone, Debug)]
pub struct Say {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

#[derive(Default)]
struct Book {
    asked: Vec<Asked>,
    /// The last one is given again and again.
    says: VecDeque<Say>,
}

pub struct Fake {
    url: String,
    book: Arc<Mutex<Book>>,
    task: JoinHandle<()>,
}

impl Say {
    pub fn json(body: &Value) -> Self {
        Self::status(200, body.to_string().as_bytes()).with("content-type", "application/json")
    }

    pub fn status(status: u16, body: &[u8]) -> Self {
        Self { status, headers: Vec::new(), body: body.to_vec() }
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The `response` of a recorded exchange.
    pub fn recorded(answer: &Value) -> Self {
        let body = match &answer["body"] {
            Value::String(text) => text.clone(),
            json => json.to_string(),
        };
        let status = u16::try_from(answer["status"].as_u64().unwrap()).unwrap();
        let mut say = Self::status(status, body.as_bytes());
        for pair in answer["headers"].as_array().into_iter().flatten() {
            let (name, value) = (pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
            if !name.eq_ignore_ascii_case("transfer-encoding") {
                say = say.with(name, value);
            }
        }
        say
    }
}

impl Asked {
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

impl Fake {
    pub async fn saying(says: impl IntoIterator<Item = Say>) -> Self {
        let book =
            Arc::new(Mutex::new(Book { asked: Vec::new(), says: says.into_iter().collect() }));
        let app = Router::new().fallback(answer).with_state(Arc::clone(&book));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, book, task }
    }

    /// With the keys `key` and `auditor-key`.
    pub fn site(&self) -> Site {
        site_at(&self.url)
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.book.lock().unwrap().asked.clone()
    }

    pub fn now_says(&self, says: impl IntoIterator<Item = Say>) {
        self.book.lock().unwrap().says = says.into_iter().collect();
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub fn site_at(url: &str) -> Site {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Site::new(SiteConfig {
        base_url: url.parse().unwrap(),
        api_key: "key".into(),
        api_secret: "very-secret".into(),
        auditor: Some(("auditor-key".into(), "very-secret".into())),
        connect_timeout: Duration::from_secs(5),
        timeout: Duration::from_secs(10),
    })
    .unwrap()
}

async fn answer(State(book): State<Arc<Mutex<Book>>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let query = head.uri.query().unwrap_or_default();
    let asked = Asked {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: url::form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        headers: head.headers,
        body: to_bytes(body, usize::MAX).await.unwrap(),
    };
    let mut book = book.lock().unwrap();
    book.asked.push(asked);
    let say = if book.says.len() > 1 { book.says.pop_front() } else { book.says.front().cloned() };
    drop(book);
    let say = say.unwrap_or_else(|| Say::status(500, b"nothing to say"));
    let mut response = Response::new(Body::from(say.body));
    *response.status_mut() = StatusCode::from_u16(say.status).unwrap();
    for (name, value) in say.headers {
        let name: axum::http::HeaderName = name.parse().unwrap();
        response.headers_mut().append(name, value.parse().unwrap());
    }
    response
}
