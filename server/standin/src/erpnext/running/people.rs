//! Steering users, their rights and the release of a running stand-in.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Running, object};
use crate::erpnext::{
    release::Release,
    store::{Doc, text},
};

impl Running {
    /// From now on it plays `release`.
    pub fn set_release(&self, release: Release) {
        self.state.set_release(release);
    }

    /// The names of all documents, by doctype; doctypes without any are left out.
    #[must_use]
    pub fn names(&self) -> BTreeMap<String, BTreeSet<String>> {
        let site = self.state.site();
        let names = |doctype: &String| -> BTreeSet<String> {
            site.store.all(doctype).map(|doc| text(doc, "name").to_owned()).collect()
        };
        let all = site.store.doctypes().map(|doctype| (doctype.clone(), names(doctype)));
        all.filter(|(_, names)| !names.is_empty()).collect()
    }

    /// Switches a user on or off; off ends their sessions, as ERPNext does.
    ///
    /// # Errors
    /// The body of the site's own refusal, such as for a user who does not exist.
    pub fn set_enabled(&self, user: &str, enabled: bool) -> Result<(), Value> {
        self.update("User", user, &json!({"enabled": i32::from(enabled)}))
    }

    /// From now on `password` opens a session for `user`, also when an older one had expired.
    ///
    /// # Errors
    /// As [`Self::set_enabled`].
    pub fn set_password(&self, user: &str, password: &str) -> Result<(), Value> {
        self.update("User", user, &json!({"new_password": password}))
    }

    /// The right password of `user` gets "reset your password" instead of a session.
    ///
    /// # Errors
    /// As [`Self::set_enabled`].
    pub fn expire_password(&self, user: &str) -> Result<(), Value> {
        self.steer(user, &json!({"expire_password": true}))
    }

    /// Locks `user` out for a minute, as a dozen wrong passwords do; [`Self::unlock`] ends it.
    ///
    /// # Errors
    /// As [`Self::set_enabled`].
    pub fn lock(&self, user: &str) -> Result<(), Value> {
        self.steer(user, &json!({"lock": true}))
    }

    /// Ends [`Self::lock`].
    ///
    /// # Errors
    /// As [`Self::set_enabled`].
    pub fn unlock(&self, user: &str) -> Result<(), Value> {
        self.steer(user, &json!({"lock": false}))
    }

    /// Whether the right password of `user` is asked for a second factor instead of opening a session.
    ///
    /// # Errors
    /// As [`Self::set_enabled`].
    pub fn ask_for_second_factor(&self, user: &str, ask: bool) -> Result<(), Value> {
        self.steer(user, &json!({"second_factor": ask}))
    }

    /// Ends every session of `user`.
    ///
    /// # Errors
    /// As [`Self::set_enabled`].
    pub fn end_sessions(&self, user: &str) -> Result<(), Value> {
        self.steer(user, &json!({"end_sessions": true}))
    }

    /// Lets the access tokens of `user` run out; refreshing still works.
    ///
    /// # Errors
    /// As [`Self::set_enabled`].
    pub fn expire_access_tokens(&self, user: &str) -> Result<(), Value> {
        self.steer(user, &json!({"expire_tokens": "access"}))
    }

    /// Lets the access and refresh tokens of `user` run out.
    ///
    /// # Errors
    /// As [`Self::set_enabled`].
    pub fn expire_tokens(&self, user: &str) -> Result<(), Value> {
        self.steer(user, &json!({"expire_tokens": "all"}))
    }

    /// Gives `user` a role, once.
    ///
    /// # Errors
    /// As [`Self::set_enabled`], and for a role that does not exist.
    pub fn add_role(&self, user: &str, role: &str) -> Result<(), Value> {
        self.steer(user, &json!({"add_role": role}))
    }

    /// Takes a role from `user`.
    ///
    /// # Errors
    /// As [`Self::set_enabled`].
    pub fn remove_role(&self, user: &str, role: &str) -> Result<(), Value> {
        self.steer(user, &json!({"remove_role": role}))
    }

    /// Narrows what `user` sees of `doctype`, and of everything linked to it, to `name` and others so given.
    /// Gives the name of the User Permission.
    ///
    /// # Errors
    /// The body of the site's own refusal.
    pub fn add_user_permission(
        &self,
        user: &str,
        doctype: &str,
        name: &str,
    ) -> Result<String, Value> {
        let rule =
            json!({"user": user, "allow": doctype, "for_value": name, "apply_to_all_doctypes": 1});
        self.insert("User Permission", &rule)
    }

    /// Takes the User Permissions of `user` on `doctype` and `name` away; gives how many there were.
    ///
    /// # Errors
    /// The body of the site's own refusal.
    pub fn remove_user_permission(
        &self,
        user: &str,
        doctype: &str,
        name: &str,
    ) -> Result<usize, Value> {
        self.delete_all(
            "User Permission",
            &[("user", user), ("allow", doctype), ("for_value", name)],
        )
    }

    /// Opens one document to `user`, whatever their roles. Gives the name of the DocShare.
    ///
    /// # Errors
    /// The body of the site's own refusal.
    pub fn share(
        &self,
        user: &str,
        doctype: &str,
        name: &str,
        write: bool,
    ) -> Result<String, Value> {
        let share = json!({
            "user": user, "share_doctype": doctype, "share_name": name, "read": 1,
            "write": i32::from(write),
        });
        self.insert("DocShare", &share)
    }

    /// Takes the shares of one document with `user` away; gives how many there were.
    ///
    /// # Errors
    /// The body of the site's own refusal.
    pub fn unshare(&self, user: &str, doctype: &str, name: &str) -> Result<usize, Value> {
        let keys = [("user", user), ("share_doctype", doctype), ("share_name", name)];
        self.delete_all("DocShare", &keys)
    }

    fn steer(&self, user: &str, wanted: &Value) -> Result<(), Value> {
        self.state.transact(|site| site.steer_user(user, &object(wanted)).map(|_| ()))
    }

    fn delete_all(&self, doctype: &str, keys: &[(&str, &str)]) -> Result<usize, Value> {
        let is_one = |doc: &&Doc| keys.iter().all(|(field, value)| text(doc, field) == *value);
        let names: Vec<String> = {
            let site = self.state.site();
            let found = site.store.all(doctype).filter(is_one);
            found.map(|doc| text(doc, "name").to_owned()).collect()
        };
        for name in &names {
            self.delete(doctype, name)?;
        }
        Ok(names.len())
    }
}
