//! Doctypes that were made on the site, beside those it came with.

use std::borrow::Cow;

use super::{
    provision::letters,
    refusal::Refusal,
    schema::{Field, Schema, schema},
    site::Site,
    store::{Doc, rows, text},
};

/// Roles that everybody has without being given them.
const AUTOMATIC_ROLES: [&str; 4] = ["Guest", "All", "Desk User", "Administrator"];

impl Site {
    /// The doctype called `doctype`: standard, or a document of `DocType`.
    pub(crate) fn schema(&self, doctype: &str) -> Option<Cow<'static, Schema>> {
        if let Some(standard) = schema(doctype) {
            return Some(Cow::Borrowed(standard));
        }
        self.store.get("DocType", doctype).map(|doc| Cow::Owned(described(doc)))
    }

    /// What is refused about a new doctype.
    pub(crate) fn check_new_doctype(&self, user: &str, doc: &Doc) -> Result<(), Refusal> {
        for (number, rule) in rows(doc, "permissions").enumerate() {
            let role = text(rule, "role");
            if user != "Administrator" && AUTOMATIC_ROLES.contains(&role) {
                let words = format!(
                    "Row # {}: Non administrator user can not set the role <strong>{role}</strong> to the custom doctype",
                    number + 1
                );
                return Err(Refusal::invalid("ValidationError", &words));
            }
        }
        Ok(())
    }

    /// Takes a doctype's documents, rules, scripts and added fields away without a trace.
    pub(crate) fn drop_doctype(&mut self, doctype: &str) {
        let of_it =
            |field: &'static str| move |doc: &&Doc| field.is_empty() || text(doc, field) == doctype;
        let tables = [
            (doctype, ""),
            ("Custom Field", "dt"),
            ("Client Script", "dt"),
            ("Custom DocPerm", "parent"),
        ];
        for (table, field) in tables {
            let names: Vec<String> = self
                .store
                .all(table)
                .filter(of_it(field))
                .map(|doc| text(doc, "name").to_owned())
                .collect();
            for name in names {
                self.store.remove(table, &name);
            }
        }
    }

    /// A field that may be given once only must not change.
    pub(crate) fn check_set_once(
        &self,
        doctype: &str,
        before: &Doc,
        doc: &Doc,
    ) -> Result<(), Refusal> {
        let changed = |field: &&Field| {
            let was = text(before, &field.name);
            !was.is_empty() && was != text(doc, &field.name)
        };
        let fields = self.fields(doctype);
        match fields.iter().filter(|field| field.set_once).find(changed) {
            Some(field) => {
                let words = format!("Value cannot be changed for {}", field.label);
                Err(Refusal::invalid("CannotChangeConstantError", &words))
            }
            None => Ok(()),
        }
    }
}

fn described(doc: &Doc) -> Schema {
    let naming = text(doc, "autoname").to_lowercase();
    Schema {
        name: text(doc, "name").to_owned(),
        naming: if naming.is_empty() { "hash".to_owned() } else { naming },
        rights: rows(doc, "permissions")
            .filter(|rule| rule.get("permlevel").and_then(serde_json::Value::as_u64) == Some(0))
            .map(|rule| (text(rule, "role").to_owned(), letters(rule)))
            .collect(),
        fields: rows(doc, "fields").map(Field::described).collect(),
    }
}
