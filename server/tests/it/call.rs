//! Calls of server functions and pages, with every header in the test's own hands.

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::Value;
use testkit::http::{self, Session};

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub body: String,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|_| panic!("no JSON ({}): {}", self.status, self.body))
    }

    /// The word of an `AppError`.
    pub fn error(&self) -> String {
        self.json()["error"].as_str().unwrap_or_default().to_owned()
    }
}

/// A request to `path` with the session's cookie and, where something changes, the origin a browser would send.
pub fn request(session: &Session, method: &Method, path: &str) -> RequestBuilder {
    let url = session.base().join(path).unwrap();
    let mut request =
        http::client().request(method.clone(), url).header("accept", "application/json");
    if !session.cookie().is_empty() {
        request = request.header("cookie", session.cookie());
    }
    if *method != Method::GET {
        request = request.header("origin", session.origin());
    }
    request
}

pub async fn answer(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    Answer { status: response.status(), body: response.text().await.unwrap_or_default() }
}

/// Calls the server function `/api/{name}`.
pub async fn api(session: &Session, name: &str, fields: &[(&str, &str)]) -> Answer {
    answer(request(session, &Method::POST, &format!("/api/{name}")).form(fields)).await
}
