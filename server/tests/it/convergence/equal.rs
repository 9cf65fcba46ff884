//! Whether the mirror's table is what ERPNext has: read from both sides' own stores, by none of the mirror's code.

use serde_json::{Map, Value};
use standin::erpnext::Running;
use std::collections::BTreeMap;
use store::worker::{DocumentCopy, Worker};

/// Fields that every copy must have, as ERPNext has them; `table:field,field` for rows of a child table.
const MIRRORED: [(&str, &[&str]); 13] = [
    (
        "Project",
        &[
            "project_name",
            "status",
            "project_type",
            "customer",
            "percent_complete",
            "expected_start_date",
            "expected_end_date",
            "priority",
            "holiday_list",
            "users:user",
        ],
    ),
    ("Project Type", &["description"]),
    (
        "Task",
        &[
            "subject",
            "project",
            "status",
            "priority",
            "exp_start_date",
            "exp_end_date",
            "progress",
            "description",
            "parent_task",
            "_assign",
            "depends_on:task",
        ],
    ),
    (
        "Issue",
        &[
            "subject",
            "project",
            "customer",
            "status",
            "priority",
            "description",
            "raised_by",
            "opening_date",
            "first_responded_on",
            "_assign",
        ],
    ),
    ("Customer", &["customer_name"]),
    (
        "Contact",
        &[
            "first_name",
            "last_name",
            "user",
            "email_ids:email_id",
            "phone_nos:phone",
            "links:link_doctype,link_name",
        ],
    ),
    (
        "Communication",
        &[
            "subject",
            "content",
            "communication_medium",
            "sent_or_received",
            "sender",
            "recipients",
            "communication_date",
            "reference_doctype",
            "reference_name",
            "status",
            "parlance_key",
            "timeline_links:link_doctype,link_name",
        ],
    ),
    (
        "Comment",
        &["comment_type", "content", "reference_doctype", "reference_name", "comment_email"],
    ),
    ("ToDo", &["status", "allocated_to", "description", "reference_type", "reference_name"]),
    ("File", &["file_name", "file_url", "is_private", "attached_to_doctype", "attached_to_name"]),
    ("Email Template", &["subject", "use_html", "response", "response_html"]),
    ("Holiday List", &["from_date", "to_date", "holidays:holiday_date,description"]),
    ("User", &["enabled", "full_name", "user_image"]),
];

/// Every difference there is, one line each.
pub async fn differences(erpnext: &Running, worker: &Worker) -> Vec<String> {
    let mut found = Vec::new();
    for (doctype, fields) in MIRRORED {
        let theirs: BTreeMap<String, Map<String, Value>> = erpnext
            .documents(doctype)
            .into_iter()
            .filter_map(|document| match document {
                Value::Object(document) => Some(document),
                _ => None,
            })
            .filter(|document| is_mirrored(doctype, document))
            .map(|document| (document["name"].as_str().unwrap_or_default().to_owned(), document))
            .collect();
        let mut ours: BTreeMap<String, DocumentCopy> = worker
            .documents_of(doctype)
            .await
            .unwrap()
            .into_iter()
            .map(|copy| (copy.name.clone(), copy))
            .collect();
        for (name, document) in &theirs {
            match ours.remove(name) {
                Some(copy) => compare(doctype, fields, document, &copy, &mut found),
                None => found.push(format!("{doctype} {name} is missing")),
            }
        }
        found
            .extend(ours.into_keys().map(|name| format!("{doctype} {name} is in ERPNext no more")));
    }
    found
}

/// Which documents are not mirrored although their doctype is: what is about documents of other doctypes, and
/// Communications that nobody wrote to anybody.
fn is_mirrored(doctype: &str, document: &Map<String, Value>) -> bool {
    let about = match doctype {
        "Comment" => &document["reference_doctype"],
        "ToDo" => &document["reference_type"],
        "File" => &document["attached_to_doctype"],
        "Communication" => return document["communication_type"] == "Communication",
        _ => return true,
    };
    matches!(
        about.as_str(),
        Some(
            "Project"
                | "Task"
                | "Issue"
                | "Customer"
                | "Contact"
                | "Communication"
                | "Comment"
                | "User"
        )
    )
}

fn compare(
    doctype: &str,
    fields: &[&str],
    document: &Map<String, Value>,
    copy: &DocumentCopy,
    found: &mut Vec<String>,
) {
    let name = &copy.name;
    let mut differs = |field: &str, theirs: &Value, ours: &Value| {
        if plain(theirs) != plain(ours) {
            found.push(format!("{doctype} {name}: {field} is {theirs} in ERPNext and {ours} here"));
        }
    };
    differs("creation", &document["creation"], &Value::from(copy.creation.clone()));
    differs("modified", &document["modified"], &Value::from(copy.modified.clone()));
    if let Some(status) = document.get("status") {
        differs("status (column)", status, &Value::from(copy.status.clone()));
    }
    if matches!(doctype, "Task" | "Issue") {
        let project = document.get("project").unwrap_or(&Value::Null);
        differs("project (column)", project, &Value::from(copy.project.clone()));
    }
    for field in fields {
        match field.split_once(':') {
            None => {
                let (theirs, ours) = (document.get(*field), copy.fields.get(*field));
                differs(field, theirs.unwrap_or(&Value::Null), ours.unwrap_or(&Value::Null));
            }
            Some((table, columns)) => {
                differs(
                    table,
                    &rows(document.get(table), columns),
                    &rows(copy.fields.get(table), columns),
                );
            }
        }
    }
}

/// The rows of a child table with these columns alone; none where there is no table.
fn rows(table: Option<&Value>, columns: &str) -> Value {
    let rows = table.and_then(Value::as_array).into_iter().flatten();
    rows.map(|row| columns.split(',').map(|column| plain(&row[column])).collect::<Value>())
        .collect()
}

/// Absent, null and empty are one, and so are a number and its text.
fn plain(value: &Value) -> Value {
    match value {
        Value::Null => "".into(),
        Value::Number(number) => {
            number.as_f64().map_or(Value::Null, |number| number.to_string().into())
        }
        Value::Array(rows) if rows.is_empty() => "".into(),
        Value::String(text) if text == "[]" => "".into(),
        other => other.clone(),
    }
}
