//! The client's requests are those recorded with a real site, and it understands the recorded answers.
//!
//! The exchanges are not part of this repository; without them these tests say that they are skipped.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may")]

#[path = "shared/fake.rs"]
mod fake;

use std::path::PathBuf;

use erpnext::{
    Authorization, Hint, Identity, NewComment, OauthClient, OauthIdentity, SIGNATURE_HEADER, Site,
    oauth_identity, verify_signature,
};
use fake::{Asked, Fake, Say};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

fn folder() -> Option<PathBuf> {
    let folder =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/erpnext/exchanges");
    if !folder.is_dir() {
        println!("SKIPPED {}: no recorded exchanges beside this repository", module_path!());
        return None;
    }
    Some(folder)
}

fn exchange(name: &str) -> Option<Value> {
    let text = std::fs::read_to_string(folder()?.join(format!("{name}.json"))).unwrap();
    Some(serde_json::from_str(&text).unwrap())
}

/// Gives the recorded answer, and afterwards compares method, path and the named arguments with the recorded request.
struct Replay {
    recorded: Value,
    fake: Fake,
}

impl Replay {
    async fn of(name: &str) -> Option<Self> {
        let recorded = exchange(name)?;
        let fake = Fake::saying([Say::recorded(&recorded["response"])]).await;
        Some(Self { recorded, fake })
    }

    fn site(&self) -> Site {
        self.fake.site()
    }

    /// The request was the recorded one, but for the arguments `except`, and carried no more than `more`.
    fn sent(&self, except: &[&str], more: &[&str]) {
        let asked = self.fake.asked();
        assert_eq!(asked.len(), 1);
        let recorded = &self.recorded["request"];
        assert_eq!(recorded["method"], asked[0].method.as_str());
        let line = recorded["path"].as_str().unwrap();
        let (path, query) = line.split_once('?').unwrap_or((line, ""));
        assert_eq!(asked[0].path, path);
        let mut expected = arguments(query, &recorded["body"]);
        let mut sent = arguments_of(&asked[0]);
        expected.retain(|(name, _)| !except.contains(&name.as_str()));
        sent.retain(|(name, _)| !except.contains(&name.as_str()) && !more.contains(&name.as_str()));
        assert_eq!(sent, expected);
    }
}

/// Sorted; JSON in an argument is compared as JSON.
fn arguments(query: &str, body: &Value) -> Vec<(String, Value)> {
    let read = |text: String| serde_json::from_str(&text).unwrap_or(Value::String(text));
    let mut found: Vec<(String, Value)> = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .map(|(name, value)| (name, read(value)))
        .collect();
    match body {
        Value::Object(fields) => found.extend(fields.iter().map(|(name, value)| {
            (name.clone(), value.as_str().map_or(value.clone(), |text| read(text.to_owned())))
        })),
        Value::String(form) => found.extend(arguments(form, &Value::Null)),
        _ => {}
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

fn arguments_of(asked: &Asked) -> Vec<(String, Value)> {
    let query = asked.query.iter().fold(
        url::form_urlencoded::Serializer::new(String::new()),
        |mut all, (name, value)| {
            all.append_pair(name, value);
            all
        },
    );
    let mut query = query;
    let text = String::from_utf8_lossy(&asked.body);
    let body = serde_json::from_slice(&asked.body).unwrap_or(Value::String(text.into_owned()));
    arguments(&query.finish(), &body)
}

/// What lists always say.
const LIST: [&str; 5] = ["order_by", "limit_start", "limit_page_length", "limit", "filters"];

#[tokio::test]
async fn versions_are_read_and_the_recorded_release_is_known_to_be_open() {
    let Some(replay) = Replay::of("versions").await else { return };
    let versions = replay.site().versions().await.unwrap();
    replay.sent(&[], &[]);
    assert_eq!((versions.frappe.as_str(), versions.erpnext.as_str()), ("15.55.1", "15.109.0"));
    assert_eq!(oauth_identity(&versions.frappe), OauthIdentity::Forgeable);
}

#[tokio::test]
async fn permissions_and_roles_are_asked_as_recorded() {
    let Some(replay) = Replay::of("perm_report_permitted_documents").await else { return };
    let found = replay.site().permitted_projects("tom.team@nordlicht.example").await.unwrap();
    replay.sent(&[], &[]);
    assert_eq!(found, ["PROJ-0003", "PROJ-0002", "PROJ-0001"]);

    for (name, doctype, document, expected) in [
        ("perm_has_permission_true", "Project", "PROJ-0001", true),
        ("perm_has_permission_false", "", "", false),
    ] {
        let replay = Replay::of(name).await.unwrap();
        let site = replay.site().acting_as(&Identity::Bearer("t".into())).unwrap();
        let has = site.has_permission(doctype, document, "read").await.unwrap();
        assert_eq!(has, expected, "{name}");
        if expected {
            replay.sent(&[], &[]);
        }
    }

    let replay = Replay::of("roles_of_user").await.unwrap();
    let roles = replay.site().roles_of("carl.client@auroradesk.example").await.unwrap();
    replay.sent(&[], &[]);
    assert_eq!(roles, ["Customer", "All", "Guest"]);
}

#[tokio::test]
async fn files_are_listed_inserted_and_downloaded_as_recorded() {
    let Some(replay) = Replay::of("file_list_of_document").await else { return };
    let files = replay.site().files_of("Communication", "hvssitjfr9").await.unwrap();
    replay.sent(&["order_by", "limit_start", "limit_page_length"], &[]);
    assert_eq!(files[1].file_url.as_deref(), Some("/private/files/brief.pdf"));
    assert_eq!((files[1].file_size, files[1].is_private), (Some(19), true));

    let replay = Replay::of("file_create_on_communication").await.unwrap();
    let new = erpnext::NewFile {
        file_name: "brief.txt".into(),
        content: b"hello".to_vec(),
        is_private: true,
        attached_to_doctype: "Communication".into(),
        attached_to_name: "hvssitjfr9".into(),
        key: "k".into(),
    };
    let file = replay.site().upload_file(&new).await.unwrap();
    replay.sent(&["content"], &["decode", "parlance_key"]);
    assert_eq!(file.text("file_url"), Some("/private/files/brief.txt"));

    let replay = Replay::of("file_download_with_token").await.unwrap();
    let mut file = replay.site().download_file("/private/files/brief.pdf").await.unwrap();
    replay.sent(&[], &[]);
    assert_eq!(file.content_type.as_deref(), Some("application/pdf"));
    assert_eq!(file.next_piece().await.unwrap().unwrap(), "%PDF-1.4 small body");
    assert_eq!(file.next_piece().await.unwrap(), None);
}

#[tokio::test]
async fn comments_and_assignments_are_sent_as_recorded() {
    let Some(replay) = Replay::of("add_comment").await else { return };
    let comment = NewComment {
        reference_doctype: "Task".into(),
        reference_name: "TASK-2026-00023".into(),
        content: "<p>from the hub</p>".into(),
        comment_email: "carl.client@auroradesk.example".into(),
        comment_by: "Carl Client".into(),
    };
    let saved = replay.site().add_comment(&comment).await.unwrap();
    replay.sent(&[], &[]);
    assert_eq!(
        (saved.name(), saved.text("owner")),
        ("9itirh81th", Some("hub.service@nordlicht.example"))
    );

    let replay = Replay::of("assign_to").await.unwrap();
    let users = ["tom.team@nordlicht.example"];
    replay
        .site()
        .assign("Task", "TASK-2026-00023", &users, Some("please take this"))
        .await
        .unwrap();
    replay.sent(&[], &[]);
}

#[tokio::test]
async fn oauth_speaks_as_recorded() {
    let Some(replay) = Replay::of("oauth_token_ok").await else { return };
    let client = OauthClient {
        id: "g2569dmff1".into(),
        secret: None,
        redirect_uri: "http://hub.localhost:8398/oauth/callback".parse().unwrap(),
    };
    let verifier = "fakeverifier0123456789abcdefghijklmnopqrstuvwxyzABCDEF";
    let tokens = replay.site().exchange_code(&client, "fakecode-1", verifier).await;
    replay.sent(&[], &[]);
    let tokens = tokens.unwrap();
    assert_eq!(tokens.access.expose_secret(), "fake-access-token-2");
    assert_eq!(tokens.nonce.as_deref(), Some("n-1"));

    let replay = Replay::of("oauth_refresh").await.unwrap();
    let tokens =
        replay.site().refresh_tokens(&client, &"fake-refresh-token-2".into()).await.unwrap();
    replay.sent(&[], &[]);
    assert_eq!(tokens.refresh.unwrap().expose_secret(), "fake-refresh-token-3");

    let replay = Replay::of("oauth_userinfo").await.unwrap();
    let profile = replay.site().profile(&"fake-access-token-2".into()).await.unwrap();
    replay.sent(&[], &[]);
    assert_eq!(profile.email, "tom.team@nordlicht.example");
    assert!(profile.roles.contains(&"Projects User".to_owned()));

    let replay = Replay::of("oauth_revoke").await.unwrap();
    replay.site().revoke_token(&"fake-access-token-3".into()).await.unwrap();
    replay.sent(&[], &[]);

    let authorize = exchange("oauth_authorize_skip").unwrap();
    let asked = Authorization { state: "st-1", nonce: "n-1", verifier };
    let url = replay.site().authorize_url(&client, asked);
    let (path, query) = authorize["request"]["path"].as_str().unwrap().split_once('?').unwrap();
    assert_eq!(url.path(), path);
    let sent = arguments(url.query().unwrap(), &Value::Null);
    assert_eq!(sent, arguments(query, &Value::Null));
}

#[tokio::test]
async fn tickets_child_rows_and_the_rate_limit_are_read_as_recorded() {
    let Some(replay) = Replay::of("ticket_read_by_service").await else { return };
    let ticket = replay.site().ticket_by_nonce("Hub Ticket", "nonce-0001").await.unwrap().unwrap();
    replay.sent(&["order_by", "limit_start", "limit_page_length"], &[]);
    assert_eq!(ticket.owner, "tom.team@nordlicht.example");

    let replay = Replay::of("ticket_deleted_by_service").await.unwrap();
    assert!(replay.site().delete_ticket("Hub Ticket", &ticket.name).await.unwrap());
    replay.sent(&[], &[]);

    let replay = Replay::of("list_child_rows_joined").await.unwrap();
    replay.site().child_rows("Project", None, "users", &["user"]).await.unwrap();
    replay.sent(&["fields"], &LIST[1..]);
    let fields: Value =
        serde_json::from_str(replay.fake.asked()[0].query("fields").unwrap()).unwrap();
    assert_eq!(fields[1], json!("users.user as row_user"), "a label of our own, else as recorded");

    let replay = Replay::of("rate_limit_headers").await.unwrap();
    let site = replay.site();
    site.page_by_name("Task", &[], None, 1).await.unwrap();
    let limit = site.health().rate_limit.unwrap();
    assert_eq!(
        (limit.limit_micros, limit.used_micros, limit.reset_seconds),
        (1_000_000, Some(8_451), Some(2))
    );
}

#[tokio::test]
async fn the_log_of_webhooks_and_the_deletions_are_read_as_recorded() {
    let Some(replay) = Replay::of("webhook_request_log").await else { return };
    let logged = replay.site().webhook_request_log_since("2026-11-22 09:00:00").await.unwrap();
    assert_eq!(logged.len(), 1, "the other one is of another template");
    assert_eq!(logged[0].hint.name, "TASK-2026-00023");
    assert!(logged[0].is_delivered);

    let mut recorded = exchange("deleted_document_get").unwrap()["response"].take();
    recorded["body"] = json!({"data": [recorded["body"]["data"]]});
    let fake = Fake::saying([Say::recorded(&recorded)]).await;
    let deleted = fake.site().deleted_since("2026-11-22 09:00:00", &["Task"]).await.unwrap();
    assert_eq!(deleted[0].creation.as_deref(), Some("2026-11-22 09:32:43.527369"));
    assert_eq!(deleted[0].at, "2026-11-22 09:32:45.704489");
}

#[test]
fn the_recorded_webhooks_signatures_check_out() {
    let Some(folder) = folder() else { return };
    let mut checked = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if !name.starts_with("webhook_delivery_") {
            continue;
        }
        let delivery: Value =
            serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let Some(secret) = delivery["secret"].as_str() else { continue };
        let body = delivery["request"]["body_raw"].as_str().unwrap().as_bytes();
        let header = delivery["request"]["headers"][SIGNATURE_HEADER].as_str().unwrap();
        assert!(verify_signature(&secret.into(), body, header), "{name}");
        assert!(!verify_signature(&"another".into(), body, header), "{name}");
        assert_eq!(Hint::from_body(body).is_ok(), !name.contains("fields"), "{name}");
        checked += 1;
    }
    assert!(checked > 10, "{checked}");
}
