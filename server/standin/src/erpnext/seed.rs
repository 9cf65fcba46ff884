//! What a fresh site holds.

mod demo;
mod demo_around;
mod demo_mail;
mod demo_work;
mod recorded;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{schema::schemas, site::Site, store::Store};

/// Which site to play.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seed {
    /// The product's demo: the people of [`crate::cast`] and their projects.
    Demo,
    /// The site that the recorded exchanges were taken from.
    Recorded,
}

impl Seed {
    pub(crate) fn site(self) -> Site {
        match self {
            Self::Demo => demo::site(Utc::now()),
            Self::Recorded => recorded::site(),
        }
    }
}

fn empty_site(company: &str) -> Site {
    let mut site = Site::new(Store::new(chrono_tz::Europe::Berlin), company);
    let long_ago = "2026-01-05 09:00:00.000000";
    let plain = [
        ("Project Type", "project_type", ["Internal", "External", "Other"].as_slice()),
        ("Issue Type", "description", &["Bug", "Question", "Change Request"]),
        ("Issue Priority", "description", &["Low", "Medium", "High"]),
        ("Task Type", "description", &["Design", "Development", "Content", "Research"]),
        ("Company", "company_name", &[company]),
    ];
    for (doctype, field, names) in plain {
        for name in names {
            let mut body = json!({});
            body[field] = (*name).into();
            site.plant(doctype, name, long_ago, &body);
        }
    }
    for role in standard_roles() {
        let has_desk = !["All", "Customer", "Guest", "Supplier"].contains(&role);
        site.plant(
            "Role",
            role,
            long_ago,
            &json!({"role_name": role, "desk_access": i32::from(has_desk)}),
        );
    }
    site
}

/// Every role that a standard rule names, and a few more.
fn standard_roles() -> BTreeSet<&'static str> {
    let rules = schemas().values().flat_map(|schema| &schema.rights);
    let more = ["Administrator", "All", "Customer", "Desk User", "Guest", "Supplier"];
    rules.map(|(role, _)| role.as_str()).chain(more).collect()
}

impl Site {
    /// Puts a document in place unchecked, as if Administrator had made it at `stamp`.
    fn plant(&mut self, doctype: &str, name: &str, stamp: &str, body: &Value) {
        let fields = body.as_object().cloned().unwrap_or_default();
        let mut doc = self.fill("Administrator", doctype, &fields, stamp);
        doc.insert("name".into(), name.into());
        if matches!(doctype, "Project" | "Task" | "Issue") {
            doc.insert("company".into(), self.company.as_str().into());
        }
        for field in ["full_name", "modified", "opening_date", "opening_time"] {
            if let Some(value) = fields.get(field) {
                doc.insert(field.into(), value.clone());
            }
        }
        self.set_parents(doctype, &mut doc);
        self.store.put(doctype, doc);
    }

    fn plant_user(&mut self, user: &str, names: (&str, &str), roles: &[&str], stamp: &str) {
        let (first, last) = names;
        let system_user = !roles.contains(&"Customer");
        let roles: Vec<Value> = roles.iter().map(|role| json!({"role": role})).collect();
        let body = json!({
            "email": user, "first_name": first, "last_name": last, "enabled": 1,
            "full_name": format!("{first} {last}").trim(),
            "username": user.split('@').next(),
            "user_type": if system_user { "System User" } else { "Website User" },
            "language": "en", "time_zone": self.store.zone.name(), "roles": roles,
            "send_welcome_email": 0,
        });
        self.plant("User", user, stamp, &body);
    }

    fn give_key(&mut self, user: &str, key: &str, secret: &str) {
        self.set_key(user, key, secret);
        let fields = json!({"api_key": key, "api_secret": "kept"});
        self.change_silently("User", user, &fields.as_object().cloned().unwrap_or_default());
    }

    /// The stamp of `days` and `minutes` before `now`.
    fn ago(&self, now: DateTime<Utc>, days: i64, minutes: i64) -> String {
        self.store.format(now - chrono::Duration::days(days) - chrono::Duration::minutes(minutes))
    }

    /// The date `days` after `now`; negative ones are past.
    fn day(&self, now: DateTime<Utc>, days: i64) -> String {
        let day = self.store.local(now + chrono::Duration::days(days));
        day.format("%Y-%m-%d").to_string()
    }
}
