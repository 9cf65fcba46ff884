//! The real client against the stand-in: what `Site` says and gets, and what it does when things go wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may")]

use std::time::Duration;

use erpnext::{
    ErpError, Fields, Identity, KEY_FIELD, ListQuery, NewCommunication, Retry, Site, SiteConfig,
    Unreached, site_time,
};
use secrecy::SecretString;
use serde_json::{Value, json};
use standin::{
    cast::{self, INES, INTRANET, MAYA, NILS, TOM, WEBSITE},
    erpnext::{Erpnext, Failure, Running, Seed},
};

async fn demo() -> (Running, Site) {
    let running = Erpnext::start(Seed::Demo).await.unwrap();
    let site = site_at(running.url().as_str(), cast::SERVICE_SECRET);
    (running, site)
}

fn site_at(url: &str, secret: &str) -> Site {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Site::new(SiteConfig {
        base_url: url.parse().unwrap(),
        api_key: cast::SERVICE_KEY.into(),
        api_secret: secret.into(),
        auditor: None,
        connect_timeout: Duration::from_secs(2),
        timeout: Duration::from_secs(2),
    })
    .unwrap()
}

fn password() -> SecretString {
    cast::PASSWORD.into()
}

fn line(key: &str) -> NewCommunication {
    let said_at = site_time(1_795_187_100_000, chrono_tz::Europe::Berlin);
    NewCommunication::chat(WEBSITE, MAYA.user, &MAYA.full_name(), "Is 5 < 6?\nYes", said_at, key)
}

#[tokio::test]
async fn a_person_signs_in_under_their_canonical_name_and_out_again() {
    let (_running, site) = demo().await;
    let maya = site.sign_in("Maya@Parlance.demo", &password()).await.unwrap();
    assert_eq!((maya.user.as_str(), maya.system_user), (MAYA.user, true));
    assert_eq!(maya.full_name, "Maya Lindqvist");
    site.sign_out(&maya.sid).await.unwrap();
    site.sign_out(&maya.sid).await.unwrap();
    let ines = site.sign_in(INES.user, &password()).await.unwrap();
    assert!(!ines.system_user);
}

#[tokio::test]
async fn a_wrong_password_a_disabled_user_and_a_lock_are_told_apart() {
    let (running, site) = demo().await;
    let wrong = SecretString::from("wrong");
    for _ in 0..11 {
        let refused = site.sign_in(TOM.user, &wrong).await;
        assert!(matches!(refused, Err(ErpError::WrongPassword { .. })), "{refused:?}");
    }
    let locked = site.sign_in(TOM.user, &password()).await;
    assert!(matches!(locked, Err(ErpError::Locked { for_, .. }) if for_.as_secs() == 60));
    running.update("User", NILS.user, &json!({"enabled": 0})).unwrap();
    let disabled = site.sign_in(NILS.user, &password()).await;
    assert!(matches!(disabled, Err(ErpError::UserDisabled { .. })));
    assert!(!site.user(NILS.user).await.unwrap().enabled);
}

#[tokio::test]
async fn a_user_is_read_and_a_missing_one_is_missing() {
    let (_running, site) = demo().await;
    let tom = site.user(TOM.user).await.unwrap();
    assert_eq!((tom.full_name.as_str(), tom.enabled), ("Tom Okafor", true));
    assert_eq!(tom.user_type.as_deref(), Some("System User"));
    let nobody = site.user("nobody@parlance.demo").await;
    assert!(matches!(nobody, Err(ErpError::NotFound { .. })));
}

#[tokio::test]
async fn erpnext_says_who_may_read_which_project() {
    let (_running, site) = demo().await;
    assert_eq!(site.permitted_projects(TOM.user).await.unwrap().len(), 3);
    assert_eq!(site.permitted_projects(NILS.user).await.unwrap(), [INTRANET]);
    assert_eq!(site.permitted_projects(INES.user).await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn the_site_tells_its_time_zone() {
    let (_running, site) = demo().await;
    assert_eq!(site.time_zone().await.unwrap(), chrono_tz::Europe::Berlin);
}

/// The Communications that were written under our keys: the demo has mails of its own.
fn written(running: &Running) -> Vec<Value> {
    let mut all = running.communications();
    all.retain(|one| one["parlance_key"].is_string());
    all
}

#[tokio::test]
async fn a_message_is_inserted_once_however_often_it_is_sent() {
    let (running, site) = demo().await;
    assert!(site.has_custom_field("Communication", KEY_FIELD).await.unwrap());
    assert!(!site.has_custom_field("Customer", KEY_FIELD).await.unwrap());
    assert_eq!(site.document_by_key("Communication", "k1").await.unwrap(), None);
    let name = site.insert_communication(&line("k1")).await.unwrap();
    let again = site.insert_communication(&line("k1")).await.unwrap_err();
    assert!(again.is_key_taken(), "{again:?}");
    assert_eq!(again.retry(), Retry::Never);
    assert_eq!(site.document_by_key("Communication", "k1").await.unwrap(), Some(name));
    let kept = written(&running);
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0]["content"], "<div>Is 5 &lt; 6?<br>Yes</div>");
    assert_eq!(kept[0]["communication_date"], "2026-11-20 16:05:00.000000");
    assert_eq!(kept[0]["sender_full_name"], "Maya Lindqvist");
}

#[tokio::test]
async fn in_the_demo_what_was_said_can_be_corrected_have_files_and_be_taken_back() {
    let (running, site) = demo().await;
    let name = site.insert_communication(&line("k1")).await.unwrap();
    site.update_communication(&name, "Maya: No", "<div>No</div>", &[]).await.unwrap();
    assert_eq!(running.document("Communication", &name).unwrap()["content"], "<div>No</div>");
    let file = fields(json!({
        "file_name": "a.txt", "content": "hello", "is_private": 1,
        "attached_to_doctype": "Communication", "attached_to_name": name,
    }));
    let file = site.insert_document("File", &file).await.unwrap();
    assert!(running.document("File", file.name()).is_some());
    site.delete_communication(&name).await.unwrap();
    assert_eq!(running.document("Communication", &name), None);
}

#[tokio::test]
async fn a_message_to_a_missing_document_is_refused_for_good() {
    let (_running, site) = demo().await;
    let mut new = line("k1");
    new.reference_name = "PROJ-9999".into();
    let missing = site.insert_communication(&new).await.unwrap_err();
    assert!(matches!(missing, ErpError::NotFound { .. }));
    let unlinked = site.insert_communication(&line("k1").linked_to("Task", "NOPE")).await;
    assert!(matches!(unlinked, Err(ErpError::BrokenLink { .. })));
}

#[tokio::test]
async fn a_wrong_key_is_no_permission_problem() {
    let (running, _site) = demo().await;
    let site = site_at(running.url().as_str(), "wrong");
    let refused = site.time_zone().await.unwrap_err();
    assert!(matches!(refused, ErpError::BadCredentials { .. }));
    assert_eq!(refused.retry(), Retry::Never);
}

#[tokio::test]
async fn a_lost_answer_leaves_the_message_findable_by_its_key() {
    let (running, site) = demo().await;
    running.faults().drop_next_after_commit(1);
    let lost = site.insert_communication(&line("k1")).await.unwrap_err();
    assert!(matches!(lost, ErpError::Interrupted { .. }), "{lost:?}");
    assert_eq!(written(&running).len(), 1);
    assert!(site.document_by_key("Communication", "k1").await.unwrap().is_some());
    assert!(site.insert_communication(&line("k1")).await.unwrap_err().is_key_taken());
}

#[tokio::test]
async fn a_read_is_tried_twice_and_a_write_once() {
    let (running, site) = demo().await;
    running.faults().fail_next(1, 503);
    site.time_zone().await.unwrap();
    running.faults().deadlock_next(1);
    site.time_zone().await.unwrap();
    running.faults().fail_next(1, 502);
    let refused = site.insert_communication(&line("k1")).await.unwrap_err();
    assert!(matches!(refused, ErpError::Unavailable { status: 502, .. }));
    assert_eq!(written(&running).len(), 0);
}

#[tokio::test]
async fn a_site_that_is_down_slow_or_busy_says_so() {
    let (running, site) = demo().await;
    running.faults().retry_after(7);
    running.faults().fail_percent(Failure::Status(429), 100.0);
    let busy = site.time_zone().await.unwrap_err();
    assert_eq!(busy.retry(), Retry::Later { after: Some(Duration::from_secs(7)) });
    running.faults().clear();
    let resting = site.time_zone().await.unwrap_err();
    assert!(matches!(resting, ErpError::Resting { .. }), "{resting:?}");

    let site = site_at(running.url().as_str(), cast::SERVICE_SECRET);
    running.faults().go_down();
    let down = site.time_zone().await.unwrap_err();
    assert!(down.is_site_down() && down.retry() == Retry::Later { after: None }, "{down:?}");
    running.faults().come_up();
    site.time_zone().await.unwrap();

    running.faults().delay(Duration::from_secs(3));
    let slow = site.time_zone().await.unwrap_err();
    assert!(matches!(slow, ErpError::TimedOut { .. }), "{slow:?}");
}

#[tokio::test]
async fn a_refused_connection_and_an_unknown_host_were_never_reached() {
    let (running, _site) = demo().await;
    let url = running.url();
    drop(running);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let refused = site_at(url.as_str(), "s").time_zone().await.unwrap_err();
    let because = |error: &ErpError| match error {
        ErpError::Unreachable { because, .. } => Some(*because),
        _ => None,
    };
    assert_eq!(because(&refused), Some(Unreached::Refused), "{refused:?}");
    let unknown = site_at("http://erp.invalid.localhost.invalid/", "s");
    let unknown = unknown.time_zone().await.unwrap_err();
    // Behind a proxy the proxy answers for it.
    assert!(because(&unknown).is_some() || unknown.is_site_down(), "{unknown:?}");
}

fn fields(value: Value) -> Fields {
    value.as_object().cloned().unwrap()
}

#[tokio::test]
async fn any_document_is_inserted_once_changed_under_its_lock_found_by_its_key_and_deleted() {
    let (_running, site) = demo().await;
    let new = fields(json!({"subject": "Weigh the samples", "project": WEBSITE, KEY_FIELD: "k1"}));
    let task = site.insert_document("Task", &new).await.unwrap();
    assert!(site.insert_document("Task", &new).await.unwrap_err().is_key_taken());
    assert_eq!(site.document_by_key("Task", "k1").await.unwrap().as_deref(), Some(task.name()));
    assert_eq!(site.document_by_key("Task", "k2").await.unwrap(), None);
    let lock = |of: &str| fields(json!({"priority": "High", "modified": of}));
    let saved = site.update_document("Task", task.name(), &lock(task.modified())).await.unwrap();
    assert_eq!((saved.text("priority"), saved.creation()), (Some("High"), task.creation()));
    let late = site.update_document("Task", task.name(), &lock(task.modified())).await;
    assert!(matches!(late, Err(ErpError::ChangedMeanwhile { .. })), "{late:?}");
    let query = ListQuery {
        doctype: "Task",
        fields: &["name", "subject"],
        filters: json!([["name", "=", task.name()]]),
        order_by: "name asc",
        limit: 0,
    };
    let listed = site.list_documents(query).await.unwrap();
    assert_eq!(listed[0].text("subject"), Some("Weigh the samples"));
    site.delete_document("Task", task.name()).await.unwrap();
    let gone = site.get_document("Task", task.name()).await;
    assert!(matches!(gone, Err(ErpError::NotFound { .. })), "{gone:?}");
}

#[tokio::test]
async fn a_member_acts_with_their_own_rights_until_their_session_ends() {
    let (_running, site) = demo().await;
    let tom = site.sign_in(TOM.user, &password()).await.unwrap();
    let as_tom = site.acting_as(&Identity::Session(tom.sid.clone())).unwrap();
    let whoami = |site: Site| async move { site.read("frappe.auth.get_logged_user", &[]).await };
    assert_eq!(whoami(as_tom.clone()).await.unwrap(), TOM.user);
    let issues = ListQuery {
        doctype: "Issue",
        fields: &["name"],
        filters: json!([]),
        order_by: "name asc",
        limit: 0,
    };
    assert!(!site.list_documents(issues.clone()).await.unwrap().is_empty());
    let refused = as_tom.list_documents(issues).await;
    assert!(matches!(refused, Err(ErpError::NotPermitted { .. })), "{refused:?}");
    let todo = fields(json!({"doctype": "ToDo", "description": "Call the printer"}));
    let made = as_tom.call("frappe.client.insert", &fields(json!({"doc": todo}))).await.unwrap();
    assert_eq!(made["owner"], TOM.user);
    site.sign_out(&tom.sid).await.unwrap();
    assert!(matches!(whoami(as_tom).await, Err(ErpError::SessionExpired)));
    let forged = site.acting_as(&Identity::Bearer("no such token".into())).unwrap();
    assert!(matches!(
        whoami(forged).await,
        Err(ErpError::BadCredentials { .. }) | Err(ErpError::NotPermitted { .. })
    ));
}

#[tokio::test]
async fn the_auditor_asks_with_a_key_of_their_own() {
    let (running, _site) = demo().await;
    let site = |auditor| {
        Site::new(SiteConfig {
            base_url: running.url(),
            api_key: cast::SERVICE_KEY.into(),
            api_secret: cast::SERVICE_SECRET.into(),
            auditor,
            connect_timeout: Duration::from_secs(2),
            timeout: Duration::from_secs(2),
        })
        .unwrap()
    };
    let none = site(None);
    assert_eq!(none.permitted_projects(NILS.user).await.unwrap(), [INTRANET]);
    // With a wrong key only what the auditor is asked for is refused.
    let wrong = site(Some(("unknown-key".into(), "secret".into())));
    assert!(wrong.user(NILS.user).await.unwrap().enabled);
    let refused = wrong.permitted_projects(NILS.user).await;
    assert!(matches!(refused, Err(ErpError::BadCredentials { .. })), "{refused:?}");
    let refused = wrong.auditing().user(NILS.user).await;
    assert!(matches!(refused, Err(ErpError::BadCredentials { .. })), "{refused:?}");
}
