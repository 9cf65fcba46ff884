//! Two sides changed one document: field by field, with nothing of either lost.

use erpnext::{Document, Fields, decode_entities};
use serde_json::Value;
use store::worker::{FieldChange, FieldEnd};

/// What is left to write, and what cannot be written without taking something from somebody.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Merged {
    pub(crate) write: Fields,
    pub(crate) fields: Vec<(String, FieldEnd)>,
}

impl Merged {
    /// ERPNext took the save and keeps another value all the same, as it does with the progress of a Task that is
    /// Completed: for the author that is a conflict like any other, and nothing is left to write.
    pub(crate) fn kept_otherwise(mut self, current: &Document) -> Self {
        for (field, _) in std::mem::take(&mut self.write) {
            let theirs = current.get(&field).unwrap_or(&Value::Null).clone();
            self.fields.push((field, FieldEnd::Conflict { theirs }));
        }
        self
    }
}

/// Compares each change with the document as it is now. A field that still has the value its author saw is written; one
/// that has the wanted value already is fine; any other was changed by somebody else.
pub(crate) fn merged(current: &Document, changes: &[FieldChange]) -> Merged {
    let mut merged = Merged::default();
    for change in changes {
        let now = current.get(&change.field).unwrap_or(&Value::Null);
        if is_there(now, &change.value) {
            continue;
        }
        if change.bases.iter().any(|base| same(now, base)) {
            merged.write.insert(change.field.clone(), change.value.clone());
        } else {
            let theirs = now.clone();
            merged.fields.push((change.field.clone(), FieldEnd::Conflict { theirs }));
        }
    }
    merged
}

/// ERPNext leaves empty fields out, says 0 for an empty number, and writes numbers as it likes.
fn same(one: &Value, other: &Value) -> bool {
    match (as_number(one), as_number(other)) {
        (Some(one), Some(other)) => (one - other).abs() < 1e-6,
        _ => as_text(one) == as_text(other),
    }
}

/// Whether `wanted` is what is there: ERPNext escapes what looks like markup when it saves.
fn is_there(now: &Value, wanted: &Value) -> bool {
    same(now, wanted)
        || matches!((now, wanted), (Value::String(now), Value::String(wanted))
            if decode_entities(now).trim() == decode_entities(wanted).trim())
}

fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        _ => None,
    }
}

fn as_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.replace("\r\n", "\n").trim().to_owned(),
        // An empty number is none.
        Value::Number(number) if number.as_f64() == Some(0.0) => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn document(fields: Value) -> Document {
        serde_json::from_value(fields).unwrap()
    }

    fn change(field: &str, base: Value, value: Value) -> FieldChange {
        FieldChange { field: field.into(), bases: vec![base], value }
    }

    #[test]
    fn changes_of_different_fields_do_not_meet() {
        let current = document(json!({"subject": "New words", "priority": "Low"}));
        let merged = merged(&current, &[change("priority", json!("Low"), json!("High"))]);
        assert_eq!(merged.write["priority"], "High");
        assert!(merged.fields.is_empty());
    }

    #[test]
    fn another_value_than_was_seen_is_a_conflict_and_nothing_is_written() {
        let current = document(json!({"priority": "Urgent"}));
        let merged = merged(&current, &[change("priority", json!("Low"), json!("High"))]);
        assert!(merged.write.is_empty());
        let theirs = FieldEnd::Conflict { theirs: json!("Urgent") };
        assert_eq!(merged.fields, [("priority".to_owned(), theirs)]);
    }

    #[test]
    fn what_is_there_already_is_fine_also_as_erpnext_writes_it() {
        let current = document(json!({
            "subject": "Clean up &lt;wiki&gt; &amp; docs", "progress": 40.0,
            "description": "<div>\"a\"<br>b</div>"
        }));
        let changes = [
            change("subject", json!("Docs"), json!("Clean up <wiki> & docs")),
            change("progress", json!(10), json!(40)),
            change("description", json!(""), json!("<div>&quot;a&quot;<br>b</div>")),
        ];
        assert_eq!(merged(&current, &changes), Merged::default());
    }

    #[test]
    fn empty_is_empty_however_it_is_written() {
        let changes = [
            change("exp_end_date", Value::Null, json!("2026-12-01")),
            change("progress", json!(0), json!(20)),
            change("description", json!(""), json!("<div>a</div>")),
        ];
        assert_eq!(merged(&document(json!({})), &changes).write.len(), 3);
        assert_eq!(merged(&document(json!({"progress": 0})), &changes).write.len(), 3);
    }

    #[test]
    fn what_was_under_way_counts_as_seen_too() {
        let under_way = FieldChange {
            field: "priority".into(),
            bases: vec![json!("High"), json!("Low")],
            value: json!("Urgent"),
        };
        for now in ["Low", "High"] {
            let current = document(json!({"priority": now}));
            assert_eq!(merged(&current, std::slice::from_ref(&under_way)).write.len(), 1);
        }
        let current = document(json!({"priority": "Medium"}));
        assert_eq!(merged(&current, &[under_way]).fields.len(), 1);
    }

    #[test]
    fn what_was_saved_and_is_not_there_is_a_conflict() {
        let current = document(json!({"progress": 100, "priority": "High"}));
        let changes = [
            change("progress", json!(100), json!(58)),
            change("priority", json!("Low"), json!("High")),
        ];
        let merged = merged(&current, &changes).kept_otherwise(&current);
        assert!(merged.write.is_empty());
        let theirs = FieldEnd::Conflict { theirs: json!(100) };
        assert_eq!(merged.fields, [("progress".to_owned(), theirs)]);
    }
}
