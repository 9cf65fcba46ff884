//! Whether two bodies have the same keys and types.

use serde_json::Value;

/// What differs, by path. Of lists the first elements are compared; `without` names keys that may be absent.
pub fn differences(recorded: &Value, ours: &Value, without: &[&str]) -> Vec<String> {
    let left_out = recorded.as_str().is_some_and(|text| text.ends_with("left out]"));
    let mut found = Vec::new();
    if !left_out {
        compare("", recorded, ours, without, false, &mut found);
    }
    found
}

fn compare(
    path: &str,
    recorded: &Value,
    ours: &Value,
    without: &[&str],
    in_list: bool,
    found: &mut Vec<String>,
) {
    match (recorded, ours) {
        (Value::Object(theirs), Value::Object(mine)) => {
            for (key, value) in theirs {
                match mine.get(key) {
                    Some(other) => {
                        let path = format!("{path}.{key}");
                        compare(&path, value, other, without, in_list, found);
                    }
                    None if without.contains(&key.as_str()) => {}
                    None => found.push(format!("{path}.{key} is missing")),
                }
            }
            for key in mine.keys().filter(|key| !theirs.contains_key(*key)) {
                found.push(format!("{path}.{key} is too much"));
            }
        }
        (Value::Array(theirs), Value::Array(mine)) => match (theirs.first(), mine.first()) {
            (Some(theirs), Some(mine)) => {
                compare(&format!("{path}[]"), theirs, mine, without, true, found);
            }
            (Some(_), None) if without.iter().any(|key| path.ends_with(key)) => {}
            (Some(_), None) => found.push(format!("{path} is empty")),
            (None, Some(_)) => found.push(format!("{path} should be empty")),
            (None, None) => {}
        },
        // Rows of lists have empty columns here or there.
        (Value::Null, _) | (_, Value::Null) if in_list => {}
        (theirs, mine) if kind(theirs) == kind(mine) => {
            if path == ".exc_type" && theirs != mine {
                found.push(format!("exc_type {mine} instead of {theirs}"));
            }
        }
        (theirs, mine) => {
            found.push(format!("{path} is {} instead of {}", kind(mine), kind(theirs)));
        }
    }
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
