//! `/_standin/…`: looking in and making trouble from another process, on loopback only.
//!
//! | request | does |
//! | --- | --- |
//! | `GET /_standin/faults`, `PUT` with JSON, `DELETE` | shows, merges and clears the faults |
//! | `GET /_standin/communications` | all Communications, oldest first |
//! | `GET /_standin/counts` | documents per doctype, requests and writes so far |
//! | `POST /_standin/silently/{doctype}/{name}` with JSON | changes fields, `modified` stays |
//! | `GET /_standin/documents` | how many there are of each doctype, and all names |
//! | `GET /_standin/documents/{doctype}` | all of a doctype as they are kept, child rows included |
//! | `POST /_standin/insert`, `update`, `delete`, `rename` with JSON | writes as Administrator: `doctype`, `name`, `fields`, `new_name` |
//! | `GET /_standin/clock`, `POST` with `{"advance_seconds": n}` or `{"set": "2026-10-25T00:30:00Z"}` | shows and moves the site's clock |
//! | `GET /_standin/release`, `PUT` with JSON | shows and changes the release that is played |
//! | `POST /_standin/users/{user}` with JSON | changes what stands between a user and a session |
//! | `POST /_standin/overdue` | runs the daily job that makes late Tasks Overdue |

use axum::http::Method;
use serde_json::{Value, json};

mod clock;
mod documents;

use super::{
    answer::Answer,
    call::Call,
    faults::Faults,
    refusal::Refusal,
    site::Site,
    store::{Doc, text},
};

/// What was asked of the site so far.
#[derive(Default)]
pub(crate) struct Counters {
    pub requests: u64,
    /// Requests that may change something.
    pub writes: u64,
    /// Webhooks that are not sent yet.
    pub deliveries_waiting: u64,
    /// Webhooks that were received.
    pub deliveries_done: u64,
    /// Webhooks that were lost, or refused three times.
    pub deliveries_given_up: u64,
}

pub(crate) fn control(site: &mut Site, faults: &Faults, call: &Call) -> Answer {
    let path: Vec<&str> = call.path.iter().skip(1).map(String::as_str).collect();
    let body = call.arguments().map(|all| all.object().clone());
    let body = body.unwrap_or_default();
    match (&call.method, path.as_slice()) {
        (&Method::GET, ["faults"]) => Answer::json(200, &faults.describe()),
        (&Method::PUT | &Method::POST, ["faults"]) => {
            faults.set(&Value::Object(body));
            Answer::json(200, &faults.describe())
        }
        (&Method::DELETE, ["faults"]) => {
            faults.clear();
            Answer::json(200, &faults.describe())
        }
        (&Method::GET, ["communications"]) => {
            Answer::json(200, &json!({"communications": communications(site)}))
        }
        (&Method::GET, ["counts"]) => Answer::json(200, &counts(site)),
        (&Method::POST, ["silently", doctype, name]) => {
            let done = site.change_silently(doctype, name, &body);
            Answer::json(if done { 200 } else { 404 }, &json!({"done": done}))
        }
        (&Method::GET, ["release"]) => Answer::json(200, &site.release.describe()),
        (&Method::PUT | &Method::POST, ["release"]) => {
            site.release = site.release.changed_by(&Value::Object(body));
            Answer::json(200, &site.release.describe())
        }
        (&Method::POST, ["users", user]) => {
            match site.transact(|site| site.steer_user(user, &body)) {
                Ok(done) => Answer::json(200, &json!({"done": done})),
                Err(refusal) => Answer::json(refusal.status, &refusal.v1()),
            }
        }
        (&Method::POST, ["overdue"]) => {
            let done = site.transact(|site| Ok(site.mark_overdue())).unwrap_or(0);
            Answer::json(200, &json!({"made_overdue": done}))
        }
        (&Method::GET, ["clock"]) => Answer::json(200, &clock::shown(site)),
        (&Method::POST, ["clock"]) => clock::moved(site, &body),
        (&Method::GET, ["documents"]) => Answer::json(200, &documents::names(site)),
        (&Method::GET, ["documents", doctype]) => {
            Answer::json(200, &json!({"documents": documents::all(site, doctype)}))
        }
        (&Method::POST, [verb @ ("insert" | "update" | "delete" | "rename")]) => {
            documents::write(site, verb, &body)
        }
        _ => Answer::json(404, &Refusal::no_such_path().v1()),
    }
}

pub(crate) fn communications(site: &Site) -> Vec<Value> {
    let mut all: Vec<&Doc> = site.store.all("Communication").collect();
    all.sort_by_key(|one| text(one, "creation").to_owned());
    let fields = [
        "name",
        "parlance_key",
        "subject",
        "content",
        "sender",
        "sender_full_name",
        "communication_medium",
        "communication_date",
        "reference_doctype",
        "reference_name",
        "timeline_links",
        "creation",
    ];
    all.into_iter()
        .map(|one| {
            let row = fields.iter().map(|field| {
                ((*field).to_owned(), one.get(*field).cloned().unwrap_or(Value::Null))
            });
            Value::Object(row.collect())
        })
        .collect()
}

fn counts(site: &Site) -> Value {
    let documents = site
        .store
        .doctypes()
        .map(|doctype| (doctype.clone(), Value::from(site.store.count(doctype))));
    let documents: serde_json::Map<String, Value> = documents.collect();
    json!({
        "documents": documents, "requests": site.counters.requests,
        "writes": site.counters.writes,
        "deliveries": {
            "waiting": site.counters.deliveries_waiting, "done": site.counters.deliveries_done,
            "given_up": site.counters.deliveries_given_up,
        },
    })
}
