//! The sentence for a person inside an ERPNext error.

use serde_json::Value;

use crate::text::html_as_plain_text;

/// ERPNext's sentences in `body`, in plain text: `_server_messages` (an array of JSON texts inside a JSON text),
/// a v2 `errors` array, or the lesser fields, in this order. Empty when there are none.
pub(crate) fn sentences(body: &Value) -> String {
    let mut found: Vec<String> = Vec::new();
    for one in server_messages(body).into_iter().chain(v2_messages(body)) {
        let one = html_as_plain_text(&one);
        if !one.is_empty() && !found.contains(&one) {
            found.push(one);
        }
    }
    if found.is_empty() {
        found.extend(lesser(body).map(|text| html_as_plain_text(&text)));
    }
    found.join(" ")
}

fn server_messages(body: &Value) -> Vec<String> {
    let Some(text) = body.get("_server_messages").and_then(Value::as_str) else {
        return Vec::new();
    };
    let outer: Vec<Value> = serde_json::from_str(text).unwrap_or_default();
    outer
        .into_iter()
        .filter_map(|one| {
            let inner = match one {
                Value::String(text) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
                other => other,
            };
            match inner {
                Value::String(text) => Some(text),
                other => Some(other.get("message")?.as_str()?.to_owned()),
            }
        })
        .collect()
}

fn v2_messages(body: &Value) -> Vec<String> {
    let errors = body.get("errors").and_then(Value::as_array);
    errors
        .into_iter()
        .flatten()
        .filter_map(|error| Some(error.get("message")?.as_str()?.to_owned()))
        .collect()
}

fn lesser(body: &Value) -> Option<String> {
    for field in ["_error_message", "message", "error_description", "description"] {
        let text = body.get(field).and_then(Value::as_str);
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            return Some(text.to_owned());
        }
    }
    // "module.Class: words"; a bare class name says nothing to a person.
    let exception = body.get("exception").and_then(Value::as_str)?;
    let (_, words) = exception.split_once(": ")?;
    Some(words.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_message_is_dug_out_of_two_layers_of_json() {
        let inner =
            json!({"message": "Value missing for <b>Task</b>: Subject", "title": "Message"});
        let body = json!({
            "exception": "frappe.exceptions.MandatoryError: [Task, T-1]: subject",
            "_server_messages": json!([inner.to_string(), inner.to_string()]).to_string(),
        });
        assert_eq!(sentences(&body), "Value missing for Task: Subject");
    }

    #[test]
    fn without_messages_the_exceptions_words_serve() {
        let body = json!({"exception": "frappe.exceptions.InvalidDates: end before start"});
        assert_eq!(sentences(&body), "end before start");
        assert_eq!(sentences(&json!({"exception": "frappe.X"})), "");
        assert_eq!(sentences(&json!({"_server_messages": "not json"})), "");
    }
}
