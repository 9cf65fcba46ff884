//! Any document of any doctype: read, listed, written and found by its key.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{ErpError, KEY_FIELD, Site, list::List};

/// A document's fields by ERPNext's own names.
pub type Fields = Map<String, Value>;

/// A document as ERPNext gives it. Whole documents leave empty fields out, lists give them as `null`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Document {
    fields: Fields,
}

/// A list to ask for. There is no default order in ERPNext, so one must be given.
#[derive(Clone, Debug)]
pub struct ListQuery<'a> {
    /// Of which doctype.
    pub doctype: &'a str,
    /// Field names; `"users.user as member"` joins a child table and gives one row for each of its rows.
    pub fields: &'a [&'a str],
    /// ERPNext's filters: `[["modified", ">=", "2026-11-20 16:05:00.000000"]]`.
    pub filters: Value,
    /// `modified asc, name asc`.
    pub order_by: &'a str,
    /// Rows at most; 0 asks for all.
    pub limit: u32,
}

impl Document {
    /// A document with these fields.
    #[must_use]
    pub const fn of(fields: Fields) -> Self {
        Self { fields }
    }

    /// `name`; empty if it was not asked for.
    #[must_use]
    pub fn name(&self) -> &str {
        self.text("name").unwrap_or_default()
    }

    /// `creation`, in the site's zone: tells a document from a later one of the same name.
    #[must_use]
    pub fn creation(&self) -> &str {
        self.text("creation").unwrap_or_default()
    }

    /// `modified`, in the site's zone.
    #[must_use]
    pub fn modified(&self) -> &str {
        self.text("modified").unwrap_or_default()
    }

    /// A field that holds text which is not empty.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// Any field; `None` where it is missing or `null`.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.fields.get(field).filter(|value| !value.is_null())
    }

    /// A check field.
    #[must_use]
    pub fn is_on(&self, field: &str) -> bool {
        match self.get(field) {
            Some(Value::Bool(on)) => *on,
            Some(Value::Number(number)) => number.as_f64().is_some_and(|number| number != 0.0),
            Some(Value::String(text)) => text == "1",
            _ => false,
        }
    }

    /// The rows of a child table.
    pub fn rows(&self, table: &str) -> impl Iterator<Item = &Fields> {
        let rows = self.fields.get(table).and_then(Value::as_array);
        rows.into_iter().flatten().filter_map(Value::as_object)
    }

    /// All fields.
    #[must_use]
    pub const fn fields(&self) -> &Fields {
        &self.fields
    }

    /// All fields, to keep.
    #[must_use]
    pub fn into_fields(self) -> Fields {
        self.fields
    }
}

impl Site {
    /// The whole document, child tables included.
    ///
    /// # Errors
    /// [`ErpError::NotFound`] when it is gone or renamed; [`ErpError::NotPermitted`].
    pub async fn get_document(&self, doctype: &str, name: &str) -> Result<Document, ErpError> {
        self.get(self.url(["api", "resource", doctype, name])).await?.take("data")
    }

    /// The rows of a list.
    ///
    /// # Errors
    /// [`ErpError::NotPermitted`]; [`ErpError::Invalid`] when a field is unknown to the site.
    pub async fn list_documents(&self, query: ListQuery<'_>) -> Result<Vec<Document>, ErpError> {
        self.list(List {
            doctype: query.doctype,
            fields: query.fields,
            filters: query.filters,
            order_by: query.order_by,
            limit: query.limit,
        })
        .await
    }

    /// Inserts a document and gives it as it was saved. Sent once: after a failure look for its [`KEY_FIELD`] before
    /// trying again.
    ///
    /// # Errors
    /// [`ErpError::is_key_taken`] when an earlier try arrived, or whatever ERPNext's rules say.
    pub async fn insert_document(
        &self,
        doctype: &str,
        fields: &Fields,
    ) -> Result<Document, ErpError> {
        let body = Value::Object(fields.clone());
        self.post(self.url(["api", "resource", doctype]), &body).await?.take("data")
    }

    /// Changes fields of a document and gives it as it was saved. With `modified` among the fields the change is refused
    /// if somebody saved the document meanwhile. A child table replaces all its rows.
    ///
    /// # Errors
    /// [`ErpError::ChangedMeanwhile`], [`ErpError::NotFound`], or whatever ERPNext's rules say.
    pub async fn update_document(
        &self,
        doctype: &str,
        name: &str,
        fields: &Fields,
    ) -> Result<Document, ErpError> {
        let body = Value::Object(fields.clone());
        self.put(self.url(["api", "resource", doctype, name]), &body).await?.take("data")
    }

    /// Deletes a document.
    ///
    /// # Errors
    /// [`ErpError::NotFound`] when it is gone already; [`ErpError::StillLinked`].
    pub async fn delete_document(&self, doctype: &str, name: &str) -> Result<(), ErpError> {
        self.delete(self.url(["api", "resource", doctype, name])).await.map(drop)
    }

    /// The name of the document that was inserted with `key` in its [`KEY_FIELD`], if any.
    ///
    /// # Errors
    /// [`ErpError::Invalid`] when the site lacks the field on this doctype.
    pub async fn document_by_key(
        &self,
        doctype: &str,
        key: &str,
    ) -> Result<Option<String>, ErpError> {
        let query = ListQuery {
            doctype,
            fields: &["name"],
            filters: json!([[KEY_FIELD, "=", key]]),
            order_by: "creation asc",
            limit: 1,
        };
        let found = self.list_documents(query).await?.pop();
        Ok(found.map(|document| document.name().to_owned()))
    }

    /// What came of an insert with `key`: where an earlier one got through and its answer was lost, its document.
    ///
    /// # Errors
    /// That of the insert.
    pub async fn or_by_key(
        &self,
        doctype: &str,
        key: &str,
        inserted: Result<String, ErpError>,
    ) -> Result<String, ErpError> {
        match inserted {
            Err(error) if error.is_key_taken() => {
                self.document_by_key(doctype, key).await?.ok_or(error)
            }
            other => other,
        }
    }

    /// Calls a whitelisted method that changes something, by `POST`; gives its `message` (`null` where there is none).
    ///
    /// # Errors
    /// Whatever ERPNext's rules say.
    pub async fn call(&self, method: &str, arguments: &Fields) -> Result<Value, ErpError> {
        let body = Value::Object(arguments.clone());
        let answer = self.post(self.url(["api", "method", method]), &body).await?;
        Ok(answer.body.get("message").cloned().unwrap_or_default())
    }

    /// Calls a whitelisted method that only reads; gives its `message` (`null` where there is none).
    ///
    /// # Errors
    /// Whatever ERPNext's rules say.
    pub async fn read(
        &self,
        method: &str,
        arguments: &[(&str, String)],
    ) -> Result<Value, ErpError> {
        let answer = self.read_method(method, arguments).await?;
        Ok(answer.body.get("message").cloned().unwrap_or_default())
    }
}
