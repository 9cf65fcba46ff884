//! What every response says to the browser, and where every request came from.

use app::session::ClientAddr;
use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use std::net::SocketAddr;

/// Puts the peer's address where the sign-in's rate limit finds it. Behind a proxy that is the proxy's.
pub(crate) async fn client_addr(mut request: Request, next: Next) -> Response {
    if let Some(ConnectInfo(addr)) = request.extensions().get::<ConnectInfo<SocketAddr>>().copied()
    {
        request.extensions_mut().insert(ClientAddr(addr.ip()));
    }
    next.run(request).await
}

/// Adds the headers that keep browsers from guessing types, leaking addresses and framing us elsewhere.
pub(crate) async fn guard(
    State(frame_ancestors): State<HeaderValue>,
    request: Request,
    next: Next,
) -> Response {
    let is_page_data = !crate::edge::is_open(request.uri().path());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), payment=(), usb=()",
        ),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.append(header::CONTENT_SECURITY_POLICY, frame_ancestors);
    if is_page_data && !headers.contains_key(header::CACHE_CONTROL) {
        // After a sign-out the Back button must show nothing.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}
