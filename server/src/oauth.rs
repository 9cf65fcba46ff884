//! `GET /oauth/start` and `GET /oauth/callback`: signing in by ERPNext's own page, where that proves who somebody is.

use app::session::{OAUTH_COOKIE, cookie_line, cookie_of, flash, home_path, session_line};
use axum::{
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::AppError;
use secrecy::ExposeSecret;
use serde::Deserialize;
use workspace::Services;

/// Where it begins.
pub(crate) const START: &str = "/oauth/start";

/// Where ERPNext sends people back to.
pub(crate) const CALLBACK: &str = "/oauth/callback";

/// As long as a sign-in may take.
const COOKIE_SECONDS: i64 = store::oauth::LIFETIME_MILLIS / 1000;

/// What both routes need.
#[derive(Clone)]
pub(crate) struct Callback {
    pub(crate) services: Services,
    /// Whether people reach us by https.
    pub(crate) secure: bool,
}

#[derive(Deserialize)]
pub(crate) struct Wanted {
    next: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Returned {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
    error: Option<String>,
}

/// Sends the browser to ERPNext.
pub(crate) async fn start(State(it): State<Callback>, Query(wanted): Query<Wanted>) -> Response {
    let next = wanted.next.as_deref().and_then(app::next_path);
    match it.services.begin_oauth(next).await {
        Ok(start) => {
            let browser = start.browser.expose_secret();
            let cookie = cookie_line(OAUTH_COOKIE, browser, COOKIE_SECONDS, it.secure);
            going(start.to.as_str(), &[cookie])
        }
        Err(problem) => back_to_the_door(&it, &problem),
    }
}

/// Takes the browser back from ERPNext.
pub(crate) async fn callback(
    State(it): State<Callback>,
    Query(returned): Query<Returned>,
    headers: HeaderMap,
) -> Response {
    if returned.error.is_some() {
        let reason = "You did not let Parlance know who you are, so you are not signed in. Nothing was changed.";
        return back_to_the_door(&it, &AppError::Refused { reason: reason.into() });
    }
    let browser = cookie_of(&headers, OAUTH_COOKIE).unwrap_or_default();
    match it.services.end_oauth(&returned.state, &returned.code, &browser).await {
        Ok(end) => {
            let home = home_path(&end.signed_in);
            let to = end.next.as_deref().and_then(app::next_path).unwrap_or(home);
            let session = session_line(&end.signed_in, it.secure);
            going(&to, &[session, cookie_line(OAUTH_COOKIE, "", 0, it.secure)])
        }
        Err(problem) => back_to_the_door(&it, &problem),
    }
}

/// The sign-in page, which says why.
fn back_to_the_door(it: &Callback, problem: &AppError) -> Response {
    let forget = cookie_line(OAUTH_COOKIE, "", 0, it.secure);
    going("/sign-in", &[flash(problem, it.secure), forget])
}

fn going(to: &str, cookies: &[String]) -> Response {
    let Ok(to) = HeaderValue::from_str(to) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let mut response = (StatusCode::FOUND, [(header::LOCATION, to)]).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for cookie in cookies {
        if let Ok(cookie) = HeaderValue::from_str(cookie) {
            headers.append(header::SET_COOKIE, cookie);
        }
    }
    response
}
