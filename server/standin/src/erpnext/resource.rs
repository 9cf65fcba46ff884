//! Documents by URL: `/api/resource` and `/api/v2/document`.

use axum::http::Method;
use serde_json::{Value, json};

use super::{
    auth::Caller,
    call::{Arguments, Call},
    permission::Right,
    refusal::Refusal,
    site::Site,
    store::{Doc, text},
    write::no_module,
};

impl Site {
    /// Status and `data` for a doctype, or one of its documents.
    pub(crate) fn resource(
        &mut self,
        caller: &Caller,
        call: &Call,
        arguments: &Arguments,
        doctype: &str,
        name: Option<&str>,
        is_v2: bool,
    ) -> Result<(u16, Value), Refusal> {
        let user = caller.user.as_str();
        match (&call.method, name) {
            (&Method::GET, None) => Ok((200, self.list(user, doctype, arguments)?.into())),
            (&Method::GET, Some(name)) => Ok((200, self.read(user, doctype, name)?)),
            (&Method::POST, None) => {
                let doc = self.insert(user, doctype, arguments.object())?;
                let mut shown = self.present(user, doctype, &doc);
                mark_new_rows(&doc, &mut shown);
                Ok((200, shown))
            }
            (&Method::PUT, Some(name)) => self.change(user, doctype, name, arguments),
            (&Method::PATCH, Some(name)) if is_v2 => self.change(user, doctype, name, arguments),
            (&Method::DELETE, Some(name)) => {
                if self.schema(doctype).is_none() {
                    return Err(no_module(doctype));
                }
                self.delete(user, doctype, name)?;
                Ok((202, "ok".into()))
            }
            _ => Err(Refusal::no_such_path()),
        }
    }

    fn read(&self, user: &str, doctype: &str, name: &str) -> Result<Value, Refusal> {
        if self.schema(doctype).is_none() {
            return Err(no_module(doctype));
        }
        let doc = self.find(doctype, name)?;
        self.check(user, doctype, doc, Right::Read)?;
        Ok(self.present(user, doctype, doc))
    }

    fn change(
        &mut self,
        user: &str,
        doctype: &str,
        name: &str,
        arguments: &Arguments,
    ) -> Result<(u16, Value), Refusal> {
        let doc = self.update(user, doctype, name, arguments.object())?;
        let mut shown = self.present(user, doctype, &doc);
        if arguments.object().contains_key("allowed_roles") {
            mark_rows(&mut shown, "allowed_roles");
        }
        Ok((200, shown))
    }
}

fn mark_rows(shown: &mut Value, table: &str) {
    if let Some(Value::Array(rows)) = shown.get_mut(table) {
        for row in rows {
            row["__unsaved"] = json!(1);
        }
    }
}

/// Rows that were given are marked in the answer to an insert; rows ERPNext added are not.
fn mark_new_rows(doc: &Doc, shown: &mut Value) {
    if text(doc, "communication_medium") == "Email" {
        return;
    }
    for table in ["timeline_links", "webhook_headers", "webhook_data"] {
        mark_rows(shown, table);
    }
}
