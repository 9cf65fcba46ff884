//! Which release the site plays, and what differs between them.

use serde_json::{Value, json};

use super::site::Site;

/// A release of ERPNext, with the behaviour that depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// The version of Frappe, such as `15.55.1`.
    pub frappe: String,
    /// The version of ERPNext, such as `15.109.0`.
    pub erpnext: String,
    /// Whom the OAuth provider takes for the one who asks.
    pub oauth_identity: OauthIdentity,
    /// Whether the API keys of disabled users are refused, as Frappe 16 does.
    pub refuses_keys_of_disabled: bool,
}

/// Where the OAuth provider has its user from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OauthIdentity {
    /// From the `user_id` cookie, which anybody can edit.
    UserIdCookie,
    /// From the session, as repaired releases do.
    Session,
}

impl Default for Release {
    /// The recorded one.
    fn default() -> Self {
        Self::new("15.55.1", "15.109.0")
    }
}

impl Release {
    /// These versions, with the OAuth provider unrepaired.
    #[must_use]
    pub fn new(frappe: &str, erpnext: &str) -> Self {
        Self {
            frappe: frappe.to_owned(),
            erpnext: erpnext.to_owned(),
            oauth_identity: OauthIdentity::UserIdCookie,
            refuses_keys_of_disabled: major(frappe) >= 16,
        }
    }

    /// The same, with the OAuth provider repaired.
    #[must_use]
    pub fn repaired(mut self) -> Self {
        self.oauth_identity = OauthIdentity::Session;
        self
    }

    /// What `PUT /_standin/release` says, on top of this.
    pub(crate) fn changed_by(&self, wanted: &Value) -> Self {
        let text = |name: &str| wanted.get(name).and_then(Value::as_str);
        let mut release = Self::new(
            text("frappe").unwrap_or(&self.frappe),
            text("erpnext").unwrap_or(&self.erpnext),
        );
        release.oauth_identity = match text("oauth_identity") {
            Some("session") => OauthIdentity::Session,
            Some(_) => OauthIdentity::UserIdCookie,
            None => self.oauth_identity,
        };
        if let Some(refuses) = wanted.get("refuses_keys_of_disabled").and_then(Value::as_bool) {
            release.refuses_keys_of_disabled = refuses;
        }
        release
    }

    pub(crate) fn describe(&self) -> Value {
        let identity = match self.oauth_identity {
            OauthIdentity::UserIdCookie => "cookie",
            OauthIdentity::Session => "session",
        };
        json!({
            "frappe": self.frappe, "erpnext": self.erpnext, "oauth_identity": identity,
            "refuses_keys_of_disabled": self.refuses_keys_of_disabled,
        })
    }
}

impl Site {
    /// `frappe.utils.change_log.get_versions`.
    pub(crate) fn versions(&self) -> Value {
        let app = |title: &str, description: &str, version: &str| json!({"title": title, "description": description, "branch": "", "version": version});
        json!({
            "frappe": app(
                "Frappe Framework",
                "Full stack web framework with Python, Javascript, MariaDB, Redis, Node",
                &self.release.frappe,
            ),
            "erpnext": app("ERPNext", "ERP made simple", &self.release.erpnext),
        })
    }
}

fn major(version: &str) -> u32 {
    version.split('.').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}
