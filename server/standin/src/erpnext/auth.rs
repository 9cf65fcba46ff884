//! Who asks: a session's cookie, a token, or nobody.

use base64::{Engine, prelude::BASE64_STANDARD};

use super::{
    answer::{cleared, cookies},
    call::Call,
    refusal::Refusal,
    site::Site,
    store::{is_on, text},
};

/// The user of a request.
#[derive(Clone)]
pub(crate) struct Caller {
    pub user: String,
    /// Set when a live session's cookie said so.
    pub sid: Option<String>,
    /// A `sid` was sent that is none of ours.
    pub expired: bool,
}

impl Site {
    /// The cookie's user wins over the token's. A header of other than two words is ignored.
    pub(crate) fn caller(&self, call: &Call) -> Result<Caller, Refusal> {
        let sid = call.cookies().remove("sid").filter(|sid| !sid.is_empty() && sid != "Guest");
        let session = sid.as_ref().and_then(|sid| self.sessions.get(sid));
        if let Some(session) = session {
            return Ok(Caller { user: session.user.clone(), sid, expired: false });
        }
        let words: Vec<&str> = call.header("authorization").split_whitespace().collect();
        let user = match words.as_slice() {
            [scheme, credentials] => self.user_of_token(scheme, credentials)?,
            _ => "Guest".to_owned(),
        };
        Ok(Caller { expired: sid.is_some() && user == "Guest", user, sid: None })
    }

    /// A disabled user's key goes on working until Frappe 16.
    fn user_of_token(&self, scheme: &str, credentials: &str) -> Result<String, Refusal> {
        let scheme = scheme.to_lowercase();
        if scheme == "bearer" {
            let user = self.user_of_bearer(credentials);
            return user.ok_or_else(|| Refusal::unauthenticated(None));
        }
        let pair = match scheme.as_str() {
            "token" => Some(credentials.to_owned()),
            "basic" => BASE64_STANDARD
                .decode(credentials)
                .ok()
                .and_then(|bytes| String::from_utf8(bytes).ok()),
            _ => None,
        };
        let pair = pair.as_deref().and_then(|pair| pair.split_once(':'));
        let known = pair.and_then(|(key, secret)| {
            let (right, user) = self.keys.get(key)?;
            let enabled = || self.store.get("User", user).is_some_and(|doc| is_on(doc, "enabled"));
            let is_open = !self.release.refuses_keys_of_disabled || enabled();
            (right == secret && is_open).then(|| user.clone())
        });
        known.ok_or_else(|| Refusal::unauthenticated(None))
    }

    /// A cookie call that changes something needs the token of its session, once there is one.
    pub(crate) fn check_csrf(&self, caller: &Caller, call: &Call) -> Result<(), Refusal> {
        let session = caller.sid.as_ref().and_then(|sid| self.sessions.get(sid));
        let wanted = session.and_then(|session| session.csrf.as_deref());
        match wanted {
            Some(wanted) if call.is_unsafe() && call.header("x-frappe-csrf-token") != wanted => {
                Err(Refusal::csrf())
            }
            _ => Ok(()),
        }
    }

    /// The cookies that go with any answer to `caller`.
    pub(crate) fn cookies_for(&self, caller: &Caller) -> Vec<String> {
        match &caller.sid {
            Some(sid) => self.session_cookies(sid, &caller.user),
            None => {
                let mut all = cookies("Guest", "Guest", "Guest", false);
                if caller.expired {
                    all.extend(cleared());
                }
                all
            }
        }
    }

    pub(crate) fn session_cookies(&self, sid: &str, user: &str) -> Vec<String> {
        let doc = self.store.get("User", user);
        let full_name = doc.map(|doc| text(doc, "full_name")).unwrap_or_default();
        let system_user = doc.is_some_and(|doc| text(doc, "user_type") == "System User");
        cookies(sid, user, full_name, system_user)
    }
}
