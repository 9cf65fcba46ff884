//! The service user can do what Parlance needs, and no more.

use erpnext::{ErpError, ListQuery, Site};
use serde_json::{Value, json};

use crate::site::{TOM, Town};

async fn list(site: &Site, doctype: &str) -> Result<usize, ErpError> {
    let query = ListQuery {
        doctype,
        fields: &["name", "creation", "modified"],
        filters: json!([]),
        order_by: "modified asc, name asc",
        limit: 5,
    };
    site.list_documents(query).await.map(|rows| rows.len())
}

#[tokio::test]
async fn the_service_user_reads_every_mirrored_doctype() {
    let town = Town::new().await;
    town.connect().await;
    let service = town.service();
    for doctype in [
        "Project",
        "Project Type",
        "Task",
        "Issue",
        "Customer",
        "Contact",
        "Communication",
        "Comment",
        "ToDo",
        "File",
        "Email Template",
        "Holiday List",
        "User",
        "Custom Field",
    ] {
        list(&service, doctype).await.unwrap_or_else(|error| panic!("{doctype}: {error}"));
    }
    assert!(service.has_custom_field("Communication", erpnext::KEY_FIELD).await.unwrap());
}

#[tokio::test]
async fn the_service_user_writes_what_the_outbox_owes() {
    let town = Town::new().await;
    town.connect().await;
    let service = town.service();
    let fields = |value: Value| value.as_object().unwrap().clone();
    let said = fields(json!({
        "communication_type": "Communication", "communication_medium": "Chat", "subject": "x",
        "content": "<div>x</div>", "reference_doctype": "Project", "reference_name": "PROJ-0001",
        "parlance_key": "k1",
    }));
    let first = service.insert_document("Communication", &said).await.unwrap();
    assert!(service.insert_document("Communication", &said).await.unwrap_err().is_key_taken());
    let found = service.document_by_key("Communication", "k1").await.unwrap();
    assert_eq!(found.as_deref(), Some(first.name()));
    let edited = fields(json!({"content": "<div>y</div>"}));
    service.update_document("Communication", first.name(), &edited).await.unwrap();
    let file = fields(json!({
        "file_name": "a.txt", "content": "hello", "is_private": 1, "parlance_key": "f1",
        "attached_to_doctype": "Communication", "attached_to_name": first.name(),
    }));
    service.insert_document("File", &file).await.unwrap();
    service.delete_document("Communication", first.name()).await.unwrap();
    let task = fields(json!({"subject": "new", "project": "PROJ-0001", "parlance_key": "t1"}));
    let task = service.insert_document("Task", &task).await.unwrap();
    let done = fields(json!({"status": "Working", "modified": task.modified()}));
    service.update_document("Task", task.name(), &done).await.unwrap();
    let issue = fields(json!({"subject": "odd", "project": "PROJ-0001", "parlance_key": "i1"}));
    service.insert_document("Issue", &issue).await.unwrap();
    let comment = fields(json!({
        "comment_type": "Comment", "content": "for Tom", "reference_doctype": "Task",
        "reference_name": task.name(),
    }));
    service.insert_document("Comment", &comment).await.unwrap();
}

#[tokio::test]
async fn the_service_user_finds_tickets_of_others_and_removes_them_and_makes_none_up() {
    let town = Town::new().await;
    town.connect().await;
    let nonce = json!({"nonce": "nonce-0123456789abcdef", "owner": "petra.pm@nordlicht.example"});
    let tom = town.site_as(TOM);
    let made = tom.insert_document(connect::TICKET, nonce.as_object().unwrap()).await.unwrap();
    let read = town.service().get_document(connect::TICKET, made.name()).await.unwrap();
    assert_eq!(read.text("owner"), Some("tom.team@nordlicht.example"));
    town.service().delete_document(connect::TICKET, made.name()).await.unwrap();
    let again = tom.get_document(connect::TICKET, made.name()).await;
    assert!(matches!(again, Err(ErpError::NotFound { .. })), "{again:?}");
}

#[tokio::test]
async fn the_service_user_is_refused_what_it_need_not_have() {
    let town = Town::new().await;
    town.connect().await;
    let service = town.service();
    for doctype in [
        "Deleted Document",
        "User Permission",
        "DocShare",
        "Webhook",
        "Webhook Request Log",
        "Custom DocPerm",
        "Client Script",
        "OAuth Client",
    ] {
        let refused = list(&service, doctype).await;
        assert!(matches!(refused, Err(ErpError::NotPermitted { .. })), "{doctype}: {refused:?}");
    }
    let user = service.get_document("User", "tom.team@nordlicht.example").await;
    assert!(matches!(user, Err(ErpError::NotPermitted { .. })), "{user:?}");
    let grab = json!({"roles": [{"role": "System Manager"}]});
    let me = connect::service_user(&town.running.url());
    let grabbed = service.update_document("User", &me, grab.as_object().unwrap()).await;
    assert!(grabbed.is_err(), "{grabbed:?}");
    let keys = json!({"user": "tom.team@nordlicht.example"});
    let keys = service
        .call("frappe.core.doctype.user.user.generate_keys", keys.as_object().unwrap())
        .await;
    assert!(matches!(keys, Err(ErpError::NotPermitted { .. })), "{keys:?}");
}

#[tokio::test]
async fn without_an_auditor_the_service_user_may_read_what_a_rule_can_open() {
    let mut town = Town::new().await;
    town.wishes.auditor = false;
    town.connect().await;
    let service = town.service();
    for doctype in ["Deleted Document", "User Permission", "DocShare", "Webhook Request Log"] {
        list(&service, doctype).await.unwrap_or_else(|error| panic!("{doctype}: {error}"));
    }
    assert!(town.manifest().settings.keys().all(|variable| !variable.contains("AUDIT")));
}
