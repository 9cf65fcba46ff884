//! The service user: its key, whether it is enabled, and what it could do beyond its task.

use erpnext::{ErpError, ListQuery, Site};
use serde_json::{Value, json};

use super::{CONNECT, Exam, Finding, NEW_KEYS, Setup, finding::some};
use crate::blueprint::{ROLE, STANDARD_ROLES, SUPER_EMAIL, SYSTEM_MANAGER, service_user};

/// Roles that everybody has, whoever gave them none.
const AUTOMATIC: [&str; 3] = ["All", "Desk User", "Guest"];

/// The service user's name with the findings about the account, or what keeps us from asking anything as them.
pub(super) async fn user(
    site: &Site,
    eyes: &Site,
    setup: &Setup,
) -> Result<(String, Vec<Finding>), Finding> {
    let name = match site.read("frappe.auth.get_logged_user", &[]).await {
        Ok(name) => name.as_str().unwrap_or_default().to_owned(),
        Err(ErpError::BadCredentials { .. } | ErpError::NotPermitted { .. }) => {
            return Err(refused(eyes, setup).await);
        }
        Err(error) => {
            return Err(Finding::fault(
                "key",
                format!("ERPNext did not say whose the API key is: {error}."),
                "Look at ERPNext's Error Log, then run `parlance doctor` again.",
            ));
        }
    };
    let key = Finding::ok("key", format!("ERPNext takes the API key as that of {name}."));
    let enabled = match eyes.user(&name).await {
        Ok(user) if user.enabled => Finding::ok("user", format!("{name} is enabled.")),
        Ok(_) => disabled(&name),
        Err(error) => Finding::warning(
            "user",
            format!("Whether {name} is enabled cannot be read: {error}."),
            CONNECT,
        ),
    };
    Ok((name, vec![key, enabled]))
}

fn disabled(name: &str) -> Finding {
    Finding::fault(
        "user",
        format!("The service user {name} is disabled in ERPNext."),
        format!("Enable {name} in ERPNext's list of users, or run `parlance connect` again."),
    )
}

/// Why the key is not taken, as far as the auditor can tell.
async fn refused(eyes: &Site, setup: &Setup) -> Finding {
    let query = ListQuery {
        doctype: "User",
        fields: &["name", "enabled"],
        filters: json!([["api_key", "=", setup.api_key]]),
        order_by: "name asc",
        limit: 1,
    };
    let owner = match setup.has_auditor {
        true => eyes.list_documents(query).await.ok(),
        false => None,
    };
    match owner.as_deref() {
        Some([owner]) if !owner.is_on("enabled") => disabled(owner.name()),
        Some([owner]) => Finding::fault(
            "key",
            format!("ERPNEXT_API_SECRET is not the secret of {}'s API key.", owner.name()),
            NEW_KEYS,
        ),
        Some(_) => Finding::fault("key", "ERPNEXT_API_KEY is no user's API key.", NEW_KEYS),
        None => Finding::fault(
            "key",
            "ERPNext does not accept ERPNEXT_API_KEY with ERPNEXT_API_SECRET.",
            NEW_KEYS,
        ),
    }
}

impl Exam<'_> {
    /// Whether the service user could do more than its task.
    pub(super) async fn privileges(&mut self) {
        let uid = [("uid", self.user.clone())];
        let roles = match self.eyes.read("frappe.core.doctype.user.user.get_roles", &uid).await {
            Ok(Value::Array(roles)) => roles,
            Ok(_) => Vec::new(),
            Err(error) => return self.unseen("privileges", "the service user's roles", &error),
        };
        let roles: Vec<&str> = roles.iter().filter_map(Value::as_str).collect();
        let user = self.user.clone();
        if user == "Administrator" || roles.contains(&SYSTEM_MANAGER) {
            let who = if user == "Administrator" { "Administrator" } else { "a System Manager" };
            let said = format!("The service user {user} is {who} and can do anything in ERPNext.");
            let fix = match user == service_user(self.site.base_url()) {
                true => format!("Take the role {SYSTEM_MANAGER} from {user} in ERPNext."),
                false => "Run `parlance connect`, which makes a service user with few rights and an auditor that only reads.".to_owned(),
            };
            // Without an auditor that is what asks whom ERPNext lets read what.
            return match self.setup.has_auditor {
                true => self.fault("privileges", said, fix),
                false => self.warn("privileges", said, fix),
            };
        }
        let known = |role: &&str| {
            STANDARD_ROLES.contains(role)
                || AUTOMATIC.contains(role)
                || [ROLE, SUPER_EMAIL].contains(role)
        };
        let more: Vec<&str> = roles.iter().copied().filter(|role| !known(role)).collect();
        match more.is_empty() {
            true => self.ok("privileges", format!("{user} has no role beyond its task.")),
            false => self.warn(
                "privileges",
                format!("{user} has more roles than it needs: {}.", some(&more)),
                format!("Take these roles from {user} in ERPNext."),
            ),
        }
    }
}
