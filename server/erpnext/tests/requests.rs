//! What the client sends, and what it makes of the answers.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may")]

#[path = "shared/fake.rs"]
mod fake;

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use erpnext::{Authorization, ErpError, Identity, NewComment, NewFile, OauthClient, TimelineLink};
use fake::{Asked, Fake, Say};
use futures::TryStreamExt;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

const SERVICE: &str = "token key:very-secret";
const AUDITOR: &str = "token auditor-key:very-secret";

fn data(rows: Value) -> Say {
    Say::json(&json!({"data": rows}))
}

fn message(message: Value) -> Say {
    Say::json(&json!({"message": message}))
}

fn filter(asked: &Asked, name: &str) -> Value {
    serde_json::from_str(asked.query(name).unwrap()).unwrap()
}

fn new_file() -> NewFile {
    NewFile {
        file_name: "brief.bin".into(),
        content: vec![0, 159, 146, 150],
        is_private: true,
        attached_to_doctype: "Communication".into(),
        attached_to_name: "c1".into(),
        key: "k1".into(),
    }
}

#[tokio::test]
async fn what_only_a_system_manager_may_ask_is_asked_as_the_auditor() {
    let fake = Fake::saying([
        message(json!({"result": [{"name": "TASK-2"}, ["TASK-1", "Open"]]})),
        message(json!({"result": []})),
        message(json!(["Projects User", "All"])),
        message(json!({"has_permission": true})),
    ])
    .await;
    let site = fake.site();
    let permitted = site.permitted_documents("tom@x.example", "Task").await.unwrap();
    assert_eq!(permitted, ["TASK-2", "TASK-1"]);
    assert!(site.permitted_projects("tom@x.example").await.unwrap().is_empty());
    assert_eq!(site.roles_of("tom@x.example").await.unwrap(), ["Projects User", "All"]);
    let tom = site.acting_as(&Identity::Bearer("toms".into())).unwrap();
    assert!(tom.has_permission("Task", "TASK-1", "write").await.unwrap());

    let asked = fake.asked();
    let by: Vec<_> = asked.iter().map(|one| one.header("authorization").unwrap()).collect();
    assert_eq!(by, [AUDITOR, AUDITOR, AUDITOR, "Bearer toms"]);
    assert_eq!(filter(&asked[0], "filters"), json!({"user": "tom@x.example", "doctype": "Task"}));
    assert_eq!(filter(&asked[1], "filters")["doctype"], "Project");
    assert_eq!(asked[3].query("perm_type"), Some("write"));
}

#[tokio::test]
async fn a_void_token_of_a_member_is_an_expired_session_and_not_a_refused_key() {
    let refused = Say::status(401, br#"{"exc_type": "AuthenticationError"}"#);
    let fake = Fake::saying([refused]).await;
    let site = fake.site();
    let member = site.acting_as(&Identity::Bearer("old".into())).unwrap();
    let error = member.get_document("Task", "T-1").await.unwrap_err();
    assert!(matches!(error, ErpError::SessionExpired), "{error:?}");
    let error = member.download_file("/private/files/a.pdf").await.unwrap_err();
    assert!(matches!(error, ErpError::SessionExpired), "{error:?}");
    let error = site.get_document("Task", "T-1").await.unwrap_err();
    assert!(matches!(error, ErpError::BadCredentials { .. }), "{error:?}");
}

#[tokio::test]
async fn a_file_is_inserted_with_its_key_and_bytes_that_are_no_text() {
    let fake =
        Fake::saying([data(json!({"name": "f1", "file_url": "/private/files/b.bin"}))]).await;
    let file = fake.site().upload_file(&new_file()).await.unwrap();
    assert_eq!((file.name(), file.text("file_url")), ("f1", Some("/private/files/b.bin")));
    let asked = fake.asked().remove(0);
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("POST", "/api/resource/File"));
    let body = asked.json();
    assert_eq!(body["parlance_key"], "k1");
    assert_eq!((&body["decode"], &body["is_private"]), (&json!(true), &json!(1)));
    let sent = STANDARD.decode(body["content"].as_str().unwrap()).unwrap();
    assert_eq!(sent, new_file().content);
}

#[tokio::test]
async fn a_download_streams_from_the_sites_own_file_folders_only() {
    let pdf = Say::status(200, b"%PDF-1.4 small").with("content-type", "application/pdf");
    let fake = Fake::saying([pdf]).await;
    let site = fake.site();
    let odd = site.download_file("/private/files/Plan #1 50% für Ä?.pdf").await.unwrap();
    assert_eq!(odd.content_type.as_deref(), Some("application/pdf"));
    assert_eq!(odd.length, Some(14));
    let pieces: Vec<_> = odd.into_stream().try_collect().await.unwrap();
    assert_eq!(pieces.concat(), b"%PDF-1.4 small");
    let asked = fake.asked();
    assert_eq!(asked[0].path, "/private/files/Plan%20%231%2050%25%20f%C3%BCr%20%C3%84%3F.pdf");
    assert_eq!(asked[0].header("authorization"), Some(SERVICE));

    for elsewhere in [
        "https://evil.example/files/a",
        "//evil.example/files/a",
        "/api/method/logout",
        "/files/../api/method/logout",
        "/private/files/a/./b",
        "/private/files/",
        "/files/a\\..\\b",
        "files/a",
        "",
    ] {
        let error = site.download_file(elsewhere).await.unwrap_err();
        assert!(matches!(error, ErpError::NotFound { .. }), "{elsewhere}: {error:?}");
    }
    assert_eq!(fake.asked().len(), 1, "nothing was sent for those");
}

#[tokio::test]
async fn a_download_is_not_redirected_and_its_refusals_are_told_apart() {
    let page = |status| Say::status(status, b"<h1>Forbidden</h1><p>You may not.</p>");
    let fake = Fake::saying([
        page(302).with("location", "https://evil.example/login?sid=1"),
        page(403),
        page(404),
        page(502),
    ])
    .await;
    let site = fake.site();
    let mut errors = Vec::new();
    for _ in 0..4 {
        errors.push(site.download_file("/private/files/a.pdf").await.unwrap_err());
    }
    assert!(matches!(errors[0], ErpError::NotErpnext { status: 302, .. }), "{errors:?}");
    assert!(matches!(errors[1], ErpError::NotPermitted { .. }), "{errors:?}");
    assert!(matches!(errors[2], ErpError::NotFound { .. }), "{errors:?}");
    assert!(matches!(errors[3], ErpError::Unavailable { status: 502, .. }), "{errors:?}");
    assert_eq!(fake.asked().len(), 4);
    assert_eq!((site.health().failures_in_a_row, site.health().in_flight), (1, 0));
}

#[tokio::test]
async fn assignments_and_comments_go_through_the_desks_own_methods() {
    let fake = Fake::saying([
        message(json!([{"owner": "tom@x.example", "name": "t1"}])),
        message(json!([])),
        message(json!({"name": "c1", "comment_type": "Comment"})),
        data(json!({"name": "comm1"})),
        Say::status(202, br#"{"data": "ok"}"#),
    ])
    .await;
    let site = fake.site();
    site.assign("Task", "T-1", &["tom@x.example"], Some("please")).await.unwrap();
    site.unassign("Task", "T-1", "tom@x.example").await.unwrap();
    let comment = NewComment {
        reference_doctype: "Task".into(),
        reference_name: "T-1".into(),
        content: "<div>hello</div>".into(),
        comment_email: "maya@x.example".into(),
        comment_by: "Maya".into(),
    };
    assert_eq!(site.add_comment(&comment).await.unwrap().name(), "c1");
    let link = TimelineLink { link_doctype: "Task".into(), link_name: "T-1".into() };
    site.update_communication("comm1", "Maya: new", "<div>new</div>", &[link]).await.unwrap();
    site.delete_communication("comm1").await.unwrap();

    let asked = fake.asked();
    assert_eq!(asked[0].path, "/api/method/frappe.desk.form.assign_to.add");
    assert_eq!(asked[0].json()["assign_to"], r#"["tom@x.example"]"#);
    assert_eq!(asked[1].path, "/api/method/frappe.desk.form.assign_to.remove");
    assert_eq!(asked[1].json()["assign_to"], "tom@x.example");
    assert_eq!(asked[2].json()["comment_by"], "Maya");
    assert_eq!(asked[3].method, "PUT");
    assert_eq!(
        asked[3].json(),
        json!({
            "subject": "Maya: new", "content": "<div>new</div>",
            "timeline_links": [{"link_doctype": "Task", "link_name": "T-1"}],
        })
    );
    assert_eq!(
        (asked[4].method.as_str(), asked[4].path.as_str()),
        ("DELETE", "/api/resource/Communication/comm1")
    );
}

#[tokio::test]
async fn oauth_carries_neither_cookie_nor_key_and_names_a_void_grant() {
    let tokens = |number: u32| {
        Say::json(&json!({
            "access_token": format!("a{number}"), "refresh_token": format!("r{number}"),
            "expires_in": 3600, "token_type": "Bearer", "scope": "all openid",
        }))
        .with("set-cookie", "sid=Guest; Path=/")
    };
    let void = Say::status(400, br#"{"error": "invalid_grant"}"#);
    let odd =
        Say::status(400, br#"{"error": "invalid_request", "description": "Mismatching URI."}"#);
    let fake = Fake::saying([
        tokens(1),
        tokens(2),
        Say::json(&json!({})),
        void,
        Say::status(404, br#"{"exc_type": "DoesNotExistError"}"#),
        odd,
        Say::json(&json!({"sub": "x", "email": "tom@x.example", "name": "Tom", "picture": null})),
    ])
    .await;
    let site = fake.site();
    let back = "https://parlance.example/oauth/callback?x=1&y";
    let client =
        OauthClient { id: "client".into(), secret: None, redirect_uri: back.parse().unwrap() };
    let first = site.exchange_code(&client, "code+/1", "a-verifier").await.unwrap();
    assert_eq!(first.access.expose_secret(), "a1");
    assert_eq!(first.expires_in, Duration::from_secs(3600));
    let second = site.refresh_tokens(&client, &first.refresh.unwrap()).await.unwrap();
    assert_eq!(second.access.expose_secret(), "a2");
    site.revoke_token(&second.access).await.unwrap();
    let token = SecretString::from("r9");
    let used = site.exchange_code(&client, "used", "a-verifier").await.unwrap_err();
    assert!(matches!(used, ErpError::InvalidGrant), "{used:?}");
    let revoked = site.refresh_tokens(&client, &token).await.unwrap_err();
    assert!(matches!(revoked, ErpError::InvalidGrant), "{revoked:?}");
    let odd = site.refresh_tokens(&client, &token).await.unwrap_err();
    assert!(matches!(&odd, ErpError::Invalid { kind, .. } if kind == "invalid_request"), "{odd:?}");
    assert_eq!(odd.message(), Some("Mismatching URI."));
    assert_eq!(site.profile(&first.access).await.unwrap().email, "tom@x.example");

    let asked = fake.asked();
    assert!(asked.iter().all(|one| one.header("cookie").is_none()));
    assert!(asked[..6].iter().all(|one| one.header("authorization").is_none()));
    assert_eq!(asked[6].header("authorization"), Some("Bearer a1"));
    let form: Vec<(String, String)> =
        url::form_urlencoded::parse(&asked[0].body).into_owned().collect();
    let field =
        |name: &str| form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    assert_eq!(field("redirect_uri"), Some(back));
    assert_eq!(field("code"), Some("code+/1"));
    assert_eq!(field("code_verifier"), Some("a-verifier"));
    assert_eq!(asked[2].body, "token=a2");

    let address = site.authorize_url(
        &client,
        Authorization { state: "st&ate", nonce: "n", verifier: "a-verifier" },
    );
    assert_eq!(address.path(), "/api/method/frappe.integrations.oauth2.authorize");
    let query: Vec<(String, String)> = address.query_pairs().into_owned().collect();
    let field =
        |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    assert_eq!((field("redirect_uri"), field("state")), (Some(back), Some("st&ate")));
    assert_eq!(field("code_challenge"), Some("NORfwpEYKakZsuYgaey8PFmACPx5Ikq_PyZGYQ7p8NI"));
    assert_eq!(field("code_challenge_method"), Some("S256"));
}

#[tokio::test]
async fn a_ticket_is_used_once() {
    let row =
        json!([{"name": "k1", "owner": "tom@x.example", "creation": "2026-11-22 09:34:54.3"}]);
    let fake = Fake::saying([
        data(row),
        data(json!([])),
        Say::status(202, br#"{"data": "ok"}"#),
        Say::status(404, br#"{"exc_type": "DoesNotExistError"}"#),
    ])
    .await;
    let site = fake.site();
    let ticket = site.ticket_by_nonce("Parlance Ticket", "n-1").await.unwrap().unwrap();
    assert_eq!(ticket.owner, "tom@x.example");
    assert_eq!(site.ticket_by_nonce("Parlance Ticket", "n-2").await.unwrap(), None);
    assert!(site.delete_ticket("Parlance Ticket", "k1").await.unwrap());
    assert!(!site.delete_ticket("Parlance Ticket", "k1").await.unwrap());
    let asked = fake.asked();
    assert_eq!(filter(&asked[0], "filters"), json!([["nonce", "=", "n-1"]]));
    assert_eq!(asked[2].path, "/api/resource/Parlance%20Ticket/k1");
}

#[tokio::test]
async fn pages_go_on_strictly_behind_the_last_row() {
    let fake = Fake::saying([data(json!([]))]).await;
    let site = fake.site();
    let stamp = "2026-11-20 16:05:00.000000";
    site.page_since("Task", &["subject"], Some(stamp), 50).await.unwrap();
    site.page_after("Task", &["name", "subject"], (stamp, "TASK-7"), 50).await.unwrap();
    site.page_by_name("Task", &["subject"], Some("TASK-7"), 0).await.unwrap();
    let asked = fake.asked();
    assert_eq!(filter(&asked[0], "fields"), json!(["subject", "name", "modified"]));
    assert_eq!(filter(&asked[0], "filters"), json!([["modified", ">=", stamp]]));
    assert_eq!(asked[0].query("or_filters"), None);
    assert_eq!(filter(&asked[1], "fields"), json!(["name", "subject", "modified"]));
    assert_eq!(filter(&asked[1], "filters"), json!([["modified", ">=", stamp]]));
    assert_eq!(
        filter(&asked[1], "or_filters"),
        json!([["modified", ">", stamp], ["name", ">", "TASK-7"]])
    );
    assert_eq!(asked[1].query("order_by"), Some("modified asc, name asc"));
    assert_eq!(filter(&asked[2], "filters"), json!([["name", ">", "TASK-7"]]));
    assert_eq!(asked[2].query("order_by"), Some("name asc"));
}

#[tokio::test]
async fn child_rows_come_in_their_order_and_long_lists_of_parents_by_post() {
    let joined = json!([
        {"name": "P-2", "row_user": "c", "row_idx": 1},
        {"name": "P-1", "row_user": "b", "row_idx": 10},
        {"name": "P-3", "row_user": null, "row_idx": null},
        {"name": "P-1", "row_user": "a", "row_idx": 9},
    ]);
    let fake = Fake::saying([data(joined), message(json!([]))]).await;
    let site = fake.site();
    let rows = site.child_rows("Project", Some(&["P-1", "P-2", "P-3"]), "users", &["user"]).await;
    let rows = rows.unwrap();
    let found: Vec<_> = rows
        .iter()
        .map(|row| (row.parent.as_str(), row.fields["user"].as_str().unwrap()))
        .collect();
    assert_eq!(found, [("P-1", "a"), ("P-1", "b"), ("P-2", "c")]);
    let asked = fake.asked();
    assert_eq!(
        filter(&asked[0], "fields"),
        json!(["name", "users.user as row_user", "users.idx as row_idx"])
    );

    let names: Vec<String> = (0..600).map(|number| format!("PROJECT-{number:020}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    site.child_rows("Project", Some(&names), "users", &["user"]).await.unwrap();
    let asked = fake.asked();
    assert_eq!(asked.len(), 4);
    let mut sent = 0;
    for one in &asked[1..] {
        assert_eq!(
            (one.method.as_str(), one.path.as_str()),
            ("POST", "/api/method/frappe.client.get_list")
        );
        let filters: Value = serde_json::from_str(one.json()["filters"].as_str().unwrap()).unwrap();
        sent += filters[0][2].as_array().unwrap().len();
    }
    assert_eq!(sent, 600);
    assert_eq!((site.health().reads, site.health().writes), (4, 0), "these read, by POST or not");
    assert!(site.child_rows("Project", Some(&[]), "users", &["user"]).await.unwrap().is_empty());
    assert_eq!(fake.asked().len(), 4);
}

#[tokio::test]
async fn the_webhook_log_and_the_deletions_are_read_to_their_end() {
    let hint = |name: u32| json!({"event": "on_update", "doctype": "Task", "name": format!("T-{name}"), "modified": "m", "user": ""});
    let row = |number: u32| {
        json!({
            "name": format!("log{number:04}"), "creation": "2026-11-22 09:36:35.285248",
            "data": serde_json::to_string_pretty(&hint(number)).unwrap(),
            "error": if number == 1 { "ConnectionError" } else { "" },
        })
    };
    let mut first: Vec<Value> = (0..200).map(row).collect();
    first[5]["data"] = json!("{\n \"subject\": \"another template\"\n}");
    let fake = Fake::saying([
        data(first.into()),
        data(json!([row(200)])),
        data(json!([
            {"name": "d1", "creation": "2026-11-22 09:32:45.7", "deleted_doctype": "Task", "deleted_name": "T-9",
             "data": r#"{"name": "T-9", "creation": "2026-11-22 09:32:43.5"}"#},
            {"name": "d2", "creation": "2026-11-22 09:32:46.0", "deleted_doctype": "File", "deleted_name": "f1",
             "data": "cut off"},
        ])),
    ])
    .await;
    let site = fake.site();
    let since = "2026-11-22 09:00:00.000000";
    let logged = site.webhook_request_log_since(since).await.unwrap();
    assert_eq!(logged.len(), 200, "all but the one of another template");
    assert_eq!((logged[0].hint.name.as_str(), logged[0].is_delivered), ("T-0", true));
    assert_eq!((logged[1].hint.name.as_str(), logged[1].is_delivered), ("T-1", false));
    let deleted = site.deleted_since(since, &["Task", "File"]).await.unwrap();
    assert_eq!(deleted[0].creation.as_deref(), Some("2026-11-22 09:32:43.5"));
    assert_eq!(
        (deleted[0].name.as_str(), deleted[0].at.as_str()),
        ("T-9", "2026-11-22 09:32:45.7")
    );
    assert_eq!((deleted[1].doctype.as_str(), &deleted[1].creation), ("File", &None));

    let asked = fake.asked();
    assert!(asked.iter().all(|one| one.header("authorization") == Some(AUDITOR)));
    assert_eq!(filter(&asked[0], "filters")[0], json!(["creation", ">=", since]));
    let last = "2026-11-22 09:36:35.285248";
    assert_eq!(filter(&asked[1], "filters")[0], json!(["creation", ">=", last]));
    assert_eq!(
        filter(&asked[1], "or_filters"),
        json!([["creation", ">", last], ["name", ">", "log0199"]])
    );
    assert_eq!(filter(&asked[2], "filters")[1], json!(["deleted_doctype", "in", ["Task", "File"]]));
}

#[tokio::test]
async fn a_probe_needs_no_key_and_tells_the_servers_clock() {
    let fake = Fake::saying([message(json!("pong")), message(json!("welcome"))]).await;
    let site = fake.site();
    let probe = site.probe().await.unwrap();
    assert!(!probe.is_https);
    assert!(probe.clock_skew().unwrap().num_seconds().abs() < 60, "{probe:?}");
    assert_eq!(fake.asked()[0].header("authorization"), None);
    let other = site.probe().await.unwrap_err();
    assert!(matches!(other, ErpError::Unexpected { .. }), "{other:?}");
}
