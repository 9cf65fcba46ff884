//! An answer, and its cookies.

use std::convert::Infallible;

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
};
use chrono::{Duration, Utc};
use futures::stream;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// What goes back.
pub(crate) struct Answer {
    pub status: u16,
    pub content_type: &'static str,
    pub body: String,
    pub cookies: Vec<String>,
    pub retry_after: Option<u64>,
    /// Sent in place of `body`.
    pub download: Option<Download>,
    /// Headers of its own: name in lower case, value.
    pub headers: Vec<(&'static str, String)>,
}

/// The bytes of a file and how a browser takes them.
pub(crate) struct Download {
    bytes: Vec<u8>,
    kind: &'static str,
    is_attachment: bool,
}

impl Download {
    /// By the end of the URL; what could run in a page is offered for saving.
    pub(crate) fn new(url: &str, bytes: &[u8]) -> Self {
        let end = url.rsplit_once('.').map(|(_, end)| end.to_lowercase()).unwrap_or_default();
        let kind = match end.as_str() {
            "pdf" => "application/pdf",
            "png" => "image/png",
            "jpg" | "jpeg" => "image/jpeg",
            "gif" => "image/gif",
            "svg" => "image/svg+xml",
            "txt" => "text/plain; charset=utf-8",
            "csv" => "text/csv; charset=utf-8",
            "html" | "htm" => "text/html; charset=utf-8",
            _ => "application/octet-stream",
        };
        let is_attachment =
            url.starts_with("/private/") && matches!(end.as_str(), "svg" | "html" | "htm" | "xml");
        Self { bytes: bytes.to_vec(), kind, is_attachment }
    }
}

impl Answer {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            content_type: "application/json",
            body: body.to_string(),
            cookies: Vec::new(),
            retry_after: None,
            download: None,
            headers: Vec::new(),
        }
    }

    pub(crate) fn download(download: Download) -> Self {
        let mut answer = Self::html(200, "");
        answer.content_type = download.kind;
        answer.download = Some(download);
        answer
    }

    /// A page of a proxy or of the application server.
    pub(crate) fn html(status: u16, title: &str) -> Self {
        Self {
            content_type: "text/html",
            body: format!(
                "<html>\n  <head>\n    <title>{title}</title>\n  </head>\n  <body>\n    <h1>{title}</h1>\n  </body>\n</html>\n"
            ),
            ..Self::json(status, &Value::Null)
        }
    }

    /// A page of ERPNext's own.
    pub(crate) fn page(status: u16, body: String) -> Self {
        Self { content_type: "text/html; charset=utf-8", body, ..Self::json(status, &Value::Null) }
    }

    /// Sends the browser to `location`.
    pub(crate) fn redirect(status: u16, location: String) -> Self {
        let mut answer = Self::page(status, String::new());
        answer.headers.push(("location", location));
        answer
    }

    pub(crate) fn into_response(self) -> Response<Body> {
        let is_attachment = self.download.as_ref().is_some_and(|one| one.is_attachment);
        // A stream has no Content-Length, like the real thing.
        let body = match self.download {
            Some(download) => {
                Body::from_stream(stream::iter([Ok::<_, Infallible>(download.bytes)]))
            }
            None => Body::from(self.body),
        };
        let mut response = Response::new(body);
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        if is_attachment {
            let value = HeaderValue::from_static("attachment");
            headers.insert(header::CONTENT_DISPOSITION, value);
        }
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
        for cookie in self.cookies {
            if let Ok(value) = HeaderValue::from_str(&cookie) {
                headers.append(header::SET_COOKIE, value);
            }
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// The five cookies of every answer; for a guest and for token calls they say Guest.
pub(crate) fn cookies(sid: &str, user: &str, full_name: &str, system_user: bool) -> Vec<String> {
    let expires = (Utc::now() + Duration::seconds(612_000)).format("%a, %d %b %Y %H:%M:%S GMT");
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let encode = |text: &str| encode(text).replace("%2E", ".").replace("%2D", "-");
    vec![
        format!("sid={sid}; Expires={expires}; Max-Age=612000; HttpOnly; Path=/; SameSite=Lax"),
        format!("system_user={}; Path=/; SameSite=Lax", if system_user { "yes" } else { "no" }),
        format!("full_name={}; Path=/; SameSite=Lax", encode(full_name)),
        format!("user_id={}; Path=/; SameSite=Lax", encode(user)),
        "user_image=; Path=/; SameSite=Lax".to_owned(),
    ]
}

/// Cookies being cleared, after wrong credentials, a dead session and logging out.
pub(crate) fn cleared() -> Vec<String> {
    let names = ["sid", "full_name", "system_user", "user_id", "user_image"];
    let past = (Utc::now() - Duration::days(1)).format("%a, %d %b %Y %H:%M:%S GMT");
    names.iter().map(|name| format!("{name}=; Expires={past}; Path=/")).collect()
}
