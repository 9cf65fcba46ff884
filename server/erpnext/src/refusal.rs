//! From an error answer to the [`ErpError`] that says what can be done.

use std::time::Duration;

use serde_json::Value;

use crate::{ErpError, server_messages::sentences, text::html_as_plain_text};

/// Status, `Retry-After` and body of an answer that is not a success.
pub(crate) struct Refusal<'a> {
    pub status: u16,
    pub retry_after: Option<Duration>,
    pub location: Option<&'a str>,
    pub body: &'a [u8],
}

impl Refusal<'_> {
    pub(crate) fn into_error(self) -> ErpError {
        let json: Option<Value> = serde_json::from_slice(self.body).ok();
        let json = json.filter(Value::is_object);
        match json.as_ref().and_then(|body| Some((exc_type(body)?, body))) {
            Some((kind, body)) => self.by_kind(kind, body),
            None => self.by_status(json.as_ref()),
        }
    }

    fn by_kind(&self, kind: &str, body: &Value) -> ErpError {
        let message = sentences(body);
        match kind {
            "AuthenticationError" => ErpError::BadCredentials { message },
            "SessionExpired" => ErpError::SessionExpired,
            "CSRFTokenError" => ErpError::Forged,
            "PermissionError" if is_expired(body) => ErpError::SessionExpired,
            "PermissionError" => ErpError::NotPermitted { message },
            "DoesNotExistError" | "PageDoesNotExistError" => ErpError::NotFound { message },
            "TimestampMismatchError" => ErpError::ChangedMeanwhile { message },
            "UniqueValidationError" => {
                ErpError::ValueTaken { field: taken_field(&exception(body)), message }
            }
            "DuplicateEntryError" => ErpError::NameTaken { message },
            "LinkExistsError" => ErpError::StillLinked { message },
            "MandatoryError" => {
                ErpError::Missing { fields: missing_fields(&exception(body)), message }
            }
            "LinkValidationError" => ErpError::BrokenLink { message },
            "RateLimitExceededError" | "TooManyRequestsError" => {
                ErpError::TooManyRequests { retry_after: self.retry_after, message }
            }
            "SecurityException" if first_number(&message).is_some() => ErpError::Locked {
                for_: Duration::from_secs(first_number(&message).unwrap_or_default()),
                message,
            },
            _ if is_lock_wait(kind, &exception(body)) => ErpError::Busy { message },
            _ => self.by_status_and_kind(kind, message),
        }
    }

    fn by_status_and_kind(&self, kind: &str, message: String) -> ErpError {
        let kind = kind.to_owned();
        match self.status {
            413 => ErpError::TooLarge,
            429 => ErpError::TooManyRequests { retry_after: self.retry_after, message },
            502..=504 => {
                ErpError::Unavailable { status: self.status, retry_after: self.retry_after }
            }
            500.. => ErpError::Failed { kind, message },
            _ => ErpError::Invalid { kind, message },
        }
    }

    /// Without an `exc_type` the answer is a proxy's or the application server's own.
    fn by_status(&self, body: Option<&Value>) -> ErpError {
        let message = body.map(sentences).unwrap_or_default();
        match self.status {
            413 => ErpError::TooLarge,
            400 | 414 if is_line_too_long(self.body) => ErpError::TooLarge,
            429 => ErpError::TooManyRequests { retry_after: self.retry_after, message },
            500.. => ErpError::Unavailable { status: self.status, retry_after: self.retry_after },
            401 if body.is_some() => ErpError::BadCredentials { message },
            403 if body.is_some_and(is_expired) => ErpError::SessionExpired,
            403 if body.is_some() => ErpError::NotPermitted { message },
            404 if body.is_some() => ErpError::NotFound { message },
            _ if oauth_error(body) == Some("invalid_grant") => ErpError::InvalidGrant,
            _ if body.is_some() => {
                ErpError::Invalid { kind: oauth_error(body).unwrap_or_default().into(), message }
            }
            status => ErpError::NotErpnext {
                status,
                excerpt: match self.location {
                    Some(location) => format!("it redirects to {}", without_query(location)),
                    None => excerpt(self.body),
                },
            },
        }
    }
}

/// The first words of a body, for a person who has to find out what answered.
pub(crate) fn excerpt(body: &[u8]) -> String {
    let head = &body[..body.len().min(4096)];
    let words = html_as_plain_text(&String::from_utf8_lossy(head));
    if words.is_empty() {
        return "an empty body".into();
    }
    words.chars().take(160).collect()
}

fn exc_type(body: &Value) -> Option<&str> {
    if let Some(kind) = body.get("exc_type").and_then(Value::as_str) {
        return Some(kind);
    }
    body.get("errors")?.get(0)?.get("type")?.as_str()
}

fn exception(body: &Value) -> String {
    let v1 = body.get("exception").and_then(Value::as_str);
    let v2 = || body.get("errors")?.get(0)?.get("exception")?.as_str();
    v1.or_else(v2).unwrap_or_default().to_owned()
}

/// The OAuth endpoints say `{"error": "invalid_request"}` in place of an `exc_type`.
fn oauth_error(body: Option<&Value>) -> Option<&str> {
    body?.get("error")?.as_str()
}

fn is_expired(body: &Value) -> bool {
    body.get("session_expired")
        .is_some_and(|mark| mark.as_i64() == Some(1) || mark == &Value::Bool(true))
}

/// From `… for key 'hub_key'` or `… for key 'tabCommunication.hub_key'`.
fn taken_field(exception: &str) -> Option<String> {
    let (_, after) = exception.rsplit_once("for key '")?;
    let (key, _) = after.split_once('\'')?;
    Some(key.rsplit('.').next().unwrap_or(key).to_owned())
}

/// From `…MandatoryError: [Task, TASK-1]: subject, project`.
fn missing_fields(exception: &str) -> Vec<String> {
    let Some((_, after)) = exception.rsplit_once("]: ") else {
        return Vec::new();
    };
    let first_line = after.lines().next().unwrap_or_default();
    first_line
        .split(',')
        .map(|field| field.trim().to_owned())
        .filter(|field| !field.is_empty())
        .collect()
}

fn first_number(text: &str) -> Option<u64> {
    text.split(|c: char| !c.is_ascii_digit()).find(|digits| !digits.is_empty())?.parse().ok()
}

/// Deadlocks, lock waits, lost database or cache connections: rolled back, and gone in a moment.
///
/// The numbers are the database's; 1292, a value it cannot read, is not among them. A site that hides its
/// tracebacks gives no number: then it is more likely a lock than a value of ours.
fn is_lock_wait(kind: &str, exception: &str) -> bool {
    const KINDS: [&str; 4] =
        ["QueryDeadlockError", "QueryTimeoutError", "DocumentLockedError", "ConnectionError"];
    const NUMBERS: [&str; 6] = ["(1020,", "(1040,", "(1205,", "(1213,", "(2006,", "(2013,"];
    const OF_DATABASE: [&str; 3] = ["OperationalError", "InternalError", "InterfaceError"];
    KINDS.contains(&kind)
        || (OF_DATABASE.contains(&kind)
            && (exception.is_empty() || NUMBERS.iter().any(|one| exception.contains(one))))
}

fn is_line_too_long(body: &[u8]) -> bool {
    let head = &body[..body.len().min(4096)];
    String::from_utf8_lossy(head).contains("Request Line is too large")
}

fn without_query(location: &str) -> &str {
    location.split(['?', '#']).next().unwrap_or(location)
}
