//! As whom a request speaks: the service account, the auditor, or a member with credentials of their own.

use std::fmt;

use reqwest::header::{AUTHORIZATION, COOKIE, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use crate::{ErpError, Site};

/// A member's own credentials.
#[derive(Clone)]
pub enum Identity {
    /// The `sid` of a session that a password opened; it has no CSRF token until a desk page is rendered in it.
    Session(SecretString),
    /// An OAuth access token.
    Bearer(SecretString),
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Session(_) => "Session(…)",
            Self::Bearer(_) => "Bearer(…)",
        })
    }
}

impl Identity {
    pub(crate) fn header(&self) -> Result<(HeaderName, HeaderValue), ErpError> {
        let (name, text) = match self {
            Self::Session(sid) => (COOKIE, format!("sid={}", sid.expose_secret())),
            Self::Bearer(token) => (AUTHORIZATION, format!("Bearer {}", token.expose_secret())),
        };
        let mut value = HeaderValue::from_str(&text).map_err(|_| ErpError::SessionExpired)?;
        value.set_sensitive(true);
        Ok((name, value))
    }
}

impl Site {
    /// The same site, spoken to as a member. Clones share their connections.
    ///
    /// # Errors
    /// [`ErpError::SessionExpired`] for credentials that cannot be sent; every request gives it too, once they are void.
    pub fn acting_as(&self, identity: &Identity) -> Result<Self, ErpError> {
        Ok(self.speaking_as_member(identity.header()?))
    }

    /// The same site, spoken to as the auditor; as the service account where none is configured.
    #[must_use]
    pub fn auditing(&self) -> Self {
        match self.auditor() {
            Some(token) => self.speaking_as_auditor((AUTHORIZATION, token.clone())),
            None => self.clone(),
        }
    }
}
