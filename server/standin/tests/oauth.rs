//! The OAuth2 provider: what it refuses, what it lets through, and whom it takes somebody for.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may")]

#[path = "shared/asking.rs"]
mod asking;

use asking::{Answer, Asking, PETRA, SERVICE, TOM};
use serde_json::{Value, json};
use standin::erpnext::Release;

const CALLBACK: &str = "http://hub.localhost/oauth/callback";
const VERIFIER: &str = "fakeverifier0123456789abcdefghijklmnopqrstuvwxyzABCDEF";
const CHALLENGE: &str = "44YIi9guH4eaWD4DbXgcU5j5wo0MwkTYF2N9i3rlEhM";
const PROVIDER: &str = "api/method/frappe.integrations.oauth2";
const WHO: &str = "api/method/frappe.auth.get_logged_user";

struct Flow {
    site: Asking,
    client: String,
    sid: String,
}

impl Flow {
    /// Tom is signed in, and a client is there.
    async fn start(skip_authorization: bool) -> Self {
        let site = Asking::start().await;
        let client = json!({
            "app_name": "Hub", "redirect_uris": CALLBACK, "default_redirect_uri": CALLBACK,
            "scopes": "all openid", "grant_type": "Authorization Code", "response_type": "Code",
            "skip_authorization": i32::from(skip_authorization),
        });
        let client = site.ok(SERVICE, "POST", "api/resource/OAuth Client", &client).await;
        let client = client["data"]["client_id"].as_str().unwrap().to_owned();
        let sid = site.sign_in(TOM, "fake-password-tom").await;
        Self { site, client, sid }
    }

    async fn step(&self, step: &str, user_id: &str, changed: &[(&str, &str)]) -> Answer {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let all = [
            ("client_id", self.client.as_str()),
            ("response_type", "code"),
            ("redirect_uri", CALLBACK),
            ("scope", "all openid"),
            ("state", "st 1&x"),
            ("nonce", "n-1"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        for (name, value) in all {
            let changed = changed.iter().find(|(one, _)| *one == name);
            match changed {
                Some((_, "")) => continue,
                Some((_, other)) => query.append_pair(name, other),
                None => query.append_pair(name, value),
            };
        }
        let cookies = format!("sid={}; user_id={user_id}", self.sid);
        self.site.browse(&format!("{PROVIDER}.{step}?{}", query.finish()), &cookies).await
    }

    async fn code(&self, user_id: &str, changed: &[(&str, &str)]) -> String {
        let approved = self.step("approve", user_id, changed).await;
        assert_eq!(approved.status, 302, "{}", approved.text);
        let back = url::Url::parse(approved.header("location")).unwrap();
        assert!(back.as_str().starts_with(CALLBACK));
        let given = |name: &str| {
            let mut pairs = back.query_pairs();
            pairs.find(|(one, _)| one == name).map(|(_, value)| value.into_owned())
        };
        assert_eq!(given("state").as_deref(), Some("st 1&x"));
        given("code").unwrap()
    }

    async fn token(&self, code: &str, verifier: &str) -> Answer {
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("client_id", self.client.as_str()),
            ("client_secret", "not the right one"),
        ];
        if !verifier.is_empty() {
            form.push(("code_verifier", verifier));
        }
        self.site.form(&format!("{PROVIDER}.get_token"), &form).await
    }

    async fn refresh(&self, token: &str) -> Answer {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("client_id", self.client.as_str()),
        ];
        self.site.form(&format!("{PROVIDER}.get_token"), &form).await
    }

    async fn pair(&self) -> (String, String) {
        let code = self.code("tom.team%40nordlicht.example", &[]).await;
        let answer = self.token(&code, VERIFIER).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let secret = |name: &str| answer.body[name].as_str().unwrap().to_owned();
        (secret("access_token"), secret("refresh_token"))
    }

    async fn who(&self, access: &str) -> Answer {
        self.site.ask(&format!("Bearer {access}"), "GET", WHO, &Value::Null).await
    }
}

#[tokio::test]
async fn an_unrepaired_release_takes_the_cookie_for_the_person() {
    let flow = Flow::start(true).await;
    let code = flow.code("petra.pm%40nordlicht.example", &[]).await;
    let token = flow.token(&code, VERIFIER).await;
    let who = flow.who(token.body["access_token"].as_str().unwrap()).await;
    assert_eq!(who.body["message"], PETRA);
}

#[tokio::test]
async fn a_repaired_release_takes_the_session_for_the_person() {
    let flow = Flow::start(true).await;
    flow.site.running.set_release(Release::new("16.10.0", "16.9.1").repaired());
    let code = flow.code("petra.pm%40nordlicht.example", &[]).await;
    let token = flow.token(&code, VERIFIER).await;
    let who = flow.who(token.body["access_token"].as_str().unwrap()).await;
    assert_eq!(who.body["message"], TOM);
}

#[tokio::test]
async fn a_wrong_verifier_can_be_tried_again_and_a_missing_one_ends_the_code() {
    let flow = Flow::start(true).await;
    let code = flow.code(TOM, &[]).await;
    let wrong = flow.token(&code, "wrongwrongwrongwrongwrongwrongwrongwrongwrong").await;
    assert_eq!((wrong.status, &wrong.body), (400, &json!({"error": "invalid_grant"})));
    assert_eq!(flow.token(&code, VERIFIER).await.status, 200);
    let reused = flow.token(&code, VERIFIER).await;
    assert_eq!((reused.status, &reused.body), (400, &json!({"error": "invalid_grant"})));

    let code = flow.code(TOM, &[]).await;
    assert_eq!(flow.token(&code, "").await.status, 400);
    assert_eq!(flow.token(&code, VERIFIER).await.status, 400);

    let open = flow.code(TOM, &[("code_challenge", ""), ("code_challenge_method", "")]).await;
    assert_eq!(flow.token(&open, "").await.status, 200);
}

#[tokio::test]
async fn a_foreign_address_an_unknown_client_and_a_foreign_scope_are_refused_without_a_redirect() {
    let flow = Flow::start(true).await;
    for (name, value, error) in [
        ("redirect_uri", "http://evil.example/", "invalid_request"),
        ("redirect_uri", "http://hub.localhost/oauth/callback/../x", "invalid_request"),
        ("client_id", "nope", "invalid_request"),
        ("scope", "admin", "invalid_scope"),
        ("response_type", "token", "unsupported_response_type"),
    ] {
        for step in ["authorize", "approve"] {
            let refused = flow.step(step, TOM, &[(name, value)]).await;
            assert_eq!((refused.status, &refused.body["error"]), (400, &json!(error)), "{name}");
            assert_eq!(refused.header("location"), "");
        }
    }
}

#[tokio::test]
async fn guests_are_sent_to_the_login_page_and_others_are_asked_unless_that_is_skipped() {
    let flow = Flow::start(false).await;
    let consent = flow.step("authorize", TOM, &[]).await;
    assert_eq!(consent.status, 200);
    assert!(consent.text.contains("/api/method/frappe.integrations.oauth2.approve?"));
    assert!(consent.text.contains("error=access_denied"));

    let mut guest = flow;
    guest.sid = "Guest".into();
    let login = guest.step("authorize", "Guest", &[]).await;
    let place = login.header("location");
    assert_eq!(login.status, 302);
    assert!(place.starts_with("/login?redirect-to=http%3A%2F%2F127.0.0.1"), "{place}");
    assert_eq!(guest.step("approve", TOM, &[]).await.status, 403);
}

#[tokio::test]
async fn expired_and_revoked_tokens_open_nothing() {
    let flow = Flow::start(true).await;
    let (access, refresh) = flow.pair().await;
    assert_eq!(flow.who(&access).await.body["message"], TOM);
    flow.site.running.expire_access_tokens(TOM).unwrap();
    let expired = flow.who(&access).await;
    assert_eq!((expired.status, expired.exc_type()), (401, "AuthenticationError"));
    let newer = flow.refresh(&refresh).await;
    let newer = newer.body["access_token"].as_str().unwrap().to_owned();
    assert_eq!(flow.who(&newer).await.status, 200);

    flow.site.running.expire_tokens(TOM).unwrap();
    assert_eq!(flow.who(&newer).await.status, 401);
    let gone = flow.refresh(&refresh).await;
    assert_eq!((gone.status, gone.exc_type()), (404, "DoesNotExistError"));
    let form = [("token", newer.as_str()), ("token_type_hint", "access_token")];
    let told = flow.site.form(&format!("{PROVIDER}.introspect_token"), &form).await;
    assert_eq!((told.status, &told.body["active"]), (200, &json!(false)));
}

#[tokio::test]
async fn the_profile_is_that_of_the_tokens_user_and_needs_one() {
    let flow = Flow::start(true).await;
    let (access, _) = flow.pair().await;
    let profile = format!("{PROVIDER}.openid_profile");
    let told = flow.site.ok(&format!("Bearer {access}"), "GET", &profile, &Value::Null).await;
    assert_eq!((&told["email"], told["sub"].as_str().unwrap().len()), (&json!(TOM), 40));
    assert_eq!(flow.site.ask("", "GET", &profile, &Value::Null).await.status, 403);
}
