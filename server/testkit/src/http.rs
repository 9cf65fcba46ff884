//! A person's browser without its window: cookies, forms, redirects, and the Origin header a browser would send.

use reqwest::{
    Method, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, COOKIE, HeaderMap, LOCATION, ORIGIN, SET_COOKIE},
};
use serde::de::DeserializeOwned;
use std::{collections::BTreeMap, sync::Once, time::Duration};
use url::Url;
use vocabulary::{WorkspaceId, WorkspaceSummary, WorkspaceView};

/// What a browser says when a person follows a link or sends a form.
const HTML: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

/// What came back.
#[derive(Clone, Debug)]
pub struct Page {
    /// The HTTP status.
    pub status: StatusCode,
    /// The address that answered, after redirects.
    pub url: Url,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: String,
}

/// A browser's cookies for one server.
#[derive(Clone, Debug)]
pub struct Session {
    base: Url,
    client: reqwest::Client,
    cookies: BTreeMap<String, String>,
}

/// A form as the page has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Where it goes.
    pub action: String,
    /// Its fields: name, type and value.
    pub fields: Vec<(String, String, String)>,
}

/// The client that tests use: TLS by ring, no redirects of its own.
#[must_use]
pub fn client() -> reqwest::Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // Somebody else in this process may have installed one.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(30))
        .no_proxy()
        .build()
        .expect("a client without special settings")
}

impl Session {
    /// A browser that has never been at `base` before.
    ///
    /// # Panics
    /// If `base` is no URL.
    #[must_use]
    pub fn new(base: &str) -> Self {
        Self { base: Url::parse(base).expect("a URL"), client: client(), cookies: BTreeMap::new() }
    }

    /// Where the server is, such as `http://127.0.0.1:3000/`.
    #[must_use]
    pub const fn base(&self) -> &Url {
        &self.base
    }

    /// The Origin header of its pages.
    #[must_use]
    pub fn origin(&self) -> String {
        self.base.origin().ascii_serialization()
    }

    /// The Cookie header it sends; empty without cookies.
    #[must_use]
    pub fn cookie(&self) -> String {
        self.cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("; ")
    }

    /// The same with one cookie more.
    #[must_use]
    pub fn with_cookie(mut self, name: &str, value: &str) -> Self {
        self.cookies.insert(name.to_owned(), value.to_owned());
        self
    }

    /// The same cookies at another server: a replica behind the same address.
    #[must_use]
    pub fn at(&self, base: &str) -> Self {
        Self {
            base: Url::parse(base).expect("a URL"),
            client: client(),
            cookies: self.cookies.clone(),
        }
    }

    /// Opens a page as a link does.
    pub async fn get(&mut self, path: &str) -> Page {
        let url = self.base.join(path).expect("a path of this server");
        self.visit(Method::GET, url, None).await
    }

    /// Sends a form as a page of this server does, and follows where it leads.
    pub async fn post_form(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let url = self.base.join(path).expect("a path of this server");
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        self.visit(Method::POST, url, Some(("application/x-www-form-urlencoded", body.finish())))
            .await
    }

    /// Sends JSON as a script of this server's pages does.
    pub async fn post_json(&mut self, path: &str, body: &serde_json::Value) -> Page {
        let url = self.base.join(path).expect("a path of this server");
        self.visit(Method::POST, url, Some(("application/json", body.to_string()))).await
    }

    /// Calls a server function as a script of a page does.
    pub async fn call(&mut self, name: &str, fields: &[(&str, &str)]) -> Page {
        let url = self.base.join(&format!("/api/{name}")).expect("a path of this server");
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let body = Some(("application/x-www-form-urlencoded", body.finish()));
        self.request(Method::POST, url, "application/json", body).await
    }

    /// The workspaces this person may choose from.
    ///
    /// # Panics
    /// If the server does not tell.
    pub async fn workspaces(&mut self) -> Vec<WorkspaceSummary> {
        self.call("my_workspaces", &[]).await.json()
    }

    /// A workspace as its page opens.
    ///
    /// # Panics
    /// If the server does not tell.
    pub async fn workspace(&mut self, id: WorkspaceId) -> WorkspaceView {
        self.call("workspace", &[("id", &id.to_string())]).await.json()
    }

    /// Signs in by the form of the sign-in page, the way a browser without JavaScript does.
    ///
    /// # Panics
    /// If the page has no such form.
    pub async fn sign_in(&mut self, user: &str, password: &str) -> Page {
        let page = self.get("/sign-in").await;
        let form = page
            .forms()
            .into_iter()
            .find(|form| form.fields.iter().any(|(_, kind, _)| kind == "password"))
            .unwrap_or_else(|| {
                panic!("no sign-in form at {} ({}):\n{}", page.url, page.status, page.body)
            });
        let mut user_given = false;
        let fields: Vec<(String, String)> = form
            .fields
            .iter()
            .filter_map(|(name, kind, value)| match kind.as_str() {
                "password" => Some((name.clone(), password.to_owned())),
                "email" | "text" if !user_given => {
                    user_given = true;
                    Some((name.clone(), user.to_owned()))
                }
                "hidden" => Some((name.clone(), value.clone())),
                _ => None,
            })
            .collect();
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let action = page.url.join(&form.action).expect("an action of this server");
        self.post_form(action.as_str(), &fields).await
    }

    /// Whether the server still knows who this is.
    pub async fn is_signed_in(&mut self) -> bool {
        !self.get("/").await.url.path().starts_with("/sign-in")
    }

    async fn visit(&mut self, method: Method, url: Url, body: Option<(&str, String)>) -> Page {
        let mut page = self.request(method, url, HTML, body).await;
        for _ in 0..10 {
            if !page.status.is_redirection() {
                return page;
            }
            let Some(next) = page
                .headers
                .get(LOCATION)
                .and_then(|value| page.url.join(value.to_str().ok()?).ok())
            else {
                return page;
            };
            assert_eq!(
                next.origin(),
                self.base.origin(),
                "a redirect leads to another server: {next}"
            );
            page = self.request(Method::GET, next, HTML, None).await;
        }
        panic!("ten redirects in a row, last at {}", page.url)
    }

    async fn request(
        &mut self,
        method: Method,
        url: Url,
        accept: &str,
        body: Option<(&str, String)>,
    ) -> Page {
        let mut request = self.client.request(method.clone(), url.clone()).header(ACCEPT, accept);
        if method != Method::GET {
            request = request.header(ORIGIN, self.origin());
        }
        if !self.cookies.is_empty() {
            request = request.header(COOKIE, self.cookie());
        }
        if let Some((kind, text)) = body {
            request = request.header(CONTENT_TYPE, kind).body(text);
        }
        let answer = request.send().await.unwrap_or_else(|error| panic!("{method} {url}: {error}"));
        let (status, headers) = (answer.status(), answer.headers().clone());
        self.keep_cookies(&headers);
        let body = answer.text().await.unwrap_or_else(|error| panic!("{method} {url}: {error}"));
        Page { status, url, headers, body }
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let mut parts = cookie.split(';').map(str::trim);
            let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
                continue;
            };
            let ended =
                value.is_empty() || parts.any(|part| part.eq_ignore_ascii_case("max-age=0"));
            if ended {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

impl Page {
    /// The body of a good answer, as a value.
    ///
    /// # Panics
    /// If the answer was an error or is something else.
    #[must_use]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        assert!(self.status.is_success(), "{} answered {}: {}", self.url, self.status, self.body);
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{} answered ({error}): {}", self.url, self.body))
    }

    /// The forms of the page.
    #[must_use]
    pub fn forms(&self) -> Vec<Form> {
        let mut forms = Vec::new();
        for (start, _) in self.body.match_indices("<form") {
            let inside = &self.body[start..];
            let inside = &inside[..inside.find("</form>").unwrap_or(inside.len())];
            let action =
                tag_of(inside).and_then(|tag| attribute(tag, "action")).unwrap_or_default();
            let fields = inside
                .match_indices("<input")
                .filter_map(|(at, _)| tag_of(&inside[at..]))
                .filter_map(|tag| {
                    let kind = attribute(tag, "type").unwrap_or_else(|| "text".into());
                    Some((
                        attribute(tag, "name")?,
                        kind,
                        attribute(tag, "value").unwrap_or_default(),
                    ))
                })
                .collect();
            forms.push(Form { action, fields });
        }
        forms
    }
}

fn tag_of(html: &str) -> Option<&str> {
    // Quoted values may hold a '>'.
    let mut quote = None;
    for (at, c) in html.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(&html[..at]),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    None
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag
        .match_indices(name)
        .find(|(at, _)| {
            tag[..*at].ends_with(char::is_whitespace)
                && tag[at + name.len()..].trim_start().starts_with('=')
        })?
        .0;
    let value = tag[start + name.len()..].trim_start().strip_prefix('=')?.trim_start();
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next()?,
        _ => value.split(|c: char| c.is_whitespace() || c == '/').next()?,
    };
    Some(
        value
            .replace("&quot;", "\"")
            .replace("&#x27;", "'")
            .replace("&#39;", "'")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_a_browser_reads_it() {
        let page = Page {
            status: StatusCode::OK,
            url: Url::parse("http://127.0.0.1/sign-in").unwrap(),
            headers: HeaderMap::new(),
            body: r#"<p><form method="post" action="/api/sign_in?a=1&amp;b=2"><input type="email" name="user" required>
                <input name='password' type=password><input type="hidden" name="next" value="a > b"></form>"#
                .into(),
        };
        assert_eq!(
            page.forms(),
            [Form {
                action: "/api/sign_in?a=1&b=2".into(),
                fields: vec![
                    ("user".into(), "email".into(), String::new()),
                    ("password".into(), "password".into(), String::new()),
                    ("next".into(), "hidden".into(), "a > b".into()),
                ]
            }]
        );
    }

    #[test]
    fn a_cookie_ends_when_the_server_says_so() {
        let mut session = Session::new("http://127.0.0.1:1");
        let mut headers = HeaderMap::new();
        headers.append(SET_COOKIE, "session=abc; Path=/; HttpOnly".parse().unwrap());
        session.keep_cookies(&headers);
        assert_eq!(session.cookie(), "session=abc");
        headers.insert(SET_COOKIE, "session=; Path=/; Max-Age=0".parse().unwrap());
        session.keep_cookies(&headers);
        assert_eq!(session.cookie(), "");
    }
}
