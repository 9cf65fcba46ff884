//! What a browser gets: the login page, desk forms with Client Scripts, and sessions that end.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may")]

#[path = "shared/asking.rs"]
mod asking;

use asking::{Answer, Asking, CARL, SERVICE, TOM};
use serde_json::{Value, json};

const WHO: &str = "api/method/frappe.auth.get_logged_user";
const FORM: &str = "app/project/PROJ-0001";

async fn log_in(site: &Asking, password: &str) -> Answer {
    site.form("api/method/login", &[("usr", TOM), ("pwd", password)]).await
}

#[tokio::test]
async fn guests_are_sent_to_the_login_page_and_come_back() {
    let site = Asking::start().await;
    let guest = site.browse(FORM, "").await;
    assert_eq!(guest.status, 301);
    assert_eq!(guest.header("location"), "/login?redirect-to=%2Fapp%2Fproject%2FPROJ-0001");
    let login = site.browse("login?redirect-to=%2Fapp", "").await;
    assert_eq!(login.status, 200);
    assert!(login.text.contains("name=\"usr\"") && login.text.contains("name=\"pwd\""));

    let sid = format!("sid={}", site.sign_in(TOM, "fake-password-tom").await);
    let on = site.browse("login?redirect-to=%2Fapp%2Fproject%2FPROJ-0001", &sid).await;
    assert_eq!((on.status, on.header("location")), (302, "/app/project/PROJ-0001"));
    for foreign in ["http%3A%2F%2Fevil.example%2F", "%2F%2Fevil.example%2F", "%2F%5Cevil.example"] {
        let away = site.browse(&format!("login?redirect-to={foreign}"), &sid).await;
        assert_eq!(away.header("location"), "/app", "{foreign}");
    }
}

#[tokio::test]
async fn a_form_carries_the_enabled_scripts_of_its_doctype_and_the_added_fields() {
    let site = Asking::start().await;
    for (name, dt, enabled) in [("On", "Project", 1), ("Off", "Project", 0), ("Task", "Task", 1)] {
        let script = json!({"name": name, "dt": dt, "enabled": enabled, "script": format!("</script>script {name}")});
        site.ok(SERVICE, "POST", "api/resource/Client Script", &script).await;
    }
    for (fieldname, kind) in [("talk_tab", "Tab Break"), ("talk_html", "HTML")] {
        let field =
            json!({"dt": "Project", "fieldname": fieldname, "label": "Talk", "fieldtype": kind});
        site.ok(SERVICE, "POST", "api/resource/Custom Field", &field).await;
    }
    let sid = format!("sid={}", site.sign_in(TOM, "fake-password-tom").await);
    let form = site.browse(FORM, &sid).await;
    assert_eq!(form.status, 200);
    assert!(form.text.contains("script On") && !form.text.contains("</script>script"));
    assert!(!form.text.contains("script Off") && !form.text.contains("script Task"));
    assert!(form.text.contains("data-fieldname=\"talk_html\""));
    assert_eq!(form.header("x-frame-options"), "");
    assert_eq!(form.header("content-security-policy"), "");
}

#[tokio::test]
async fn a_form_shows_only_what_its_reader_may_read() {
    let site = Asking::start().await;
    let sid = format!("sid={}", site.sign_in(TOM, "fake-password-tom").await);
    let issue = site.browse("app/issue/ISS-2026-00001", &sid).await;
    assert!(issue.text.contains("enough permissions") && !issue.text.contains("Safari"));
    let portal = format!("sid={}", site.sign_in(CARL, "fake-password-carl").await);
    assert_eq!(site.browse(FORM, &portal).await.status, 403);
    assert_eq!(site.browse("me", &portal).await.status, 200);
}

#[tokio::test]
async fn a_rendered_form_arms_its_session_against_forged_requests() {
    let site = Asking::start().await;
    let sid = format!("sid={}", site.sign_in(TOM, "fake-password-tom").await);
    let form = site.browse(FORM, &sid).await;
    let token = form.text.split("csrf_token = \"").nth(1).unwrap().split('"').next().unwrap();
    let doc = json!({"doctype": "Task", "subject": "From the desk"}).to_string();
    let body =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("doc", &doc).finish();
    let kind = Some("application/x-www-form-urlencoded");
    let path = "api/method/frappe.client.insert";
    let forged = site.send("POST", path, &[("Cookie", &sid)], kind, body.clone()).await;
    assert_eq!((forged.status, forged.exc_type()), (400, "CSRFTokenError"));
    let headers = [("Cookie", sid.as_str()), ("X-Frappe-CSRF-Token", token)];
    let made = site.send("POST", path, &headers, kind, body).await;
    assert_eq!((made.status, &made.body["message"]["owner"]), (200, &json!(TOM)));
}

#[tokio::test]
async fn disabling_a_user_ends_their_sessions() {
    let site = Asking::start().await;
    let sid = format!("sid={}", site.sign_in(TOM, "fake-password-tom").await);
    assert_eq!(site.browse(WHO, &sid).await.body["message"], TOM);
    site.running.set_enabled(TOM, false).unwrap();
    let ended = site.browse(WHO, &sid).await;
    assert_eq!((ended.status, &ended.body["session_expired"]), (403, &json!(1)));
    let refused = log_in(&site, "fake-password-tom").await;
    assert_eq!(
        (refused.status, &refused.body["message"]),
        (401, &json!("User disabled or missing"))
    );
}

#[tokio::test]
async fn an_old_password_a_second_factor_and_a_lock_open_no_session() {
    let site = Asking::start().await;
    site.running.expire_password(TOM).unwrap();
    let old = log_in(&site, "fake-password-tom").await;
    assert_eq!((old.status, &old.body["message"]), (200, &json!("Password Reset")));
    assert_eq!(old.cookie("sid").as_deref(), Some("Guest"));
    site.running.set_password(TOM, "a newer one").unwrap();
    assert_eq!(log_in(&site, "fake-password-tom").await.status, 401);
    assert_ne!(log_in(&site, "a newer one").await.cookie("sid").as_deref(), Some("Guest"));
    let user = site.running.document("User", TOM).unwrap();
    assert_eq!(user.get("new_password"), None);

    site.running.ask_for_second_factor(TOM, true).unwrap();
    let second = log_in(&site, "a newer one").await;
    assert!(second.body["verification"].is_object(), "{}", second.text);
    assert_eq!(second.cookie("sid").as_deref(), Some("Guest"));
    site.running.ask_for_second_factor(TOM, false).unwrap();

    site.running.lock(TOM).unwrap();
    let locked = log_in(&site, "a newer one").await;
    assert_eq!((locked.status, locked.exc_type()), (500, "SecurityException"));
    site.running.unlock(TOM).unwrap();
    assert_eq!(log_in(&site, "a newer one").await.status, 200);
}

#[tokio::test]
async fn users_are_steered_from_another_process_too() {
    let site = Asking::start().await;
    let sid = format!("sid={}", site.sign_in(TOM, "fake-password-tom").await);
    let path = format!("_standin/users/{TOM}");
    let done = site.ok("", "POST", &path, &json!({"end_sessions": true, "lock": true})).await;
    assert_eq!(done["done"], json!(["end_sessions", "lock"]));
    assert_eq!(site.browse(WHO, &sid).await.status, 403);
    assert_eq!(log_in(&site, "fake-password-tom").await.status, 500);
    let nobody = site.ask("", "POST", "_standin/users/nobody", &json!({"lock": true})).await;
    assert_eq!(nobody.status, 404);
    assert_eq!(site.ask("", "GET", WHO, &Value::Null).await.status, 403);
}
