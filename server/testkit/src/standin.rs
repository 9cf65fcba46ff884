//! The ERPNext stand-in as a process of its own, for tests in which several servers share one site, or in which the site
//! outlives a server. Tests with one server in their own process may use the crate `standin` directly.

use crate::{
    daemon::{Daemon, Program, last_lines},
    folder::Folder,
    http, port,
    process::built,
    wait::eventually,
};
use serde_json::{Value, json};
use std::time::Duration;

/// A running ERPNext stand-in. Its documents survive [`Standin::kill9`].
#[derive(Debug)]
pub struct Standin {
    daemon: Option<Daemon>,
    program: Program,
    port: u16,
    key: String,
    secret: String,
    client: reqwest::Client,
    _folder: Folder,
}

impl Standin {
    /// The site of the demo.
    ///
    /// # Panics
    /// If the program has not been built or does not get ready.
    pub async fn start() -> Self {
        let folder = Folder::new("erpnext");
        let port = port::free();
        let program = Program::new(
            "ERPNext stand-in",
            &built("parlance-standin", "PARLANCE_STANDIN_BIN"),
            folder.path(),
            &folder.path().join("erpnext.log"),
        )
        .args(["--addr", &port::loopback(port).to_string(), "--seed", "demo"])
        .arg("--state")
        .arg(folder.path().join("site.jsonl"));
        let mut standin = Self {
            daemon: None,
            program,
            port,
            key: String::new(),
            secret: String::new(),
            client: http::client(),
            _folder: folder,
        };
        standin.start_again().await;
        standin
    }

    /// Starts it after [`Standin::kill9`], on the same port with the same documents.
    ///
    /// # Panics
    /// If it does not get ready.
    pub async fn start_again(&mut self) {
        let daemon = self.program.start();
        let said = eventually("the ERPNext stand-in is ready", Duration::from_secs(20), || async {
            assert!(
                daemon.exited().is_none(),
                "the ERPNext stand-in exited:\n{}",
                last_lines(daemon.log(), 20)
            );
            let ping = format!("{}/api/method/ping", self.url());
            self.client.get(ping).send().await.ok()?;
            last_lines(daemon.log(), 20).lines().rev().find_map(|line| {
                let (key, secret) = line.strip_prefix("API key ")?.split_once(" secret ")?;
                Some((key.to_owned(), secret.to_owned()))
            })
        })
        .await;
        (self.key, self.secret) = said;
        self.daemon = Some(daemon);
    }

    /// Ends it at once: connections are refused from now on.
    pub fn kill9(&mut self) {
        if let Some(daemon) = self.daemon.take() {
            daemon.kill9();
        }
    }

    /// For `ERPNEXT_URL`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", port::loopback(self.port))
    }

    /// For `ERPNEXT_API_KEY`.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// For `ERPNEXT_API_SECRET`.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// Makes it misbehave from now on, as `standin` documents it, such as `{"down": true}`.
    pub async fn set_faults(&self, faults: &Value) -> Value {
        self.control(reqwest::Method::PUT, "faults", Some(faults)).await
    }

    /// It behaves again.
    pub async fn clear_faults(&self) {
        self.control(reqwest::Method::DELETE, "faults", None).await;
    }

    /// All Communications, oldest first.
    pub async fn communications(&self) -> Vec<Value> {
        let mut answer = self.control(reqwest::Method::GET, "communications", None).await;
        match answer["communications"].take() {
            Value::Array(communications) => communications,
            other => panic!("no list of Communications but {other}"),
        }
    }

    /// Documents for each doctype, and the requests and writes so far.
    pub async fn counts(&self) -> Value {
        self.control(reqwest::Method::GET, "counts", None).await
    }

    /// Changes fields of a document without touching `modified`, as ERPNext itself does here and there.
    pub async fn change_silently(&self, doctype: &str, name: &str, fields: &Value) {
        self.control(reqwest::Method::POST, &format!("silently/{doctype}/{name}"), Some(fields))
            .await;
    }

    /// All documents of a doctype as they are kept, child rows included.
    pub async fn documents(&self, doctype: &str) -> Vec<Value> {
        let path = format!("documents/{}", doctype.replace(' ', "%20"));
        let mut answer = self.control(reqwest::Method::GET, &path, None).await;
        match answer["documents"].take() {
            Value::Array(documents) => documents,
            other => panic!("no list of documents but {other}"),
        }
    }

    /// Doctype and name of everything there is.
    pub async fn names(&self) -> Vec<(String, String)> {
        let mut answer = self.control(reqwest::Method::GET, "documents", None).await;
        serde_json::from_value(answer["documents"].take())
            .unwrap_or_else(|error| panic!("no pairs of doctype and name: {error}"))
    }

    /// Inserts as Administrator and gives the name.
    ///
    /// # Errors
    /// The body of the site's own refusal.
    pub async fn insert(&self, doctype: &str, fields: &Value) -> Result<String, Value> {
        self.write("insert", &json!({"doctype": doctype, "fields": fields})).await
    }

    /// Updates as Administrator.
    ///
    /// # Errors
    /// The body of the site's own refusal.
    pub async fn update(&self, doctype: &str, name: &str, fields: &Value) -> Result<(), Value> {
        let wanted = json!({"doctype": doctype, "name": name, "fields": fields});
        self.write("update", &wanted).await.map(|_| ())
    }

    /// Deletes as Administrator.
    ///
    /// # Errors
    /// The body of the site's own refusal.
    pub async fn delete(&self, doctype: &str, name: &str) -> Result<(), Value> {
        self.write("delete", &json!({"doctype": doctype, "name": name})).await.map(|_| ())
    }

    /// Renames as Administrator.
    ///
    /// # Errors
    /// The body of the site's own refusal.
    pub async fn rename(&self, doctype: &str, old: &str, new: &str) -> Result<(), Value> {
        let wanted = json!({"doctype": doctype, "name": old, "new_name": new});
        self.write("rename", &wanted).await.map(|_| ())
    }

    /// Runs the daily job: late Tasks become Overdue, silently.
    pub async fn mark_overdue(&self) {
        self.control(reqwest::Method::POST, "overdue", None).await;
    }

    /// Moves the site's clock forwards.
    pub async fn advance_clock(&self, by: Duration) {
        let by = json!({"advance_seconds": by.as_secs()});
        self.control(reqwest::Method::POST, "clock", Some(&by)).await;
    }

    /// Sets the site's clock, such as to `2026-10-25T00:30:00Z`; from there it goes on.
    pub async fn set_clock(&self, moment: &str) {
        self.control(reqwest::Method::POST, "clock", Some(&json!({"set": moment}))).await;
    }

    /// Webhooks that are not sent yet.
    ///
    /// # Panics
    /// If the stand-in does not say.
    pub async fn deliveries_waiting(&self) -> u64 {
        let counts = self.counts().await;
        counts["deliveries"]["waiting"].as_u64().unwrap_or_else(|| panic!("no number: {counts}"))
    }

    async fn write(&self, verb: &str, wanted: &Value) -> Result<String, Value> {
        let address = format!("{}/_standin/{verb}", self.url());
        let answer = self.client.post(&address).json(wanted).send().await;
        let answer = answer.unwrap_or_else(|error| panic!("{address}: {error}"));
        let is_done = answer.status().is_success();
        let body: Value = answer.json().await.unwrap_or_else(|error| panic!("{address}: {error}"));
        match body["name"].as_str() {
            Some(name) if is_done => Ok(name.to_owned()),
            _ => Err(body),
        }
    }

    async fn control(&self, method: reqwest::Method, path: &str, body: Option<&Value>) -> Value {
        let empty = json!({});
        let address = format!("{}/_standin/{path}", self.url());
        let answer = self
            .client
            .request(method, &address)
            .json(body.unwrap_or(&empty))
            .send()
            .await
            .unwrap_or_else(|error| panic!("{address}: {error}"));
        assert!(answer.status().is_success(), "{address} answered {}", answer.status());
        answer.json().await.unwrap_or_else(|error| panic!("{address}: {error}"))
    }
}
