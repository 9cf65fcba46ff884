//! What Parlance needs in ERPNext.

use erpnext::{Fields, KEY_FIELD};
use serde_json::{Value, json};
use url::{Host, Url};

use crate::{desk_script, webhooks};

/// The role that gives the service user what standard roles do not.
pub const ROLE: &str = "Parlance Integration";

/// The doctype that proves to us who a desk user is.
pub const TICKET: &str = "Parlance Ticket";

/// ERPNext's code checks for a role of this name before it lists e-mail; the role itself does not come with ERPNext.
pub(crate) const SUPER_EMAIL: &str = "Super Email User";

pub(crate) const SYSTEM_MANAGER: &str = "System Manager";

/// Standard roles of the service user: Projects and Tasks; Issues; Customers and Contacts.
pub(crate) const STANDARD_ROLES: [&str; 3] = ["Projects User", "Support Team", "Sales User"];

/// Doctypes whose inserts carry our key, and after which field it stands.
pub(crate) const KEYED: [(&str, &str); 4] = [
    ("Communication", "message_id"),
    ("Task", "template_task"),
    ("Issue", "content_type"),
    ("File", "content_hash"),
];

/// Doctypes with our tab, and after which field it stands.
pub(crate) const TABBED: [(&str, &str); 4] = [
    ("Project", "message"),
    ("Task", KEY_FIELD),
    ("Issue", KEY_FIELD),
    ("Customer", "portal_users"),
];

/// Rights that the standard roles lack.
const RULES: [(&str, &[&str], &str); 5] = [
    (
        "Communication",
        &["read", "write", "create", "delete"],
        "so that what is said in Parlance shows on the Project's timeline and follows corrections",
    ),
    ("Comment", &["read", "create"], "so that comments show in Parlance"),
    ("ToDo", &["read", "write", "create"], "so that assignments of everybody show in Parlance"),
    ("Holiday List", &["read"], "so that plans know days off"),
    ("Custom Field", &["read"], "to be sure that the unique key field is there before writing"),
];

/// Rights that only matter where there is no auditor.
const AUDITORS_RULES: [(&str, &[&str], &str); 5] = [
    ("Deleted Document", &["read"], "so that deletions are noticed"),
    ("User Permission", &["read"], "so that narrowed access is noticed"),
    ("DocShare", &["read"], "so that shared documents are noticed"),
    ("Webhook Request Log", &["read"], "to catch up after an outage"),
    ("Webhook", &["read"], "so that doctor can check the webhooks"),
];

/// A document that must be there.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub doctype: &'static str,
    pub name: String,
    /// Fields it must have; of a table these rows, whatever others there are.
    pub fields: Fields,
    pub why: &'static str,
}

/// Rights that the role must have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    pub doctype: &'static str,
    pub rights: &'static [&'static str],
    pub why: &'static str,
}

/// An object's fields.
pub(crate) fn fields(value: Value) -> Fields {
    match value {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    }
}

/// The address of the user we work as.
#[must_use]
pub fn service_user(site: &Url) -> String {
    format!("parlance.service@{}", mail_host(site))
}

/// The address of the user who reads what only a System Manager may.
#[must_use]
pub fn auditor_user(site: &Url) -> String {
    format!("parlance.audit@{}", mail_host(site))
}

/// ERPNext takes nothing but an e-mail address for a user's name; nobody ever writes to this one.
fn mail_host(site: &Url) -> String {
    match site.host() {
        Some(Host::Domain(host)) if host.contains('.') => host.to_owned(),
        _ => "parlance.invalid".to_owned(),
    }
}

pub(crate) fn roles() -> Vec<Wanted> {
    let role = |name: &str, why| Wanted {
        doctype: "Role",
        name: name.to_owned(),
        fields: fields(json!({"role_name": name, "desk_access": 1})),
        why,
    };
    vec![
        role(ROLE, "for the few rights that the standard roles of the service user lack"),
        role(SUPER_EMAIL, "ERPNext lists e-mail only for users with a role of this name"),
    ]
}

pub(crate) fn rules(with_auditor: bool) -> Vec<Rule> {
    let others = if with_auditor { &[][..] } else { &AUDITORS_RULES[..] };
    let all = RULES.iter().chain(others);
    all.map(|(doctype, rights, why)| Rule { doctype, rights, why }).collect()
}

/// The service user; `known` are the roles that the site has.
pub(crate) fn service(site: &Url, known: &[String]) -> Wanted {
    let standard = STANDARD_ROLES.into_iter().filter(|role| known.iter().any(|one| one == role));
    let roles = standard.chain([ROLE, SUPER_EMAIL]);
    Wanted {
        doctype: "User",
        name: service_user(site),
        fields: user(&service_user(site), "Service", roles),
        why: "Parlance works as this user, who can do no more than it needs",
    }
}

pub(crate) fn auditor(site: &Url) -> Wanted {
    Wanted {
        doctype: "User",
        name: auditor_user(site),
        fields: user(&auditor_user(site), "Auditor", [SYSTEM_MANAGER]),
        why: "only a System Manager may ask whom ERPNext lets read what, and see deletions; Parlance only reads with it (--no-auditor goes without)",
    }
}

fn user<'a>(email: &str, last_name: &str, roles: impl IntoIterator<Item = &'a str>) -> Fields {
    let roles: Vec<Value> = roles.into_iter().map(|role| json!({"role": role})).collect();
    fields(json!({
        "email": email, "first_name": "Parlance", "last_name": last_name, "enabled": 1,
        "send_welcome_email": 0, "roles": roles,
    }))
}

/// The ticket doctype, for desk users with any of `roles`.
pub(crate) fn ticket(roles: &[String]) -> Wanted {
    let mut rules = vec![
        json!({"role": SYSTEM_MANAGER, "read": 1, "create": 1, "delete": 1}),
        json!({"role": ROLE, "read": 1, "delete": 1}),
    ];
    let others = roles.iter().filter(|role| *role != SYSTEM_MANAGER && *role != ROLE);
    rules.extend(others.map(|role| json!({"role": role, "create": 1, "read": 1, "if_owner": 1})));
    Wanted {
        doctype: "DocType",
        name: TICKET.to_owned(),
        fields: fields(json!({
            "name": TICKET, "module": "Custom", "custom": 1, "autoname": "hash",
            "fields": [{
                "fieldname": "nonce", "fieldtype": "Data", "label": "Nonce", "reqd": 1, "unique": 1,
                "set_only_once": 1,
            }],
            "permissions": rules,
        })),
        why: "the tab in the desk proves with it who somebody is, so that nobody signs in twice",
    }
}

/// The Custom Fields: keys, then tabs.
pub(crate) fn custom_fields() -> Vec<Wanted> {
    let mut all: Vec<Wanted> = KEYED
        .iter()
        .map(|(dt, after)| {
            let field = json!({
                "dt": dt, "fieldname": KEY_FIELD, "label": "Parlance Key", "fieldtype": "Data",
                "unique": 1, "read_only": 1, "no_copy": 1, "hidden": 1, "insert_after": after,
            });
            custom_field(field, "so that nothing is ever written twice")
        })
        .collect();
    for (dt, after) in TABBED {
        let tab = json!({
            "dt": dt, "fieldname": "parlance_tab", "label": "Parlance", "fieldtype": "Tab Break",
            "insert_after": after,
        });
        let panel = json!({
            "dt": dt, "fieldname": "parlance_panel", "label": "Parlance Panel", "fieldtype": "HTML",
            "insert_after": "parlance_tab",
        });
        let why = "the tab that shows the workspace in the desk, and the place for it in there";
        all.push(custom_field(tab, why));
        all.push(custom_field(panel, why));
    }
    all
}

fn custom_field(field: Value, why: &'static str) -> Wanted {
    let text = |name: &str| field[name].as_str().unwrap_or_default();
    let name = format!("{}-{}", text("dt"), text("fieldname"));
    Wanted { doctype: "Custom Field", name, fields: fields(field), why }
}

/// The scripts that fill the tabs.
pub(crate) fn client_scripts(public_url: &Url) -> Vec<Wanted> {
    TABBED
        .iter()
        .map(|(dt, _)| {
            let name = format!("Parlance {dt}");
            let script = desk_script::text(dt, public_url);
            let body =
                json!({"name": name, "dt": dt, "view": "Form", "enabled": 1, "script": script});
            Wanted {
                doctype: "Client Script",
                name,
                fields: fields(body),
                why: "shows the workspace in the tab and hands it the ticket",
            }
        })
        .collect()
}

/// The webhooks, without their secret.
pub(crate) fn webhooks(public_url: &Url) -> Vec<Wanted> {
    webhooks::all(public_url)
        .into_iter()
        .map(|(name, mut fields)| {
            fields.insert("name".into(), name.as_str().into());
            Wanted { doctype: "Webhook", name, fields, why: "tells Parlance at once of a change" }
        })
        .collect()
}
