//! Who asks, before anybody has looked who that is.

use std::fmt;

/// The secret of a session, as the cookie carries it. Never logged, never stored: the store keeps its hash.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

impl SessionToken {
    /// The token a cookie or a sign-in gave.
    pub fn new(token: impl Into<String>) -> Self {
        Self(token.into())
    }

    /// The secret itself, for the cookie and for hashing.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(…)")
    }
}

/// Somebody with a session cookie. It proves nothing yet: the server side looks the session up for each operation.
#[derive(Clone, Debug)]
pub struct Asker {
    token: SessionToken,
}

impl Asker {
    /// The bearer of this token.
    #[must_use]
    pub const fn bearing(token: SessionToken) -> Self {
        Self { token }
    }

    /// The token to look up.
    #[must_use]
    pub const fn token(&self) -> &SessionToken {
        &self.token
    }
}
