//! Everything there is of a doctype, for what `modified` does not show.

use serde::Deserialize;
use serde_json::json;

use crate::{Doctype, ErpError, Site, list::List};

/// A document by name and creation, and the fields that change without `modified`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct SweepRow {
    /// The document's name; a deleted one's name may be given out again.
    pub name: String,
    /// Tells a document from a later one of the same name.
    pub creation: String,
    /// The last change that was saved as one.
    pub modified: String,
    /// Of Projects, Tasks and Issues.
    #[serde(default)]
    pub status: Option<String>,
    /// Of Projects.
    #[serde(default)]
    pub percent_complete: Option<f64>,
}

impl Site {
    /// All documents of `doctype`: who is missing was deleted, who has another creation took an old name.
    ///
    /// # Errors
    /// [`ErpError::NotPermitted`], or whatever keeps the site from answering.
    pub async fn names(&self, doctype: Doctype) -> Result<Vec<SweepRow>, ErpError> {
        let fields: &[&str] = match doctype {
            Doctype::Project => &["name", "creation", "modified", "status", "percent_complete"],
            Doctype::Task | Doctype::Issue => &["name", "creation", "modified", "status"],
            Doctype::Customer => &["name", "creation", "modified"],
        };
        self.list(List {
            doctype: doctype.as_str(),
            fields,
            filters: json!([]),
            order_by: "name asc",
            limit: 0,
        })
        .await
    }
}
