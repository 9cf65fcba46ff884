//! Setting a site up: keys, rules of roles, and what follows from saving a User.

mod account;
mod rules;

use serde_json::{Value, json};

use super::{
    call::Arguments,
    permission::Right,
    refusal::Refusal,
    site::Site,
    store::{random_hex, text},
};

pub(crate) use rules::letters;

const MANAGER: &str = "frappe.core.page.permission_manager.permission_manager.";

impl Site {
    /// The `message` of a method that sets up or tells about rights and releases; `None` for all others.
    pub(crate) fn provisioning_method(
        &mut self,
        user: &str,
        name: &str,
        arguments: &Arguments,
    ) -> Option<Result<Value, Refusal>> {
        if let Some(action) = name.strip_prefix(MANAGER) {
            return self.permission_manager(user, action, arguments);
        }
        match name {
            "frappe.core.doctype.user.user.generate_keys" => {
                Some(self.generate_keys(user, &arguments.text("user")))
            }
            "frappe.client.get_doc_permissions" => Some(self.doc_permissions(user, arguments)),
            "frappe.utils.change_log.get_versions" => Some(Ok(self.versions())),
            _ => None,
        }
    }

    /// The 403 for everybody but System Managers.
    pub(crate) fn only_for_system_managers(&self, user: &str) -> Result<(), Refusal> {
        if self.has_role(user, "System Manager") {
            return Ok(());
        }
        let words = "This action is only allowed for <strong>System Manager</strong>";
        Err(Refusal::not_permitted(Some(words), None))
    }

    /// A new secret each time; the key stays once there is one.
    fn generate_keys(&mut self, user: &str, whose: &str) -> Result<Value, Refusal> {
        self.only_for_system_managers(user)?;
        let mut doc = self.find("User", whose)?.clone();
        let key = match text(&doc, "api_key") {
            "" => random_hex(15),
            kept => kept.to_owned(),
        };
        let secret = random_hex(15);
        doc.insert("api_key".into(), key.as_str().into());
        doc.insert("api_secret".into(), "kept".into());
        doc.insert("modified".into(), self.store.stamp().into());
        doc.insert("modified_by".into(), user.into());
        self.store.put("User", doc);
        self.set_key(whose, &key, &secret);
        Ok(json!({"api_secret": secret}))
    }

    /// `frappe.client.get_doc_permissions`: the caller's own rights, as numbers.
    fn doc_permissions(&self, user: &str, arguments: &Arguments) -> Result<Value, Refusal> {
        let doctype = arguments.text("doctype");
        let doc = self.find(&doctype, &arguments.text("docname"))?;
        let has = |right: Right| i32::from(self.may(user, &doctype, doc, right));
        let read = has(Right::Read);
        Ok(json!({"permissions": {
            "if_owner": {}, "has_if_owner_enabled": false, "select": 0,
            "read": read, "write": has(Right::Write), "create": has(Right::Create),
            "delete": has(Right::Delete), "submit": 0, "cancel": 0, "amend": 0,
            "print": read, "email": read, "report": read, "import": 0, "export": 0, "share": read,
        }}))
    }
}
