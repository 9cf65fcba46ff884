//! Signing in and out.

use crate::{AppError, Asker, SessionToken};
use async_trait::async_trait;
use std::{fmt, net::IpAddr};
use vocabulary::Person;

/// What the sign-in form holds.
#[derive(Clone)]
pub struct Credentials {
    /// ERPNext user name (mail address), or that of the local administrator.
    pub user: String,
    /// The password; passed on to ERPNext, never stored.
    pub password: String,
    /// Where the request came from, for the rate limit.
    pub from: Option<IpAddr>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("from", &self.from).finish_non_exhaustive()
    }
}

/// A session that has just begun.
#[derive(Debug)]
pub struct SignedIn {
    /// For the cookie.
    pub token: SessionToken,
    /// Seconds the session may live.
    pub max_age_seconds: i64,
    /// Who it is.
    pub person: Person,
}

/// Signing in and out.
#[async_trait]
pub trait Accounts {
    /// Checks `credentials` with ERPNext (or, for the local administrator, with us) and begins a session.
    ///
    /// # Errors
    /// `Refused` with ERPNext's reason in plain words, `TooMuch` after too many tries, `Waiting` if ERPNext is away.
    async fn sign_in(&self, credentials: Credentials) -> Result<SignedIn, AppError>;

    /// Ends the asker's session, on every open socket too. Signing out twice is no error.
    ///
    /// # Errors
    /// `Unexpected` if the store fails.
    async fn sign_out(&self, asker: &Asker) -> Result<(), AppError>;

    /// Who the asker is.
    ///
    /// # Errors
    /// `SignIn` if the session is unknown or over.
    async fn whoami(&self, asker: &Asker) -> Result<Person, AppError>;
}
