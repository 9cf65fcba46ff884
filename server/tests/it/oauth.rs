//! Signing in by ERPNext's own page: only where the release proves who somebody is, and only in the browser it began in.

use crate::{call::api, town};
use reqwest::{
    Response, StatusCode,
    header::{LOCATION, SET_COOKIE},
};
use serde_json::json;
use standin::{
    cast,
    erpnext::{Erpnext, Release, Running, Seed},
};
use std::time::Duration;
use store::credentials::CredentialKind;
use testkit::{eventually, http, process::Server};
use url::Url;

const WITHIN: Duration = Duration::from_secs(10);

struct Site {
    erpnext: Running,
    server: Server,
}

/// Where a sign-in that began stands: ERPNext's address, and the cookie of the browser.
struct Begun {
    at: Url,
    cookie: String,
}

impl Site {
    async fn of(release: Release) -> Self {
        let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
        erpnext.set_release(release);
        let server = town::on_site(&erpnext);
        let callback = format!("{}/oauth/callback", server.url().trim_end_matches('/'));
        let client = json!({
            "app_name": "Parlance", "redirect_uris": callback, "default_redirect_uri": callback,
            "scopes": "all openid", "grant_type": "Authorization Code", "response_type": "Code",
            "skip_authorization": 1,
        });
        let client = erpnext.insert("OAuth Client", &client).unwrap();
        let server = server.env("ERPNEXT_OAUTH_CLIENT_ID", client).start().await;
        Self { erpnext, server }
    }

    /// A repaired release that has shown that it is: somebody signed in with a password.
    async fn proven() -> Self {
        let site = Self::of(Release::new("16.10.0", "16.9.1").repaired()).await;
        assert!(!site.offers().await, "nobody has tried yet");
        town::cast(&site.server, cast::MAYA.user).await;
        let it = &site;
        eventually("OAuth is offered", WITHIN, || async { it.offers().await.then_some(()) }).await;
        site
    }

    async fn get(&self, path: &str, cookie: &str) -> Response {
        let url = Url::parse(&self.server.url()).unwrap().join(path).unwrap();
        let asked = http::client().get(url).header("accept", "text/html").header("cookie", cookie);
        asked.send().await.unwrap()
    }

    /// Whether the sign-in page has the button.
    async fn offers(&self) -> bool {
        let page = self.get("/sign-in", "").await.text().await.unwrap();
        assert!(page.contains("Sign in to your projects"));
        page.contains("/oauth/start")
    }

    async fn begin(&self, next: &str) -> Begun {
        let went = self.get(&format!("/oauth/start?next={next}"), "").await;
        assert_eq!(went.status(), StatusCode::FOUND);
        let at = Url::parse(location(&went)).unwrap();
        assert_eq!(at.origin(), self.erpnext.url().origin());
        Begun { at, cookie: cookie(&went, "parlance_oauth").unwrap() }
    }

    /// What ERPNext sends the browser of `user` back with, whatever its `user_id` cookie says.
    async fn code(&self, begun: &Begun, user: &str, user_id: &str) -> String {
        let login = http::client()
            .post(self.erpnext.url().join("api/method/login").unwrap())
            .form(&[("usr", user), ("pwd", cast::PASSWORD)]);
        let sid = cookie(&login.send().await.unwrap(), "sid").unwrap();
        let user_id = user_id.replace('@', "%40");
        let mut at = begun.at.clone();
        for _ in 0..3 {
            let step = http::client()
                .get(at.clone())
                .header("cookie", format!("{sid}; user_id={user_id}"));
            let step = step.send().await.unwrap();
            assert_eq!(step.status(), StatusCode::FOUND, "{}", step.text().await.unwrap());
            at = at.join(location(&step)).unwrap();
            if at.path() == "/oauth/callback" {
                return format!("{}?{}", at.path(), at.query().unwrap());
            }
        }
        panic!("ERPNext does not send anybody back");
    }

    /// Nobody is signed in, and the door says why.
    async fn assert_refused(&self, back: &str, cookie_sent: &str, words: &str) {
        let got = self.get(back, cookie_sent).await;
        assert_eq!((got.status(), location(&got)), (StatusCode::FOUND, "/sign-in"));
        assert_eq!(cookie(&got, "parlance_session"), None);
        let flash = cookie(&got, "parlance_flash").unwrap();
        let page = self.get("/sign-in", &flash).await.text().await.unwrap();
        assert!(page.contains(words), "{words} is not said: {page}");
    }
}

fn location(response: &Response) -> &str {
    response.headers()[LOCATION].to_str().unwrap()
}

/// `name=value` of a cookie that is set, not cleared.
fn cookie(response: &Response, name: &str) -> Option<String> {
    let lines = response.headers().get_all(SET_COOKIE).iter().map(|line| line.to_str().unwrap());
    let pairs = lines.map(|line| line.split(';').next().unwrap());
    let mut found = pairs.filter(|pair| {
        pair.split_once('=').is_some_and(|(key, value)| key == name && !value.is_empty())
    });
    found.next().map(str::to_owned)
}

const NOT_CONFIRMED: &str = "ERPNext did not confirm who you are.";
const OFF: &str = "switched off here";

#[tokio::test]
async fn a_proven_release_signs_people_in_and_takes_them_where_they_wanted() {
    let site = Site::proven().await;
    let begun = site.begin("/portal").await;
    assert!(begun.at.query().unwrap().contains("code_challenge_method=S256"));
    let back = site.code(&begun, cast::TOM.user, cast::TOM.user).await;
    let got = site.get(&back, &begun.cookie).await;
    assert_eq!((got.status(), location(&got)), (StatusCode::FOUND, "/portal"));
    let session = cookie(&got, "parlance_session").unwrap();
    let (name, value) = session.split_once('=').unwrap();
    let tom = site.server.visitor().with_cookie(name, value);
    assert_eq!(api(&tom, "whoami", &[]).await.json()["user"], cast::TOM.user);
    town::place(&tom, cast::WEBSITE).await;
    // A state is good for one use, and so is a code.
    site.assert_refused(&back, &begun.cookie, NOT_CONFIRMED).await;
    let again = site.begin("/").await;
    let used = back.split_once("code=").unwrap().1.split('&').next().unwrap().to_owned();
    let state = site.code(&again, cast::TOM.user, cast::TOM.user).await;
    let state = state.split_once("state=").unwrap().1.to_owned();
    let mixed = format!("/oauth/callback?code={used}&state={state}");
    site.assert_refused(&mixed, &again.cookie, NOT_CONFIRMED).await;
}

#[tokio::test]
async fn the_user_id_cookie_signs_nobody_in_as_somebody_else() {
    // The recorded release: whoever configured it is not let in by it.
    let open = Site::of(Release::default()).await;
    town::cast(&open.server, cast::TOM.user).await;
    assert!(!open.offers().await);
    open.assert_refused("/oauth/start", "", OFF).await;
    open.assert_refused("/oauth/callback?code=x&state=y", "parlance_oauth=z", OFF).await;
    // A release whose number tells nothing, open all the same: the try finds out.
    let open = Site::of(Release::new("15.110.0", "15.109.0")).await;
    town::cast(&open.server, cast::TOM.user).await;
    let it = &open;
    eventually("the try has found the hole", WITHIN, || async move {
        it.server.logged().contains("got somebody else's token").then_some(())
    })
    .await;
    assert!(!open.offers().await);
    open.assert_refused("/oauth/start", "", OFF).await;
    // A repaired one takes the session's user whatever the cookie says.
    let site = Site::proven().await;
    let begun = site.begin("/").await;
    let back = site.code(&begun, cast::TOM.user, cast::MAYA.user).await;
    let got = site.get(&back, &begun.cookie).await;
    let session = cookie(&got, "parlance_session").unwrap();
    let (name, value) = session.split_once('=').unwrap();
    let tom = site.server.visitor().with_cookie(name, value);
    assert_eq!(api(&tom, "whoami", &[]).await.json()["user"], cast::TOM.user);
}

#[tokio::test]
async fn what_did_not_begin_in_this_browser_does_not_end_in_it() {
    let site = Site::proven().await;
    let (mine, theirs) = (site.begin("/").await, site.begin("/").await);
    let back = site.code(&mine, cast::MAYA.user, cast::MAYA.user).await;
    // Somebody is lured to the end of another person's sign-in.
    site.assert_refused(&back, "", NOT_CONFIRMED).await;
    site.assert_refused(&back, &theirs.cookie, NOT_CONFIRMED).await;
    // A state nobody began with, and a code of another sign-in, whose verifier is another.
    site.assert_refused("/oauth/callback?code=x&state=wrong", &mine.cookie, NOT_CONFIRMED).await;
    let code = back.split_once("code=").unwrap().1.split('&').next().unwrap().to_owned();
    let other = site.code(&theirs, cast::MAYA.user, cast::MAYA.user).await;
    let state = other.split_once("state=").unwrap().1;
    let mixed = format!("/oauth/callback?code={code}&state={state}");
    site.assert_refused(&mixed, &theirs.cookie, NOT_CONFIRMED).await;
    site.assert_refused(
        "/oauth/callback?error=access_denied",
        &mine.cookie,
        "You did not let Parlance know",
    )
    .await;
    // The one it belongs to still may.
    assert!(cookie(&site.get(&back, &mine.cookie).await, "parlance_session").is_some());
}

#[tokio::test]
async fn nobody_is_led_to_another_site() {
    let site = Site::proven().await;
    for next in ["https://evil.example/", "//evil.example", "/%5Cevil.example", "/sign-in"] {
        let begun = site.begin(next).await;
        let back = site.code(&begun, cast::TOM.user, cast::TOM.user).await;
        let got = site.get(&back, &begun.cookie).await;
        assert_eq!(location(&got), "/workspaces", "{next}");
    }
}

#[tokio::test]
async fn a_token_that_runs_out_is_renewed_and_one_that_cannot_be_is_forgotten() {
    let site = Site::proven().await;
    let begun = site.begin("/").await;
    let back = site.code(&begun, cast::TOM.user, cast::TOM.user).await;
    let got = site.get(&back, &begun.cookie).await;
    let session = cookie(&got, "parlance_session").unwrap();
    let (name, value) = session.split_once('=').unwrap();
    let tom = site.server.visitor().with_cookie(name, value);
    assert_eq!(api(&tom, "my_workspaces", &[]).await.status, StatusCode::OK);
    let url = format!("sqlite://{}", site.server.data_folder().join("parlance.sqlite").display());
    let db = store::Db::connect(&url).await.unwrap();
    let worker = &crate::revocation::worker(db.clone());
    let id = api(&tom, "whoami", &[]).await.json()["id"].as_str().unwrap().parse().unwrap();
    let first = worker.credential_of(id).await.unwrap().unwrap();
    assert_eq!(first.kind, CredentialKind::Token);
    site.erpnext.expire_access_tokens(cast::TOM.user).unwrap();
    worker.ask_again_about(Some(cast::TOM.user)).await.unwrap();
    let first = &first;
    eventually("the token is renewed", WITHIN, || async move {
        let now = worker.credential_of(id).await.unwrap()?;
        (now.sealed != first.sealed).then_some(())
    })
    .await;
    // ERPNext takes neither token any more: we go on with what the auditor may ask.
    site.erpnext.expire_tokens(cast::TOM.user).unwrap();
    worker.ask_again_about(Some(cast::TOM.user)).await.unwrap();
    eventually("the credential is forgotten", WITHIN, || async move {
        worker.credential_of(id).await.unwrap().is_none().then_some(())
    })
    .await;
    assert_eq!(api(&tom, "my_workspaces", &[]).await.status, StatusCode::OK);
    town::place(&tom, cast::WEBSITE).await;
    db.close().await;
}
