//! What a copy is: a document of any doctype, written in one way so that copies can be compared as text.

use crate::pickers;
use sea_orm::FromQueryResult;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// Doctypes whose documents pages show beside the talk.
pub(super) const FACTS: [&str; 3] = ["Project", "Task", "Issue"];

/// A document as ERPNext has it.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentCopy {
    /// Its doctype.
    pub doctype: String,
    /// `name`.
    pub name: String,
    /// `creation`, as ERPNext wrote it.
    pub creation: String,
    /// `modified`, as ERPNext wrote it.
    pub modified: String,
    /// The Project it belongs to, where it belongs to one.
    pub project: Option<String>,
    /// `status`, where it has one.
    pub status: Option<String>,
    /// What people call it, where that is not its name.
    pub title: Option<String>,
    /// Its mirrored fields, child tables as arrays. Kept without the empty ones: ERPNext's whole documents leave them
    /// out, its lists give `null`.
    pub fields: Map<String, Json>,
}

/// A document by what it is known by.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, FromQueryResult)]
pub struct DocumentKey {
    /// Its doctype.
    pub doctype: String,
    /// `name`.
    pub name: String,
    /// `creation`.
    pub creation: String,
}

impl DocumentCopy {
    /// A field that holds text which is not empty.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field).and_then(Json::as_str).filter(|text| !text.is_empty())
    }

    /// The same without what is empty, and with every value written in one way: ERPNext gives the same number with and
    /// without a fraction, the same nothing as `null`, `""` or not at all.
    #[must_use]
    pub fn tidied(mut self) -> Self {
        self.fields = tidy_fields(self.fields);
        for text in [&mut self.project, &mut self.status, &mut self.title] {
            *text = text.take().filter(|text| !text.is_empty()).map(without_nul);
        }
        self
    }

    /// What it is known by.
    #[must_use]
    pub fn key(&self) -> DocumentKey {
        DocumentKey {
            doctype: self.doctype.clone(),
            name: self.name.clone(),
            creation: self.creation.clone(),
        }
    }
}

/// What a Communication, Comment, ToDo or File is about.
pub(super) fn about(copy: &DocumentCopy) -> Option<(&str, &str)> {
    let (doctype, name) = match copy.doctype.as_str() {
        "Communication" | "Comment" => ("reference_doctype", "reference_name"),
        "ToDo" => ("reference_type", "reference_name"),
        "File" => ("attached_to_doctype", "attached_to_name"),
        _ => return None,
    };
    Some((copy.text(doctype)?, copy.text(name)?))
}

/// Whether its Project is looked up here, because it is about a Task or an Issue.
pub(super) fn belongs_where_its_document_does(copy: &DocumentCopy) -> bool {
    about(copy).is_some_and(|(doctype, _)| doctype != "Project" && FACTS.contains(&doctype))
}

/// What pickers find it by.
pub(super) fn looked_for_by(copy: &DocumentCopy) -> Option<String> {
    pickers::looked_for_by(&copy.doctype, &copy.name, copy.title.as_deref())
}

pub(super) fn fields_text(copy: &DocumentCopy) -> String {
    Json::Object(copy.fields.clone()).to_string()
}

fn tidy_fields(fields: Map<String, Json>) -> Map<String, Json> {
    // In the order of the names, whatever order ERPNext has them in: copies are compared as text.
    let sorted: BTreeMap<String, Json> = fields.into_iter().collect();
    sorted.into_iter().filter_map(|(field, value)| Some((field, tidy(value)?))).collect()
}

fn tidy(value: Json) -> Option<Json> {
    match value {
        Json::Null => None,
        Json::String(text) if text.is_empty() => None,
        Json::String(text) => Some(Json::String(without_nul(text))),
        Json::Number(number) => Some(whole(&number).map_or(Json::Number(number), Json::from)),
        Json::Array(rows) if rows.is_empty() => None,
        Json::Array(rows) => Some(Json::Array(rows.into_iter().filter_map(tidy).collect())),
        Json::Object(fields) => Some(Json::Object(tidy_fields(fields))),
        Json::Bool(on) => Some(Json::from(i64::from(on))),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "only what has no fraction and fits")]
fn whole(number: &serde_json::Number) -> Option<i64> {
    // Beyond this a float no longer holds every whole number.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let float = number.as_f64()?;
    (number.as_i64().is_none() && float.fract() == 0.0 && float.abs() < EXACT)
        .then_some(float as i64)
}

/// PostgreSQL keeps no NUL in texts.
fn without_nul(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "") } else { text }
}
