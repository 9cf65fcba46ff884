//! Setting a site up over its API, and taking everything away again.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may")]

#[path = "shared/asking.rs"]
mod asking;

use asking::{Asking, HUB, PETRA, SERVICE, TINA, TOM, token};
use serde_json::{Value, json};
use standin::erpnext::{Seed, State};

const BOT: &str = "parlance.bot@nordlicht.example";
const RULES: &str = "api/method/frappe.core.page.permission_manager.permission_manager";
const KEYS: &str = "api/method/frappe.core.doctype.user.user.generate_keys";

/// Role and user of the smaller set that works, and the user's token.
async fn smaller_service_user(site: &Asking, more_roles: &[&str]) -> String {
    for role in ["Hub Integration", "Super Email User"] {
        site.ok(
            SERVICE,
            "POST",
            "api/resource/Role",
            &json!({"role_name": role, "desk_access": 1}),
        )
        .await;
    }
    for right in ["create", "write", "delete"] {
        rule(site, "Communication", right).await;
    }
    let roles = ["Projects User", "Support Team", "Sales User", "Hub Integration"];
    let roles: Vec<Value> =
        roles.iter().chain(more_roles).map(|role| json!({"role": role})).collect();
    let user = json!({"email": BOT, "first_name": "Parlance", "last_name": "Bot", "send_welcome_email": 0, "roles": roles});
    let user = site.ok(SERVICE, "POST", "api/resource/User", &user).await;
    assert_eq!(user["data"]["user_type"], "System User");
    keys_of_bot(site).await
}

async fn rule(site: &Asking, doctype: &str, right: &str) {
    let add = json!({"parent": doctype, "role": "Hub Integration", "permlevel": 0});
    site.ok(SERVICE, "POST", &format!("{RULES}.add"), &add).await;
    let update = json!({"doctype": doctype, "role": "Hub Integration", "permlevel": 0, "ptype": right, "value": 1});
    site.ok(SERVICE, "POST", &format!("{RULES}.update"), &update).await;
}

async fn keys_of_bot(site: &Asking) -> String {
    let secret = site.ok(SERVICE, "POST", KEYS, &json!({"user": BOT})).await;
    let user = site.ok(SERVICE, "GET", &format!("api/resource/User/{BOT}"), &Value::Null).await;
    let key = user["data"]["api_key"].as_str().unwrap().to_owned();
    format!("token {key}:{}", secret["message"]["api_secret"].as_str().unwrap())
}

fn chat(medium: &str) -> Value {
    json!({
        "communication_medium": medium, "content": "<div>hello</div>", "subject": "hello",
        "sender": PETRA, "reference_doctype": "Task", "reference_name": "TASK-2026-00003",
    })
}

#[tokio::test]
async fn taking_everything_away_again_leaves_the_set_of_documents_as_it_was() {
    let site = Asking::start().await;
    let before = site.running.names();
    let task = site.running.document("Task", "TASK-2026-00003").unwrap();
    smaller_service_user(&site, &["Super Email User"]).await;
    let made = [
        (
            "Custom Field",
            json!({"dt": "Task", "fieldname": "parlance_key", "label": "Key", "fieldtype": "Data", "unique": 1}),
        ),
        (
            "Custom Field",
            json!({"dt": "Project", "fieldname": "parlance_tab", "label": "Talk", "fieldtype": "Tab Break"}),
        ),
        ("Client Script", json!({"name": "Parlance", "dt": "Project", "enabled": 1, "script": ""})),
        (
            "DocType",
            json!({
                "name": "Parlance Ticket", "module": "Custom", "custom": 1, "autoname": "hash",
                "fields": [{"fieldname": "nonce", "fieldtype": "Data", "label": "Nonce", "unique": 1}],
                "permissions": [{"role": "Projects User", "create": 1, "read": 1, "if_owner": 1}],
            }),
        ),
    ];
    let mut names = Vec::new();
    for (doctype, body) in made {
        let answer = site.ok(SERVICE, "POST", &format!("api/resource/{doctype}"), &body).await;
        names.push((doctype, answer["data"]["name"].as_str().unwrap().to_owned()));
    }
    let key = json!({"parlance_key": "k1"});
    site.ok(SERVICE, "PUT", "api/resource/Task/TASK-2026-00003", &key).await;
    site.ok(&token("tom"), "POST", "api/resource/Parlance Ticket", &json!({"nonce": "n"})).await;

    for (doctype, name) in names {
        site.ok(SERVICE, "DELETE", &format!("api/resource/{doctype}/{name}"), &Value::Null).await;
    }
    let contact = site.running.names()["Contact"].iter().find(|name| name.contains("Bot")).cloned();
    let contact = format!("api/resource/Contact/{}", contact.unwrap());
    for path in [contact, format!("api/resource/User/{BOT}")] {
        site.ok(SERVICE, "DELETE", &path, &Value::Null).await;
    }
    site.ok(SERVICE, "POST", &format!("{RULES}.reset"), &json!({"doctype": "Communication"})).await;
    for role in ["Hub Integration", "Super Email User"] {
        site.ok(SERVICE, "DELETE", &format!("api/resource/Role/{role}"), &Value::Null).await;
    }

    let mut after = site.running.names();
    after.remove("Deleted Document");
    assert_eq!(after, before);
    let task_after = site.running.document("Task", "TASK-2026-00003").unwrap();
    assert_eq!(task_after.get("parlance_key"), None);
    assert_eq!(task_after["subject"], task["subject"]);
    let gone = site.ask(SERVICE, "GET", "api/resource/Parlance Ticket", &Value::Null).await;
    assert_eq!((gone.status, gone.exc_type()), (404, "DoesNotExistError"));
}

#[tokio::test]
async fn the_smaller_service_user_works_and_is_refused_what_it_need_not() {
    let site = Asking::start().await;
    let bot = smaller_service_user(&site, &[]).await;
    let bot = bot.as_str();
    let made = site.ok(bot, "POST", "api/resource/Communication", &chat("Chat")).await;
    let made = format!("api/resource/Communication/{}", made["data"]["name"].as_str().unwrap());
    site.ok(bot, "PUT", &made, &json!({"content": "<div>edited</div>"})).await;
    site.ok(bot, "DELETE", &made, &Value::Null).await;
    for readable in ["Project", "Task", "Issue", "Customer", "Contact", "Communication"] {
        site.ok(bot, "GET", &format!("api/resource/{readable}"), &Value::Null).await;
    }
    for refused in [
        "Comment",
        "Custom DocPerm",
        "Deleted Document",
        "DocShare",
        "User Permission",
        "Version",
        "Webhook",
        "Webhook Request Log",
    ] {
        let answer = site.ask(bot, "GET", &format!("api/resource/{refused}"), &Value::Null).await;
        assert_eq!((answer.status, answer.exc_type()), (403, "PermissionError"), "{refused}");
    }
    let report = "api/method/frappe.desk.query_report.run?report_name=Permitted%20Documents%20For%20User&filters=%7B%22user%22%3A%22tom.team%40nordlicht.example%22%2C%22doctype%22%3A%22Project%22%7D";
    assert_eq!(site.ask(bot, "GET", report, &Value::Null).await.status, 403);
    let fields = "api/resource/User?fields=[\"name\",\"full_name\",\"enabled\"]&limit=0";
    let users = site.ok(bot, "GET", fields, &Value::Null).await;
    assert!(users["data"].as_array().unwrap().len() >= 6, "{users}");
    let other = site.ask(bot, "GET", &format!("api/resource/User/{TOM}"), &Value::Null).await;
    assert_eq!(other.status, 403);
    for (path, body) in [
        (KEYS.to_owned(), json!({"user": TOM})),
        (format!("{RULES}.add"), json!({"parent": "Task", "role": "Customer", "permlevel": 0})),
        ("api/resource/Role".to_owned(), json!({"role_name": "Mine"})),
        ("api/resource/Client Script".to_owned(), json!({"name": "x", "dt": "Task"})),
        ("api/resource/DocType".to_owned(), json!({"name": "Mine", "module": "Custom"})),
    ] {
        let answer = site.ask(bot, "POST", &path, &body).await;
        assert_eq!((answer.status, answer.exc_type()), (403, "PermissionError"), "{path}");
    }
    let grab = json!({"roles": [{"role": "System Manager"}]});
    let grab = site.ask(bot, "PUT", &format!("api/resource/User/{BOT}"), &grab).await;
    assert_eq!(grab.status, 403);
}

#[tokio::test]
async fn mail_is_listed_only_for_a_super_email_user() {
    let site = Asking::start().await;
    let bot = smaller_service_user(&site, &[]).await;
    site.ok(SERVICE, "POST", "api/resource/Communication", &chat("Email")).await;
    site.ok(SERVICE, "POST", "api/resource/Communication", &chat("Chat")).await;
    let list = "api/resource/Communication?fields=[\"communication_medium\"]";
    let media = |answer: Value| -> Vec<String> {
        let rows = answer["data"].as_array().unwrap().clone();
        rows.iter().map(|row| row["communication_medium"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(media(site.ok(&bot, "GET", list, &Value::Null).await), ["Chat"]);
    site.running.add_role(BOT, "Super Email User").unwrap();
    assert_eq!(media(site.ok(&bot, "GET", list, &Value::Null).await).len(), 2);
    site.running.remove_role(BOT, "Super Email User").unwrap();
    assert_eq!(media(site.ok(&bot, "GET", list, &Value::Null).await), ["Chat"]);
}

#[tokio::test]
async fn a_rule_opens_what_it_names_and_nobody_loses_rights_by_it() {
    let site = Asking::start().await;
    let bot = smaller_service_user(&site, &[]).await;
    for doctype in
        ["Deleted Document", "User Permission", "DocShare", "Webhook Request Log", "Comment"]
    {
        let path = format!("api/resource/{doctype}");
        assert_eq!(site.ask(&bot, "GET", &path, &Value::Null).await.status, 403);
        rule(&site, doctype, "read").await;
        site.ok(&bot, "GET", &path, &Value::Null).await;
        site.ok(SERVICE, "GET", &path, &Value::Null).await;
    }
    let comment = json!({"comment_type": "Comment", "content": "x", "reference_doctype": "Task", "reference_name": "TASK-2026-00003"});
    assert_eq!(site.ask(&bot, "POST", "api/resource/Comment", &comment).await.status, 403);
    site.ok(SERVICE, "POST", "api/resource/Comment", &comment).await;

    let remove = json!({"doctype": "Comment", "role": "Hub Integration", "permlevel": 0});
    site.ok(SERVICE, "POST", &format!("{RULES}.remove"), &remove).await;
    assert_eq!(site.ask(&bot, "GET", "api/resource/Comment", &Value::Null).await.status, 403);
    site.ok(SERVICE, "GET", "api/resource/Comment", &Value::Null).await;
}

#[tokio::test]
async fn a_second_secret_replaces_the_first_and_the_key_stays() {
    let site = Asking::start().await;
    let first = smaller_service_user(&site, &[]).await;
    let who = "api/method/frappe.auth.get_logged_user";
    assert_eq!(site.ok(&first, "GET", who, &Value::Null).await["message"], BOT);
    let second = keys_of_bot(&site).await;
    assert_eq!(first.split(':').next(), second.split(':').next());
    assert_eq!(site.ask(&first, "GET", who, &Value::Null).await.status, 401);
    assert_eq!(site.ok(&second, "GET", who, &Value::Null).await["message"], BOT);
}

#[tokio::test]
async fn a_site_kept_in_a_file_still_knows_the_keys_and_passwords_it_gave() {
    let folder = std::env::temp_dir().join(format!("standin-keys-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let kept = || State::kept(Seed::Recorded, &folder.join("journal")).unwrap();
    let site = Asking::with(kept()).await;
    let bot = smaller_service_user(&site, &[]).await;
    site.running.set_password(TINA, "a newer one").unwrap();
    drop(site);

    let site = Asking::with(kept()).await;
    let who = "api/method/frappe.auth.get_logged_user";
    assert_eq!(site.ok(&bot, "GET", who, &Value::Null).await["message"], BOT);
    assert_ne!(site.sign_in(TINA, "a newer one").await, "Guest");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn a_role_in_use_and_an_unknown_role_are_refused() {
    let site = Asking::start().await;
    smaller_service_user(&site, &[]).await;
    let role = "api/resource/Role/Hub Integration";
    let used = site.ask(SERVICE, "DELETE", role, &Value::Null).await;
    assert_eq!((used.status, used.exc_type()), (417, "LinkExistsError"));
    let unknown = json!({"roles": [{"role": "Nobody Made This"}]});
    let unknown = site.ask(SERVICE, "PUT", &format!("api/resource/User/{BOT}"), &unknown).await;
    assert_eq!((unknown.status, unknown.exc_type()), (417, "LinkValidationError"));
}

#[tokio::test]
async fn roles_decide_what_kind_of_user_somebody_is() {
    let site = Asking::start().await;
    site.running.remove_role(TINA, "Projects User").unwrap();
    let tina = site.running.document("User", TINA).unwrap();
    assert_eq!(tina["user_type"], "Website User");
    site.running.add_role(TINA, "Projects User").unwrap();
    site.running.add_role(TINA, "Projects User").unwrap();
    let tina = site.running.document("User", TINA).unwrap();
    assert_eq!(tina["user_type"], "System User");
    assert_eq!(tina["roles"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn shares_and_user_permissions_come_and_go() {
    let site = Asking::start().await;
    let tina = token("tina");
    let issue = "api/resource/Issue/ISS-2026-00001";
    assert_eq!(site.ask(&tina, "GET", issue, &Value::Null).await.status, 403);
    site.running.share(TINA, "Issue", "ISS-2026-00001", false).unwrap();
    site.ok(&tina, "GET", issue, &Value::Null).await;
    let write = site.ask(&tina, "PUT", issue, &json!({"priority": "Low"})).await;
    assert_eq!(write.status, 403);
    assert_eq!(site.running.unshare(TINA, "Issue", "ISS-2026-00001"), Ok(1));
    assert_eq!(site.ask(&tina, "GET", issue, &Value::Null).await.status, 403);

    let project = "api/resource/Project/PROJ-0001";
    site.running.add_user_permission(TINA, "Project", "PROJ-0002").unwrap();
    assert_eq!(site.ask(&tina, "GET", project, &Value::Null).await.status, 403);
    assert_eq!(site.running.remove_user_permission(TINA, "Project", "PROJ-0002"), Ok(1));
    site.ok(&tina, "GET", project, &Value::Null).await;
}

#[tokio::test]
async fn the_versions_are_those_of_the_release_and_old_keys_depend_on_it() {
    let site = Asking::start().await;
    let versions = "api/method/frappe.utils.change_log.get_versions";
    let answer = site.ok(SERVICE, "GET", versions, &Value::Null).await;
    assert_eq!(answer["message"]["frappe"]["version"], "15.55.1");
    site.running.set_enabled(TINA, false).unwrap();
    let tina = token("tina");
    let who = "api/method/frappe.auth.get_logged_user";
    site.ok(&tina, "GET", who, &Value::Null).await;
    let newer = json!({"frappe": "16.10.0", "erpnext": "16.9.1"});
    let shown = site.ok("", "PUT", "_standin/release", &newer).await;
    assert_eq!(shown["refuses_keys_of_disabled"], true);
    assert_eq!(site.ask(&tina, "GET", who, &Value::Null).await.status, 401);
    let answer = site.ok(SERVICE, "GET", versions, &Value::Null).await;
    assert_eq!(answer["message"]["erpnext"]["version"], "16.9.1");
    assert!(site.running.document("User", HUB).is_some());
}
