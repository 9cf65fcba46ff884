//! `filters` and `or_filters` of lists.

use std::borrow::Cow;

use serde_json::Value;

use super::{
    refusal::Refusal,
    schema::Kind,
    site::{Site, plain},
    store::{Doc, is_looked_up, rows},
};

const OPERATORS: [&str; 20] = [
    "=",
    "!=",
    ">",
    "<",
    ">=",
    "<=",
    "like",
    "not like",
    "in",
    "not in",
    "is",
    "between",
    "timespan",
    "previous",
    "next",
    "fiscal year",
    "descendants of",
    "descendants of (inclusive)",
    "ancestors of",
    "not ancestors of",
];

/// Columns every document has beside its fields.
pub(crate) const META: [&str; 15] = [
    "name",
    "owner",
    "creation",
    "modified",
    "modified_by",
    "docstatus",
    "idx",
    "_assign",
    "_comments",
    "_user_tags",
    "_liked_by",
    "_seen",
    "parent",
    "parentfield",
    "parenttype",
];

/// One condition; in a child table, one row must meet it.
pub(crate) struct Filter {
    child_table: Option<String>,
    field: String,
    operator: String,
    value: Value,
}

impl Site {
    /// Reads `filters` as ERPNext takes them: JSON of a list or an object, or a bare name.
    pub(crate) fn filters(&self, doctype: &str, text: &str) -> Result<Vec<Filter>, Refusal> {
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let value: Value = serde_json::from_str(text).map_err(|_| {
            Refusal::crash(
                "JSONDecodeError",
                "json.decoder.JSONDecodeError: Expecting value: line 1 column 3 (char 2)",
            )
        })?;
        let mut filters = Vec::new();
        match &value {
            Value::Object(fields) => {
                for (field, value) in fields {
                    let pair = value.as_array().filter(|pair| pair.len() == 2);
                    let (operator, value) = match pair {
                        Some(pair) => (plain(&pair[0]), pair[1].clone()),
                        None => ("=".to_owned(), value.clone()),
                    };
                    filters.push(self.filter(doctype, doctype, field, &operator, value)?);
                }
            }
            Value::Array(items) => {
                let single = items.first().is_some_and(Value::is_string);
                let items = if single { std::slice::from_ref(&value) } else { items.as_slice() };
                for item in items {
                    let parts = item.as_array().map(Vec::as_slice).unwrap_or_default();
                    filters.push(match parts {
                        [field, operator, value] => {
                            let (field, operator) = (plain(field), plain(operator));
                            self.filter(doctype, doctype, &field, &operator, value.clone())?
                        }
                        [of, field, operator, value, ..] => {
                            let (of, field, operator) = (plain(of), plain(field), plain(operator));
                            self.filter(doctype, &of, &field, &operator, value.clone())?
                        }
                        [field, value] => {
                            self.filter(doctype, doctype, &plain(field), "=", value.clone())?
                        }
                        _ => return Err(Refusal::invalid("ValidationError", "Invalid filter")),
                    });
                }
            }
            _ => {}
        }
        Ok(filters)
    }

    fn filter(
        &self,
        doctype: &str,
        of: &str,
        field: &str,
        operator: &str,
        value: Value,
    ) -> Result<Filter, Refusal> {
        let operator = operator.to_lowercase();
        if !OPERATORS.contains(&operator.as_str()) && operator != "not descendants of" {
            let words = format!("Operator must be one of {}", OPERATORS.join(", "));
            return Err(Refusal::invalid("ValidationError", &words));
        }
        let child_table = if of == doctype {
            None
        } else {
            let mut fields = self.fields(doctype).into_iter();
            let table = fields.find(|f| f.kind == Kind::Table(of.to_owned()));
            Some(table.map(|f| f.name).ok_or_else(|| unknown_field(of))?)
        };
        self.check_field(of, field)?;
        Ok(Filter { child_table, field: field.to_owned(), operator, value })
    }

    /// 417 for a column that does not exist.
    pub(crate) fn check_field(&self, doctype: &str, field: &str) -> Result<(), Refusal> {
        let known = META.contains(&field) || self.fields(doctype).iter().any(|f| f.name == field);
        if known { Ok(()) } else { Err(unknown_field(field)) }
    }
}

fn unknown_field(field: &str) -> Refusal {
    Refusal::invalid("DataError", &format!("Field not permitted in query: {field}"))
}

impl Filter {
    pub(crate) fn admits(&self, doc: &Doc) -> bool {
        match &self.child_table {
            Some(table) => rows(doc, table).any(|row| self.holds(row.get(&self.field))),
            None => self.holds(doc.get(&self.field)),
        }
    }

    /// The text that every document with this condition holds somewhere, if the store can look it up.
    pub(crate) fn wanted_text(&self) -> Option<&str> {
        let text = self.value.as_str().filter(|_| self.operator == "=")?;
        // Numbers are equal in many spellings.
        let is_kept = is_looked_up(&self.field, text) && text.parse::<f64>().is_err();
        is_kept.then_some(text)
    }

    /// The stamp below which no document meets this condition.
    pub(crate) fn modified_from(&self) -> Option<&str> {
        let is_lower_end = self.field == "modified" && matches!(self.operator.as_str(), ">" | ">=");
        self.value.as_str().filter(|_| is_lower_end && self.child_table.is_none())
    }

    fn holds(&self, value: Option<&Value>) -> bool {
        let empty = value.is_none_or(|value| value.is_null() || value == "");
        let have = value.map_or(Cow::Borrowed(""), spelled);
        let want = spelled(&self.value);
        match self.operator.as_str() {
            "=" => compare(&have, &want).is_eq(),
            "!=" => compare(&have, &want).is_ne(),
            ">" => !empty && compare(&have, &want).is_gt(),
            ">=" => !empty && compare(&have, &want).is_ge(),
            "<" => compare(&have, &want).is_lt(),
            "<=" => compare(&have, &want).is_le(),
            "like" => is_like(&have, &want),
            "not like" => !is_like(&have, &want),
            "in" => choices(&self.value).iter().any(|one| compare(&have, one).is_eq()),
            "not in" => choices(&self.value).iter().all(|one| compare(&have, one).is_ne()),
            "is" => empty == (want.to_lowercase() == "not set"),
            "between" => {
                let ends = choices(&self.value);
                !empty
                    && ends.first().is_some_and(|low| compare(&have, low).is_ge())
                    && ends.get(1).is_some_and(|high| compare(&have, high).is_le())
            }
            // Calendars and trees are not played: nothing is found.
            _ => false,
        }
    }
}

fn spelled(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(plain(other)),
    }
}

fn choices(value: &Value) -> Vec<String> {
    match value {
        Value::Array(all) => all.iter().map(plain).collect(),
        other => plain(other).split(',').map(|one| one.trim().to_owned()).collect(),
    }
}

/// As the database compares: numbers as numbers, text without regard to case.
pub(crate) fn compare(a: &str, b: &str) -> std::cmp::Ordering {
    if a == b {
        return std::cmp::Ordering::Equal;
    }
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => a.total_cmp(&b),
        _ if a.is_ascii() && b.is_ascii() => {
            let (a, b) = (a.bytes(), b.bytes());
            a.map(|byte| byte.to_ascii_lowercase()).cmp(b.map(|byte| byte.to_ascii_lowercase()))
        }
        _ => a.to_lowercase().cmp(&b.to_lowercase()),
    }
}

/// SQL's LIKE with `%` and `_`.
fn is_like(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.to_lowercase().chars().collect();
    let pattern: Vec<char> = pattern.to_lowercase().chars().collect();
    let (mut t, mut p, mut star, mut mark) = (0, 0, None, 0);
    while t < text.len() {
        if p < pattern.len() && pattern[p] == '%' {
            star = Some(p);
            mark = t;
            p += 1;
        } else if p < pattern.len() && (pattern[p] == '_' || pattern[p] == text[t]) {
            t += 1;
            p += 1;
        } else if let Some(at) = star {
            p = at + 1;
            mark += 1;
            t = mark;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|c| *c == '%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_and_compare_work_as_in_the_database() {
        assert!(is_like("Website Relaunch", "%relaunch"));
        assert!(is_like("abc", "a_c") && !is_like("abc", "a%d"));
        assert!(compare("10", "9").is_gt() && compare("Open", "open").is_eq());
    }
}
