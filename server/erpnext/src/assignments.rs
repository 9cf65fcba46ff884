//! Who shall do something: ERPNext keeps a ToDo for each, without touching the document's `modified`.

use serde_json::json;

use crate::{ErpError, Fields, Site};

impl Site {
    /// Assigns a document to `users`; who has it already keeps it. `description` is shown in their ToDo.
    ///
    /// # Errors
    /// [`ErpError::NotFound`], or whatever ERPNext's rules say.
    pub async fn assign(
        &self,
        doctype: &str,
        name: &str,
        users: &[&str],
        description: Option<&str>,
    ) -> Result<(), ErpError> {
        let mut arguments = Fields::new();
        arguments.insert("doctype".into(), doctype.into());
        arguments.insert("name".into(), name.into());
        arguments.insert("assign_to".into(), json!(users).to_string().into());
        if let Some(description) = description {
            arguments.insert("description".into(), description.into());
        }
        self.call("frappe.desk.form.assign_to.add", &arguments).await.map(drop)
    }

    /// Takes a document from `user` again; their ToDo is cancelled.
    ///
    /// # Errors
    /// [`ErpError::NotFound`], or whatever ERPNext's rules say.
    pub async fn unassign(&self, doctype: &str, name: &str, user: &str) -> Result<(), ErpError> {
        let mut arguments = Fields::new();
        arguments.insert("doctype".into(), doctype.into());
        arguments.insert("name".into(), name.into());
        arguments.insert("assign_to".into(), user.into());
        self.call("frappe.desk.form.assign_to.remove", &arguments).await.map(drop)
    }
}
