//! A document as an answer shows it.

use serde_json::{Value, json};

use super::{schema::Kind, site::Site, store::Doc};

impl Site {
    /// Null fields left out, child tables always there, what the caller may not see gone.
    pub(crate) fn present(&self, user: &str, doctype: &str, doc: &Doc) -> Value {
        let mut shown = doc.clone();
        shown.retain(|field, value| !value.is_null() && !field.starts_with('_'));
        shown.insert("doctype".into(), doctype.into());
        let sees_levels = self.has_role(user, "System Manager");
        for field in self.fields(doctype) {
            if field.level > 0 && !sees_levels {
                shown.remove(&field.name);
                continue;
            }
            match field.kind {
                Kind::Table(_) => {
                    shown.entry(field.name).or_insert_with(|| json!([]));
                }
                Kind::Password => {
                    if let Some(kept) = shown.get_mut(&field.name) {
                        *kept = masked(kept);
                    }
                }
                _ => {}
            }
        }
        if doctype == "Webhook" {
            shown.insert("meets_condition".into(), "Yes".into());
            let words = "Select a document to preview request data";
            shown.insert("preview_request_body".into(), words.into());
        }
        shown.into()
    }

    /// Every field, empty ones as null, for nobody in particular; passwords stay unseen.
    pub(crate) fn whole(&self, doctype: &str, doc: &Doc) -> Value {
        let mut whole = doc.clone();
        whole.retain(|field, _| !field.starts_with('_'));
        for field in self.fields(doctype) {
            let empty =
                || if matches!(field.kind, Kind::Table(_)) { json!([]) } else { Value::Null };
            let value = whole.entry(field.name.as_str()).or_insert_with(empty);
            if field.kind == Kind::Password && !value.is_null() {
                *value = masked(value);
            }
        }
        whole.into()
    }
}

/// As many asterisks as the password has letters.
pub(crate) fn masked(password: &Value) -> Value {
    "*".repeat(password.as_str().unwrap_or_default().chars().count()).into()
}
