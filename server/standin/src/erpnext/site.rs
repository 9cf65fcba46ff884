//! Everything behind the lock: documents, sessions, failures, counters.

use std::{collections::HashMap, time::Instant};

use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{
    control::Counters,
    login::Hurdles,
    refusal::Refusal,
    release::Release,
    schema::Field,
    store::{Doc, Store, text},
    webhook::{Event, delivery::Delivery},
};

/// An ERPNext site.
pub(crate) struct Site {
    pub store: Store,
    pub company: String,
    pub passwords: HashMap<String, String>,
    /// Key to secret and user.
    pub keys: HashMap<String, (String, String)>,
    pub sessions: HashMap<String, Session>,
    pub wrong_passwords: HashMap<String, (u32, Instant)>,
    pub hurdles: Hurdles,
    pub release: Release,
    pub counters: Counters,
    /// Said beside the success of the request at hand.
    pub notices: Vec<String>,
    /// What the transaction at hand did, for webhooks.
    pub events: Vec<Event>,
    pub outgoing: UnboundedSender<Delivery>,
    /// Where [`Self::outgoing`] leads, until the worker has it.
    pub queue: Option<UnboundedReceiver<Delivery>>,
}

/// A browser's session.
pub(crate) struct Session {
    pub user: String,
    /// Made when a page that embeds it is first rendered.
    pub csrf: Option<String>,
}

impl Site {
    pub(crate) fn new(store: Store, company: &str) -> Self {
        let (outgoing, queue) = unbounded_channel();
        Self {
            store,
            company: company.to_owned(),
            passwords: HashMap::new(),
            keys: HashMap::new(),
            sessions: HashMap::new(),
            wrong_passwords: HashMap::new(),
            hurdles: Hurdles::default(),
            release: Release::default(),
            counters: Counters::default(),
            notices: Vec::new(),
            events: Vec::new(),
            outgoing,
            queue: Some(queue),
        }
    }

    /// The doctype's own fields and those that were added.
    pub(crate) fn fields(&self, doctype: &str) -> Vec<Field> {
        let own = self.schema(doctype).map(|schema| schema.fields.clone());
        let added = self.store.all("Custom Field").filter(|doc| text(doc, "dt") == doctype);
        let added = added.map(Field::described);
        own.unwrap_or_default().into_iter().chain(added).collect()
    }

    /// The document, or the 404 that names it.
    pub(crate) fn find(&self, doctype: &str, name: &str) -> Result<&Doc, Refusal> {
        let found = self.store.get(doctype, name);
        found.ok_or_else(|| Refusal::missing(doctype, name))
    }

    /// Changes fields as ERPNext's own jobs do: `modified` stays.
    pub(crate) fn change_silently(&mut self, doctype: &str, name: &str, fields: &Doc) -> bool {
        let Some(mut doc) = self.store.get(doctype, name).cloned() else {
            return false;
        };
        for (field, value) in fields {
            doc.insert(field.clone(), value.clone());
        }
        self.store.put(doctype, doc);
        true
    }

    /// Takes a field's values out of every document.
    pub(crate) fn drop_values(&mut self, doctype: &str, field: &str) {
        let with = self.store.all(doctype).filter(|doc| doc.contains_key(field));
        let with: Vec<Doc> = with.cloned().collect();
        for mut doc in with {
            doc.remove(field);
            self.store.put(doctype, doc);
        }
    }

    /// Roles of a user, the automatic ones included.
    pub(crate) fn roles(&self, user: &str) -> Vec<String> {
        if user == "Guest" {
            return vec!["Guest".into()];
        }
        let mut roles: Vec<String> = Vec::new();
        if let Some(doc) = self.store.get("User", user) {
            roles.extend(super::store::rows(doc, "roles").map(|row| text(row, "role").to_owned()));
            roles.push("All".into());
            if text(doc, "user_type") == "System User" {
                roles.push("Desk User".into());
            }
        }
        if user == "Administrator" {
            roles.extend(["Administrator", "System Manager", "All"].map(String::from));
        }
        roles.push("Guest".into());
        roles
    }

    pub(crate) fn has_role(&self, user: &str, role: &str) -> bool {
        user == "Administrator" || self.roles(user).iter().any(|one| one == role)
    }
}

/// `value` as a string for comparing.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Bool(on) => i32::from(*on).to_string(),
        other => other.to_string(),
    }
}
