//! What can go wrong, by what the caller can do about it.

use std::time::Duration;

use crate::{KEY_FIELD, unreached::Unreached};

/// A request that did not do what was asked.
///
/// Where a variant has a `message`, it is ERPNext's own sentence in plain text, fit to show to a person.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErpError {
    /// The settings can never work; nothing was sent.
    #[error("the ERPNext settings cannot be used: {problem}")]
    Configuration {
        /// What is wrong with them.
        problem: String,
    },
    /// The site was not reached: nothing happened there.
    #[error("ERPNext was not reached ({because})")]
    Unreachable {
        /// Why.
        because: Unreached,
        /// The transport's own error.
        #[source]
        source: reqwest::Error,
    },
    /// No complete answer in time: a write may have been done.
    #[error("ERPNext gave no answer in time")]
    TimedOut {
        /// The transport's own error.
        #[source]
        source: reqwest::Error,
    },
    /// The connection broke before the answer was complete: a write may have been done.
    #[error("the connection to ERPNext broke before its answer was complete")]
    Interrupted {
        /// The transport's own error.
        #[source]
        source: reqwest::Error,
    },
    /// A proxy answered for a site that is down, starting or under maintenance.
    #[error("ERPNext is not available at the moment (status {status})")]
    Unavailable {
        /// The HTTP status.
        status: u16,
        /// From `Retry-After`, when sent.
        retry_after: Option<Duration>,
    },
    /// The database had to give up on a lock; the whole request was rolled back.
    #[error("ERPNext was too busy: {message}")]
    Busy {
        /// ERPNext's words.
        message: String,
    },
    /// Nothing was sent: the site did not answer lately, or asked for a rest.
    #[error("ERPNext is left alone for {} ms more", for_.as_millis())]
    Resting {
        /// How long still.
        for_: Duration,
    },
    /// Too many requests.
    #[error("ERPNext asks for fewer requests")]
    TooManyRequests {
        /// From `Retry-After`; per-method limits send none.
        retry_after: Option<Duration>,
        /// ERPNext's words.
        message: String,
    },
    /// An answer that is no ERPNext answer, or a cut one: a wrong address, a login wall, a proxy's page.
    #[error("the answer is not ERPNext's (status {status}): {excerpt}")]
    NotErpnext {
        /// The HTTP status.
        status: u16,
        /// The first characters of the body without markup, or where it redirects to.
        excerpt: String,
    },
    /// An answer of ERPNext without what we asked for: another release, or a right that is missing.
    #[error("ERPNext's answer lacks what was asked for: {problem}")]
    Unexpected {
        /// What is missing or of another type.
        problem: String,
    },
    /// The service account's key or secret is wrong.
    #[error("ERPNext refuses the API key")]
    BadCredentials {
        /// ERPNext's words, often none.
        message: String,
    },
    /// User name or password is wrong.
    #[error("wrong user name or password")]
    WrongPassword {
        /// ERPNext's words.
        message: String,
    },
    /// The user exists no more or is disabled.
    #[error("the user is disabled in ERPNext")]
    UserDisabled {
        /// ERPNext's words.
        message: String,
    },
    /// Too many wrong passwords; the right one is refused too, until the time is over.
    #[error("the account is locked for {} s", for_.as_secs())]
    Locked {
        /// How long, in ERPNext's words of this moment.
        for_: Duration,
        /// ERPNext's words.
        message: String,
    },
    /// The password was right, but ERPNext wants more: a second factor, a new password.
    #[error("ERPNext wants more than a password: {message}")]
    SignInUnfinished {
        /// What it wants.
        message: String,
    },
    /// The member's `sid` or access token is unknown, revoked or too old.
    #[error("the ERPNext session has expired")]
    SessionExpired,
    /// An OAuth code or refresh token is unknown, used, revoked or too old, or the verifier is not the code's.
    #[error("ERPNext's OAuth grant is not valid")]
    InvalidGrant,
    /// A cookie request without the session's CSRF token.
    #[error("ERPNext refused the request as forged")]
    Forged,
    /// This account may not do this.
    #[error("ERPNext does not permit this: {message}")]
    NotPermitted {
        /// ERPNext's words.
        message: String,
    },
    /// The document, doctype or a document it links to does not exist.
    #[error("ERPNext does not have it: {message}")]
    NotFound {
        /// ERPNext's words.
        message: String,
    },
    /// The request is larger than the site takes.
    #[error("the request is too large for ERPNext")]
    TooLarge,
    /// Somebody saved the document meanwhile (`TimestampMismatchError`): read it again.
    #[error("the document was changed meanwhile: {message}")]
    ChangedMeanwhile {
        /// ERPNext's words.
        message: String,
    },
    /// A unique field has this value already (`UniqueValidationError`).
    #[error("a value is taken: {message}")]
    ValueTaken {
        /// The field, when the answer names it.
        field: Option<String>,
        /// ERPNext's words.
        message: String,
    },
    /// A document of this name exists already (`DuplicateEntryError`).
    #[error("the name is taken: {message}")]
    NameTaken {
        /// ERPNext's words.
        message: String,
    },
    /// Other documents link to it, so it cannot go (`LinkExistsError`).
    #[error("other documents need it: {message}")]
    StillLinked {
        /// ERPNext's words.
        message: String,
    },
    /// Required fields are empty (`MandatoryError`).
    #[error("required fields are missing: {message}")]
    Missing {
        /// The fields, when the answer names them.
        fields: Vec<String>,
        /// ERPNext's words.
        message: String,
    },
    /// A link names no document (`LinkValidationError`).
    #[error("a link leads nowhere: {message}")]
    BrokenLink {
        /// ERPNext's words.
        message: String,
    },
    /// Refused by any other rule: the data must change before it can be accepted.
    #[error("ERPNext refused it ({kind}): {message}")]
    Invalid {
        /// ERPNext's `exc_type`.
        kind: String,
        /// ERPNext's words.
        message: String,
    },
    /// ERPNext failed over this very request; sending it again will fail again.
    #[error("ERPNext failed over the request ({kind}): {message}")]
    Failed {
        /// ERPNext's `exc_type`.
        kind: String,
        /// ERPNext's words.
        message: String,
    },
}

/// Whether the same request may succeed later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Yes, after this long if the site said so, else by the caller's own backoff.
    Later {
        /// What the site asked for.
        after: Option<Duration>,
    },
    /// No: something must change first.
    Never,
}

impl ErpError {
    /// Whether sending the same request again makes sense.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::Unreachable { .. }
            | Self::TimedOut { .. }
            | Self::Interrupted { .. }
            | Self::Busy { .. } => Retry::Later { after: None },
            // Any page in place of an answer: a proxy between deployments sends such with every status.
            Self::NotErpnext { .. } => Retry::Later { after: None },
            Self::Unavailable { retry_after, .. } | Self::TooManyRequests { retry_after, .. } => {
                Retry::Later { after: *retry_after }
            }
            Self::Locked { for_, .. } | Self::Resting { for_ } => {
                Retry::Later { after: Some(*for_) }
            }
            _ => Retry::Never,
        }
    }

    /// Whether an insert was refused because its [`KEY_FIELD`] is there already: an earlier try arrived.
    ///
    /// Sites that hide tracebacks do not name the field; look the key up to be sure.
    #[must_use]
    pub fn is_key_taken(&self) -> bool {
        match self {
            Self::ValueTaken { field, .. } => field.as_deref().is_none_or(|name| name == KEY_FIELD),
            _ => false,
        }
    }

    /// Whether the site as a whole is away, as against an answer about this request.
    #[must_use]
    pub fn is_site_down(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. }
                | Self::TimedOut { .. }
                | Self::Interrupted { .. }
                | Self::Unavailable { .. }
                | Self::NotErpnext { .. }
                | Self::Resting { .. }
        )
    }

    /// ERPNext's own sentence, when it gave one.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        let text = match self {
            Self::Busy { message }
            | Self::TooManyRequests { message, .. }
            | Self::BadCredentials { message }
            | Self::WrongPassword { message }
            | Self::UserDisabled { message }
            | Self::Locked { message, .. }
            | Self::SignInUnfinished { message }
            | Self::NotPermitted { message }
            | Self::NotFound { message }
            | Self::ChangedMeanwhile { message }
            | Self::ValueTaken { message, .. }
            | Self::NameTaken { message }
            | Self::StillLinked { message }
            | Self::Missing { message, .. }
            | Self::BrokenLink { message }
            | Self::Invalid { message, .. }
            | Self::Failed { message, .. } => message,
            _ => return None,
        };
        (!text.is_empty()).then_some(text)
    }
}
