//! Asking ERPNext for documents as the mirror keeps them.

use crate::{
    Mirror, MirrorError,
    doctypes::Mirrored,
    keep::{Names, add},
};
use erpnext::{Among, Document, ErpError, ListQuery};
use serde_json::{Map, Value, json};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};
use store::worker::DocumentCopy;

/// Rows asked for at once.
pub(crate) const PAGE: u32 = 200;

/// Fields that a site turned out not to have, by doctype: another release, or no unique key field yet.
#[derive(Default)]
pub(crate) struct Lacking(Mutex<HashMap<&'static str, Vec<&'static str>>>);

impl Lacking {
    fn of(&self, mirrored: &Mirrored) -> Vec<&'static str> {
        let lacking = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lacking.get(mirrored.doctype).cloned().unwrap_or_default()
    }

    fn note(&self, mirrored: &Mirrored, fields: Vec<&'static str>) {
        let mut lacking = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lacking.insert(mirrored.doctype, fields);
    }

    /// They may have come since: the next question asks for all.
    pub(crate) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// How much of each document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Everything but long texts.
    Compared,
    /// Everything.
    All,
}

/// Which documents.
#[derive(Clone, Copy)]
enum Which<'a> {
    /// A page by name, behind this one.
    Behind(Option<&'a str>),
    /// Those of these names.
    Named(&'a [String]),
}

impl Mirror {
    /// Name, `creation` and `modified` of what was modified since the stamp, behind the row `last`.
    pub(crate) async fn changes_since(
        &self,
        mirrored: &Mirrored,
        since: Option<&str>,
        last: Option<&Document>,
    ) -> Result<Vec<Document>, ErpError> {
        let only = mirrored.filters();
        let among = Among { doctype: mirrored.doctype, only: &only };
        match last {
            None => self.site.page_since(among, &["creation"], since, PAGE).await,
            Some(last) => {
                let behind = (last.modified(), last.name());
                self.site.page_after(among, &["creation"], behind, PAGE).await
            }
        }
    }

    /// A page of copies by name, behind `after`.
    pub(crate) async fn page(
        &self,
        mirrored: &Mirrored,
        depth: Depth,
        after: Option<&str>,
    ) -> Result<Vec<DocumentCopy>, ErpError> {
        let rows = self.ask(mirrored, depth, Which::Behind(after)).await?;
        self.copies(mirrored, rows).await
    }

    /// Whole copies of the documents of these names; those that are gone, hidden or none of ours are left out.
    pub(crate) async fn named(
        &self,
        mirrored: &Mirrored,
        names: &[String],
    ) -> Result<Vec<DocumentCopy>, ErpError> {
        let mut copies = Vec::with_capacity(names.len());
        for some in names.chunks(PAGE as usize) {
            let rows = self.ask(mirrored, Depth::All, Which::Named(some)).await?;
            copies.extend(self.copies(mirrored, rows).await?);
        }
        Ok(copies)
    }

    /// A page of those that are still open, behind `after`: what changes silently.
    pub(crate) async fn open_page(
        &self,
        mirrored: &Mirrored,
        after: Option<&str>,
    ) -> Result<Vec<Document>, ErpError> {
        let mut fields = vec!["creation", "modified", "status", "_assign"];
        if mirrored.fields.contains(&"percent_complete") {
            fields.push("percent_complete");
        }
        let mut only = mirrored.filters();
        only.push(json!(["status", "not in", mirrored.over]));
        let among = Among { doctype: mirrored.doctype, only: &only };
        self.site.page_by_name(among, &fields, after, PAGE).await
    }

    /// How many documents there are.
    pub(crate) async fn count(&self, mirrored: &Mirrored) -> Result<Option<u64>, ErpError> {
        let filters = Value::from(mirrored.filters()).to_string();
        let arguments = [("doctype", mirrored.doctype.to_owned()), ("filters", filters)];
        Ok(self.site.read("frappe.client.get_count", &arguments).await?.as_u64())
    }

    /// Names of the documents made at `creation`.
    pub(crate) async fn made_at(
        &self,
        mirrored: &Mirrored,
        creation: &str,
    ) -> Result<Vec<String>, ErpError> {
        let query = ListQuery {
            doctype: mirrored.doctype,
            fields: &["name"],
            filters: json!([["creation", "=", creation]]),
            order_by: "name asc",
            limit: PAGE,
        };
        let rows = self.site.list_documents(query).await?;
        Ok(rows.iter().map(|row| row.name().to_owned()).collect())
    }

    /// Asks for the fields that the site has; finds out which those are when it refuses.
    async fn ask(
        &self,
        mirrored: &Mirrored,
        depth: Depth,
        which: Which<'_>,
    ) -> Result<Vec<Document>, ErpError> {
        let lacking = self.lacking.of(mirrored);
        match self.ask_without(mirrored, depth, which, &lacking).await {
            Err(error) if self.is_about_fields(mirrored, &error).await? => {
                let lacking = self.find_lacking(mirrored).await?;
                if lacking.is_empty() {
                    return Err(error);
                }
                self.lacking.note(mirrored, lacking.clone());
                self.ask_without(mirrored, depth, which, &lacking).await
            }
            answer => answer,
        }
    }

    async fn ask_without(
        &self,
        mirrored: &Mirrored,
        depth: Depth,
        which: Which<'_>,
        lacking: &[&str],
    ) -> Result<Vec<Document>, ErpError> {
        let mut fields: Vec<&str> = match depth {
            Depth::All => mirrored.all_fields().collect(),
            Depth::Compared => mirrored.compared_fields().collect(),
        };
        fields.retain(|field| !lacking.contains(field));
        let mut filters = mirrored.filters();
        let doctype = mirrored.doctype;
        match which {
            Which::Behind(after) => {
                let among = Among { doctype, only: &filters };
                self.site.page_by_name(among, &fields, after, PAGE).await
            }
            Which::Named(names) => {
                filters.push(json!(["name", "in", names]));
                let filters = Value::from(filters);
                let fields = &fields;
                let query = ListQuery { doctype, fields, filters, order_by: "name asc", limit: 0 };
                self.site.list_documents(query).await
            }
        }
    }

    async fn find_lacking(&self, mirrored: &Mirrored) -> Result<Vec<&'static str>, ErpError> {
        let mut lacking = Vec::new();
        for field in mirrored.all_fields() {
            match self.site.page_by_name(mirrored.doctype, &[field], None, 1).await {
                Ok(_) => {}
                Err(error) if self.is_about_fields(mirrored, &error).await? => lacking.push(field),
                Err(error) => return Err(error),
            }
        }
        tracing::info!(doctype = mirrored.doctype, ?lacking, "ERPNext does not have all fields");
        Ok(lacking)
    }

    /// Whether a question failed for the fields that it asked for. Some releases fail over an unknown one as they do over
    /// a fault of their own, which a question for the names alone tells apart.
    async fn is_about_fields(
        &self,
        mirrored: &Mirrored,
        error: &ErpError,
    ) -> Result<bool, ErpError> {
        match error {
            ErpError::Invalid { .. } => Ok(true),
            ErpError::Failed { .. } => {
                match self.site.page_by_name(mirrored.doctype, &[], None, 1).await {
                    Ok(_) => Ok(true),
                    Err(ErpError::Failed { .. }) => Ok(false),
                    Err(error) => Err(error),
                }
            }
            _ => Ok(false),
        }
    }

    /// Copies of rows of a list, with their child rows.
    async fn copies(
        &self,
        mirrored: &Mirrored,
        rows: Vec<Document>,
    ) -> Result<Vec<DocumentCopy>, ErpError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let names: Vec<String> = rows.iter().map(|row| row.name().to_owned()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut tables: HashMap<String, Map<String, Value>> = HashMap::new();
        for table in mirrored.tables {
            let asked = self
                .site
                .child_rows(mirrored.doctype, Some(&names), table.field, table.fields)
                .await;
            let children = match asked {
                Ok(children) => children,
                // A table of another permission level, or of another release, is not there.
                Err(error @ (ErpError::NotPermitted { .. } | ErpError::Invalid { .. })) => {
                    tracing::debug!(%error, doctype = mirrored.doctype, table = table.field, "no rows");
                    continue;
                }
                Err(error) => return Err(error),
            };
            for child in children {
                let rows = tables.entry(child.parent).or_default().entry(table.field);
                if let Value::Array(rows) = rows.or_insert_with(|| Value::Array(Vec::new())) {
                    rows.push(Value::Object(child.fields));
                }
            }
        }
        Ok(rows
            .into_iter()
            .map(|row| {
                let children = tables.remove(row.name()).unwrap_or_default();
                let mut fields = row.into_fields();
                fields.extend(children);
                mirrored.copy(fields)
            })
            .collect())
    }

    /// Those of `there`, by name, that are not known here or from which the known one `differs`.
    pub(crate) async fn other_than_known<T>(
        &self,
        mirrored: &Mirrored,
        there: &[T],
        name: impl Fn(&T) -> &str,
        differs: impl Fn(&DocumentCopy, &T) -> bool,
    ) -> Result<Names, MirrorError> {
        let names: Vec<String> = there.iter().map(|one| name(one).to_owned()).collect();
        let known = self.worker.documents_named(mirrored.doctype, &names).await?;
        let known: HashMap<&str, &DocumentCopy> =
            known.iter().map(|copy| (copy.name.as_str(), copy)).collect();
        let mut others = Names::new();
        for one in there {
            if known.get(name(one)).is_none_or(|known| differs(known, one)) {
                add(&mut others, mirrored.doctype, name(one));
            }
        }
        Ok(others)
    }
}
