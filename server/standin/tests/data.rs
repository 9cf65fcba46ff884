//! Files, Issues, assignments, comments and the clock: what one write does to other documents.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may")]

#[path = "shared/asking.rs"]
mod asking;

use asking::{Asking, CARL, HUB, PETRA, SERVICE, TINA, TOM, token};
use chrono::{TimeZone, Utc};
use serde_json::{Value, json};

const ISSUE: &str = "ISS-2026-00006";
const TASK: &str = "TASK-2026-00003";
const PROJECT: &str = "PROJ-0001";

fn message(direction: &str, more: &Value) -> Value {
    let mut body = json!({
        "subject": "Hello", "content": "<p>Hello</p>", "communication_medium": "Chat",
        "sent_or_received": direction, "sender": CARL,
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

fn about(doctype: &str, name: &str) -> Value {
    json!({"reference_doctype": doctype, "reference_name": name})
}

#[tokio::test]
async fn a_link_in_the_timeline_leaves_an_issue_as_it_is() {
    let site = Asking::start().await;
    let before = site.running.document("Issue", ISSUE).unwrap();
    let mut body = message("Received", &about("Project", PROJECT));
    body["timeline_links"] = json!([{"link_doctype": "Issue", "link_name": ISSUE}]);
    site.running.insert("Communication", &body).unwrap();
    body["sent_or_received"] = "Sent".into();
    site.running.insert("Communication", &body).unwrap();
    assert_eq!(site.running.document("Issue", ISSUE).unwrap(), before);
    // The same by reference does something.
    site.running.insert("Communication", &message("Received", &about("Issue", ISSUE))).unwrap();
    assert_ne!(site.running.document("Issue", ISSUE).unwrap(), before);
}

#[tokio::test]
async fn what_comes_in_opens_an_issue_and_the_first_answer_is_timed() {
    let site = Asking::start().await;
    let issue = || site.running.document("Issue", ISSUE).unwrap();
    assert_eq!(issue()["status"], json!("Closed"));
    site.running.insert("Communication", &message("Received", &about("Issue", ISSUE))).unwrap();
    assert_eq!(issue()["status"], json!("Open"));
    assert!(issue().get("first_responded_on").is_none());

    let answer = message("Sent", &about("Issue", ISSUE));
    site.running.insert("Communication", &answer).unwrap();
    let answered = issue();
    assert!(answered["first_responded_on"].is_string());
    assert!(answered["first_response_time"].as_f64().unwrap() > 0.0);
    site.running.insert("Communication", &answer).unwrap();
    assert_eq!(issue()["first_responded_on"], answered["first_responded_on"]);
    assert_eq!(issue()["modified"], answered["modified"], "a second answer changes nothing");
    assert_eq!(issue()["status"], json!("Open"), "an answer does not close it");
}

#[tokio::test]
async fn a_rule_gives_an_issue_that_opens_again_to_somebody_once() {
    let site = Asking::start().await;
    let rule = json!({"name": "Support", "document_type": "Issue", "users": [{"user": TINA}]});
    site.running.insert("Assignment Rule", &rule).unwrap();
    for _ in 0..2 {
        let came = message("Received", &about("Issue", ISSUE));
        site.running.insert("Communication", &came).unwrap();
    }
    let issue = site.running.document("Issue", ISSUE).unwrap();
    assert_eq!(issue["_assign"], json!(format!("[\"{TINA}\"]")));
    assert_eq!(site.running.documents("ToDo").len(), 1);
}

#[tokio::test]
async fn an_assignment_is_one_todo_and_moves_no_modified() {
    let site = Asking::start().await;
    let before = site.running.document("Task", TASK).unwrap()["modified"].clone();
    let wanted = json!({"doctype": "Task", "name": TASK, "assign_to": format!("[\"{TOM}\"]")});
    let path = "api/method/frappe.desk.form.assign_to.add";
    let first = site.ok(SERVICE, "POST", path, &wanted).await;
    let again = site.ok(SERVICE, "POST", path, &wanted).await;
    assert_eq!(first["message"], again["message"]);
    assert!(again["_server_messages"].as_str().unwrap().contains("Already"));
    let task = || site.running.document("Task", TASK).unwrap();
    assert_eq!(site.running.documents("ToDo").len(), 1);
    assert_eq!(
        (&task()["_assign"], &task()["modified"]),
        (&json!(format!("[\"{TOM}\"]")), &before)
    );

    let both = json!({"doctype": "Task", "name": TASK, "assign_to": json!([TINA]).to_string()});
    site.ok(SERVICE, "POST", path, &both).await;
    assert_eq!(task()["_assign"], json!(format!("[\"{TOM}\", \"{TINA}\"]")));
    let gone = json!({"doctype": "Task", "name": TASK, "assign_to": TOM});
    site.ok(SERVICE, "POST", "api/method/frappe.desk.form.assign_to.remove", &gone).await;
    assert_eq!(task()["_assign"], json!(format!("[\"{TINA}\"]")));
    let todos = site.running.documents("ToDo");
    let mut states: Vec<&str> = todos.iter().map(|one| one["status"].as_str().unwrap()).collect();
    states.sort_unstable();
    assert_eq!(states, ["Cancelled", "Open"]);
}

#[tokio::test]
async fn todos_are_listed_for_those_they_are_about() {
    let site = Asking::start().await;
    let todo = json!({"allocated_to": TOM, "assigned_by": PETRA, "description": "x",
        "reference_type": "Task", "reference_name": TASK});
    site.running.insert("ToDo", &todo).unwrap();
    for (who, count) in [("tom", 1), ("petra", 1), ("tina", 0), ("service", 1)] {
        let all = site.ok(&token(who), "GET", "api/resource/ToDo", &Value::Null).await;
        assert_eq!(all["data"].as_array().unwrap().len(), count, "{who}");
    }
}

#[tokio::test]
async fn a_rename_leaves_a_comment_and_is_followed_in_rows_too() {
    let site = Asking::start().await;
    let link = json!([{"link_doctype": "Project", "link_name": PROJECT}]);
    let mut body = message("Received", &about("Issue", "ISS-2026-00001"));
    body["timeline_links"] = link;
    let line = site.running.insert("Communication", &body).unwrap();
    let file = json!({"file_name": "a.txt", "content": "a", "is_private": 1,
        "attached_to_doctype": "Project", "attached_to_name": PROJECT});
    let file = site.running.insert("File", &file).unwrap();
    let before = site.running.document("Project", PROJECT).unwrap();
    site.running.rename("Project", PROJECT, "PROJ-0900").unwrap();
    let after = site.running.document("Project", "PROJ-0900").unwrap();
    for field in ["creation", "modified"] {
        assert_eq!(before[field], after[field]);
    }
    let task = site.running.document("Task", TASK).unwrap();
    assert_eq!(task["project"], json!("PROJ-0900"));
    let line = site.running.document("Communication", &line).unwrap();
    assert_eq!(line["timeline_links"][0]["link_name"], json!("PROJ-0900"));
    let file = site.running.document("File", &file).unwrap();
    assert_eq!(file["attached_to_name"], json!("PROJ-0900"));
    let comments = site.running.documents("Comment");
    let edit = comments.iter().find(|one| one["comment_type"] == "Edit").unwrap();
    assert_eq!(edit["reference_name"], json!("PROJ-0900"));
    let words = edit["content"].as_str().unwrap();
    assert!(words.contains(PROJECT) && words.contains("PROJ-0900"), "{words}");
    site.running.rename("Task", TASK, "TASK-9").unwrap_err();
}

#[tokio::test]
async fn the_same_bytes_share_a_url_and_other_bytes_of_the_name_do_not() {
    let site = Asking::start().await;
    let tom = token("tom");
    let to_task = [("doctype", "Task"), ("docname", TASK)];
    let upload = async |name: &str, bytes: &str| {
        upload(&site, &tom, &to_task, name, bytes).await.body["message"].clone()
    };
    let first = upload("brief/ä #1.txt", "hello").await;
    let second = upload("other.txt", "hello").await;
    let third = upload("brief/ä #1.txt", "bye").await;
    assert_eq!(first["file_url"], json!("/private/files/briefä #1.txt"));
    assert_eq!(first["content_hash"], json!("5d41402abc4b2a76b9719d911017c592"));
    assert_eq!(second["file_url"], first["file_url"]);
    assert_ne!(second["name"], first["name"]);
    // md5 of "bye" is bfa99df33b137bc8fb5f5407d7e58da8.
    assert_eq!(third["file_url"], json!("/private/files/briefä #1e58da8.txt"));

    let path = "private/files/brief%C3%A4%20%231.txt";
    assert_eq!(site.ask(&token("tom"), "GET", path, &Value::Null).await.text, "hello");
    for one in [&first, &second] {
        let before = site.ask(&token("tom"), "GET", path, &Value::Null).await.status;
        assert_eq!(before, 200, "there is still a row for it");
        site.running.delete("File", one["name"].as_str().unwrap()).unwrap();
    }
    assert_eq!(site.ask(&token("tom"), "GET", path, &Value::Null).await.status, 403);
    let gone = site.running.documents("Deleted Document");
    assert_eq!(gone.iter().filter(|one| one["deleted_doctype"] == "File").count(), 2);
}

#[tokio::test]
async fn a_file_is_read_by_who_reads_its_document() {
    let site = Asking::start().await;
    let rule = json!({"user": TINA, "allow": "Project", "for_value": "PROJ-0002",
        "apply_to_all_doctypes": 1});
    site.running.insert("User Permission", &rule).unwrap();
    let to_task = [("doctype", "Task"), ("docname", TASK)];
    let made = upload(&site, &token("tom"), &to_task, "plan.svg", "<svg/>").await;
    assert_eq!(made.status, 200, "{}", made.text);
    let status = async |who: &str| {
        let token = if who.is_empty() { String::new() } else { token(who) };
        site.ask(&token, "GET", "private/files/plan.svg", &Value::Null).await.status
    };
    assert_eq!((status("petra").await, status("tina").await), (200, 403));
    assert_eq!((status("carl").await, status("").await), (403, 403));
    let answer = site.ask(&token("tom"), "GET", "private/files/plan.svg", &Value::Null).await;
    assert_eq!(answer.header("content-disposition"), "attachment");
    assert_eq!(answer.header("content-length"), "", "it is streamed");
    let listed = async |who: &str| {
        let all = site.ok(&token(who), "GET", "api/resource/File", &Value::Null).await;
        all["data"].as_array().unwrap().len()
    };
    assert_eq!((listed("petra").await, listed("tina").await), (1, 0));
    // Tina may not write there, so she may not upload there.
    let refused = upload(&site, &token("tina"), &to_task, "b.txt", "b").await;
    assert_eq!((refused.status, refused.exc_type()), (403, "PermissionError"));
    let nowhere = [("doctype", "Task"), ("docname", "TASK-NONE")];
    assert_eq!(upload(&site, &token("tom"), &nowhere, "c.txt", "c").await.status, 200);
    // A public one needs nobody.
    let public = json!({"file_name": "logo.html", "content": "<b>logo</b>", "is_private": 0});
    site.ok(SERVICE, "POST", "api/resource/File", &public).await;
    let answer = site.ask("", "GET", "files/logo.html", &Value::Null).await;
    assert_eq!((answer.status, answer.text.as_str()), (200, "<b>logo</b>"));
}

#[tokio::test]
async fn bytes_may_come_as_base64_and_have_an_end() {
    let site = Asking::start().await;
    let file = json!({"file_name": "b.bin", "content": "AAEC", "decode": true, "is_private": 1});
    let made = site.ok(SERVICE, "POST", "api/resource/File", &file).await;
    assert_eq!(made["data"]["file_size"], json!(3));
    assert!(made["data"].get("content").is_none());
    let huge = "x".repeat(26 << 20);
    let answer = upload(&site, SERVICE, &[], "huge.bin", &huge).await;
    assert_eq!(answer.status, 413);
    let empty = upload(&site, SERVICE, &[], "empty.txt", "").await;
    assert_eq!((empty.status, empty.exc_type()), (500, "OSError"));
    let none = site.form("api/method/upload_file", &[("is_private", "1")]).await;
    assert_eq!(none.status, 403, "guests never");
    assert_eq!(site.running.documents("File").len(), 1);
}

#[tokio::test]
async fn the_hour_that_autumn_repeats_has_stamps_that_run_backwards() {
    let site = Asking::start().await;
    let task = || {
        let name = site.running.insert("Task", &json!({"subject": "x"})).unwrap();
        let stamp = site.running.document("Task", &name).unwrap()["creation"].clone();
        stamp.as_str().unwrap().to_owned()
    };
    site.running.set_clock(Utc.with_ymd_and_hms(2026, 10, 25, 0, 30, 0).unwrap());
    let first = task();
    site.running.advance_clock(std::time::Duration::from_secs(3600));
    let second = task();
    assert!(first.starts_with("2026-10-25 02:30:"), "{first}");
    assert!(second.starts_with("2026-10-25 02:3"), "{second}");
    site.running.set_clock(Utc.with_ymd_and_hms(2026, 10, 25, 0, 59, 0).unwrap());
    let before = task();
    site.running.advance_clock(std::time::Duration::from_secs(120));
    let after = task();
    assert!(after < before, "{before} and then {after}");
    let moved =
        site.ok("", "POST", "_standin/clock", &json!({"set": "2027-01-01T00:00:00Z"})).await;
    assert!(moved["site"].as_str().unwrap().starts_with("2027-01-01 01:00:0"));
    assert!(task().starts_with("2027-01-01 01:00:"));
}

#[tokio::test]
async fn of_many_inserts_one_bad_one_leaves_nothing() {
    let site = Asking::start().await;
    let path = "api/method/frappe.client.insert_many";
    let comment = json!({"doctype": "Comment", "content": "x"});
    let too_many = json!({"docs": vec![comment.clone(); 201]});
    let refused = site.ask(SERVICE, "POST", path, &too_many).await;
    assert_eq!((refused.status, refused.exc_type()), (417, "ValidationError"));
    let half = json!({"docs": [comment, {"doctype": "Task", "subject": "y", "status": "Nope"}]});
    assert_eq!(site.ask(SERVICE, "POST", path, &half).await.status, 417);
    assert_eq!(site.running.documents("Comment").len(), 0);
}

#[tokio::test]
async fn an_update_is_kept_as_a_version_and_a_secret_is_not() {
    let site = Asking::start().await;
    site.running.update("Issue", ISSUE, &json!({"priority": "High"})).unwrap();
    let versions = site.running.documents("Version");
    let data: Value = serde_json::from_str(versions[0]["data"].as_str().unwrap()).unwrap();
    assert_eq!(data["changed"], json!([["priority", "Low", "High"]]));
    let webhook = json!({"name": "W", "webhook_doctype": "Task", "request_url": "http://127.0.0.1:9/",
        "enable_security": 1, "webhook_secret": "of-the-test"});
    site.running.insert("Webhook", &webhook).unwrap();
    site.running.update("Webhook", "W", &json!({"webhook_secret": "of-the-test-2"})).unwrap();
    site.running.update("Webhook", "W", &json!({"webhook_secret": "*************"})).unwrap();
    let kept = site.running.document("Webhook", "W").unwrap();
    assert_eq!(kept["webhook_secret"], json!("of-the-test-2"));
    site.running.delete("Webhook", "W").unwrap();
    let told =
        json!([site.running.documents("Version"), site.running.documents("Deleted Document")]);
    assert!(!told.to_string().contains("of-the-test"), "{told}");
    let shown = site.ok(SERVICE, "GET", "api/resource/Version", &Value::Null).await;
    assert_eq!(shown["data"].as_array().unwrap().len(), 2);
    assert_eq!(site.running.document("User", HUB).unwrap()["name"], json!(HUB));
}

async fn upload(
    site: &Asking,
    token: &str,
    fields: &[(&str, &str)],
    name: &str,
    bytes: &str,
) -> asking::Answer {
    let mut body = String::new();
    let private = [("is_private", "1")];
    for (field, value) in private.iter().chain(fields) {
        body.push_str(&format!(
            "--edge\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
        ));
    }
    body.push_str(&format!(
        "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n{bytes}\r\n--edge--\r\n"
    ));
    let headers = [("Authorization", token)];
    let kind = Some("multipart/form-data; boundary=edge");
    site.send("POST", "api/method/upload_file", &headers, kind, body).await
}
