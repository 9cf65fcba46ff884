//! A doctype made on the site, of whose documents only `owner` and `creation` are proof of anything.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may")]

#[path = "shared/asking.rs"]
mod asking;

use asking::{Asking, PETRA, SERVICE, TOM, token};
use serde_json::{Value, json};

const TICKETS: &str = "api/resource/Parlance Ticket";

async fn with_tickets() -> Asking {
    let site = Asking::start().await;
    let doctype = json!({
        "name": "Parlance Ticket", "module": "Custom", "custom": 1, "autoname": "hash",
        "fields": [{
            "fieldname": "nonce", "fieldtype": "Data", "label": "Nonce", "reqd": 1, "unique": 1,
            "set_only_once": 1,
        }],
        "permissions": [
            {"role": "System Manager", "read": 1, "create": 1, "write": 1, "delete": 1},
            {"role": "Projects User", "create": 1, "read": 1, "write": 1, "if_owner": 1},
            {"role": "Customer", "create": 1, "read": 1, "if_owner": 1},
        ],
    });
    site.ok(SERVICE, "POST", "api/resource/DocType", &doctype).await;
    site
}

#[tokio::test]
async fn a_ticket_says_who_made_it_whatever_its_maker_says() {
    let site = with_tickets().await;
    let forged = json!({
        "nonce": "n1", "owner": PETRA, "modified_by": PETRA, "creation": "2020-01-01 00:00:00",
        "modified": "2020-01-01 00:00:00", "name": "mine",
    });
    let made = site.ok(&token("tom"), "POST", TICKETS, &forged).await;
    assert_eq!((&made["data"]["owner"], &made["data"]["modified_by"]), (&json!(TOM), &json!(TOM)));
    assert!(made["data"]["creation"].as_str().unwrap() > "2026", "{made}");
    assert_ne!(made["data"]["name"], "mine");

    let mine = format!("{TICKETS}/{}", made["data"]["name"].as_str().unwrap());
    let owner = json!({"owner": PETRA, "creation": "2020-01-01 00:00:00"});
    let changed = site.ok(&token("tom"), "PUT", &mine, &owner).await;
    assert_eq!(changed["data"]["owner"], TOM);
    assert_eq!(changed["data"]["creation"], made["data"]["creation"]);
    let nonce = site.ask(&token("tom"), "PUT", &mine, &json!({"nonce": "n9"})).await;
    assert_eq!((nonce.status, nonce.exc_type()), (417, "CannotChangeConstantError"));
}

#[tokio::test]
async fn a_nonce_can_be_used_once_until_its_ticket_is_deleted() {
    let site = with_tickets().await;
    let nonce = json!({"nonce": "n1"});
    let made = site.ok(&token("tom"), "POST", TICKETS, &nonce).await;
    let again = site.ask(&token("petra"), "POST", TICKETS, &nonce).await;
    assert_eq!((again.status, again.exc_type()), (417, "UniqueValidationError"));
    let name = made["data"]["name"].as_str().unwrap();
    let by_tom =
        site.ask(&token("tom"), "DELETE", &format!("{TICKETS}/{name}"), &Value::Null).await;
    assert_eq!(by_tom.status, 403);
    site.ok(SERVICE, "DELETE", &format!("{TICKETS}/{name}"), &Value::Null).await;
    site.ok(&token("petra"), "POST", TICKETS, &nonce).await;
    let empty = site.ask(&token("tom"), "POST", TICKETS, &json!({})).await;
    assert_eq!((empty.status, empty.exc_type()), (417, "MandatoryError"));
}

#[tokio::test]
async fn only_the_listed_roles_make_tickets_and_each_sees_their_own() {
    let site = with_tickets().await;
    site.ok(&token("carl"), "POST", TICKETS, &json!({"nonce": "of carl"})).await;
    let toms = site.ok(&token("tom"), "POST", TICKETS, &json!({"nonce": "of tom"})).await;
    site.running.remove_role(PETRA, "Projects User").unwrap();
    let petra = site.ask(&token("petra"), "POST", TICKETS, &json!({"nonce": "of petra"})).await;
    assert_eq!((petra.status, petra.exc_type()), (403, "PermissionError"));
    let name = toms["data"]["name"].as_str().unwrap();
    let peek = site.ask(&token("carl"), "GET", &format!("{TICKETS}/{name}"), &Value::Null).await;
    assert_eq!(peek.status, 403);
    let seen = site.ok(&token("carl"), "GET", TICKETS, &Value::Null).await;
    assert_eq!(seen["data"].as_array().unwrap().len(), 1);
    let all = site.ok(SERVICE, "GET", TICKETS, &Value::Null).await;
    assert_eq!(all["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn only_a_system_manager_makes_doctypes_and_only_with_real_roles() {
    let site = Asking::start().await;
    let doctype = |role: &str| json!({"name": "T", "module": "Custom", "custom": 1, "permissions": [{"role": role}]});
    for role in ["All", "Desk User", "Guest"] {
        let refused = site.ask(SERVICE, "POST", "api/resource/DocType", &doctype(role)).await;
        assert_eq!((refused.status, refused.exc_type()), (417, "ValidationError"), "{role}");
    }
    let unknown = site.ask(SERVICE, "POST", "api/resource/DocType", &doctype("Nobody")).await;
    assert_eq!((unknown.status, unknown.exc_type()), (417, "LinkValidationError"));
    let petra = doctype("Projects User");
    let petra = site.ask(&token("petra"), "POST", "api/resource/DocType", &petra).await;
    assert_eq!(petra.status, 403);
    site.ok(SERVICE, "POST", "api/resource/DocType", &doctype("Projects User")).await;
    let again = site.ask(SERVICE, "POST", "api/resource/DocType", &doctype("Projects User")).await;
    assert_eq!((again.status, again.exc_type()), (409, "DuplicateEntryError"));
}
