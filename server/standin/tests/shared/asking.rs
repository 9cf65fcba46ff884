//! One stand-in with the recorded site, asked over plain HTTP.
#![allow(dead_code, reason = "each test binary uses a part")]

use reqwest::redirect::Policy;
use serde_json::Value;
use standin::erpnext::{Erpnext, Running, Seed, State};

pub const HUB: &str = "hub.service@nordlicht.example";
pub const PETRA: &str = "petra.pm@nordlicht.example";
pub const TOM: &str = "tom.team@nordlicht.example";
pub const TINA: &str = "tina.team@nordlicht.example";
pub const CARL: &str = "carl.client@auroradesk.example";
/// The token of [`HUB`], a System Manager.
pub const SERVICE: &str = "token fakekey-service:fakesecret-service";

/// The token of one of the recorded site's people, by their short name.
pub fn token(short: &str) -> String {
    format!("token fakekey-{short}:fakesecret-{short}")
}

pub struct Asking {
    pub running: Running,
    pub http: reqwest::Client,
}

pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
    /// Null when it is no JSON.
    pub body: Value,
}

impl Answer {
    pub fn exc_type(&self) -> &str {
        self.body["exc_type"].as_str().unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// The first value the answer sets a cookie to.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let all = self.headers.get_all("set-cookie").into_iter();
        let mut pairs = all.filter_map(|one| one.to_str().unwrap().split(';').next());
        let found = pairs.find_map(|pair| pair.strip_prefix(&format!("{name}=")));
        found.map(str::to_owned)
    }
}

impl Asking {
    pub async fn start() -> Self {
        Self::with(State::new(Seed::Recorded)).await
    }

    pub async fn with(state: State) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().redirect(Policy::none());
        Self {
            running: Erpnext::start_on(([127, 0, 0, 1], 0).into(), state).await.unwrap(),
            http: http.build().unwrap(),
        }
    }

    /// Asks with an `Authorization` header, if any, and a JSON body, if any.
    pub async fn ask(&self, token: &str, method: &str, path: &str, body: &Value) -> Answer {
        let headers = if token.is_empty() { vec![] } else { vec![("Authorization", token)] };
        let (kind, body) = match body {
            Value::Null => (None, String::new()),
            body => (Some("application/json"), body.to_string()),
        };
        self.send(method, path, &headers, kind, body).await
    }

    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        let kind = Some("application/x-www-form-urlencoded");
        self.send("POST", path, &[], kind, form.finish()).await
    }

    /// With a cookie header.
    pub async fn browse(&self, path: &str, cookies: &str) -> Answer {
        self.send("GET", path, &[("Cookie", cookies)], None, String::new()).await
    }

    pub async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        kind: Option<&str>,
        body: String,
    ) -> Answer {
        let url = self.running.url().join(path).unwrap();
        let mut request = self.http.request(method.parse().unwrap(), url).body(body);
        for (name, value) in headers.iter().copied().chain(kind.map(|kind| ("Content-Type", kind)))
        {
            request = request.header(name, value);
        }
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = answer.text().await.unwrap();
        Answer { status, headers, body: serde_json::from_str(&text).unwrap_or_default(), text }
    }

    /// Asks, and insists on a success.
    pub async fn ok(&self, token: &str, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.ask(token, method, path, body).await;
        assert!(answer.status < 300, "{method} {path}: {} {}", answer.status, answer.text);
        answer.body
    }

    /// Signs in and gives the `sid`.
    pub async fn sign_in(&self, user: &str, password: &str) -> String {
        let answer = self.form("api/method/login", &[("usr", user), ("pwd", password)]).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.cookie("sid").unwrap()
    }
}
