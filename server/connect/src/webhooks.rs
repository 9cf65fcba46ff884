//! The webhooks: a hint for whatever may have changed, in the fewest deliveries.
//!
//! Two of a doctype's events are enough: `after_insert` for what is new, `on_change` for updates, for silent writes such as
//! an Issue that was opened again, and for deletions. `on_update` would only repeat them.

use erpnext::Fields;
use serde_json::{Value, json};
use url::Url;

use crate::blueprint::fields;

/// Whose changes we want to hear of.
const DOCTYPES: [&str; 16] = [
    "Project",
    "Project Type",
    "Task",
    "Issue",
    "Customer",
    "Contact",
    "Communication",
    "Comment",
    "ToDo",
    "File",
    "Email Template",
    "Holiday List",
    "User",
    "User Permission",
    "DocShare",
    "Custom DocPerm",
];

const EVENTS: [&str; 2] = ["after_insert", "on_change"];

/// The path that they are sent to.
pub const PATH: &str = "/webhooks/erpnext";

/// Where ERPNext sends them.
pub(crate) fn address(public_url: &Url) -> String {
    format!("{}{PATH}", public_url.as_str().trim_end_matches('/'))
}

/// Name and fields of every webhook; the secret is added when they are made, as ERPNext never shows it again.
pub(crate) fn all(public_url: &Url) -> Vec<(String, Fields)> {
    let address = address(public_url);
    let both = |doctype| EVENTS.map(|event| (doctype, event));
    DOCTYPES
        .into_iter()
        .flat_map(both)
        .map(|(doctype, event)| (name(doctype, event), body(doctype, event, &address)))
        .collect()
}

fn name(doctype: &str, event: &str) -> String {
    format!("Parlance {doctype} {event}")
}

fn body(doctype: &str, event: &str, address: &str) -> Fields {
    fields(json!({
        "webhook_doctype": doctype, "webhook_docevent": event, "enabled": 1,
        "request_url": address, "request_method": "POST", "request_structure": "JSON",
        "webhook_json": template(doctype, event), "enable_security": 1, "timeout": 5,
        "webhook_headers": [{"key": "Content-Type", "value": "application/json"}],
    }))
}

fn template(doctype: &str, event: &str) -> String {
    let user = match doctype {
        "User" => "doc.name",
        "User Permission" | "DocShare" => "(doc.user or \"\")",
        "ToDo" => "(doc.allocated_to or \"\")",
        _ => "",
    };
    let user = match user {
        "" => "\"\"".to_owned(),
        user => format!("{{{{ {user} | tojson }}}}"),
    };
    let (event, doctype) = (Value::from(event), Value::from(doctype));
    format!(
        "{{\"event\": {event}, \"doctype\": {doctype}, \"name\": {{{{ doc.name | tojson }}}}, \"modified\": \"{{{{ doc.modified }}}}\", \"user\": {user}}}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_names_the_user_only_where_rights_follow_from_it() {
        assert_eq!(
            template("Task", "on_change"),
            r#"{"event": "on_change", "doctype": "Task", "name": {{ doc.name | tojson }}, "modified": "{{ doc.modified }}", "user": ""}"#
        );
        assert!(template("User", "on_change").ends_with(r#""user": {{ doc.name | tojson }}}"#));
        assert!(
            template("ToDo", "on_change")
                .ends_with(r#""user": {{ (doc.allocated_to or "") | tojson }}}"#)
        );
    }
}
