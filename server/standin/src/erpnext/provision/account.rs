//! What follows from saving and deleting a User.

use serde_json::{Value, json};

use crate::erpnext::{
    clean,
    site::Site,
    store::{Doc, is_on, random_name, rows, text},
};

impl Site {
    /// The name and the kind of a user follow from other fields; the password is no field at all.
    pub(crate) fn before_user(&mut self, doc: &mut Doc) {
        let full_name = format!("{} {}", text(doc, "first_name"), text(doc, "last_name"));
        doc.insert("full_name".into(), full_name.trim().into());
        let has_desk = rows(doc, "roles").any(|row| {
            self.store.get("Role", text(row, "role")).is_some_and(|role| is_on(role, "desk_access"))
        });
        let kind = if has_desk { "System User" } else { "Website User" };
        doc.insert("user_type".into(), kind.into());
    }

    /// A disabled user's sessions end; a new one gets a Contact.
    pub(crate) fn after_user(&mut self, before: Option<&Doc>, doc: &Doc) {
        let user = text(doc, "name");
        if doc.contains_key("new_password") {
            let mut kept = doc.clone();
            kept.remove("new_password");
            self.set_password(user, text(doc, "new_password"));
            self.hurdles.expired_passwords.remove(user);
            self.store.put("User", kept);
        }
        if !is_on(doc, "enabled") {
            self.end_sessions(user);
        }
        if before.is_none() {
            self.add_contact_of(doc);
        }
    }

    /// Ends every session of `user`.
    pub(crate) fn end_sessions(&mut self, user: &str) {
        self.sessions.retain(|_, session| session.user != user);
    }

    /// Nobody gets in as somebody who is gone.
    pub(crate) fn after_user_gone(&mut self, user: &str) {
        self.end_sessions(user);
        self.forget_secrets(user);
    }

    /// What goes with a user; their Contact stays, without them.
    pub(crate) fn before_user_goes(&mut self, user: &str) {
        let shares = self.store.all("DocShare").filter(|share| text(share, "user") == user);
        let shares: Vec<String> = shares.map(|share| text(share, "name").to_owned()).collect();
        for share in shares {
            self.store.remove("DocShare", &share);
        }
        let contacts = self.store.all("Contact").filter(|contact| text(contact, "user") == user);
        let contacts: Vec<String> =
            contacts.map(|contact| text(contact, "name").to_owned()).collect();
        for contact in contacts {
            let nobody = [("user".to_owned(), Value::Null)].into_iter().collect();
            self.change_silently("Contact", &contact, &nobody);
        }
    }

    fn add_contact_of(&mut self, user: &Doc) {
        let address = text(user, "name");
        let known = self.store.all("Contact").any(|contact| {
            text(contact, "email_id") == address || text(contact, "user") == address
        });
        if known {
            return;
        }
        let full_name = clean::data_field(text(user, "full_name"));
        let mut name = full_name.clone();
        let mut number = 1;
        while self.store.get("Contact", &name).is_some() {
            name = format!("{full_name}-{number}");
            number += 1;
        }
        let stamp = self.store.stamp();
        let body = json!({
            "first_name": user.get("first_name"), "last_name": user.get("last_name"),
            "full_name": full_name, "email_id": address, "user": address,
            "email_ids": [{"name": random_name(), "email_id": address, "is_primary": 1}],
        });
        let body = body.as_object().cloned().unwrap_or_default();
        let mut contact = self.fill(text(user, "modified_by"), "Contact", &body, &stamp);
        contact.insert("name".into(), name.into());
        self.set_parents("Contact", &mut contact);
        self.store.put("Contact", contact);
    }
}
