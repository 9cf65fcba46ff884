//! What is there already.

use std::collections::BTreeMap;

use erpnext::{Document, ErpError, Fields, ListQuery, Site};
use serde_json::{Map, Value, json};

use crate::blueprint::{ROLE, Rule, SUPER_EMAIL, SYSTEM_MANAGER, auditor_user, service_user};

/// Roles that ERPNext gives by itself; it refuses rules for them.
const AUTOMATIC_ROLES: [&str; 4] = ["Administrator", "All", "Desk User", "Guest"];

/// What ERPNext's own page for the rules of roles calls.
pub(crate) const PERMISSION_MANAGER: &str =
    "frappe.core.page.permission_manager.permission_manager";

/// The document, unless there is none.
pub(crate) async fn document(
    site: &Site,
    doctype: &str,
    name: &str,
) -> Result<Option<Document>, ErpError> {
    match site.get_document(doctype, name).await {
        Ok(document) => Ok(Some(document)),
        Err(ErpError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The names of a list.
pub(crate) async fn names(
    site: &Site,
    doctype: &str,
    filters: Value,
) -> Result<Vec<String>, ErpError> {
    let query = ListQuery { doctype, fields: &["name"], filters, order_by: "name asc", limit: 0 };
    let rows = site.list_documents(query).await?;
    Ok(rows.iter().map(|row| row.name().to_owned()).collect())
}

/// Roles that may be given to people and are in use on the desk, so that everybody there may make a ticket.
pub(crate) async fn desk_roles(site: &Site) -> Result<Vec<String>, ErpError> {
    // Else connecting again would find the roles that connecting gave our own users.
    let ours = [service_user(site.base_url()), auditor_user(site.base_url())];
    let of_desk =
        names(site, "Role", json!([["desk_access", "=", 1], ["disabled", "=", 0]])).await?;
    let query = ListQuery {
        doctype: "User",
        fields: &["name", "roles.role as role"],
        filters: json!([["enabled", "=", 1], ["user_type", "=", "System User"]]),
        order_by: "name asc",
        limit: 0,
    };
    let mut held: Vec<String> = site
        .list_documents(query)
        .await?
        .iter()
        .filter(|row| !ours.iter().any(|user| user == row.name()))
        .filter_map(|row| row.text("role").map(str::to_owned))
        .filter(|role| of_desk.contains(role) && !AUTOMATIC_ROLES.contains(&role.as_str()))
        // What connecting itself makes would be found the next time.
        .filter(|role| ![SYSTEM_MANAGER, ROLE, SUPER_EMAIL].contains(&role.as_str()))
        .collect();
    held.sort();
    held.dedup();
    Ok(held)
}

/// Whether `dt` has `field` as a column or a table.
pub(crate) async fn has_field(site: &Site, dt: &str, field: &str) -> Result<bool, ErpError> {
    for asked in [field.to_owned(), format!("{field}.name")] {
        let query = ListQuery {
            doctype: dt,
            fields: &[asked.as_str()],
            filters: json!([]),
            order_by: "creation asc",
            limit: 1,
        };
        match site.list_documents(query).await {
            Ok(_) => return Ok(true),
            // The database's complaint about an unknown column comes as a failure.
            Err(ErpError::Invalid { .. } | ErpError::Failed { .. }) => {}
            Err(ErpError::NotPermitted { .. } | ErpError::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(false)
}

/// The rules that stand in place of the doctype's standard ones; empty while nobody changed any.
pub(crate) async fn custom_rules(site: &Site, doctype: &str) -> Result<Vec<Document>, ErpError> {
    let query = ListQuery {
        doctype: "Custom DocPerm",
        fields: &[
            "name",
            "role",
            "permlevel",
            "if_owner",
            "read",
            "write",
            "create",
            "delete",
            "modified",
        ],
        filters: json!([["parent", "=", doctype]]),
        order_by: "name asc",
        limit: 0,
    };
    site.list_documents(query).await
}

/// The rule of our role among them.
pub(crate) fn ours(rules: &[Document]) -> Option<&Document> {
    let level = |rule: &Document| rule.get("permlevel").and_then(Value::as_i64).unwrap_or(0);
    rules
        .iter()
        .find(|rule| rule.text("role") == Some(ROLE) && level(rule) == 0 && !rule.is_on("if_owner"))
}

/// The rights that our role lacks.
pub(crate) fn lacking(rules: &[Document], rule: &Rule) -> Vec<&'static str> {
    let has = |right: &str| ours(rules).is_some_and(|one| one.is_on(right));
    rule.rights.iter().copied().filter(|right| !has(right)).collect()
}

/// Name and `modified` of the rules that are not ours.
pub(crate) fn copies(rules: &[Document]) -> BTreeMap<String, String> {
    let others = rules.iter().filter(|rule| rule.text("role") != Some(ROLE));
    others.map(|rule| (rule.name().to_owned(), rule.modified().to_owned())).collect()
}

/// What must be written to `is` so that it has all of `wanted`; empty when it has.
pub(crate) fn difference(is: &Document, wanted: &Fields) -> Fields {
    let mut change = Fields::new();
    for (field, value) in wanted {
        match value {
            Value::Array(rows) => {
                if let Some(table) = merged(is, field, rows) {
                    change.insert(field.clone(), table.into());
                }
            }
            // The name is how it was found.
            _ if field == "name" => {}
            _ if plain(is.get(field)) != plain(Some(value)) => {
                change.insert(field.clone(), value.clone());
            }
            _ => {}
        }
    }
    change
}

/// The table with the wanted rows in it, if it lacks any. A table is replaced whole, so rows of others go along.
fn merged(is: &Document, field: &str, wanted: &[Value]) -> Option<Vec<Value>> {
    let mut rows: Vec<Map<String, Value>> = is.rows(field).cloned().collect();
    let mut changed = false;
    for row in wanted.iter().filter_map(Value::as_object) {
        let is_it = |one: &&mut Map<String, Value>| {
            ["role", "fieldname", "key"]
                .iter()
                .all(|key| plain(one.get(*key)) == plain(row.get(*key)))
        };
        match rows.iter_mut().find(is_it) {
            Some(there) => {
                for (name, value) in row {
                    if plain(there.get(name)) != plain(Some(value)) {
                        there.insert(name.clone(), value.clone());
                        changed = true;
                    }
                }
            }
            None => {
                rows.push(row.clone());
                changed = true;
            }
        }
    }
    changed.then(|| rows.into_iter().map(Value::Object).collect())
}

/// For comparing: an empty field, a missing one and a check that is off are the same.
fn plain(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.trim_end().replace("\r\n", "\n"),
        Some(Value::Bool(on)) => if *on { "1" } else { "" }.to_owned(),
        Some(Value::Number(number)) if number.as_f64() == Some(0.0) => String::new(),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;

    fn document(value: Value) -> Document {
        Document::of(crate::blueprint::fields(value))
    }

    #[test]
    fn what_is_as_wanted_needs_no_change_however_it_is_written() {
        let is =
            document(json!({"unique": 1, "label": "Key", "roles": [{"name": "a", "role": "X"}]}));
        let wanted = json!({"unique": true, "hidden": 0, "label": "Key", "roles": [{"role": "X"}]});
        assert!(difference(&is, &crate::blueprint::fields(wanted)).is_empty());
    }

    #[test]
    fn rows_of_others_go_along_and_a_wrong_row_is_put_right_in_place() {
        let is = document(json!({"permissions": [
            {"name": "r1", "role": "Theirs", "read": 1}, {"name": "r2", "role": "Ours", "read": 1},
        ]}));
        let wanted = json!({"permissions": [
            {"role": "Ours", "read": 1, "delete": 1}, {"role": "New", "create": 1},
        ]});
        let change = difference(&is, &crate::blueprint::fields(wanted));
        assert_eq!(
            change["permissions"],
            json!([
                {"name": "r1", "role": "Theirs", "read": 1},
                {"name": "r2", "role": "Ours", "read": 1, "delete": 1},
                {"role": "New", "create": 1},
            ])
        );
    }
}
