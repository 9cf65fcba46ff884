//! Renaming, which moves no `modified` and sends no webhook.

use serde_json::{Value, json};

use super::{
    refusal::Refusal,
    schema::Kind,
    site::Site,
    store::{Doc, text},
};

/// Doctypes whose documents keep the name they got.
const NEVER: [&str; 6] = ["Task", "Communication", "Comment", "ToDo", "File", "Webhook"];
/// Doctype, field with the doctype, field with the name: links that are not said to be links.
const UNDECLARED: [(&str, &str, &str); 3] = [
    ("File", "attached_to_doctype", "attached_to_name"),
    ("Version", "ref_doctype", "docname"),
    ("Notification Log", "document_type", "document_name"),
];

impl Site {
    /// Renames, follows it in every link, and leaves a Comment of type Edit.
    pub(crate) fn rename(
        &mut self,
        user: &str,
        doctype: &str,
        old: &str,
        new: &str,
    ) -> Result<(), Refusal> {
        let mut doc = self.find(doctype, old)?.clone();
        if NEVER.contains(&doctype) {
            let words = format!("{doctype} not allowed to be renamed");
            return Err(Refusal::invalid("ValidationError", &words));
        }
        if self.store.get(doctype, new).is_some() {
            return Err(Refusal::duplicate_name(doctype, new));
        }
        self.store.remove(doctype, old);
        doc.insert("name".into(), new.into());
        let schema = self.schema(doctype);
        let naming = schema.as_ref().map_or("", |schema| &schema.naming);
        if let Some(field) = naming.strip_prefix("field:") {
            doc.insert(field.into(), new.into());
        }
        for value in doc.values_mut() {
            for row in value.as_array_mut().into_iter().flatten() {
                row["parent"] = new.into();
            }
        }
        self.store.put(doctype, doc);
        self.follow(doctype, old, new);
        let words = format!("renamed from <strong>{old}</strong> to <strong>{new}</strong>");
        self.note(user, "Edit", doctype, new, &words);
        Ok(())
    }

    /// Every link to the old name leads to the new one.
    fn follow(&mut self, doctype: &str, old: &str, new: &str) {
        let others: Vec<String> = self.store.doctypes().cloned().collect();
        for other in others {
            let holders: Vec<Doc> = self.store.holding(&other, old).cloned().collect();
            for mut doc in holders {
                if self.relink(&other, &mut doc, doctype, old, new) {
                    self.store.put(&other, doc);
                }
            }
        }
    }

    /// Changes the links of one document, and of its rows. Whether there were any.
    fn relink(&self, of: &str, doc: &mut Doc, doctype: &str, old: &str, new: &str) -> bool {
        let mut changed = false;
        for (_, by, field) in UNDECLARED.iter().filter(|(one, ..)| *one == of) {
            if text(doc, by) == doctype && text(doc, field) == old {
                doc.insert((*field).into(), new.into());
                changed = true;
            }
        }
        for field in self.fields(of) {
            let leads_here = match &field.kind {
                Kind::Link(target) => target == doctype,
                Kind::DynamicLink(by) => text(doc, by) == doctype,
                Kind::Table(child) => {
                    for row in rows_mut(doc, &field.name) {
                        changed |= self.relink(child, row, doctype, old, new);
                    }
                    false
                }
                _ => false,
            };
            if leads_here && text(doc, &field.name) == old {
                doc.insert(field.name, json!(new));
                changed = true;
            }
        }
        changed
    }
}

fn rows_mut<'a>(doc: &'a mut Doc, field: &str) -> impl Iterator<Item = &'a mut Doc> + use<'a> {
    let rows = doc.get_mut(field).and_then(Value::as_array_mut);
    rows.into_iter().flatten().filter_map(Value::as_object_mut)
}
