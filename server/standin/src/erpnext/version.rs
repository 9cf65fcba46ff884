//! Versions: what an update changed, for the doctypes that keep track.

use serde_json::{Value, json};

use super::{
    document::masked,
    schema::Kind,
    site::Site,
    store::{Doc, random_name, rows, text},
};

const TRACKED: [&str; 9] = [
    "Issue",
    "Customer",
    "Communication",
    "User",
    "File",
    "Comment",
    "ToDo",
    "Email Template",
    "Webhook",
];

impl Site {
    pub(crate) fn keep_version(&mut self, user: &str, doctype: &str, before: &Doc, after: &Doc) {
        if !TRACKED.contains(&doctype) {
            return;
        }
        let (mut changed, mut added, mut removed) = (Vec::new(), Vec::new(), Vec::new());
        for field in self.fields(doctype) {
            if let Kind::Table(_) = field.kind {
                let gone = |from: &Doc, there: &Doc| -> Vec<Value> {
                    let is_there =
                        |name: &str| rows(there, &field.name).any(|row| text(row, "name") == name);
                    rows(from, &field.name)
                        .filter(|row| !is_there(text(row, "name")))
                        .map(|row| json!([field.name, row]))
                        .collect()
                };
                added.extend(gone(after, before));
                removed.extend(gone(before, after));
                continue;
            }
            let (old, new) = (before.get(&field.name), after.get(&field.name));
            if old != new {
                let shown = |value: Option<&Value>| match (value, &field.kind) {
                    (Some(value), Kind::Password) => masked(value),
                    (value, _) => value.cloned().unwrap_or(Value::Null),
                };
                changed.push(json!([field.name, shown(old), shown(new)]));
            }
        }
        if changed.is_empty() && added.is_empty() && removed.is_empty() {
            return;
        }
        let data = json!({
            "added": added, "changed": changed, "data_import": null, "removed": removed,
            "row_changed": [], "updater_reference": null,
        });
        let stamp = self.store.stamp();
        let version = json!({
            "name": random_name(), "owner": user, "creation": stamp, "modified": stamp,
            "modified_by": user, "docstatus": 0, "idx": 0, "ref_doctype": doctype,
            "docname": text(after, "name"), "data": data.to_string(),
        });
        if let Value::Object(version) = version {
            self.store.put("Version", version);
        }
    }
}
