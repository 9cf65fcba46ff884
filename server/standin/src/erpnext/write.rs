//! Inserting, updating and deleting, for anybody who may.

use serde_json::{Value, json};

use super::{
    permission::Right,
    refusal::Refusal,
    schema::{Field, Kind},
    site::{Site, plain},
    store::{Doc, random_name, rows, text},
    validate::{coerce, default_of},
};

impl Site {
    /// `POST`: gives the document with its name.
    pub(crate) fn insert(&mut self, user: &str, doctype: &str, body: &Doc) -> Result<Doc, Refusal> {
        if self.schema(doctype).is_none() {
            return Err(no_module(doctype));
        }
        if doctype == "User"
            || !matches!(self.reach(user, doctype, Right::Create), super::permission::Reach::All)
        {
            self.check(user, doctype, &Doc::new(), Right::Create)?;
        }
        self.insert_unasked(user, doctype, body)
    }

    /// Inserts as `user`, whatever the rights of `user` are.
    pub(crate) fn insert_unasked(
        &mut self,
        user: &str,
        doctype: &str,
        body: &Doc,
    ) -> Result<Doc, Refusal> {
        let schema = self.schema(doctype).ok_or_else(|| no_module(doctype))?;
        let stamp = self.store.stamp();
        let mut doc = self.fill(user, doctype, body, &stamp);
        if doctype == "File" {
            self.before_file(body, &mut doc)?;
        }
        self.before_insert(user, doctype, &mut doc)?;
        let name = self.new_name(&schema.naming, doctype, &doc, body)?;
        doc.insert("name".into(), name.as_str().into());
        self.set_parents(doctype, &mut doc);
        self.before_save(doctype, None, &mut doc)?;
        self.validate(doctype, &doc)?;
        if self.store.get(doctype, &name).is_some() {
            return Err(Refusal::duplicate_name(doctype, &name));
        }
        self.store.take_name(&schema.naming, &name);
        self.store.put(doctype, doc.clone());
        self.happened(user, doctype, &["after_insert", "on_update"], &doc);
        self.after_save(user, doctype, None, &doc);
        Ok(doc)
    }

    /// `PUT`: a partial update; child tables are replaced whole.
    pub(crate) fn update(
        &mut self,
        user: &str,
        doctype: &str,
        name: &str,
        body: &Doc,
    ) -> Result<Doc, Refusal> {
        if self.schema(doctype).is_none() {
            return Err(no_module(doctype));
        }
        self.check(user, doctype, self.find(doctype, name)?, Right::Write)?;
        self.update_unasked(user, doctype, name, body)
    }

    /// Updates as `user`, whatever the rights of `user` are.
    pub(crate) fn update_unasked(
        &mut self,
        user: &str,
        doctype: &str,
        name: &str,
        body: &Doc,
    ) -> Result<Doc, Refusal> {
        let before = self.find(doctype, name)?.clone();
        let stamp = self.store.stamp();
        let opened = body.get("modified").map(plain);
        if opened.is_some_and(|opened| opened != text(&before, "modified")) {
            let words = format!(
                "Error: Document has been modified after you have opened it ({}, {stamp}). Please refresh to get the latest document.",
                text(&before, "modified")
            );
            return Err(Refusal::invalid("TimestampMismatchError", &words));
        }
        let mut doc = before.clone();
        for field in self.fields(doctype) {
            let Some(value) = body.get(&field.name) else {
                continue;
            };
            // What was shown of a password says to keep it.
            if field.kind == Kind::Password && plain(value).chars().all(|letter| letter == '*') {
                continue;
            }
            match self.value_for(user, &field, value, &stamp) {
                Some(value) => doc.insert(field.name, value),
                None => doc.remove(&field.name),
            };
        }
        self.check_set_once(doctype, &before, &doc)?;
        doc.insert("modified".into(), stamp.as_str().into());
        doc.insert("modified_by".into(), user.into());
        self.set_parents(doctype, &mut doc);
        self.before_save(doctype, Some(&before), &mut doc)?;
        self.validate(doctype, &doc)?;
        self.store.put(doctype, doc.clone());
        self.keep_version(user, doctype, &before, &doc);
        self.happened(user, doctype, &["on_update", "on_change"], &doc);
        self.after_save(user, doctype, Some(&before), &doc);
        Ok(doc)
    }

    /// `DELETE`: kept as a Deleted Document; refused while others link to it.
    pub(crate) fn delete(&mut self, user: &str, doctype: &str, name: &str) -> Result<(), Refusal> {
        let Some(doc) = self.store.get(doctype, name).cloned() else {
            return Err(Refusal::no_such_path());
        };
        self.check(user, doctype, &doc, Right::Delete)?;
        if doctype == "User" {
            self.before_user_goes(name);
        }
        if let Some((other, other_name)) = self.linked_by(doctype, name) {
            let words = format!(
                "Cannot delete or cancel because {doctype} <a href=\"/app/Form/{doctype}/{name}\">{name}</a> is linked with {other} <a href=\"/app/Form/{other}/{other_name}\">{other_name}</a> "
            );
            return Err(Refusal::invalid("LinkExistsError", &words));
        }
        self.delete_unasked(user, doctype, &doc);
        Ok(())
    }

    /// Deletes as `user`, whatever the rights of `user` are.
    pub(crate) fn delete_unasked(&mut self, user: &str, doctype: &str, doc: &Doc) {
        let name = text(doc, "name");
        self.remove_files_of(user, doctype, name);
        self.store.remove(doctype, name);
        let stamp = self.store.stamp();
        let mut data = self.whole(doctype, doc);
        data["doctype"] = doctype.into();
        let kept = json!({
            "name": random_name(), "owner": user, "creation": stamp, "modified": stamp,
            "modified_by": user, "docstatus": 0, "idx": 0, "deleted_name": name,
            "deleted_doctype": doctype, "restored": 0, "data": super::python::indented(&data),
        });
        if let Value::Object(kept) = kept {
            self.store.put("Deleted Document", kept);
        }
        self.happened(user, doctype, &["on_trash", "on_change"], doc);
        match doctype {
            "Task" => self.recompute_percent(text(doc, "project")),
            "ToDo" => self.after_todo(user, Some(doc), None),
            "File" => self.after_file_deleted(user, doc),
            "User" => self.after_user_gone(name),
            "DocType" => self.drop_doctype(name),
            "Custom Field" => self.drop_values(text(doc, "dt"), text(doc, "fieldname")),
            _ => {}
        }
    }

    /// Every field of a new document: given, default or absent.
    pub(crate) fn fill(&self, user: &str, doctype: &str, body: &Doc, stamp: &str) -> Doc {
        let mut doc = Doc::new();
        doc.insert("owner".into(), user.into());
        doc.insert("creation".into(), stamp.into());
        doc.insert("modified".into(), stamp.into());
        doc.insert("modified_by".into(), user.into());
        doc.insert("docstatus".into(), 0.into());
        doc.insert("idx".into(), 0.into());
        for field in self.fields(doctype) {
            let given = body.get(&field.name).filter(|value| !value.is_null());
            let value = match given {
                Some(value) => self.value_for(user, &field, value, stamp),
                None => default_of(&field),
            };
            if let Some(value) = value {
                doc.insert(field.name, value);
            }
        }
        doc
    }

    fn value_for(&self, user: &str, field: &Field, value: &Value, stamp: &str) -> Option<Value> {
        let Kind::Table(child) = &field.kind else {
            return coerce(field, value);
        };
        let rows = value.as_array()?.iter().filter_map(Value::as_object);
        let rows = rows.enumerate().map(|(number, given)| {
            let mut row = self.fill(user, child, given, stamp);
            let name = given.get("name").map(plain).filter(|name| !name.is_empty());
            row.insert("name".into(), name.unwrap_or_else(random_name).into());
            row.insert("idx".into(), (number + 1).into());
            row.insert("parentfield".into(), field.name.as_str().into());
            row.insert("doctype".into(), child.as_str().into());
            Value::Object(row)
        });
        Some(Value::Array(rows.collect()))
    }

    /// What a child row knows of its document, and what it fetches from others.
    pub(crate) fn set_parents(&self, doctype: &str, doc: &mut Doc) {
        let name = text(doc, "name").to_owned();
        let modified = doc.get("modified").cloned().unwrap_or(Value::Null);
        for value in doc.values_mut() {
            for row in value.as_array_mut().into_iter().flatten() {
                let Some(row) = row.as_object_mut() else { continue };
                row.insert("parent".into(), name.as_str().into());
                row.insert("parenttype".into(), doctype.into());
                row.insert("modified".into(), modified.clone());
                self.fetch(row);
            }
        }
    }

    fn fetch(&self, row: &mut Doc) {
        let fetched = match text(row, "doctype") {
            "Project User" => self.store.get("User", text(row, "user")).map(|user| {
                vec![("full_name", text(user, "full_name")), ("email", text(user, "name"))]
            }),
            "Task Depends On" => self
                .store
                .get("Task", text(row, "task"))
                .map(|task| vec![("subject", text(task, "subject"))]),
            _ => None,
        };
        let fetched: Vec<(String, String)> = fetched
            .into_iter()
            .flatten()
            .map(|(field, value)| (field.to_owned(), value.to_owned()))
            .collect();
        for (field, value) in fetched {
            row.insert(field, value.into());
        }
    }

    fn new_name(
        &self,
        naming: &str,
        doctype: &str,
        doc: &Doc,
        body: &Doc,
    ) -> Result<String, Refusal> {
        Ok(match naming {
            "hash" => random_name(),
            "child" => return Err(no_module(doctype)),
            "prompt" => {
                let name = body.get("name").or_else(|| body.get("__newname")).map(plain);
                name.filter(|name| !name.is_empty()).ok_or_else(|| {
                    Refusal::invalid("ValidationError", "Please set the document name")
                })?
            }
            "expr" => format!("{}-{}", text(doc, "dt"), text(doc, "fieldname")),
            "contact" => {
                let person = format!("{} {}", text(doc, "first_name"), text(doc, "last_name"));
                let link = rows(doc, "links").next().map(|row| text(row, "link_name").to_owned());
                match link {
                    Some(link) => format!("{}-{link}", person.trim()),
                    None => person.trim().to_owned(),
                }
            }
            field if field.starts_with("field:") => {
                text(doc, field.trim_start_matches("field:")).to_owned()
            }
            series => self.store.next_name(series),
        })
    }

    fn before_insert(&mut self, user: &str, doctype: &str, doc: &mut Doc) -> Result<(), Refusal> {
        match doctype {
            "Communication" => self.before_communication(user, doc)?,
            "Comment" => self.before_comment(user, doc),
            "ToDo" if text(doc, "date").is_empty() => {
                let today = self.store.local(self.store.now()).format("%Y-%m-%d").to_string();
                doc.insert("date".into(), today.into());
            }
            "Issue" => {
                let now = self.store.local(self.store.now());
                doc.insert("opening_date".into(), now.format("%Y-%m-%d").to_string().into());
                doc.insert("opening_time".into(), now.format("%-H:%M:%S%.6f").to_string().into());
            }
            "Custom Field" => {
                let (dt, fieldname) =
                    (text(doc, "dt").to_owned(), text(doc, "fieldname").to_owned());
                if self.fields(&dt).iter().any(|field| field.name == fieldname) {
                    let words = format!(
                        "A field with the name <strong>{fieldname}</strong> already exists in {dt}"
                    );
                    return Err(Refusal::invalid("ValidationError", &words));
                }
                let position = self.fields(&dt).len();
                doc.insert("idx".into(), position.into());
            }
            "DocType" => self.check_new_doctype(user, doc)?,
            _ => {}
        }
        if matches!(doctype, "Project" | "Task" | "Issue") && text(doc, "company").is_empty() {
            doc.insert("company".into(), self.company.as_str().into());
        }
        Ok(())
    }

    fn before_save(
        &mut self,
        doctype: &str,
        before: Option<&Doc>,
        doc: &mut Doc,
    ) -> Result<(), Refusal> {
        match doctype {
            "Task" => self.before_task(before, doc),
            "Webhook" => super::webhook::check(doc),
            "File" => self.before_file_saved(before, doc),
            "User" => {
                self.before_user(doc);
                Ok(())
            }
            "OAuth Client" => {
                self.before_oauth_client(doc);
                Ok(())
            }
            "Project" => super::task::check_dates(doc, "expected_start_date", "expected_end_date"),
            _ => Ok(()),
        }
    }

    fn after_save(&mut self, user: &str, doctype: &str, before: Option<&Doc>, doc: &Doc) {
        match doctype {
            "Task" => {
                if let Some(before) = before {
                    self.recompute_percent(text(before, "project"));
                }
                self.recompute_percent(text(doc, "project"));
            }
            "User" => self.after_user(before, doc),
            "Communication" if before.is_none() => self.after_communication(doc),
            "Comment" if before.is_none() => self.after_comment(user, doc),
            "ToDo" => self.after_todo(user, before, Some(doc)),
            "File" if before.is_none() => self.after_file_attached(user, doc),
            _ => {}
        }
    }

    /// A document whose link field, or whose row's, keeps this one from going.
    fn linked_by(&self, doctype: &str, name: &str) -> Option<(String, String)> {
        if doctype == "DocType" {
            return None;
        }
        for other in self.store.doctypes().filter(|one| !HOLD_NOTHING.contains(&one.as_str())) {
            let mut holders = self.store.holding(other, name).peekable();
            if holders.peek().is_none() {
                continue;
            }
            let fields = self.fields(other);
            for doc in holders {
                if other == doctype && text(doc, "name") == name {
                    continue;
                }
                let is_link = |field: &Field, doc: &Doc| {
                    field.kind == Kind::Link(doctype.to_owned()) && text(doc, &field.name) == name
                };
                let links = fields.iter().any(|field| match &field.kind {
                    Kind::Table(child) => {
                        let child = self.fields(child);
                        rows(doc, &field.name).any(|row| child.iter().any(|f| is_link(f, row)))
                    }
                    _ => is_link(field, doc),
                });
                if links {
                    return Some((other.clone(), text(doc, "name").to_owned()));
                }
            }
        }
        None
    }
}

/// Doctypes whose links never keep a document.
const HOLD_NOTHING: [&str; 8] = [
    "Communication",
    "ToDo",
    "DocShare",
    "File",
    "Version",
    "Comment",
    "Notification Log",
    "Webhook Request Log",
];

/// Asking for a document of a doctype that does not exist ends in an import of its module.
pub(crate) fn no_module(doctype: &str) -> Refusal {
    let module = doctype.to_lowercase().replace(' ', "_");
    Refusal::crash("ImportError", &format!("Error: No module named 'frappe.core.doctype.{module}'"))
}
