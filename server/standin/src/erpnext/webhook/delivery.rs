//! Sending webhooks: one after the other, three times at most, each attempt logged.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use reqwest::{Client, Method, header};
use serde_json::{Map, Value, json};
use tokio::sync::mpsc::UnboundedReceiver;

use super::{super::faults::Faults, SIGNATURE};
use crate::erpnext::{
    python,
    site::Site,
    store::{Doc, random_name},
};

/// The release of the library that ERPNext sends with.
const USER_AGENT: &str = "python-requests/2.32.5";
/// Nothing new for so long: what was held back goes out.
const QUIET: Duration = Duration::from_millis(100);

/// One webhook for one document.
#[derive(Clone)]
pub(crate) struct Delivery {
    pub webhook: String,
    pub document: String,
    pub user: String,
    pub method: String,
    pub url: String,
    pub is_form: bool,
    pub headers: Vec<(String, String)>,
    pub body: String,
    pub data: Value,
    pub timeout: Duration,
}

/// The background job's queue; held by one worker at a time.
pub(crate) type Queue = Arc<tokio::sync::Mutex<UnboundedReceiver<Delivery>>>;

/// The worker behind the queue.
pub(crate) struct Worker {
    pub site: Arc<Mutex<Site>>,
    pub faults: Faults,
    pub queue: Queue,
}

/// The answer to one attempt: its text, or why there is none.
type Attempt = Result<String, (String, String)>;

impl Worker {
    /// Works until it is aborted.
    pub(crate) async fn run(self) {
        let client = match client() {
            Ok(client) => client,
            Err(error) => {
                tracing::error!(%error, "webhooks cannot be sent");
                return;
            }
        };
        let mut queue = self.queue.lock().await;
        let mut held: Vec<Delivery> = Vec::new();
        loop {
            let next = if held.is_empty() {
                queue.recv().await
            } else {
                match tokio::time::timeout(QUIET, queue.recv()).await {
                    Ok(next) => next,
                    Err(_) => {
                        for delivery in held.drain(..) {
                            self.deliver(&client, &delivery).await;
                        }
                        continue;
                    }
                }
            };
            let Some(delivery) = next else { return };
            if self.faults.holds_delivery() {
                held.push(delivery);
                continue;
            }
            self.deliver(&client, &delivery).await;
            if !held.is_empty() && rand::random_bool(0.5) {
                let late = held.swap_remove(rand::random_range(0..held.len()));
                self.deliver(&client, &late).await;
            }
        }
    }

    async fn deliver(&self, client: &Client, delivery: &Delivery) {
        let fate = self.faults.delivery_fate();
        tokio::time::sleep(fate.delay).await;
        if fate.times == 0 {
            self.site().counters.deliveries_given_up += 1;
        }
        for _ in 0..fate.times {
            self.attempt_thrice(client, delivery).await;
        }
        self.site().counters.deliveries_waiting -= 1;
    }

    async fn attempt_thrice(&self, client: &Client, delivery: &Delivery) {
        let mut pauses = self.faults.delivery_pauses().into_iter();
        loop {
            let attempt = attempt(client, delivery).await;
            let done = attempt.is_ok();
            self.site().log_attempt(delivery, attempt);
            if done {
                self.site().counters.deliveries_done += 1;
                return;
            }
            let Some(pause) = pauses.next() else {
                self.site().counters.deliveries_given_up += 1;
                return;
            };
            tokio::time::sleep(pause).await;
        }
    }

    fn site(&self) -> MutexGuard<'_, Site> {
        self.site.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A client without cookies and proxies; redirects are followed.
fn client() -> reqwest::Result<Client> {
    // Whoever was first stays: the error says no more than that.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().user_agent(USER_AGENT).build()
}

async fn attempt(client: &Client, delivery: &Delivery) -> Attempt {
    let method = Method::from_bytes(delivery.method.as_bytes()).unwrap_or(Method::POST);
    let mut request = client
        .request(method, &delivery.url)
        .timeout(delivery.timeout)
        .header(header::ACCEPT, "*/*")
        .body(delivery.body.clone());
    if delivery.is_form {
        request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    }
    for (key, value) in &delivery.headers {
        request = request.header(key, value);
    }
    let failed = |error: reqwest::Error| (String::new(), error.to_string());
    let answer = request.send().await.map_err(failed)?;
    let status = answer.status();
    let body = answer.text().await.map_err(failed)?;
    if status.is_success() {
        return Ok(body);
    }
    Err((body, format!("HTTPError: {status} for url: {}", delivery.url)))
}

impl Site {
    /// Keeps what was sent and what came of it.
    fn log_attempt(&mut self, delivery: &Delivery, attempt: Attempt) {
        let (response, error) = match attempt {
            Ok(response) => (response, String::new()),
            Err(failed) => failed,
        };
        let headers = delivery.headers.iter().map(|(key, value)| {
            // The signature is bytes to ERPNext.
            let value = match key == SIGNATURE {
                true => json!(value.as_bytes()),
                false => json!(value),
            };
            (key.clone(), value)
        });
        let headers: Map<String, Value> = headers.collect();
        let body: Doc = [
            ("webhook", delivery.webhook.as_str()),
            ("reference_document", &delivery.document),
            ("user", &delivery.user),
            ("url", &delivery.url),
            ("headers", &python::indented(&headers.into())),
            ("data", &python::indented(&delivery.data)),
            ("response", &response),
        ]
        .into_iter()
        .map(|(field, value)| (field.to_owned(), Value::from(value)))
        .collect();
        let stamp = self.store.stamp();
        let mut doc = self.fill(&delivery.user, "Webhook Request Log", &body, &stamp);
        doc.insert("error".into(), error.into());
        doc.insert("name".into(), random_name().into());
        self.store.put("Webhook Request Log", doc);
    }
}
