//! The ticket doctype, by which desk users prove who they are.

use erpnext::{Document, ErpError, Fields};
use serde_json::{Value, json};

use super::{CONNECT, Exam, finding::some};
use crate::{
    TICKET,
    blueprint::{ROLE, ticket},
    look,
};

impl Exam<'_> {
    pub(super) async fn ticket(&mut self) {
        match look::names(self.site, TICKET, json!([["nonce", "=", "doctor"]])).await {
            Ok(_) => {}
            Err(ErpError::NotFound { .. }) => {
                return self.fault(
                    "ticket",
                    format!(
                        "The doctype {TICKET} is missing, so nobody can sign in from the desk."
                    ),
                    CONNECT,
                );
            }
            Err(ErpError::NotPermitted { .. }) => {
                return self.fault(
                    "ticket",
                    format!(
                        "{} may not read {TICKET}, so nobody can sign in from the desk.",
                        self.user
                    ),
                    CONNECT,
                );
            }
            Err(error) => return self.unseen("ticket", TICKET, &error),
        }
        let is = match self.eyes.get_document("DocType", TICKET).await {
            Ok(is) => is,
            Err(error) => return self.unseen("ticket", "the rights on tickets", &error),
        };
        let roles = match look::desk_roles(&self.eyes).await {
            Ok(roles) => roles,
            Err(error) => return self.unseen("ticket", "the roles of users", &error),
        };
        let wanted = ticket(&roles).fields;
        let change = look::difference(&is, &wanted);
        let lacking = lacking_roles(&is, &wanted);
        if change.contains_key("fields") {
            self.fault(
                "ticket",
                format!("The field nonce of {TICKET} is not unique and required any more, so tickets could be repeated."),
                CONNECT,
            );
        } else if lacking.iter().any(|role| role == ROLE) {
            self.fault(
                "ticket",
                format!("The role {ROLE} may not read and delete {TICKET}, so tickets cannot be checked."),
                CONNECT,
            );
        } else if !lacking.is_empty() {
            self.warn(
                "ticket",
                format!(
                    "People whose only roles are {} cannot sign in from the desk.",
                    some(&lacking)
                ),
                CONNECT,
            );
        } else {
            self.ok("ticket", "Everybody on the desk may make a ticket.");
        }
    }
}

/// Roles whose rule is missing or has less than it must.
fn lacking_roles(is: &Document, wanted: &Fields) -> Vec<String> {
    let rows = wanted.get("permissions").and_then(Value::as_array);
    let rows = rows.into_iter().flatten().filter_map(Value::as_object);
    let has = |wanted: &Fields| {
        is.rows("permissions").any(|row| {
            let row = Document::of(row.clone());
            wanted.iter().all(|(field, value)| match value {
                Value::Number(_) => row.is_on(field),
                value => row.get(field) == Some(value),
            })
        })
    };
    rows.filter(|row| !has(row))
        .filter_map(|row| row.get("role").and_then(Value::as_str).map(str::to_owned))
        .collect()
}
