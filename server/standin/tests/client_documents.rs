//! The real client against the stand-in: files, comments, assignments, pages, tickets, deletions and lost webhooks.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may")]

#[path = "shared/asking.rs"]
mod asking;

use std::{collections::BTreeSet, time::Duration};

use asking::{Asking, CARL, HUB, PETRA, SERVICE, TINA, TOM, token};
use erpnext::{
    ErpError, Identity, KEY_FIELD, NewComment, NewCommunication, NewFile, Site, SiteConfig,
};
use serde_json::{Value, json};

const PROJECT: &str = "PROJ-0001";
const TASK: &str = "TASK-2026-00003";
const LONG_AGO: &str = "2020-01-01 00:00:00.000000";

async fn start() -> (Asking, Site) {
    let asking = Asking::start().await;
    let site = Site::new(SiteConfig {
        base_url: asking.running.url(),
        api_key: "fakekey-service".into(),
        api_secret: "fakesecret-service".into(),
        auditor: None,
        connect_timeout: Duration::from_secs(5),
        timeout: Duration::from_secs(10),
    })
    .unwrap();
    (asking, site)
}

async fn with_key_on(asking: &Asking, doctype: &str) {
    let field = json!({
        "dt": doctype, "fieldname": KEY_FIELD, "label": "Parlance Key", "fieldtype": "Data",
        "unique": 1, "read_only": 1, "hidden": 1, "no_copy": 1,
    });
    asking.ok(SERVICE, "POST", "api/resource/Custom Field", &field).await;
}

fn new_file(key: &str) -> NewFile {
    NewFile {
        file_name: "Plan für Ä.bin".into(),
        content: (0..=255).cycle().take(300_000).collect(),
        is_private: true,
        attached_to_doctype: "Task".into(),
        attached_to_name: TASK.into(),
        key: key.into(),
    }
}

#[tokio::test]
async fn a_file_arrives_once_and_comes_back_byte_by_byte() {
    let (asking, site) = start().await;
    with_key_on(&asking, "File").await;
    let saved = site.upload_file(&new_file("k1")).await.unwrap();
    let again = site.upload_file(&new_file("k1")).await.unwrap_err();
    assert!(again.is_key_taken(), "{again:?}");
    let found = site.document_by_key("File", "k1").await.unwrap();
    assert_eq!(found.as_deref(), Some(saved.name()));

    let files = site.files_of("Task", TASK).await.unwrap();
    assert_eq!(files.len(), 1);
    assert_eq!((files[0].is_private, files[0].file_size), (true, Some(300_000)));
    let mut file = site.download_file(files[0].file_url.as_deref().unwrap()).await.unwrap();
    let mut content = Vec::new();
    while let Some(piece) = file.next_piece().await.unwrap() {
        content.extend_from_slice(&piece);
    }
    assert_eq!(content, new_file("k1").content);
    assert_eq!(site.health().in_flight, 1, "the place is free when the file is let go");
    drop(file);
    assert_eq!(site.health().in_flight, 0);

    let carl = site.sign_in(CARL, &"fake-password-carl".into()).await.unwrap();
    let carl = site.acting_as(&Identity::Session(carl.sid)).unwrap();
    let refused = carl.download_file(files[0].file_url.as_deref().unwrap()).await.unwrap_err();
    assert!(matches!(refused, ErpError::NotPermitted { .. }), "{refused:?}");
    let gone = site.download_file("/private/files/nothing.bin").await.unwrap_err();
    assert!(matches!(gone, ErpError::NotFound { .. } | ErpError::NotPermitted { .. }), "{gone:?}");
}

#[tokio::test]
async fn comments_and_assignments_show_and_a_communication_is_corrected_and_taken_back() {
    let (asking, site) = start().await;
    let comment = NewComment {
        reference_doctype: "Task".into(),
        reference_name: TASK.into(),
        content: "<div>Seen by us</div>".into(),
        comment_email: PETRA.into(),
        comment_by: "Petra".into(),
    };
    let comment = site.add_comment(&comment).await.unwrap();
    assert_eq!(comment.text("owner"), Some(HUB));
    assert!(asking.running.document("Comment", comment.name()).is_some());

    let open = |asking: &Asking| {
        let all = asking.running.documents("ToDo");
        all.iter().filter(|one| one["reference_name"] == TASK && one["status"] == "Open").count()
    };
    let before = open(&asking);
    site.assign("Task", TASK, &[TINA], Some("please")).await.unwrap();
    assert_eq!(open(&asking), before + 1);
    site.unassign("Task", TASK, TINA).await.unwrap();
    assert_eq!(open(&asking), before);

    let said_at = "2026-11-20 16:05:00.000000".to_owned();
    with_key_on(&asking, "Communication").await;
    let new = NewCommunication::chat(PROJECT, PETRA, "Petra", "hello", said_at, "k1");
    let name = site.insert_communication(&new).await.unwrap();
    let refused = site.update_communication(&name, "Petra: bye", "<div>bye</div>").await;
    assert!(matches!(refused, Err(ErpError::NotPermitted { .. })), "as ERPNext is installed");
    site.delete_communication(&name).await.unwrap();
    let gone = site.delete_communication(&name).await.unwrap_err();
    assert!(matches!(gone, ErpError::NotFound { .. }), "{gone:?}");
    let deleted = site.deleted_since(LONG_AGO, &["Communication"]).await.unwrap();
    assert_eq!(deleted.len(), 1);
    assert_eq!((deleted[0].name.as_str(), deleted[0].creation.is_some()), (name.as_str(), true));
    assert!(site.deleted_since(LONG_AGO, &["Issue"]).await.unwrap().is_empty());
}

#[tokio::test]
async fn pages_of_any_size_give_every_document_once() {
    let (asking, site) = start().await;
    let all: BTreeSet<String> = asking
        .running
        .documents("Task")
        .iter()
        .map(|task| task["name"].as_str().unwrap().to_owned())
        .collect();
    assert!(all.len() > 10);
    // A bulk change gives many the same stamp.
    for name in all.iter().take(9) {
        let stamp = json!({"modified": "2026-11-21 08:00:00.000000"});
        assert!(asking.running.change_silently("Task", name, &stamp));
    }
    for limit in [1, 2, 4, 100] {
        let mut by_change = Vec::new();
        let mut page = site.page_since("Task", &["subject"], None, limit).await.unwrap();
        while let Some(last) = page.last().cloned() {
            by_change.extend(page.iter().map(|task| task.name().to_owned()));
            let behind = (last.modified(), last.name());
            page = site.page_after("Task", &["subject"], behind, limit).await.unwrap();
        }
        assert_eq!(by_change.len(), all.len(), "{limit}");
        assert_eq!(by_change.into_iter().collect::<BTreeSet<_>>(), all);

        let mut by_name: Vec<String> = Vec::new();
        loop {
            let after = by_name.last().map(String::as_str);
            let page = site.page_by_name("Task", &[], after, limit).await.unwrap();
            if page.is_empty() {
                break;
            }
            by_name.extend(page.iter().map(|task| task.name().to_owned()));
        }
        assert_eq!(by_name, all.iter().cloned().collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn child_rows_are_those_of_the_whole_documents() {
    let (asking, site) = start().await;
    let names: Vec<String> = asking
        .running
        .documents("Project")
        .iter()
        .map(|project| project["name"].as_str().unwrap().to_owned())
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut expected = Vec::new();
    for name in &names {
        let project = site.get_document("Project", name).await.unwrap();
        for row in project.rows("users") {
            expected.push(((*name).to_owned(), row["user"].clone()));
        }
    }
    expected.sort_by(|a, b| a.0.cmp(&b.0));
    for some in [None, Some(&names[..])] {
        let rows = site.child_rows("Project", some, "users", &["user"]).await.unwrap();
        let found: Vec<(String, Value)> =
            rows.into_iter().map(|row| (row.parent, row.fields["user"].clone())).collect();
        assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn erpnext_tells_who_may_do_what_and_what_runs_there() {
    let (_asking, site) = start().await;
    let tasks = site.permitted_documents(TOM, "Task").await.unwrap();
    assert!(tasks.iter().any(|name| name == TASK));
    assert_eq!(site.permitted_projects(TOM).await.unwrap().len(), 3);
    assert!(site.roles_of(CARL).await.unwrap().contains(&"Customer".to_owned()));
    let tom = site.sign_in(TOM, &"fake-password-tom".into()).await.unwrap();
    let tom = site.acting_as(&Identity::Session(tom.sid)).unwrap();
    assert!(tom.has_permission("Project", PROJECT, "write").await.unwrap());
    let missing = tom.has_permission("Task", "NOPE", "read").await.unwrap_err();
    assert!(matches!(missing, ErpError::NotFound { .. }), "{missing:?}");
    let versions = site.versions().await.unwrap();
    assert_eq!((versions.frappe.as_str(), versions.erpnext.as_str()), ("15.55.1", "15.109.0"));
    site.probe().await.unwrap();
}

#[tokio::test]
async fn a_ticket_is_found_by_its_nonce_and_deleted_once() {
    let (asking, site) = start().await;
    let doctype = json!({
        "name": "Parlance Ticket", "module": "Custom", "custom": 1, "autoname": "hash",
        "fields": [{"fieldname": "nonce", "fieldtype": "Data", "label": "Nonce", "reqd": 1, "unique": 1}],
        "permissions": [
            {"role": "System Manager", "read": 1, "create": 1, "write": 1, "delete": 1},
            {"role": "Projects User", "create": 1, "read": 1, "if_owner": 1},
        ],
    });
    asking.ok(SERVICE, "POST", "api/resource/DocType", &doctype).await;
    let nonce = json!({"nonce": "n1", "owner": PETRA});
    asking.ok(&token("tom"), "POST", "api/resource/Parlance Ticket", &nonce).await;
    let ticket = site.ticket_by_nonce("Parlance Ticket", "n1").await.unwrap().unwrap();
    assert_eq!(ticket.owner, TOM);
    assert_eq!(site.ticket_by_nonce("Parlance Ticket", "n2").await.unwrap(), None);
    assert!(site.delete_ticket("Parlance Ticket", &ticket.name).await.unwrap());
    assert!(!site.delete_ticket("Parlance Ticket", &ticket.name).await.unwrap());
}

#[tokio::test]
async fn webhooks_that_nobody_took_are_in_the_log() {
    let (asking, site) = start().await;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let webhook = json!({
        "name": "Parlance Task on_update", "webhook_doctype": "Task", "webhook_docevent": "on_update",
        "request_url": format!("http://{nobody}/webhooks/erpnext"), "request_structure": "JSON",
        "webhook_json": "{\"event\": \"on_update\", \"doctype\": {{ doc.doctype | tojson }}, \"name\": {{ doc.name | tojson }}, \"modified\": {{ doc.modified | tojson }}, \"user\": \"\"}",
        "enable_security": 1, "webhook_secret": "whsec",
    });
    asking.running.insert("Webhook", &webhook).unwrap();
    asking.running.update("Task", TASK, &json!({"priority": "Urgent"})).unwrap();
    while asking.running.deliveries_waiting() > 0 {
        asking.running.advance_clock(Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let logged = site.webhook_request_log_since(LONG_AGO).await.unwrap();
    assert!(!logged.is_empty());
    for one in &logged {
        assert_eq!((one.hint.name.as_str(), one.is_delivered), (TASK, false), "{one:?}");
    }
    let later = site.webhook_request_log_since("2099-01-01 00:00:00").await.unwrap();
    assert!(later.is_empty());
}
