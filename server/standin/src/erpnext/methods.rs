//! The whitelisted methods under `/api/method`.

use serde_json::{Map, Value, json};

use super::{
    auth::Caller,
    call::{Arguments, Call},
    permission::Right,
    refusal::Refusal,
    schema::Kind,
    site::Site,
    store::{Doc, text},
};

/// Methods that refuse `GET`.
const POST_ONLY: [&str; 8] = [
    "frappe.client.insert",
    "frappe.client.insert_many",
    "frappe.desk.form.utils.add_comment",
    "frappe.client.save",
    "frappe.client.set_value",
    "frappe.client.rename_doc",
    "frappe.client.delete",
    "frappe.share.add",
];

impl Site {
    /// The `message` of a method.
    pub(crate) fn method(
        &mut self,
        caller: &Caller,
        name: &str,
        call: &Call,
        arguments: &Arguments,
    ) -> Result<Value, Refusal> {
        let user = caller.user.as_str();
        if name == "ping" || name == "frappe.ping" {
            return Ok("pong".into());
        }
        if user == "Guest" {
            return Err(Refusal::not_whitelisted(name));
        }
        if let Some(done) = self.provisioning_method(user, name, arguments) {
            return done;
        }
        if name.starts_with("frappe.utils.") {
            return Err(Refusal::not_whitelisted(name));
        }
        if POST_ONLY.contains(&name) && !call.is_unsafe() {
            return Err(Refusal::invalid("PermissionError", "Not permitted").with_status(403));
        }
        let doctype = arguments.text("doctype");
        match name {
            "frappe.auth.get_logged_user" => Ok(user.into()),
            "frappe.client.get_time_zone" => Ok(json!({"time_zone": self.store.zone.name()})),
            "frappe.client.get_count" => {
                let count = self.count(user, &doctype, &arguments.text("filters"))?;
                Ok(count.into())
            }
            "frappe.client.get_list" => Ok(self.list(user, &doctype, arguments)?.into()),
            "frappe.client.get_value" => self.get_value(user, &doctype, arguments),
            "frappe.client.get" => {
                let doc = self.find(&doctype, &arguments.text("name"))?;
                self.check(user, &doctype, doc, Right::Read)?;
                Ok(self.present(user, &doctype, doc))
            }
            "frappe.client.set_value" => self.set_value(user, &doctype, arguments),
            "frappe.client.insert" => {
                let doc = object(arguments, "doc");
                let doctype = text(&doc, "doctype").to_owned();
                let doc = self.insert(user, &doctype, &doc)?;
                Ok(self.present(user, &doctype, &doc))
            }
            "frappe.client.save" => {
                let mut doc = object(arguments, "doc");
                // Without `modified` this one is always too old.
                doc.entry("modified").or_insert("None".into());
                let (doctype, name) =
                    (text(&doc, "doctype").to_owned(), text(&doc, "name").to_owned());
                let doc = self.update(user, &doctype, &name, &doc)?;
                Ok(self.present(user, &doctype, &doc))
            }
            "frappe.client.rename_doc" => {
                let (old, new) = (arguments.text("old_name"), arguments.text("new_name"));
                let doc = self.find(&doctype, &old)?;
                self.check(user, &doctype, doc, Right::Write)?;
                self.rename(user, &doctype, &old, &new)?;
                self.notices.push(format!(
                    "Document renamed from <strong>{old}</strong> to <strong>{new}</strong>"
                ));
                Ok(new.into())
            }
            "frappe.client.has_permission" => self.has_permission(user, arguments),
            "frappe.desk.query_report.run" => self.report(user, arguments),
            "frappe.core.doctype.user.user.get_roles" => {
                let uid = arguments.text("uid");
                let whose = if uid.is_empty() { user } else { &uid };
                Ok(self.roles(whose).into())
            }
            "frappe.desk.form.load.get_communications" => {
                let name = arguments.text("name");
                let doc = self.find(&doctype, &name)?;
                self.check(user, &doctype, doc, Right::Read)?;
                let limit = arguments.text("limit").parse().unwrap_or(20);
                Ok(self.timeline(&doctype, &name, limit).into())
            }
            "frappe.client.insert_many" => self.insert_many(user, arguments),
            "frappe.client.delete" => {
                self.delete(user, &doctype, &arguments.text("name"))?;
                Ok(Value::Null)
            }
            "frappe.desk.form.utils.add_comment" => self.add_comment(user, arguments),
            "frappe.desk.form.assign_to.add" => self.assign(user, arguments),
            "frappe.desk.form.assign_to.remove" => self.unassign(user, arguments, "Cancelled"),
            "frappe.desk.form.assign_to.close" => self.unassign(user, arguments, "Closed"),
            "frappe.email.doctype.email_template.email_template.get_email_template" => {
                self.email_template(user, arguments)
            }
            "frappe.share.add" => self.share(user, &doctype, arguments),
            _ => {
                let module = name.rsplit_once('.').map_or(name, |(module, _)| module);
                let words = format!(
                    "Failed to get method for command {name} with No module named '{module}'"
                );
                Err(Refusal::invalid("ValidationError", &words))
            }
        }
    }

    fn get_value(
        &self,
        user: &str,
        doctype: &str,
        arguments: &Arguments,
    ) -> Result<Value, Refusal> {
        if self.schema(doctype).is_none() {
            return Err(Refusal::missing("DocType", doctype));
        }
        let filters = arguments.text("filters");
        let is_json = filters.starts_with('{') || filters.starts_with('[');
        let filters = match is_json {
            true => filters,
            false => json!({"name": filters}).to_string(),
        };
        let fields = arguments.text("fieldname");
        let mut all = Map::new();
        all.insert("filters".into(), filters.into());
        all.insert("fields".into(), fields.into());
        all.insert("limit".into(), 1.into());
        let rows = self.list(user, doctype, &Arguments::from(all))?;
        Ok(rows.into_iter().next().unwrap_or_else(|| json!({})))
    }

    /// Never checks `modified`.
    fn set_value(
        &mut self,
        user: &str,
        doctype: &str,
        arguments: &Arguments,
    ) -> Result<Value, Refusal> {
        let fields = match arguments.object().get("fieldname") {
            Some(Value::Object(fields)) => fields.clone(),
            Some(Value::String(text)) if text.starts_with('{') => {
                serde_json::from_str(text).unwrap_or_default()
            }
            Some(Value::String(field)) => {
                let value = arguments.object().get("value").cloned().unwrap_or_default();
                [(field.clone(), value)].into_iter().collect()
            }
            _ => Doc::new(),
        };
        let doc = self.update(user, doctype, &arguments.text("name"), &fields)?;
        let mut shown = self.present(user, doctype, &doc);
        self.with_nulls(doctype, &mut shown);
        Ok(shown)
    }

    /// A saved document comes back with its empty fields too.
    fn with_nulls(&self, doctype: &str, shown: &mut Value) {
        for field in self.fields(doctype) {
            if shown.get(&field.name).is_none() {
                shown[field.name.as_str()] = Value::Null;
            }
            if let (Kind::Table(child), Some(rows)) =
                (&field.kind, shown[field.name.as_str()].as_array_mut())
            {
                for row in rows {
                    self.with_nulls(child, row);
                }
            }
        }
    }

    fn share(
        &mut self,
        user: &str,
        doctype: &str,
        arguments: &Arguments,
    ) -> Result<Value, Refusal> {
        let name = arguments.text("name");
        let doc = self.find(doctype, &name)?;
        self.check(user, doctype, doc, Right::Read)?;
        let body = json!({
            "user": arguments.text("user"), "share_doctype": doctype, "share_name": name,
            "read": 1, "write": arguments.text("write"), "notify_by_email": 1,
        });
        let body = body.as_object().cloned().unwrap_or_default();
        let doc = self.insert("Administrator", "DocShare", &body)?;
        Ok(self.present(user, "DocShare", &doc))
    }
}

fn object(arguments: &Arguments, name: &str) -> Doc {
    match arguments.object().get(name) {
        Some(Value::Object(doc)) => doc.clone(),
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
        _ => Doc::new(),
    }
}
