//! What ERPNext tells by itself: webhooks as hints, and where to look up those that got lost.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{Document, ErpError, Site};

/// The header that proves who sent a webhook.
pub const SIGNATURE_HEADER: &str = "X-Frappe-Webhook-Signature";

const ROWS_AT_ONCE: u32 = 200;

/// The body of our webhooks. Nothing but a hint that something happened to a document: read the document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hint {
    /// `after_insert`, `on_update`, `on_change`, `on_trash`.
    #[serde(default, deserialize_with = "text")]
    pub event: String,
    /// Of the document.
    pub doctype: String,
    /// Of the document.
    pub name: String,
    /// As the document had it then; some changes leave it as it was.
    #[serde(default, deserialize_with = "text")]
    pub modified: String,
    /// Whom it concerns, for documents about a user; else empty.
    #[serde(default, deserialize_with = "text")]
    pub user: String,
}

/// An attempt of ERPNext to deliver a hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedHint {
    /// What it said.
    pub hint: Hint,
    /// Whether it was answered with success; not all that was answered was kept.
    pub is_delivered: bool,
    /// When, in the site's zone.
    pub at: String,
}

/// A document that was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleted {
    /// Its doctype.
    pub doctype: String,
    /// Its name, which may have been given out again since.
    pub name: String,
    /// When it was made, in the site's zone: tells it from a later one of the same name.
    pub creation: Option<String>,
    /// When it was deleted, in the site's zone.
    pub at: String,
}

/// Whether `header` is the signature of exactly these bytes with this secret; takes as long for a wrong one.
#[must_use]
pub fn verify_signature(secret: &SecretString, body: &[u8], header: &str) -> bool {
    let Ok(claimed) = STANDARD.decode(header.trim()) else { return false };
    let key = secret.expose_secret().as_bytes();
    // An empty secret would let everybody sign.
    if key.is_empty() {
        return false;
    }
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return false };
    mac.update(body);
    mac.verify_slice(&claimed).is_ok()
}

impl Hint {
    /// The hint in a webhook's body.
    ///
    /// # Errors
    /// [`ErpError::Unexpected`] for a body that is not of our template.
    pub fn from_body(body: &[u8]) -> Result<Self, ErpError> {
        let hint: Self = serde_json::from_slice(body)
            .map_err(|source| ErpError::Unexpected { problem: format!("webhook: {source}") })?;
        if hint.doctype.is_empty() || hint.name.is_empty() {
            return Err(ErpError::Unexpected { problem: "webhook: no document is named".into() });
        }
        Ok(hint)
    }
}

impl Site {
    /// What ERPNext tried to tell at or after the stamp `since`, oldest first, as far as its log is kept: after three
    /// failures within seconds it tells nothing again. Asked as the auditor.
    ///
    /// # Errors
    /// [`ErpError::NotPermitted`] when the auditor may not read the log (it needs System Manager).
    pub async fn webhook_request_log_since(
        &self,
        since: &str,
    ) -> Result<Vec<LoggedHint>, ErpError> {
        let fields = ["data", "error", "creation"];
        // Others' webhooks are none of our business, and ours are all named so.
        let only = json!(["webhook", "like", "Parlance%"]);
        let rows = self.log("Webhook Request Log", &fields, since, only).await?;
        Ok(rows.iter().filter_map(logged_hint).collect())
    }

    /// What of these doctypes was deleted at or after the stamp `since`, oldest first. Asked as the auditor.
    ///
    /// # Errors
    /// [`ErpError::NotPermitted`] when the auditor may not read Deleted Document (it needs System Manager).
    pub async fn deleted_since(
        &self,
        since: &str,
        doctypes: &[&str],
    ) -> Result<Vec<Deleted>, ErpError> {
        let fields = ["deleted_doctype", "deleted_name", "data", "creation"];
        let only = json!(["deleted_doctype", "in", doctypes]);
        let rows = self.log("Deleted Document", &fields, since, only).await?;
        Ok(rows.iter().filter_map(deleted).collect())
    }

    /// All rows of a doctype that only grows.
    async fn log(
        &self,
        doctype: &str,
        fields: &[&str],
        since: &str,
        only: Value,
    ) -> Result<Vec<Document>, ErpError> {
        let auditor = self.auditing();
        let mut rows: Vec<Document> = Vec::new();
        loop {
            let page = auditor
                .growing_page(doctype, fields, since, rows.last(), &only, ROWS_AT_ONCE)
                .await?;
            let is_last = u32::try_from(page.len()).is_ok_and(|length| length < ROWS_AT_ONCE);
            rows.extend(page);
            if is_last {
                return Ok(rows);
            }
        }
    }
}

fn logged_hint(row: &Document) -> Option<LoggedHint> {
    Some(LoggedHint {
        hint: Hint::from_body(row.text("data")?.as_bytes()).ok()?,
        is_delivered: row.text("error").is_none(),
        at: row.creation().to_owned(),
    })
}

fn deleted(row: &Document) -> Option<Deleted> {
    let data: Option<Value> = row.text("data").and_then(|data| serde_json::from_str(data).ok());
    let creation = data.as_ref().and_then(|data| data.get("creation")).and_then(Value::as_str);
    Some(Deleted {
        doctype: row.text("deleted_doctype")?.to_owned(),
        name: row.text("deleted_name")?.to_owned(),
        creation: creation.map(str::to_owned),
        at: row.creation().to_owned(),
    })
}

/// A template gives `null` for a field that is empty, and names of some doctypes as numbers.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(secret: &str, body: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(body);
        STANDARD.encode(mac.finalize().into_bytes())
    }

    #[test]
    fn only_the_secrets_holder_signs_and_only_these_bytes() {
        let body = br#"{"event": "on_update", "name": "Pr\u00fcfung"}"#;
        let secret = SecretString::from("s3cret");
        let header = signed("s3cret", body);
        assert!(verify_signature(&secret, body, &header));
        assert!(!verify_signature(&"other".into(), body, &header));
        assert!(!verify_signature(&secret, &body[1..], &header));
        assert!(!verify_signature(&secret, body, ""));
        assert!(!verify_signature(&secret, body, &header[..20]));
        assert!(!verify_signature(&secret, body, "not base64!"));
        assert!(!verify_signature(&"".into(), body, &signed("", body)));
    }

    #[test]
    fn a_hint_names_a_document_or_is_none() {
        let body = br#"{"event": "on_trash", "doctype": "ToDo", "name": "k5", "modified": null}"#;
        let hint = Hint::from_body(body).unwrap();
        assert_eq!(
            (hint.name.as_str(), hint.modified.as_str(), hint.user.as_str()),
            ("k5", "", "")
        );
        for body in
            [&b"{}"[..], b"", br#"{"doctype": "Task", "name": ""}"#, br#"{"doctype": "Task"}"#]
        {
            assert!(Hint::from_body(body).is_err());
        }
    }
}
