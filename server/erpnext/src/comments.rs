//! Comments: notes below a document that only desk users see.

use serde::Serialize;
use serde_json::Value;

use crate::{Document, ErpError, Fields, Site};

/// A Comment to be added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NewComment {
    /// The doctype of the document it stands below.
    pub reference_doctype: String,
    /// The name of that document.
    pub reference_name: String,
    /// HTML; see [`crate::plain_text_as_html`].
    pub content: String,
    /// The e-mail address of the one it is shown as from; ERPNext believes it, only `owner` is proven.
    pub comment_email: String,
    /// Their name.
    pub comment_by: String,
}

impl Site {
    /// Adds a Comment and gives it as it was saved. Sent once; there is no key, so a repeated try shows twice.
    ///
    /// # Errors
    /// [`ErpError::NotFound`] when the document is gone; [`ErpError::NotPermitted`].
    pub async fn add_comment(&self, new: &NewComment) -> Result<Document, ErpError> {
        let arguments = match serde_json::to_value(new) {
            Ok(Value::Object(fields)) => fields,
            _ => Fields::new(),
        };
        match self.call("frappe.desk.form.utils.add_comment", &arguments).await? {
            Value::Object(fields) => Ok(Document::of(fields)),
            _ => Err(ErpError::Unexpected { problem: "no Comment in the message".into() }),
        }
    }
}
