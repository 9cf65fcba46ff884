//! Closed by default: a route that is not listed here answers nobody without a session.

use app::session;
use axum::{
    Json,
    extract::{Request, State},
    http::{Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use contract::AppError;
use workspace::Services;

/// Paths that answer without a session; those that end in `/` with everything below.
pub const OPEN_DOORS: &[&str] = &[
    // The way in.
    "/sign-in",
    "/api/sign_in",
    // Signing out twice, or after the session ended, is no error.
    "/api/sign_out",
    // The way in from the ERPNext desk: the frame, and what it proves itself with.
    "/embed",
    "/panel/nonce",
    "/panel/redeem",
    // The way in by ERPNext's own sign-in page.
    "/oauth/start",
    "/oauth/callback",
    // For ERPNext, which signs what it tells.
    connect::WEBHOOKS_PATH,
    // For whoever looks after the machine; they tell nothing about people or projects.
    "/healthz",
    "/readyz",
    // The same files for everybody.
    "/pkg/",
    "/emoji.txt",
    "/fonts/",
    "/highlight/",
    "/favicon.svg",
    "/sw.js",
    "/favicon.ico",
    "/robots.txt",
];

/// Whether `path` is an open door.
#[must_use]
pub fn is_open(path: &str) -> bool {
    OPEN_DOORS.iter().any(|door| match door.strip_suffix('/') {
        Some(folder) => path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')),
        None => path == *door,
    })
}

/// Whether `path` is for programs that prove by a signature who they are, and have no cookie that another site could use.
pub(crate) fn is_signed(path: &str) -> bool {
    path == connect::WEBHOOKS_PATH
}

/// Lets through who has a session, and everybody to an open door.
pub(crate) async fn demand_session(
    State(services): State<Services>,
    request: Request,
    next: Next,
) -> Response {
    if is_open(request.uri().path()) {
        return next.run(request).await;
    }
    let session = match session::asker_of(request.headers()) {
        Some(asker) => services.session(&asker).await.map(drop),
        None => Err(AppError::SignIn),
    };
    match session {
        Ok(()) => next.run(request).await,
        Err(AppError::SignIn) => turned_away(&request),
        Err(error) => refusal(&error),
    }
}

/// A page sends its reader to the sign-in and back; everything else is told 401.
fn turned_away(request: &Request) -> Response {
    let wants_page = request.method() == Method::GET
        && request
            .headers()
            .get(header::ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"));
    if !wants_page {
        return refusal(&AppError::SignIn);
    }
    let here = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let framed = request.headers().get("sec-fetch-dest").is_some_and(|dest| dest == "iframe");
    if framed {
        // A form in a frame of another site could keep no cookie.
        let next: String = url::form_urlencoded::byte_serialize(here.as_bytes()).collect();
        return Redirect::to(&format!("/embed?next={next}")).into_response();
    }
    if here == "/" {
        return Redirect::to("/sign-in").into_response();
    }
    let next: String = url::form_urlencoded::byte_serialize(here.as_bytes()).collect();
    Redirect::to(&format!("/sign-in?next={next}")).into_response()
}

pub(crate) fn refusal(error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(error)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_door_opens_nothing_beside_it() {
        assert!(is_open("/sign-in"));
        assert!(is_open("/pkg/parlance.js"));
        assert!(!is_open("/pkg"));
        assert!(!is_open("/sign-in/x"));
        assert!(!is_open("/api/sign_in2"));
        assert!(!is_open("/"));
        assert!(!is_open("/ws"));
        assert!(is_open("/webhooks/erpnext") && !is_open("/webhooks"));
    }
}
