//! The webhooks in ERPNext: there, on, and sent to us as we read them.

use std::collections::BTreeSet;

use erpnext::ListQuery;
use serde_json::json;

use super::{CONNECT, Exam, finding::some};
use crate::{look, webhooks};

impl Exam<'_> {
    pub(super) async fn webhooks(&mut self) {
        let query = ListQuery {
            doctype: "Webhook",
            fields: &[
                "name",
                "enabled",
                "webhook_doctype",
                "webhook_docevent",
                "request_url",
                "request_method",
                "request_structure",
                "webhook_json",
                "enable_security",
            ],
            filters: json!([["name", "like", "Parlance%"]]),
            order_by: "name asc",
            limit: 0,
        };
        let rows = match self.eyes.list_documents(query).await {
            Ok(rows) => rows,
            Err(error) => return self.unseen("webhooks", "Webhook", &error),
        };
        let mut wrong = Wrong::default();
        for (name, mut wanted) in webhooks::all(&self.setup.public_url) {
            let Some(is) = rows.iter().find(|row| row.name() == name) else {
                wrong.missing.push(name);
                continue;
            };
            // Tables are not in a list, and how long ERPNext waits is a matter of taste.
            wanted.retain(|field, _| !["webhook_headers", "timeout"].contains(&field.as_str()));
            let change = look::difference(is, &wanted);
            if change.contains_key("enabled") {
                wrong.off.push(name);
            } else if change.contains_key("request_url") {
                wrong.elsewhere.push(name);
                wrong.where_.insert(is.text("request_url").unwrap_or("nowhere").to_owned());
            } else if !change.is_empty() {
                wrong.changed.push(name);
            }
        }
        self.tell(&wrong);
    }

    fn tell(&mut self, wrong: &Wrong) {
        let ours = webhooks::address(&self.setup.public_url);
        if !wrong.missing.is_empty() {
            self.fault(
                "webhooks",
                format!("{} is missing in ERPNext, so changes show late.", some(&wrong.missing)),
                CONNECT,
            );
        }
        if !wrong.off.is_empty() {
            self.fault(
                "webhooks",
                format!("{} is switched off in ERPNext, so changes show late.", some(&wrong.off)),
                "Run `parlance connect` again, or tick Enabled in the Webhook.",
            );
        }
        if !wrong.elsewhere.is_empty() {
            let where_: Vec<&String> = wrong.where_.iter().collect();
            self.fault(
                "webhooks",
                format!("{} is sent to {} instead of {ours}.", some(&wrong.elsewhere), some(&where_)),
                "Run `parlance connect` again, or correct PARLANCE_PUBLIC_URL if it is that which is wrong.",
            );
        }
        if !wrong.changed.is_empty() {
            self.fault(
                "webhooks",
                format!(
                    "{} was changed in ERPNext and does not say what Parlance reads.",
                    some(&wrong.changed)
                ),
                CONNECT,
            );
        }
        if *wrong == Wrong::default() {
            self.ok("webhooks", format!("All webhooks are sent to {ours}."));
        }
    }
}

#[derive(Default, PartialEq)]
struct Wrong {
    missing: Vec<String>,
    off: Vec<String>,
    elsewhere: Vec<String>,
    /// The addresses of those.
    where_: BTreeSet<String>,
    changed: Vec<String>,
}
