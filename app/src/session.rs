//! Who asks, and how the answer leaves: the only place that reads request parts or writes response headers.

mod cookie;

pub use cookie::{line as cookie_line, read as cookie_of};

use contract::{AppError, Asker, Credentials, Operations, SessionToken, SignedIn};
use http::{HeaderName, HeaderValue, StatusCode, header, request::Parts};
use leptos::{nonce::use_nonce, prelude::use_context};
use leptos_axum::ResponseOptions;
use std::{net::IpAddr, sync::Arc};
use vocabulary::Person;

use crate::{
    offline::PageBuild,
    sign_in::{Flash, NextPath, home_of},
};

/// The name of the session cookie.
pub const SESSION_COOKIE: &str = "parlance_session";

/// The name of the session cookie in a panel of the ERPNext desk.
pub const PANEL_COOKIE: &str = "parlance_panel";

/// The build of the page that a response belongs to, for the service worker.
const BUILD_HEADER: HeaderName = HeaderName::from_static("x-parlance-build");

/// Whom a page is for, for the service worker.
const PERSON_HEADER: HeaderName = HeaderName::from_static("x-parlance-person");

/// Binds a sign-in by OAuth to the browser it began in.
pub const OAUTH_COOKIE: &str = "parlance_oauth";

/// Carries a refusal over the redirect of a browser without scripts.
const FLASH_COOKIE: &str = "parlance_flash";

/// How long it may take there.
const FLASH_SECONDS: i64 = 60;

/// What the pages may ask; the server provides it as context.
#[derive(Clone)]
pub struct Seam(pub Arc<dyn Operations>);

/// The address people reach us by; the server provides it as context. Cookies are `Secure` if it is https.
#[derive(Clone, Debug)]
pub struct PublicUrl(pub String);

/// Where a request came from; the server puts it into the request's extensions.
#[derive(Clone, Copy, Debug)]
pub struct ClientAddr(pub IpAddr);

/// Somebody with a session cookie.
///
/// # Errors
/// `SignIn` if there is no cookie; the response gets status 401.
pub async fn asker() -> Result<Asker, AppError> {
    answer(bearer().ok_or(AppError::SignIn))
}

/// Somebody with a session cookie, if there is one; changes nothing in the response.
#[must_use]
pub fn bearer() -> Option<Asker> {
    asker_of(&use_context::<Parts>()?.headers)
}

/// Somebody with a session cookie in these headers, if there is one.
#[must_use]
pub fn asker_of(headers: &http::HeaderMap) -> Option<Asker> {
    let token =
        cookie::read(headers, SESSION_COOKIE).or_else(|| cookie::read(headers, PANEL_COOKIE))?;
    Some(Asker::bearing(SessionToken::new(token)))
}

/// The operations behind the seam.
///
/// # Errors
/// `Unexpected` if the server provided none.
pub fn operations() -> Result<Arc<dyn Operations>, AppError> {
    answer(
        use_context::<Seam>()
            .map(|seam| seam.0)
            .ok_or_else(|| AppError::Unexpected { reference: "no-seam".to_owned() }),
    )
}

/// Passes `outcome` on; an error also becomes the status of the response.
///
/// # Errors
/// The error given.
pub fn answer<T>(outcome: Result<T, AppError>) -> Result<T, AppError> {
    if let Err(problem) = &outcome {
        set_status(problem);
    }
    outcome
}

/// Makes the status of the response say the same as `problem`; a redirect already decided stays.
pub fn set_status(problem: &AppError) {
    let Some(response) = use_context::<ResponseOptions>() else { return };
    let Ok(status) = StatusCode::from_u16(problem.status()) else { return };
    let redirects =
        response.0.read().is_ok_and(|parts| parts.headers.contains_key(header::LOCATION));
    if !redirects {
        response.set_status(status);
    }
}

/// Sends the reader of a page to `path` on this site.
pub fn redirect(path: &str) {
    let Some(response) = use_context::<ResponseOptions>() else { return };
    if let Ok(location) = HeaderValue::from_str(path) {
        response.insert_header(header::LOCATION, location);
        response.set_status(StatusCode::FOUND);
    }
}

/// What the sign-in form holds, with the address it came from.
#[must_use]
pub fn credentials(user: String, password: String) -> Credentials {
    Credentials { user: user.trim().to_owned(), password, from: client_addr() }
}

/// Ends a sign-in: the cookie and the way on, or the reason. Without scripts the reason travels in a cookie to the
/// form, because the form is a page of its own.
///
/// # Errors
/// The reason, if a script reads it.
pub fn begin(
    outcome: Result<SignedIn, AppError>,
    user: &str,
    next: Option<String>,
) -> Result<(), AppError> {
    let next = next.and_then(|path| NextPath::new(&path));
    match outcome {
        Ok(signed_in) => {
            set_cookie(SESSION_COOKIE, signed_in.token.reveal(), signed_in.max_age_seconds);
            let home = home_of(signed_in.person.kind);
            leptos_axum::redirect(next.as_ref().map_or(home, NextPath::as_str));
            Ok(())
        }
        Err(problem) if is_plain_form() => {
            set_cookie(FLASH_COOKIE, &flash_value(user, &problem), FLASH_SECONDS);
            leptos_axum::redirect(&NextPath::sign_in(next.as_ref().map(NextPath::as_str)));
            Ok(())
        }
        Err(problem) => answer(Err(problem)),
    }
}

/// Ends something that a form on the page `path` asked for. Without scripts the browser goes back there, and the reason
/// of a refusal travels in a cookie.
///
/// # Errors
/// The reason, if a script reads it.
pub fn back_to(path: &str, outcome: Result<(), AppError>) -> Result<(), AppError> {
    if !is_plain_form() {
        return answer(outcome);
    }
    if let Err(problem) = &outcome {
        set_cookie(FLASH_COOKIE, &flash_value("", problem), FLASH_SECONDS);
    }
    leptos_axum::redirect(path);
    Ok(())
}

/// The cookie of a session that has just begun.
#[must_use]
pub fn session_line(signed_in: &SignedIn, secure: bool) -> String {
    cookie::line(SESSION_COOKIE, signed_in.token.reveal(), signed_in.max_age_seconds, secure)
}

/// The first page of whoever has just signed in.
#[must_use]
pub fn home_path(signed_in: &SignedIn) -> String {
    home_of(signed_in.person.kind).to_owned()
}

/// The cookie that carries the reason of a refused sign-in to the form.
#[must_use]
pub fn flash(problem: &AppError, secure: bool) -> String {
    cookie::line(FLASH_COOKIE, &flash_value("", problem), FLASH_SECONDS, secure)
}

fn flash_value(user: &str, problem: &AppError) -> String {
    let flash = Flash { user: user.to_owned(), problem: problem.to_string() };
    cookie::encode(&serde_json::to_string(&flash).unwrap_or_default())
}

/// Ends a sign-in of a panel: the cookie, or the reason.
///
/// # Errors
/// The reason.
pub fn begin_panel(outcome: Result<SignedIn, AppError>) -> Result<(), AppError> {
    let signed_in = answer(outcome)?;
    let held = |name| {
        use_context::<Parts>().is_some_and(|parts| cookie::read(&parts.headers, name).is_some())
    };
    if held(SESSION_COOKIE) {
        // A desk on the same site: the sessions of its panels and of our own pages share the browser's jar, and the
        // panel's is the one just proved.
        set_cookie(SESSION_COOKIE, "", 0);
    }
    set_panel_cookie(signed_in.token.reveal(), signed_in.max_age_seconds);
    Ok(())
}

/// Where the request came from, for the rate limit.
#[must_use]
pub fn client_addr() -> Option<IpAddr> {
    use_context::<Parts>()?.extensions.get::<ClientAddr>().map(|addr| addr.0)
}

/// Ends a sign-out: the cookie is gone whether or not the session was known.
///
/// # Errors
/// The error given.
pub fn end(outcome: Result<(), AppError>) -> Result<(), AppError> {
    set_cookie(SESSION_COOKIE, "", 0);
    if use_context::<Parts>()
        .is_some_and(|parts| cookie::read(&parts.headers, PANEL_COOKIE).is_some())
    {
        set_panel_cookie("", 0);
    }
    leptos_axum::redirect("/sign-in");
    outcome
}

/// The refusal of the request before, once.
#[must_use]
pub fn take_flash() -> Option<Flash> {
    let text = cookie::read(&use_context::<Parts>()?.headers, FLASH_COOKIE)?;
    set_cookie(FLASH_COOKIE, "", 0);
    serde_json::from_str(&cookie::decode(&text)).ok()
}

/// Says in the response whom it is for: what the browser keeps of it for when there is no line is shown to nobody else.
pub fn name_reader(person: &Person) {
    if let Some(response) = use_context::<ResponseOptions>()
        && let Ok(id) = HeaderValue::from_str(&person.id.to_string())
    {
        response.insert_header(PERSON_HEADER, id);
    }
}

/// Guards a page: no cache of the network keeps a copy of it, and only our own scripts run (those we serve, and those inline with this
/// response's nonce). Who may frame us is the server's to say.
pub fn guard_page() {
    let (Some(response), Some(nonce)) = (use_context::<ResponseOptions>(), use_nonce()) else {
        return;
    };
    response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(build) = use_context::<PageBuild>()
        && let Ok(build) = HeaderValue::from_str(&build.0)
    {
        response.insert_header(BUILD_HEADER, build);
    }
    let policy = format!(
        "script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; object-src 'none'; base-uri 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.append_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// Whether the browser itself posts the form and will show whatever comes back.
fn is_plain_form() -> bool {
    use_context::<Parts>().is_some_and(|parts| {
        parts
            .headers
            .get(header::ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"))
    })
}

fn set_panel_cookie(value: &str, max_age_seconds: i64) {
    append_cookie(&cookie::framed_line(PANEL_COOKIE, value, max_age_seconds));
}

fn set_cookie(name: &str, value: &str, max_age_seconds: i64) {
    let secure = use_context::<PublicUrl>().is_some_and(|url| url.0.starts_with("https://"));
    append_cookie(&cookie::line(name, value, max_age_seconds, secure));
}

fn append_cookie(line: &str) {
    if let (Some(response), Ok(line)) =
        (use_context::<ResponseOptions>(), HeaderValue::from_str(line))
    {
        response.append_header(header::SET_COOKIE, line);
    }
}
