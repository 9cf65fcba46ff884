//! What people may see and do, asked of ERPNext itself.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{ErpError, Site};

#[derive(Deserialize)]
struct Report {
    #[serde(default)]
    result: Vec<Value>,
}

#[derive(Deserialize)]
struct HasPermission {
    has_permission: bool,
}

impl Site {
    /// `User.name` of the one this site is spoken to as.
    ///
    /// # Errors
    /// [`ErpError::SessionExpired`], [`ErpError::BadCredentials`].
    pub async fn whoami(&self) -> Result<String, ErpError> {
        self.read_method("frappe.auth.get_logged_user", &[]).await?.take("message")
    }

    /// The documents of `doctype` that ERPNext lets `user` read, by its own report; User Permissions and shares are
    /// applied. Asked as the auditor, in no order.
    ///
    /// The report says nothing about `enabled`: a disabled user is told their documents too.
    ///
    /// # Errors
    /// [`ErpError::NotPermitted`] when the auditor may not run the report (it needs System Manager).
    pub async fn permitted_documents(
        &self,
        user: &str,
        doctype: &str,
    ) -> Result<Vec<String>, ErpError> {
        let arguments = [
            ("report_name", "Permitted Documents For User".to_owned()),
            ("filters", json!({"user": user, "doctype": doctype}).to_string()),
        ];
        let answer =
            self.auditing().read_method("frappe.desk.query_report.run", &arguments).await?;
        answer.take::<Report>("message")?.result.iter().map(row_name).collect()
    }

    /// [`Site::permitted_documents`] of the doctype Project.
    ///
    /// # Errors
    /// [`ErpError::NotPermitted`] when the auditor may not run the report (it needs System Manager).
    pub async fn permitted_projects(&self, user: &str) -> Result<Vec<String>, ErpError> {
        self.permitted_documents(user, "Project").await
    }

    /// Whether the one this site is spoken to as may do `permission` (`read`, `write`, …) with a document.
    ///
    /// Only the desk's rights count: a portal user is told `false` of what the portal shows them.
    ///
    /// # Errors
    /// [`ErpError::NotFound`] when the document is gone; [`ErpError::SessionExpired`].
    pub async fn has_permission(
        &self,
        doctype: &str,
        name: &str,
        permission: &str,
    ) -> Result<bool, ErpError> {
        let arguments = [
            ("doctype", doctype.to_owned()),
            ("docname", name.to_owned()),
            ("perm_type", permission.to_owned()),
        ];
        let answer = self.read_method("frappe.client.has_permission", &arguments).await?;
        Ok(answer.take::<HasPermission>("message")?.has_permission)
    }

    /// The roles of `user`, automatic ones (`All`, `Guest`, `Desk User`) included. Asked as the auditor.
    ///
    /// # Errors
    /// [`ErpError::NotPermitted`] when the auditor may not ask.
    pub async fn roles_of(&self, user: &str) -> Result<Vec<String>, ErpError> {
        let arguments = [("uid", user.to_owned())];
        let method = "frappe.core.doctype.user.user.get_roles";
        self.auditing().read_method(method, &arguments).await?.take("message")
    }
}

/// Rows are objects; a report with other columns may give arrays, with the name first.
fn row_name(row: &Value) -> Result<String, ErpError> {
    let name = row.get("name").or_else(|| row.get(0));
    name.and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| ErpError::Unexpected { problem: "a row of the report has no name".into() })
}
