//! Values as people read and write them, and as ERPNext has them.

use erpnext::{html_as_lines, plain_text_as_html};
use serde_json::{Map, Value};
use vocabulary::{WorkDoctype, WorkField, WorkFields};

/// How a value of ERPNext reads; `None` for nothing.
pub(crate) fn said(field: WorkField, value: &Value) -> Option<String> {
    let text = match (field, value) {
        (WorkField::Progress, Value::Number(number)) => {
            number.as_f64().map(|number| number.round().to_string())?
        }
        (WorkField::Description, Value::String(html)) => html_as_lines(html).0,
        (WorkField::ExpStartDate | WorkField::ExpEndDate, Value::String(day)) => {
            day.chars().take(10).collect()
        }
        (_, Value::String(text)) => erpnext::decode_entities(text),
        (_, Value::Number(number)) => number.to_string(),
        _ => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}

/// What ERPNext gets for what a person wrote.
pub(crate) fn meant(field: WorkField, value: Option<&str>) -> Value {
    match (field, value) {
        (WorkField::Progress, value) => {
            value.and_then(|value| value.parse::<i64>().ok()).unwrap_or(0).into()
        }
        (_, None) => Value::Null,
        (WorkField::Description, Some(text)) => plain_text_as_html(text).into(),
        (_, Some(text)) => text.into(),
    }
}

/// All that can be changed here, as it reads.
pub(crate) fn fields(doctype: WorkDoctype, fields: &Map<String, Value>) -> WorkFields {
    let read = |field: &WorkField| Some((*field, said(*field, fields.get(field.as_str())?)?));
    doctype.fields().iter().filter_map(read).collect()
}

/// Whether a description holds more than [`said`] can tell.
pub(crate) fn has_formatting(fields: &Map<String, Value>) -> bool {
    let description = fields.get(WorkField::Description.as_str()).and_then(Value::as_str);
    description.is_some_and(|html| html_as_lines(html).1)
}

/// Who shall do it, from ERPNext's list in a text.
pub(crate) fn assigned(fields: &Map<String, Value>) -> Vec<String> {
    let listed = fields.get(WorkField::Assigned.as_str()).and_then(Value::as_str);
    listed.and_then(|listed| serde_json::from_str(listed).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_was_written_reads_as_it_was_written() {
        for (field, text) in [
            (WorkField::Subject, "Ask <wiki> & co"),
            (WorkField::Description, "one\n\ntwo < three"),
            (WorkField::Progress, "40"),
            (WorkField::ExpEndDate, "2026-12-31"),
        ] {
            assert_eq!(said(field, &meant(field, Some(text))).as_deref(), Some(text));
        }
    }

    #[test]
    fn erpnexts_way_of_writing_does_not_show() {
        assert_eq!(said(WorkField::Subject, &json!("a &lt;b&gt;")).as_deref(), Some("a <b>"));
        assert_eq!(said(WorkField::Progress, &json!(40.0)).as_deref(), Some("40"));
        assert_eq!(said(WorkField::Description, &json!("")), None);
        let fields = json!({"_assign": "[\"tom@x.example\"]"});
        assert_eq!(assigned(fields.as_object().unwrap()), ["tom@x.example"]);
        assert_eq!(assigned(&Map::new()), Vec::<String>::new());
    }
}
