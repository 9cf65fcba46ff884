//! Webhooks against a real receiver: which are sent, what they say, and what happens when nobody takes them.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may")]

#[path = "webhooks/receiver.rs"]
mod receiver;

use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use receiver::{Received, Receiver};
use serde_json::{Value, json};
use sha2::Sha256;
use standin::{
    cast::{INES, TOM, WEBSITE},
    erpnext::{Erpnext, Running, Seed},
};

const SECRET: &str = "whsec-of-this-test";
const TEMPLATE: &str = "{\"event\":\"EVENT\",\"doctype\":{{ doc.doctype | tojson }},\"name\":{{ doc.name | tojson }},\"modified\":{{ doc.modified | tojson }},\"title\":{{ (doc.subject or \"\") | tojson }},\"user\":{{ (doc.user or doc.allocated_to or \"\") | tojson }}}";

async fn demo() -> (Running, Receiver) {
    let running = Erpnext::start(Seed::Demo).await.unwrap();
    (running, Receiver::start().await)
}

fn watch(running: &Running, receiver: &Receiver, doctype: &str, events: &[&str]) {
    for event in events {
        let webhook = json!({
            "name": format!("{doctype} {event}"), "webhook_doctype": doctype,
            "webhook_docevent": event, "request_url": receiver.url(), "request_structure": "JSON",
            "webhook_json": TEMPLATE.replace("EVENT", event), "enable_security": 1,
            "webhook_secret": SECRET,
            "webhook_headers": [{"key": "Content-Type", "value": "application/json"}],
        });
        running.insert("Webhook", &webhook).unwrap();
    }
}

const ALL: [&str; 4] = ["after_insert", "on_update", "on_change", "on_trash"];

fn signature(body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(body);
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}

fn events(received: &[Received]) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    received.iter().map(|one| (text(&one.json()["event"]), text(&one.json()["name"]))).collect()
}

fn pairs(events: &[(&str, &str)]) -> Vec<(String, String)> {
    events.iter().map(|(event, name)| ((*event).to_owned(), (*name).to_owned())).collect()
}

#[tokio::test]
async fn a_life_of_a_task_is_told_in_order_and_signed_over_the_raw_body() {
    let (running, receiver) = demo().await;
    watch(&running, &receiver, "Task", &ALL);
    let task = json!({"subject": "Prüfung “webhook”", "project": WEBSITE});
    let name = running.insert("Task", &task).unwrap();
    running.update("Task", &name, &json!({"priority": "High"})).unwrap();
    running.delete("Task", &name).unwrap();
    let received = receiver.wait_for(6).await;
    let expected = ["after_insert", "on_update", "on_update", "on_change", "on_trash", "on_change"];
    assert_eq!(events(&received), pairs(&expected.map(|event| (event, name.as_str()))));
    for one in &received {
        assert_eq!(one.headers["x-frappe-webhook-signature"], signature(&one.body));
        assert!(one.headers["user-agent"].to_str().unwrap().starts_with("python-requests/"));
        assert_eq!(one.headers["content-type"], "application/json");
    }
    let body = String::from_utf8(received[0].body.clone()).unwrap();
    let start =
        format!("{{\"event\": \"after_insert\", \"doctype\": \"Task\", \"name\": \"{name}\", ");
    assert!(body.starts_with(&start), "{body}");
    assert!(body.contains("Pr\\u00fcfung \\u201cwebhook\\u201d"), "{body}");
}

#[tokio::test]
async fn silent_changes_of_issues_and_tasks_send_on_change_only() {
    let (running, receiver) = demo().await;
    let issue = first(&running, "Issue", "Closed");
    let late = json!({"subject": "Late", "exp_end_date": "2020-01-01"});
    let late = running.insert("Task", &late).unwrap();
    let before = running.document("Task", &late).unwrap()["modified"].clone();
    for doctype in ["Issue", "Task"] {
        watch(&running, &receiver, doctype, &ALL);
    }
    let received = json!({
        "subject": "Still wrong", "content": "Still wrong", "communication_medium": "Chat",
        "sent_or_received": "Received", "sender": INES.user, "reference_doctype": "Issue",
        "reference_name": issue,
    });
    running.insert("Communication", &received).unwrap();
    let overdue = running.mark_overdue();
    let all = receiver.wait_for(1 + overdue).await;
    assert_eq!(events(&all)[0], ("on_change".to_owned(), issue));
    let task = all.iter().find(|one| one.json()["name"] == json!(late)).unwrap().json();
    assert_eq!((&task["event"], &task["modified"]), (&json!("on_change"), &before));
    let only_changes = events(&all).iter().all(|(event, _)| event == "on_change");
    assert!(only_changes, "{:?}", events(&all));
}

#[tokio::test]
async fn what_moves_no_modified_sends_nothing_for_the_document() {
    let (running, receiver) = demo().await;
    for doctype in ["Project", "ToDo", "Issue"] {
        watch(&running, &receiver, doctype, &ALL);
    }
    let task = json!({"subject": "Counts", "project": WEBSITE, "status": "Completed"});
    running.insert("Task", &task).unwrap();
    let todo = json!({"allocated_to": TOM.user, "description": "Please", "assigned_by": INES.user,
        "reference_type": "Project", "reference_name": WEBSITE});
    let todo = running.insert("ToDo", &todo).unwrap();
    let comment =
        json!({"reference_doctype": "Project", "reference_name": WEBSITE, "content": "hi"});
    running.insert("Comment", &comment).unwrap();
    running.rename("Project", WEBSITE, "PROJ-0100").unwrap();
    running.update("Project", "PROJ-0100", &json!({"priority": "Low"})).unwrap();
    let all = receiver.wait_for(4).await;
    let expected = [
        ("after_insert", todo.as_str()),
        ("on_update", &todo),
        ("on_update", "PROJ-0100"),
        ("on_change", "PROJ-0100"),
    ];
    assert_eq!(events(&all), pairs(&expected));
    assert_eq!(all[0].json()["user"], json!(TOM.user));
}

#[tokio::test]
async fn fields_a_condition_and_nothing_at_all_make_other_bodies() {
    let (running, receiver) = demo().await;
    let webhook = |name: &str, more: Value| {
        let mut body = json!({
            "name": name, "webhook_doctype": "Task", "webhook_docevent": "after_insert",
            "request_url": receiver.url(),
        });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        running.insert("Webhook", &body).unwrap();
    };
    webhook("A empty", json!({}));
    webhook(
        "B fields",
        json!({"webhook_data": [
            {"fieldname": "subject", "key": "what"}, {"fieldname": "exp_end_date", "key": "end"},
            {"fieldname": "progress", "key": "done"}, {"fieldname": "depends_on", "key": "after"},
        ]}),
    );
    webhook("C urgent only", json!({"condition": "doc.priority == \"Urgent\""}));
    webhook("D off", json!({"enabled": 0}));
    webhook(
        "E form",
        json!({"request_structure": "Form URL-Encoded",
        "webhook_data": [{"fieldname": "subject", "key": "what"}]}),
    );
    running.insert("Task", &json!({"subject": "ä & b"})).unwrap();
    let all = receiver.wait_for(3).await;
    let bodies: Vec<String> =
        all.iter().map(|one| String::from_utf8(one.body.clone()).unwrap()).collect();
    let fields = "{\"what\": \"\\u00e4 & b\", \"end\": null, \"done\": 0.0, \"after\": []}";
    assert_eq!(bodies, ["{}", fields, "what=%C3%A4+%26+b"]);
    assert!(!all[0].headers.contains_key("x-frappe-webhook-signature"));

    running.update("Webhook", "A empty", &json!({"enabled": 0})).unwrap();
    running.insert("Task", &json!({"subject": "late", "priority": "Urgent"})).unwrap();
    let all = receiver.wait_for(6).await;
    assert_eq!(all[4].body, b"{}", "the condition holds now, and A is off");
}

#[tokio::test]
async fn three_attempts_are_made_and_logged_and_then_no_more() {
    let (running, receiver) = demo().await;
    let short = Duration::from_millis(5);
    running.faults().pause_deliveries(short, short);
    watch(&running, &receiver, "Task", &["after_insert"]);
    receiver.refuse_next(5);
    let lost = running.insert("Task", &json!({"subject": "lost"})).unwrap();
    let third = running.insert("Task", &json!({"subject": "third time"})).unwrap();
    let all = receiver.wait_for(6).await;
    let names: Vec<String> = events(&all).into_iter().map(|(_, name)| name).collect();
    let expected = [&lost, &lost, &lost, &third, &third, &third];
    assert_eq!(names.iter().collect::<Vec<_>>(), expected);
    receiver.until(|| running.deliveries_waiting() == 0).await;
    let mut logs = running.documents("Webhook Request Log");
    logs.sort_by_key(|log| log["creation"].to_string());
    let failed: Vec<bool> = logs.iter().map(|log| log["error"] != json!("")).collect();
    assert_eq!(failed, [true, true, true, true, true, false]);
    assert_eq!(logs[5]["reference_document"], json!(third));
    assert_eq!(logs[5]["response"], json!("{\"ok\":true}"));
    assert!(logs[5]["data"].as_str().unwrap().contains("\"event\": \"after_insert\""));
}

#[tokio::test]
async fn webhooks_can_get_lost_come_twice_and_overtake_each_other() {
    let (running, receiver) = demo().await;
    watch(&running, &receiver, "Task", &["after_insert"]);
    let make = |count: usize| -> Vec<String> {
        let make = |n| running.insert("Task", &json!({"subject": format!("Task {n}")})).unwrap();
        (0..count).map(make).collect()
    };
    running.faults().drop_deliveries_percent(100.0);
    make(3);
    receiver.until(|| running.deliveries_waiting() == 0).await;
    assert_eq!(receiver.received().len(), 0);

    running.faults().clear();
    running.faults().repeat_deliveries(100.0, 3);
    let name = make(1).remove(0);
    let all = receiver.wait_for(3).await;
    assert!(events(&all).iter().all(|(_, one)| *one == name));

    running.faults().clear();
    running.faults().reorder_deliveries_percent(50.0);
    let made = make(40);
    let all = receiver.wait_for(43).await;
    let mut told: Vec<String> = events(&all[3..]).into_iter().map(|(_, name)| name).collect();
    assert_ne!(told, made, "held back in {} deliveries", told.len());
    told.sort();
    assert_eq!(told, made);
}

#[tokio::test]
async fn a_refused_write_sends_nothing() {
    let (running, receiver) = demo().await;
    watch(&running, &receiver, "Task", &ALL);
    running.insert("Task", &json!({"subject": "x", "status": "Nope"})).unwrap_err();
    let name = running.insert("Task", &json!({"subject": "kept"})).unwrap();
    let all = receiver.wait_for(2).await;
    assert_eq!(events(&all), pairs(&[("after_insert", &name), ("on_update", &name)]));
}

fn first(running: &Running, doctype: &str, status: &str) -> String {
    let all = running.documents(doctype);
    let found = all.iter().find(|one| one["status"] == json!(status)).unwrap();
    found["name"].as_str().unwrap().to_owned()
}
