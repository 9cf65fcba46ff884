//! One ERPNext site and the service account that speaks to it.

use std::{fmt, net::IpAddr, sync::Arc, time::Duration};

use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

use crate::{
    ErpError,
    gate::{Gate, Lane, SiteHealth},
};

/// Where the site is and who we are there.
#[derive(Clone, Debug)]
pub struct SiteConfig {
    /// `https://erp.example.com`; a path is kept in front of `/api`.
    pub base_url: Url,
    /// The service account's `User.api_key`.
    pub api_key: String,
    /// The secret shown once by `generate_keys`.
    pub api_secret: SecretString,
    /// Key and secret of a System Manager for what only one may read; `None` where the service account does that too.
    pub auditor: Option<(String, SecretString)>,
    /// Time to reach the server.
    pub connect_timeout: Duration,
    /// Time for a whole request, connecting included.
    pub timeout: Duration,
}

/// A client of one site. Clones share their connections.
#[derive(Clone)]
pub struct Site {
    inner: Arc<Inner>,
    speaker: (HeaderName, HeaderValue),
    lane: Lane,
    is_member: bool,
}

struct Inner {
    base_url: Url,
    auditor: Option<HeaderValue>,
    http: reqwest::Client,
    gate: Arc<Gate>,
}

impl Site {
    /// Prepares the connections; sends nothing.
    ///
    /// # Errors
    /// [`ErpError::Configuration`] for a base URL or key that can never work.
    pub fn new(config: SiteConfig) -> Result<Self, ErpError> {
        let base_url = with_folder(config.base_url)?;
        let service = token(&config.api_key, &config.api_secret)?;
        let auditor = match &config.auditor {
            Some((key, secret)) => Some(token(key, secret)?),
            None => None,
        };
        let mut accept = HeaderMap::new();
        accept.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let mut builder = reqwest::Client::builder()
            .default_headers(accept)
            .user_agent(concat!("parlance/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(config.connect_timeout)
            .timeout(config.timeout);
        if is_loopback(&base_url) {
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|source| ErpError::Configuration {
            problem: format!("the HTTP client cannot be built: {source}"),
        })?;
        Ok(Self {
            inner: Arc::new(Inner { base_url, auditor, http, gate: Arc::new(Gate::new()) }),
            speaker: (AUTHORIZATION, service),
            lane: Lane::Background,
            is_member: false,
        })
    }

    /// The site's address, with a trailing slash.
    #[must_use]
    pub fn base_url(&self) -> &Url {
        &self.inner.base_url
    }

    /// The state of the connection, counted over all clones.
    #[must_use]
    pub fn health(&self) -> SiteHealth {
        self.inner.gate.health()
    }

    /// The same site, spoken to while a person waits: a few places are kept free for them.
    #[must_use]
    pub fn for_a_person(&self) -> Self {
        Self { lane: Lane::Person, ..self.clone() }
    }

    /// Changes how long the site is left alone at most after it stopped answering; 30 s unless told.
    pub fn rest_at_most(&self, longest: Duration) {
        self.inner.gate.rest_at_most(longest);
    }

    pub(crate) fn gate(&self) -> &Arc<Gate> {
        &self.inner.gate
    }

    pub(crate) const fn lane(&self) -> Lane {
        self.lane
    }

    /// Whether it speaks with a member's own credentials.
    pub(crate) const fn is_member(&self) -> bool {
        self.is_member
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.inner.http
    }

    /// The header that says who asks.
    pub(crate) const fn speaker(&self) -> &(HeaderName, HeaderValue) {
        &self.speaker
    }

    pub(crate) fn auditor(&self) -> Option<&HeaderValue> {
        self.inner.auditor.as_ref()
    }

    pub(crate) fn speaking_as_member(&self, speaker: (HeaderName, HeaderValue)) -> Self {
        Self { speaker, lane: Lane::Person, is_member: true, inner: Arc::clone(&self.inner) }
    }

    pub(crate) fn speaking_as_auditor(&self, speaker: (HeaderName, HeaderValue)) -> Self {
        Self { speaker, is_member: false, ..self.clone() }
    }

    /// The URL of a path made of whole segments; each is percent-encoded, slashes in names included.
    pub(crate) fn url<'a>(&self, segments: impl IntoIterator<Item = &'a str>) -> Url {
        let mut url = self.inner.base_url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site")
            .field("base_url", &self.inner.base_url.as_str())
            .finish_non_exhaustive()
    }
}

fn with_folder(mut url: Url) -> Result<Url, ErpError> {
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(ErpError::Configuration {
            problem: format!("{url} is not an http or https address"),
        });
    }
    url.set_query(None);
    url.set_fragment(None);
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

/// A header of exactly two words: with any other number ERPNext ignores it and answers as to a guest.
fn token(key: &str, secret: &SecretString) -> Result<HeaderValue, ErpError> {
    let secret = secret.expose_secret();
    let odd = |part: &str| part.is_empty() || part.contains(|c: char| c.is_whitespace());
    if odd(key) || key.contains(':') || odd(secret) {
        return Err(ErpError::Configuration {
            problem: "the API key and secret must be non-empty and free of spaces".into(),
        });
    }
    let mut value = HeaderValue::from_str(&format!("token {key}:{secret}")).map_err(|_| {
        ErpError::Configuration {
            problem: "the API key or secret has characters that cannot be sent".into(),
        }
    })?;
    value.set_sensitive(true);
    Ok(value)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}
