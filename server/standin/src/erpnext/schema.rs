//! The fields of the known doctypes, read from `doctypes.txt`.

use std::{collections::BTreeMap, sync::OnceLock};

use serde_json::Value;

use super::store::{Doc, is_on, text};

/// What a field holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Data,
    Text,
    Select(Vec<String>),
    Link(String),
    DynamicLink(String),
    Table(String),
    Date,
    Datetime,
    Check,
    Int,
    Float,
    Password,
    /// Seconds; empty until something took time.
    Duration,
    Other,
}

/// One field of a doctype.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub name: String,
    pub kind: Kind,
    pub required: bool,
    pub unique: bool,
    pub level: u8,
    /// Kept as it was first given.
    pub set_once: bool,
    pub default: Option<String>,
    /// For messages only.
    pub label: String,
}

/// One doctype.
#[derive(Clone, Debug)]
pub(crate) struct Schema {
    pub name: String,
    pub naming: String,
    /// Role and its rights as letters.
    pub rights: Vec<(String, String)>,
    pub fields: Vec<Field>,
}

impl Schema {
    pub(crate) fn is_child(&self) -> bool {
        self.naming == "child"
    }
}

/// The standard doctype called `name`, unless the stand-in does not know it.
pub(crate) fn schema(name: &str) -> Option<&'static Schema> {
    schemas().get(name)
}

/// All of them.
pub(crate) fn schemas() -> &'static BTreeMap<String, Schema> {
    static ALL: OnceLock<BTreeMap<String, Schema>> = OnceLock::new();
    ALL.get_or_init(|| parse(include_str!("doctypes.txt")))
}

fn parse(text: &str) -> BTreeMap<String, Schema> {
    let mut all: Vec<Schema> = Vec::new();
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("= ") {
            all.push(parse_head(head));
        } else if !line.is_empty()
            && !line.starts_with('#')
            && let Some(schema) = all.last_mut()
        {
            schema.fields.push(Field::parse(line));
        }
    }
    all.into_iter().map(|schema| (schema.name.clone(), schema)).collect()
}

fn parse_head(head: &str) -> Schema {
    let mut parts = head.split('|').map(str::trim);
    let name = parts.next().unwrap_or_default().to_owned();
    let naming = parts.next().unwrap_or_default().to_owned();
    let rights = parts.next().unwrap_or_default();
    let rights = rights.split(';').filter_map(|one| one.split_once('='));
    Schema {
        name,
        naming,
        rights: rights
            .map(|(role, letters)| (role.trim().to_owned(), letters.trim().to_owned()))
            .collect(),
        fields: Vec::new(),
    }
}

impl Field {
    fn parse(line: &str) -> Self {
        let (line, default) = match line.rsplit_once('=') {
            Some((line, default)) if !default.contains(']') => (line, Some(default.to_owned())),
            _ => (line, None),
        };
        let (line, level) = match line.rsplit_once('@') {
            Some((line, level)) => (line, level.parse().unwrap_or(0)),
            None => (line, 0),
        };
        let name_and_type = line.trim_end_matches(['!', '*']);
        let marks = &line[name_and_type.len()..];
        let (name, kind) = name_and_type.split_once(':').unwrap_or((line, "Data"));
        let (kind, options) = match kind.split_once('[') {
            Some((kind, options)) => (kind, options.trim_end_matches(']')),
            None => (kind, ""),
        };
        Self {
            name: name.to_owned(),
            kind: Kind::parse(kind, options),
            required: marks.contains('!'),
            unique: marks.contains('*'),
            level,
            set_once: false,
            default,
            label: label(name),
        }
    }

    /// A field that somebody added, as a Custom Field or a row of a DocType describes it.
    pub(crate) fn described(doc: &Doc) -> Self {
        let default = text(doc, "default");
        Self {
            name: text(doc, "fieldname").to_owned(),
            kind: Kind::parse(text(doc, "fieldtype"), &text(doc, "options").replace('\n', "|")),
            required: is_on(doc, "reqd"),
            unique: is_on(doc, "unique"),
            level: doc.get("permlevel").and_then(Value::as_u64).map_or(0, |level| level as u8),
            set_once: is_on(doc, "set_only_once"),
            default: (!default.is_empty()).then(|| default.to_owned()),
            label: text(doc, "label").to_owned(),
        }
    }
}

impl Kind {
    fn parse(kind: &str, options: &str) -> Self {
        match kind {
            "Data" if options == "Email" => Self::Text,
            "Data" | "Color" | "Read Only" | "Autocomplete" => Self::Data,
            "Text Editor" | "Small Text" | "Text" | "Long Text" | "Code" | "JSON"
            | "HTML Editor" => Self::Text,
            "Select" => Self::Select(options.split('|').map(str::to_owned).collect()),
            "Link" => Self::Link(options.to_owned()),
            "Dynamic Link" => Self::DynamicLink(options.to_owned()),
            "Table" | "Table MultiSelect" => Self::Table(options.to_owned()),
            "Date" => Self::Date,
            "Datetime" => Self::Datetime,
            "Check" => Self::Check,
            "Int" | "Rating" => Self::Int,
            "Float" | "Percent" | "Currency" => Self::Float,
            "Password" => Self::Password,
            "Duration" => Self::Duration,
            _ => Self::Other,
        }
    }
}

/// `exp_start_date` becomes `Exp Start Date`.
fn label(name: &str) -> String {
    let words = name.split('_').map(|word| {
        let mut letters = word.chars();
        match letters.next() {
            Some(first) => first.to_uppercase().chain(letters).collect(),
            None => String::new(),
        }
    });
    words.collect::<Vec<String>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_with_their_marks() {
        let project = schema("Project").unwrap();
        let name = project.fields.iter().find(|f| f.name == "project_name");
        let name = name.unwrap();
        assert!(name.required && name.unique && name.kind == Kind::Data);
        let status = schema("Task").unwrap().fields.iter();
        let status = status.clone().find(|f| f.name == "status").unwrap();
        assert!(matches!(&status.kind, Kind::Select(all) if all.len() == 7));
        assert_eq!(project.rights[0], ("Projects User".into(), "rwcd".into()));
    }
}
