//! What ERPNext fills in on Communications, and what they do to Issues.

use serde_json::{Value, json};

use super::{
    clean,
    refusal::Refusal,
    site::Site,
    store::{Doc, random_name, rows, text},
};

impl Site {
    pub(crate) fn before_communication(
        &mut self,
        user: &str,
        doc: &mut Doc,
    ) -> Result<(), Refusal> {
        let (doctype, name) =
            (text(doc, "reference_doctype").to_owned(), text(doc, "reference_name").to_owned());
        if !doctype.is_empty() && !name.is_empty() {
            let owner = text(self.find(&doctype, &name)?, "owner").to_owned();
            doc.insert("reference_owner".into(), owner.into());
        }
        let linked = !name.is_empty();
        doc.insert("status".into(), if linked { "Linked" } else { "Open" }.into());
        doc.insert("company".into(), self.company.as_str().into());
        doc.insert("user".into(), user.into());
        let content = clean::rich_text(text(doc, "content"));
        if text(doc, "subject").is_empty() && !content.is_empty() {
            let subject: String = content.chars().take(141).collect();
            doc.insert("subject".into(), subject.into());
        }
        if !content.is_empty() {
            doc.insert("content".into(), content.into());
        }
        if text(doc, "communication_date").is_empty() {
            let now = self.store.stamp();
            doc.insert("communication_date".into(), now.into());
        }
        doc.entry("timeline_links").or_insert_with(|| json!([]));
        self.set_sender(doc)?;
        if text(doc, "communication_medium") == "Email" {
            self.link_contacts(user, doc);
        }
        Ok(())
    }

    fn set_sender(&self, doc: &mut Doc) -> Result<(), Refusal> {
        let sender = text(doc, "sender").to_owned();
        if sender.is_empty() {
            return Ok(());
        }
        let (name, address) = match sender.split_once('<') {
            Some((name, rest)) => (name.trim().to_owned(), rest.trim_end_matches('>').to_owned()),
            None => (String::new(), sender),
        };
        if !address.contains('@') || address.contains(' ') {
            let words = format!("{address} is not a valid Email Address");
            return Err(Refusal::invalid("InvalidEmailAddressError", &words));
        }
        if text(doc, "sender_full_name").is_empty() {
            let known = self.store.get("User", &address).or_else(|| self.contact_of(&address));
            let known = known.map(|doc| text(doc, "full_name").to_owned()).unwrap_or_default();
            let full_name = if known.is_empty() { name } else { known };
            if !full_name.is_empty() {
                doc.insert("sender_full_name".into(), full_name.into());
            }
        }
        doc.insert("sender".into(), address.into());
        Ok(())
    }

    fn contact_of(&self, address: &str) -> Option<&Doc> {
        let mut known = self.store.holding("Contact", address);
        known.find(|contact| text(contact, "email_id") == address)
    }

    /// E-mail shows with the Contacts of its addresses, and with their Customers.
    fn link_contacts(&self, user: &str, doc: &mut Doc) {
        let addresses =
            ["sender", "recipients", "cc", "bcc"].map(|field| text(doc, field).to_owned());
        let mut found: Vec<(String, String)> = Vec::new();
        for address in addresses.iter().flat_map(|list| list.split(',')) {
            let Some(contact) = self.contact_of(address.trim()) else { continue };
            found.push(("Contact".into(), text(contact, "name").into()));
            for link in rows(contact, "links") {
                found.push((text(link, "link_doctype").into(), text(link, "link_name").into()));
            }
        }
        found.dedup();
        let stamp = doc.get("creation").cloned().unwrap_or(Value::Null);
        let Some(Value::Array(links)) = doc.get_mut("timeline_links") else {
            return;
        };
        for (doctype, name) in found {
            let number = links.len() + 1;
            links.push(json!({
                "name": random_name(), "owner": user, "creation": stamp, "modified": stamp,
                "modified_by": user, "docstatus": 0, "idx": number, "link_doctype": doctype,
                "link_name": name, "parentfield": "timeline_links", "doctype": "Communication Link",
            }));
        }
    }

    /// The timeline of a document: what references it or is linked to it, newest first.
    pub(crate) fn timeline(&self, doctype: &str, name: &str, limit: usize) -> Vec<Value> {
        let mut found: Vec<&Doc> = self
            .store
            .holding("Communication", name)
            .filter(|one| text(one, "communication_type") == "Communication")
            .filter(|one| {
                (text(one, "reference_doctype") == doctype && text(one, "reference_name") == name)
                    || rows(one, "timeline_links").any(|link| {
                        text(link, "link_doctype") == doctype && text(link, "link_name") == name
                    })
            })
            .collect();
        found.sort_by_key(|one| std::cmp::Reverse(text(one, "communication_date").to_owned()));
        let fields = [
            "name",
            "communication_type",
            "communication_medium",
            "comment_type",
            "communication_date",
            "content",
            "sender",
            "sender_full_name",
            "cc",
            "bcc",
            "creation",
            "subject",
            "delivery_status",
            "_liked_by",
            "reference_doctype",
            "reference_name",
            "read_by_recipient",
            "rating",
            "recipients",
        ];
        let row = |one: &Doc| {
            let mut row: Doc = fields
                .iter()
                .map(|field| ((*field).to_owned(), one.get(*field).cloned().unwrap_or(Value::Null)))
                .collect();
            row.insert("attachments".into(), "[]".into());
            row.into()
        };
        found.into_iter().take(limit).map(row).collect()
    }
}
