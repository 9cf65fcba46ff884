//! A request, taken apart.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, Method, Uri, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value};

use super::{file::upload::Upload, refusal::Refusal, site::plain};

/// One request.
pub(crate) struct Call {
    pub method: Method,
    /// Decoded segments of the path; an empty last one is dropped.
    pub path: Vec<String>,
    pub headers: HeaderMap,
    pub line_bytes: usize,
    /// The file of a form.
    pub upload: Option<Upload>,
    query: Arguments,
    body: Vec<u8>,
}

/// Named arguments, from the query, a form or a JSON body.
#[derive(Clone, Default)]
pub(crate) struct Arguments(Map<String, Value>);

impl Arguments {
    /// The argument as text; JSON ones as JSON.
    pub(crate) fn text(&self, name: &str) -> String {
        self.0.get(name).map(plain).unwrap_or_default()
    }

    pub(crate) fn object(&self) -> &Map<String, Value> {
        &self.0
    }

    pub(crate) fn from(object: Map<String, Value>) -> Self {
        Self(object)
    }

    fn from_pairs(pairs: &[u8]) -> Self {
        let pairs = url::form_urlencoded::parse(pairs);
        Self(pairs.map(|(name, value)| (name.into_owned(), value.into_owned().into())).collect())
    }
}

/// `text` within a URL.
pub(crate) fn encoded(text: &str) -> String {
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(text, KEPT).to_string()
}

impl Call {
    pub(crate) fn new(method: Method, uri: &Uri, headers: HeaderMap, body: Vec<u8>) -> Self {
        let path = uri.path().trim_matches('/').split('/');
        let path = path.map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned());
        let whole = uri.path_and_query().map_or(1, |all| all.as_str().len());
        Self {
            line_bytes: method.as_str().len() + whole + " HTTP/1.1".len() + 1,
            query: Arguments::from_pairs(uri.query().unwrap_or_default().as_bytes()),
            path: path.collect(),
            upload: None,
            method,
            headers,
            body,
        }
    }

    /// Takes the parts of a form with a file apart.
    pub(crate) async fn take_apart(&mut self) {
        let kind = self.header(header::CONTENT_TYPE.as_str());
        if let Some((fields, upload)) = super::file::upload::take_apart(kind, &self.body).await {
            self.query.0.extend(fields);
            self.upload = upload;
        }
    }

    /// A JSON body replaces the query entirely; a form joins it.
    pub(crate) fn arguments(&self) -> Result<Arguments, Refusal> {
        if self.body.is_empty() {
            return Ok(self.query.clone());
        }
        let kind = self.header(header::CONTENT_TYPE.as_str());
        if kind.starts_with("application/json") {
            return match serde_json::from_slice(&self.body) {
                Ok(Value::Object(body)) => Ok(Arguments(body)),
                _ => Err(Refusal::crash(
                    "JSONDecodeError",
                    "json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
                )),
            };
        }
        let mut all = self.query.clone();
        if kind.starts_with("application/x-www-form-urlencoded") {
            all.0.extend(Arguments::from_pairs(&self.body).0);
        }
        Ok(all)
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Scheme and host the caller knows the site by.
    pub(crate) fn base(&self) -> String {
        let scheme = match self.header("x-forwarded-proto") {
            "https" => "https",
            _ => "http",
        };
        format!("{scheme}://{}", self.header("host"))
    }

    pub(crate) fn cookies(&self) -> BTreeMap<String, String> {
        let pairs = self.header("cookie").split(';').filter_map(|pair| pair.split_once('='));
        pairs
            .map(|(name, value)| {
                let value = percent_decode_str(value.trim()).decode_utf8_lossy().into_owned();
                (name.trim().to_owned(), value)
            })
            .collect()
    }

    /// Whether the request may change something, as cookies' CSRF check sees it.
    pub(crate) fn is_unsafe(&self) -> bool {
        !matches!(self.method, Method::GET | Method::HEAD | Method::OPTIONS)
    }
}
