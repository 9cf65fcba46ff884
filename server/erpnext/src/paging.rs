//! Walking through all documents of a doctype in an order that does not shift while they change.

use serde_json::{Value, json};

use crate::{Document, ErpError, Fields, Site, list::List};

/// Parents asked for in one request.
const PARENTS_AT_ONCE: usize = 200;

/// Documents to walk through: all of a doctype (`"Task".into()`), or some of them.
#[derive(Clone, Copy, Debug)]
pub struct Among<'a> {
    /// Of which doctype.
    pub doctype: &'a str,
    /// Conditions that all of them meet, as ERPNext writes filters: `["communication_type", "=", "Communication"]`.
    pub only: &'a [Value],
}

impl<'a> From<&'a str> for Among<'a> {
    fn from(doctype: &'a str) -> Self {
        Self { doctype, only: &[] }
    }
}

impl Among<'_> {
    /// Its conditions and these.
    fn filters(&self, more: impl IntoIterator<Item = Value>) -> Value {
        more.into_iter().chain(self.only.iter().cloned()).collect()
    }

    fn since(&self, since: Option<&str>) -> Value {
        self.filters(since.map(|since| json!(["modified", ">=", since])))
    }
}

/// A row of a child table.
#[derive(Clone, Debug, PartialEq)]
pub struct ChildRow {
    /// The document it belongs to.
    pub parent: String,
    /// The fields that were asked for, by their own names.
    pub fields: Fields,
}

impl Site {
    /// Documents changed at or after the stamp `since` (from the first one without it), oldest change first. `name` and
    /// `modified` are always among the fields.
    ///
    /// For the first page after a stop, from [`crate::overlap_before`]; go on with [`Site::page_after`].
    ///
    /// # Errors
    /// [`ErpError::NotPermitted`]; [`ErpError::Invalid`] when a field is unknown to the site.
    pub async fn page_since<'a>(
        &self,
        among: impl Into<Among<'a>>,
        fields: &[&str],
        since: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Document>, ErpError> {
        let among = among.into();
        let fields = with(fields, &["name", "modified"]);
        let filters = among.since(since);
        self.list(changes(among.doctype, &fields, filters, limit)).await
    }

    /// The page of [`Site::page_since`] behind its last row (`modified`, `name`): strictly behind, so that it gets on
    /// even where a bulk change gave thousands the same `modified`.
    ///
    /// # Errors
    /// [`ErpError::NotPermitted`]; [`ErpError::Invalid`] when a field is unknown to the site.
    pub async fn page_after<'a>(
        &self,
        among: impl Into<Among<'a>>,
        fields: &[&str],
        (modified, name): (&str, &str),
        limit: u32,
    ) -> Result<Vec<Document>, ErpError> {
        let among = among.into();
        let fields = with(fields, &["name", "modified"]);
        let filters = among.since(Some(modified));
        let or = json!([["modified", ">", modified], ["name", ">", name]]);
        self.list_where_any(changes(among.doctype, &fields, filters, limit), &or).await
    }

    /// The rows of a doctype that only grows, made at or after `since` and behind the row `last`, oldest first.
    pub(crate) async fn growing_page(
        &self,
        doctype: &str,
        fields: &[&str],
        since: &str,
        last: Option<&Document>,
        only: &Value,
        limit: u32,
    ) -> Result<Vec<Document>, ErpError> {
        let fields = with(fields, &["name", "creation"]);
        let since = last.map_or(since, Document::creation);
        let filters = json!([["creation", ">=", since], only]);
        let order_by = "creation asc, name asc";
        let list = List { doctype, fields: &fields, filters, order_by, limit };
        match last {
            Some(last) => {
                let or = json!([["creation", ">", since], ["name", ">", last.name()]]);
                self.list_where_any(list, &or).await
            }
            None => self.list(list).await,
        }
    }

    /// Documents behind `after_name` (from the first one without it), by name. `name` is always among the fields.
    ///
    /// # Errors
    /// [`ErpError::NotPermitted`]; [`ErpError::Invalid`] when a field is unknown to the site.
    pub async fn page_by_name<'a>(
        &self,
        among: impl Into<Among<'a>>,
        fields: &[&str],
        after_name: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Document>, ErpError> {
        let among = among.into();
        let fields = with(fields, &["name"]);
        let filters = among.filters(after_name.map(|name| json!(["name", ">", name])));
        let doctype = among.doctype;
        self.list(List { doctype, fields: &fields, filters, order_by: "name asc", limit }).await
    }

    /// The rows of the child table `table` (a fieldname: `depends_on`) of these documents, in the order of the documents'
    /// names and the rows' `idx`. Without names: of all documents.
    ///
    /// # Errors
    /// [`ErpError::NotPermitted`]; [`ErpError::Invalid`] when a field is unknown to the site.
    pub async fn child_rows(
        &self,
        doctype: &str,
        parent_names: Option<&[&str]>,
        table: &str,
        fields: &[&str],
    ) -> Result<Vec<ChildRow>, ErpError> {
        let joined: Vec<String> = with(fields, &["idx"])
            .iter()
            .map(|field| format!("{table}.{field} as {}", label(field)))
            .collect();
        let mut asked = vec!["name"];
        asked.extend(joined.iter().map(String::as_str));
        let filters: Vec<Value> = match parent_names {
            None => vec![json!([])],
            Some(names) => {
                names.chunks(PARENTS_AT_ONCE).map(|some| json!([["name", "in", some]])).collect()
            }
        };
        let mut rows = Vec::new();
        for filters in filters {
            let list = List { doctype, fields: &asked, filters, order_by: "name asc", limit: 0 };
            let found: Vec<Document> = self.list(list).await?;
            // A document without rows is joined with nothing.
            rows.extend(found.into_iter().filter(|row| row.get(&label("idx")).is_some()));
        }
        let idx = |row: &Document| row.get(&label("idx")).and_then(Value::as_i64).unwrap_or(0);
        rows.sort_by(|a, b| (a.name(), idx(a)).cmp(&(b.name(), idx(b))));
        Ok(rows.into_iter().map(|row| child_row(row, fields)).collect())
    }
}

/// A label that no field of the parent has.
fn label(field: &str) -> String {
    format!("row_{field}")
}

fn child_row(row: Document, fields: &[&str]) -> ChildRow {
    let parent = row.name().to_owned();
    let mut joined = row.into_fields();
    let fields = fields
        .iter()
        .map(|field| ((*field).to_owned(), joined.remove(&label(field)).unwrap_or_default()))
        .collect();
    ChildRow { parent, fields }
}

/// Oldest change first.
fn changes<'a>(doctype: &'a str, fields: &'a [&'a str], filters: Value, limit: u32) -> List<'a> {
    List { doctype, fields, filters, order_by: "modified asc, name asc", limit }
}

fn with<'a>(fields: &[&'a str], needed: &[&'a str]) -> Vec<&'a str> {
    let missing = needed.iter().filter(|field| !fields.contains(field));
    fields.iter().chain(missing).copied().collect()
}
