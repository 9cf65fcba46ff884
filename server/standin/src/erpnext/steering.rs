//! Changing a user from outside the site's own API.

use std::time::Instant;

use serde_json::{Value, json};

use super::{
    login::WRONG_PASSWORDS,
    refusal::Refusal,
    site::Site,
    store::{Doc, rows, text},
};

impl Site {
    /// Does what `wanted` says about `user` and gives the names of what it did: `enabled`, `password`,
    /// `expire_password`, `lock`, `second_factor`, `end_sessions`, `expire_tokens` (`access` or `all`),
    /// `add_role`, `remove_role`.
    pub(crate) fn steer_user(&mut self, user: &str, wanted: &Doc) -> Result<Vec<String>, Refusal> {
        self.find("User", user)?;
        let mut done = Vec::new();
        for (action, value) in wanted {
            let on = value.as_bool().unwrap_or_else(|| value.as_i64().unwrap_or(0) != 0);
            let word = value.as_str().unwrap_or_default();
            match action.as_str() {
                "enabled" => self.save_user(user, json!({"enabled": i32::from(on)}))?,
                "password" => self.save_user(user, json!({"new_password": word}))?,
                "expire_password" => mark(&mut self.hurdles.expired_passwords, user, on),
                "second_factor" => mark(&mut self.hurdles.second_factor, user, on),
                "lock" if on => {
                    let locked = (WRONG_PASSWORDS, Instant::now());
                    self.wrong_passwords.insert(user.to_owned(), locked);
                }
                "lock" => {
                    self.wrong_passwords.remove(user);
                }
                "expire_tokens" => self.expire_tokens(user, word == "all"),
                "end_sessions" => self.end_sessions(user),
                "add_role" | "remove_role" => {
                    let roles = self.roles_with(user, word, action == "add_role");
                    self.save_user(user, json!({"roles": roles}))?;
                }
                _ => continue,
            }
            done.push(action.clone());
        }
        Ok(done)
    }

    fn save_user(&mut self, user: &str, fields: Value) -> Result<(), Refusal> {
        let fields = fields.as_object().cloned().unwrap_or_default();
        self.update("Administrator", "User", user, &fields).map(|_| ())
    }

    fn roles_with(&self, user: &str, role: &str, has_it: bool) -> Vec<Value> {
        let doc = self.store.get("User", user);
        let others = doc.into_iter().flat_map(|doc| rows(doc, "roles"));
        let others = others.filter(|row| text(row, "role") != role);
        let others = others.map(|row| json!({"name": row.get("name"), "role": row.get("role")}));
        others.chain(has_it.then(|| json!({"role": role}))).collect()
    }
}

fn mark(users: &mut std::collections::HashSet<String>, user: &str, on: bool) {
    if on {
        users.insert(user.to_owned());
    } else {
        users.remove(user);
    }
}
