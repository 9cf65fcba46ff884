//! The checks every document passes before it is kept.

use chrono::{NaiveDate, NaiveDateTime};
use serde_json::Value;

use super::{
    refusal::Refusal,
    schema::{Field, Kind},
    site::{Site, plain},
    store::{Doc, rows, text},
};

impl Site {
    /// Choices, required fields, lengths, links, dates and unique fields, in ERPNext's order.
    pub(crate) fn validate(&self, doctype: &str, doc: &Doc) -> Result<(), Refusal> {
        let fields = self.fields(doctype);
        let value = |field: &Field| doc.get(&field.name).map(plain).unwrap_or_default();
        for field in &fields {
            check_choice(field, &value(field))?;
        }
        let missing = fields.iter().filter(|field| field.required && value(field).is_empty());
        let missing: Vec<&Field> = missing.collect();
        if !missing.is_empty() {
            return Err(mandatory(doctype, text(doc, "name"), &missing));
        }
        for field in &fields {
            check_length(doctype, doc, field, &value(field))?;
        }
        for field in &fields {
            self.check_links(doc, field, &value(field), "")?;
            if let Kind::Table(child) = &field.kind {
                let child_fields = self.fields(child);
                for (number, row) in rows(doc, &field.name).enumerate() {
                    let place = format!("Row #{}: ", number + 1);
                    for field in &child_fields {
                        let value = row.get(&field.name).map(plain).unwrap_or_default();
                        self.check_links(row, field, &value, &place)?;
                    }
                }
            }
        }
        for field in &fields {
            check_date(doctype, field, &value(field))?;
        }
        for field in fields.iter().filter(|field| field.unique) {
            self.check_unique(doctype, doc, field, &value(field))?;
        }
        Ok(())
    }

    fn check_links(
        &self,
        doc: &Doc,
        field: &Field,
        value: &str,
        place: &str,
    ) -> Result<(), Refusal> {
        if value.is_empty() {
            return Ok(());
        }
        let target = match &field.kind {
            Kind::Link(target) => target.as_str(),
            Kind::DynamicLink(by) => text(doc, by),
            _ => return Ok(()),
        };
        let exists = match target {
            "" => true,
            "User" if matches!(value, "Administrator" | "Guest") => true,
            "DocType" => self.schema(value).is_some(),
            "User Type" => value == "System User" || value == "Website User",
            "Language" | "Module Def" => true,
            _ => self.store.get(target, value).is_some(),
        };
        if exists {
            return Ok(());
        }
        let words = format!("Could not find {place}{}: {value}", field.label);
        Err(Refusal::invalid("LinkValidationError", &words))
    }

    fn check_unique(
        &self,
        doctype: &str,
        doc: &Doc,
        field: &Field,
        value: &str,
    ) -> Result<(), Refusal> {
        let taken = !value.is_empty()
            && self.store.holding(doctype, value).any(|other| {
                text(other, "name") != text(doc, "name")
                    && other
                        .get(&field.name)
                        .and_then(Value::as_str)
                        .is_some_and(|have| have.eq_ignore_ascii_case(value))
            });
        if !taken {
            return Ok(());
        }
        let detail = format!(
            "('{doctype}', '{}', IntegrityError(1062, \"Duplicate entry '{value}' for key '{}'\"))",
            text(doc, "name"),
            field.name
        );
        let words = format!("{} must be unique", field.label);
        Err(Refusal::invalid_with("UniqueValidationError", &detail, &words))
    }
}

fn check_choice(field: &Field, value: &str) -> Result<(), Refusal> {
    let Kind::Select(choices) = &field.kind else {
        return Ok(());
    };
    if value.is_empty()
        || choices.iter().all(String::is_empty)
        || choices.iter().any(|one| one == value)
    {
        return Ok(());
    }
    let choices: Vec<String> = choices.iter().map(|one| format!("\"{one}\"")).collect();
    let words = format!(
        " {} cannot be \"{value}\". It should be one of {}",
        field.label,
        choices.join(", ")
    );
    Err(Refusal::invalid("ValidationError", &words))
}

fn mandatory(doctype: &str, name: &str, missing: &[&Field]) -> Refusal {
    let names: Vec<&str> = missing.iter().map(|field| field.name.as_str()).collect();
    let labels: Vec<&str> = missing.iter().map(|field| field.label.as_str()).collect();
    Refusal::invalid_with(
        "MandatoryError",
        &format!("[{doctype}, {name}]: {}", names.join(", ")),
        &format!("Error: Value missing for {doctype}: {}", labels.join(", ")),
    )
}

fn check_length(doctype: &str, doc: &Doc, field: &Field, value: &str) -> Result<(), Refusal> {
    let short =
        matches!(field.kind, Kind::Data | Kind::Link(_) | Kind::DynamicLink(_) | Kind::Select(_));
    if !short || value.chars().count() <= 140 {
        return Ok(());
    }
    let words = format!(
        "{doctype} {}: '<strong>{}</strong>' ({value}) will get truncated, as max characters allowed is 140",
        text(doc, "name"),
        field.label
    );
    Err(Refusal::invalid("CharacterLengthExceededError", &words))
}

/// Other ways to write a date reach the database, which refuses them: a 500.
fn check_date(doctype: &str, field: &Field, value: &str) -> Result<(), Refusal> {
    let (kind, fits) = match field.kind {
        Kind::Date => ("date", NaiveDate::parse_from_str(value, "%Y-%m-%d").is_ok()),
        Kind::Datetime => {
            let fits = NaiveDateTime::parse_from_str(value, "%Y-%m-%d %H:%M:%S%.f").is_ok()
                || NaiveDate::parse_from_str(value, "%Y-%m-%d").is_ok();
            ("datetime", fits)
        }
        _ => return Ok(()),
    };
    if value.is_empty() || fits {
        return Ok(());
    }
    Err(Refusal::crash(
        "OperationalError",
        &format!(
            "pymysql.err.OperationalError: (1292, \"Incorrect {kind} value: '{value}' for column `site`.`tab{doctype}`.`{}` at row 1\")",
            field.name
        ),
    ))
}

/// A value as the field stores it; `None` for an empty one.
pub(crate) fn coerce(field: &Field, value: &Value) -> Option<Value> {
    match field.kind {
        Kind::Check => Some(i64::from(!matches!(plain(value).as_str(), "" | "0" | "false")).into()),
        Kind::Int => Some((plain(value).parse::<f64>().unwrap_or(0.0) as i64).into()),
        Kind::Float => Some(plain(value).parse::<f64>().unwrap_or(0.0).into()),
        _ if value.is_null() => None,
        Kind::Duration => plain(value).parse::<f64>().ok().map(Value::from),
        Kind::Data => Some(super::clean::data_field(&plain(value)).into()),
        _ => Some(plain(value).into()),
    }
}

/// What a new document has where nothing was given.
pub(crate) fn default_of(field: &Field) -> Option<Value> {
    let given = field.default.as_deref();
    match &field.kind {
        Kind::Check | Kind::Int => {
            Some(given.and_then(|d| d.parse::<i64>().ok()).unwrap_or(0).into())
        }
        Kind::Float => Some(given.and_then(|d| d.parse::<f64>().ok()).unwrap_or(0.0).into()),
        Kind::Select(choices) => {
            let first = given.or(choices.first().map(String::as_str));
            let nothing_to_choose = choices.iter().all(String::is_empty);
            first.filter(|_| !nothing_to_choose).map(Value::from)
        }
        Kind::Date | Kind::Datetime | Kind::Table(_) => None,
        _ => given.filter(|default| !default.starts_with("__")).map(Value::from),
    }
}
