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
                Kind::Password if shown.contains_key(&field.name) => {
                    shown.insert(field.name, "*".repeat(15).into());
                }
                _ => {}
            }
        }
        shown.into()
    }
}
