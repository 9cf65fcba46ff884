//! What the desk's form of a document shows around it, and documents by the dozen.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{
    auth::Caller,
    call::Arguments,
    permission::Right,
    refusal::Refusal,
    site::Site,
    store::{Doc, is_on, text},
    template,
};

/// Most documents of one `insert_many`.
const MOST_AT_ONCE: usize = 200;

impl Site {
    /// `frappe.desk.form.load.get_docinfo`, for whoever reads the document.
    pub(crate) fn docinfo(&self, caller: &Caller, arguments: &Arguments) -> Result<Value, Refusal> {
        let user = caller.user.as_str();
        let (doctype, name) = (arguments.text("doctype"), arguments.text("name"));
        let doc = self.find(&doctype, &name)?;
        self.check(user, &doctype, doc, Right::Read)?;

        let mut comments: Vec<&Doc> = self
            .store
            .holding("Comment", &name)
            .filter(|one| text(one, "reference_doctype") == doctype)
            .filter(|one| text(one, "reference_name") == name)
            .collect();
        comments.sort_by_key(|one| text(one, "creation"));
        let of = |kinds: &[&str]| -> Value {
            let fields = ["name", "creation", "content", "owner", "comment_type"];
            let chosen = comments.iter().filter(|one| kinds.contains(&text(one, "comment_type")));
            chosen.map(|one| row(one, &fields)).collect()
        };
        let communications = self.timeline(&doctype, &name, 20);
        let files: Value = self
            .files_of(&doctype, &name)
            .iter()
            .map(|file| row(file, &["name", "file_name", "file_url", "is_private"]))
            .collect();
        let shared: Value = self
            .store
            .holding("DocShare", &name)
            .filter(|one| text(one, "share_doctype") == doctype && text(one, "share_name") == name)
            .map(|one| {
                row(
                    one,
                    &["user", "read", "write", "share", "submit", "everyone", "owner", "creation"],
                )
            })
            .collect();
        let mut versions: Vec<&Doc> = self
            .store
            .holding("Version", &name)
            .filter(|one| text(one, "ref_doctype") == doctype && text(one, "docname") == name)
            .collect();
        versions.sort_by_key(|one| std::cmp::Reverse(text(one, "creation")));
        let versions: Value = versions
            .into_iter()
            .take(10)
            .map(|one| row(one, &["name", "owner", "creation", "data"]))
            .collect();

        let senders = communications.iter().filter_map(|one| one["sender"].as_str());
        let people: BTreeSet<&str> =
            comments.iter().map(|one| text(one, "owner")).chain(senders).collect();
        let people = people.into_iter().map(|user| (user.to_owned(), self.user_info(user)));
        Ok(json!({
            "doctype": doctype, "name": name,
            "user_info": people.collect::<Map<String, Value>>(),
            "comments": of(&["Comment"]),
            "assignment_logs": of(&["Assigned", "Assignment Completed"]),
            "attachment_logs": of(&["Attachment", "Attachment Removed"]),
            "info_logs": of(&["Info", "Edit", "Label"]),
            "like_logs": of(&["Like"]), "workflow_logs": of(&["Workflow"]),
            "shared": shared, "attachments": files, "communications": communications,
            "automated_messages": [], "versions": versions,
            "assignments": self.assignments(&doctype, &name),
            "permissions": self.permissions_on(user, &doctype, doc),
            "views": [], "energy_point_logs": [], "additional_timeline_content": [],
            "milestones": [], "is_document_followed": null, "tags": "", "document_email": null,
        }))
    }

    fn user_info(&self, user: &str) -> Value {
        json!({
            "fullname": self.full_name(user), "image": null, "name": user, "email": user,
            "time_zone": self.store.zone.name(),
        })
    }

    /// What `user` may do with the document, as numbers.
    fn permissions_on(&self, user: &str, doctype: &str, doc: &Doc) -> Value {
        let may = |right| i32::from(self.may(user, doctype, doc, right));
        let read = may(Right::Read);
        json!({
            "if_owner": {}, "has_if_owner_enabled": false, "select": 0, "read": read,
            "write": may(Right::Write), "create": may(Right::Create),
            "delete": may(Right::Delete), "submit": 0, "cancel": 0, "amend": 0, "print": read,
            "email": read, "report": read, "import": 0, "export": 0, "share": read,
        })
    }

    /// `frappe.client.insert_many`: all or, as the transaction ends there, none.
    pub(crate) fn insert_many(
        &mut self,
        user: &str,
        arguments: &Arguments,
    ) -> Result<Value, Refusal> {
        let docs = match arguments.object().get("docs") {
            Some(Value::Array(docs)) => docs.clone(),
            Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
            _ => Vec::new(),
        };
        if docs.len() > MOST_AT_ONCE {
            let words = format!("Only {MOST_AT_ONCE} inserts allowed in one request");
            return Err(Refusal::invalid("ValidationError", &words));
        }
        let mut names = Vec::new();
        for doc in docs.iter().filter_map(Value::as_object) {
            let made = self.insert(user, text(doc, "doctype"), doc)?;
            names.push(text(&made, "name").to_owned());
        }
        Ok(names.into())
    }

    /// `get_email_template`: subject and text with the fields of `doc` filled in.
    pub(crate) fn email_template(
        &self,
        user: &str,
        arguments: &Arguments,
    ) -> Result<Value, Refusal> {
        let kept = self.find("Email Template", &arguments.text("template_name"))?;
        self.check(user, "Email Template", kept, Right::Read)?;
        let context: Value = serde_json::from_str(&arguments.text("doc")).unwrap_or_default();
        let body = if is_on(kept, "use_html") { "response_html" } else { "response" };
        let render = |field: &str| {
            template::render(text(kept, field), &context)
                .map_err(|error| Refusal::invalid("ValidationError", &error.to_string()))
        };
        Ok(json!({"subject": render("subject")?, "message": render(body)?}))
    }
}

fn row(doc: &Doc, fields: &[&str]) -> Value {
    let value = |field: &str| doc.get(field).cloned().unwrap_or(Value::Null);
    let row = fields.iter().map(|field| ((*field).to_owned(), value(field)));
    row.collect::<Map<String, Value>>().into()
}
