//! Communications: how what was said shows on ERPNext's timelines.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{Document, ErpError, Fields, Site, list::List};

/// The unique Custom Field on Communication that makes an insert safe to repeat.
pub const KEY_FIELD: &str = "parlance_key";

/// A further document on whose timeline a Communication shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TimelineLink {
    /// Its doctype.
    pub link_doctype: String,
    /// Its name.
    pub link_name: String,
}

/// A Communication to be inserted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewCommunication {
    /// One line; ERPNext shows the first 140 characters.
    pub subject: String,
    /// HTML; see [`crate::plain_text_as_html`].
    pub content: String,
    /// The author's e-mail address.
    pub sender: String,
    /// The author's name, shown in place of the service account's.
    pub sender_full_name: String,
    /// `Chat`, `Email`, `Phone`, …
    pub communication_medium: String,
    /// The doctype on whose document's timeline it shows; a chat line references its Project, nothing else.
    pub reference_doctype: String,
    /// The name of that document.
    pub reference_name: String,
    /// Where else it shows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub timeline_links: Vec<TimelineLink>,
    /// When it was said, by the site's clock; see [`crate::site_time`].
    pub communication_date: String,
    /// The value of [`KEY_FIELD`].
    #[serde(skip)]
    pub key: String,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

impl NewCommunication {
    /// A chat line of a Project, which is all it references: an Issue that is referenced would count it as an answer to
    /// its customer. What a line is tagged with goes into [`NewCommunication::linked_to`]. `text` is plain text, `said_at`
    /// comes from [`crate::site_time`].
    #[must_use]
    pub fn chat(
        project: &str,
        sender: &str,
        sender_full_name: &str,
        text: &str,
        said_at: String,
        key: &str,
    ) -> Self {
        Self {
            subject: chat_subject(sender_full_name, text),
            content: crate::plain_text_as_html(text),
            sender: sender.to_owned(),
            sender_full_name: sender_full_name.to_owned(),
            communication_medium: "Chat".to_owned(),
            reference_doctype: "Project".to_owned(),
            reference_name: project.to_owned(),
            timeline_links: Vec::new(),
            communication_date: said_at,
            key: key.to_owned(),
        }
    }

    /// Shows it on the timeline of one more document.
    #[must_use]
    pub fn linked_to(mut self, doctype: &str, name: &str) -> Self {
        self.timeline_links
            .push(TimelineLink { link_doctype: doctype.to_owned(), link_name: name.to_owned() });
        self
    }
}

impl Site {
    /// Inserts `new` and gives its name. Sent once: after a failure look for the key before trying again.
    ///
    /// # Errors
    /// [`ErpError::is_key_taken`] when an earlier try arrived; [`ErpError::NotFound`] when the document it
    /// references is gone; [`ErpError::BrokenLink`] when one of its links is.
    pub async fn insert_communication(&self, new: &NewCommunication) -> Result<String, ErpError> {
        let mut body = match json!(new) {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        body.insert("communication_type".into(), "Communication".into());
        body.insert("sent_or_received".into(), "Sent".into());
        body.insert(KEY_FIELD.into(), new.key.as_str().into());
        let url = self.url(["api", "resource", "Communication"]);
        let named: Named = self.post(url, &body.into()).await?.take("data")?;
        Ok(named.name)
    }

    /// Changes what a Communication says and where else it shows, after its author changed it; everything else stays.
    /// `links` is all of them: ERPNext replaces a table whole. The same again is harmless, so it may be sent again.
    ///
    /// # Errors
    /// [`ErpError::NotPermitted`] where no role of the service account may write Communications, as ERPNext is installed;
    /// [`ErpError::NotFound`] when it is gone; [`ErpError::BrokenLink`] when one of its links is.
    pub async fn update_communication(
        &self,
        name: &str,
        subject: &str,
        content: &str,
        links: &[TimelineLink],
    ) -> Result<Document, ErpError> {
        let mut fields = Fields::new();
        fields.insert("subject".into(), subject.into());
        fields.insert("content".into(), content.into());
        fields.insert("timeline_links".into(), json!(links));
        self.update_document("Communication", name, &fields).await
    }

    /// Deletes a Communication; its files go with it.
    ///
    /// # Errors
    /// [`ErpError::NotFound`] when it is gone already; [`ErpError::NotPermitted`] for one that is not the caller's own.
    pub async fn delete_communication(&self, name: &str) -> Result<(), ErpError> {
        self.delete_document("Communication", name).await
    }

    /// Whether somebody added the Custom Field `fieldname` to the doctype `dt`.
    ///
    /// # Errors
    /// [`ErpError::NotPermitted`] when the service account may not read Custom Fields.
    pub async fn has_custom_field(&self, dt: &str, fieldname: &str) -> Result<bool, ErpError> {
        let rows: Vec<Named> = self
            .list(List {
                doctype: "Custom Field",
                fields: &["name"],
                filters: json!([["dt", "=", dt], ["fieldname", "=", fieldname]]),
                order_by: "name asc",
                limit: 1,
            })
            .await?;
        Ok(!rows.is_empty())
    }
}

/// The subject of a chat line: `Maya Lindqvist: first words`, in one line of at most 140 characters.
#[must_use]
pub fn chat_subject(author: &str, text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = format!("{author}: {words}");
    if line.chars().count() <= 140 {
        return line;
    }
    let mut cut: String = line.chars().take(139).collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chat_line_references_its_project_and_fits_its_subject() {
        let long = "word ".repeat(60);
        let new = NewCommunication::chat("PROJ-0001", "m@x", "Maya", &long, "2026".into(), "k1")
            .linked_to("Issue", "ISS-1");
        assert_eq!(new.reference_doctype, "Project");
        assert_eq!(new.subject.chars().count(), 140);
        assert_eq!(new.timeline_links[0].link_name, "ISS-1");
    }
}
