//! No page of another site acts with our cookie (CSRF), nor opens our socket (cross-site WebSocket hijacking).

use crate::edge::doors::{is_signed, refusal};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::Response,
};
use contract::AppError;
use std::sync::Arc;

/// The origin people reach us by.
#[derive(Clone, Debug)]
pub(crate) struct OwnOrigin(pub(crate) Arc<str>);

/// Refuses what changes something, unless a page of ours asks for it.
pub(crate) async fn refuse_forged(
    State(own): State<OwnOrigin>,
    request: Request,
    next: Next,
) -> Response {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if changes && !is_signed(request.uri().path()) && !is_own(request.headers(), &own) {
        tracing::warn!(path = request.uri().path(), "a request of another site was refused");
        return refusal(&AppError::Refused {
            reason: "This request did not come from Parlance's own page. Nothing was changed; open Parlance and try again.".into(),
        });
    }
    next.run(request).await
}

/// Whether the browser says that a page of ours asks. Every browser sends `Origin` with what changes something and
/// with a WebSocket (Fetch standard, RFC 6455 section 10.2); who sends none has to say so in `Sec-Fetch-Site`.
pub(crate) fn is_own(headers: &HeaderMap, own: &OwnOrigin) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match text(header::ORIGIN) {
        Some(origin) if origin == &*own.0 => true,
        // Reached by another name of ours, such as localhost: then the page came from that very name.
        Some(origin) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            host.is_some() && host == text(header::HOST)
        }
        None => text(header::HeaderName::from_static("sec-fetch-site")) == Some("same-origin"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(pairs: &[(&'static str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        is_own(&headers, &OwnOrigin("https://talk.example.com".into()))
    }

    #[test]
    fn only_our_own_pages_may_act() {
        assert!(says(&[("origin", "https://talk.example.com")]));
        assert!(says(&[("origin", "http://localhost:3000"), ("host", "localhost:3000")]));
        assert!(says(&[("sec-fetch-site", "same-origin")]));
        assert!(!says(&[]));
        assert!(!says(&[("host", "talk.example.com")]));
        assert!(!says(&[("origin", "null"), ("host", "talk.example.com")]));
        assert!(!says(&[("origin", "https://evil.example"), ("host", "talk.example.com")]));
        assert!(!says(&[
            ("origin", "https://talk.example.com.evil.example"),
            ("host", "talk.example.com")
        ]));
        assert!(!says(&[("sec-fetch-site", "cross-site")]));
        assert!(!says(&[
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "same-origin"),
            ("host", "x")
        ]));
    }
}
