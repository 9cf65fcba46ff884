//! The unique key field, which makes writing exactly-once.

use erpnext::{KEY_FIELD, ListQuery};
use serde_json::json;

use super::{CONNECT, Exam, finding::some};
use crate::blueprint::KEYED;

impl Exam<'_> {
    pub(super) async fn key_fields(&mut self) {
        let query = ListQuery {
            doctype: "Custom Field",
            fields: &["name", "dt", "unique"],
            filters: json!([["fieldname", "=", KEY_FIELD]]),
            order_by: "name asc",
            limit: 0,
        };
        let rows = match self.eyes.list_documents(query).await {
            Ok(rows) => rows,
            Err(error) => return self.unseen("key-field", "Custom Field", &error),
        };
        let field = |dt: &str| rows.iter().find(|row| row.text("dt") == Some(dt));
        let doctypes = KEYED.iter().map(|(dt, _)| *dt);
        let missing: Vec<&str> = doctypes.clone().filter(|dt| field(dt).is_none()).collect();
        let doubtful: Vec<&str> =
            doctypes.filter(|dt| field(dt).is_some_and(|row| !row.is_on("unique"))).collect();
        if !missing.is_empty() {
            self.fault(
                "key-field",
                format!(
                    "{} has no field {KEY_FIELD}, so Parlance writes nothing there.",
                    some(&missing)
                ),
                CONNECT,
            );
        }
        if !doubtful.is_empty() {
            self.fault(
                "key-field",
                format!("The field {KEY_FIELD} of {} is not unique, so a repeated try would write twice.", some(&doubtful)),
                format!("Run `parlance connect` again, or tick Unique in the Custom Field {KEY_FIELD}."),
            );
        }
        if missing.is_empty() && doubtful.is_empty() {
            self.ok("key-field", format!("The unique field {KEY_FIELD} is there."));
        }
    }
}
