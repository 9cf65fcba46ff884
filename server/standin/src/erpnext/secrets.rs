//! Passwords and API secrets, which are no fields of any document.

use serde_json::{Value, json};

use super::{
    site::Site,
    store::{Doc, text},
};

/// Where they are kept, one document per user, so that a kept site has them again.
const TABLE: &str = "__Auth";

impl Site {
    /// From now on `key` and `secret` are those of `user`.
    pub(crate) fn set_key(&mut self, user: &str, key: &str, secret: &str) {
        self.keys.retain(|_, (_, whose)| whose != user);
        self.keys.insert(key.into(), (secret.into(), user.into()));
        self.keep_secret(user, &[("api_key", key), ("api_secret", secret)]);
    }

    /// From now on `password` opens a session.
    pub(crate) fn set_password(&mut self, user: &str, password: &str) {
        self.passwords.insert(user.into(), password.into());
        self.keep_secret(user, &[("password", password)]);
    }

    /// The user is gone, and nobody gets in as them.
    pub(crate) fn forget_secrets(&mut self, user: &str) {
        self.keys.retain(|_, (_, whose)| whose != user);
        self.passwords.remove(user);
        self.store.remove(TABLE, user);
    }

    /// Takes up what a kept site had.
    pub(crate) fn recall_secrets(&mut self) {
        let all: Vec<Doc> = self.store.all(TABLE).cloned().collect();
        for doc in all {
            let user = text(&doc, "name");
            if let Some(password) = doc.get("password").and_then(Value::as_str) {
                self.passwords.insert(user.into(), password.into());
            }
            if let Some(key) = doc.get("api_key").and_then(Value::as_str) {
                let secret = text(&doc, "api_secret").to_owned();
                self.keys.retain(|_, (_, whose)| whose != user);
                self.keys.insert(key.into(), (secret, user.into()));
            }
        }
    }

    fn keep_secret(&mut self, user: &str, fields: &[(&str, &str)]) {
        let mut doc = self.store.get(TABLE, user).cloned().unwrap_or_default();
        doc.insert("name".into(), user.into());
        for (field, value) in fields {
            doc.insert((*field).to_owned(), json!(value));
        }
        self.store.put(TABLE, doc);
    }
}
