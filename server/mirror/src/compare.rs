//! Whether the copies say what ERPNext says: everything is read afresh and compared field by field.

use crate::{Mirror, MirrorError, doctypes, reading::Depth};
use erpnext::{ErpError, Site};
use serde_json::{Map, Value};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use store::worker::{DocumentCopy, Worker};
use tokio::sync::Notify;

/// A field about which the copy and ERPNext disagree.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Of which doctype.
    pub doctype: String,
    /// Of which document.
    pub name: String,
    /// Which field; empty where the whole document is missing on one side.
    pub field: String,
    /// What ERPNext has.
    pub erpnext: Option<Value>,
    /// What the copy has.
    pub mirror: Option<Value>,
}

/// Everything about which the copies and ERPNext disagree; doctypes that the service account may not read are left out.
/// Reads all of ERPNext: for tests and for whoever doubts.
///
/// # Errors
/// If ERPNext or the database fails.
pub async fn differences(site: &Site, worker: &Worker) -> Result<Vec<Difference>, MirrorError> {
    let reader = Mirror::of(site.clone(), worker.clone(), Arc::new(Notify::new()));
    let mut differences = Vec::new();
    for mirrored in doctypes::ALL {
        let mut there = BTreeMap::new();
        let mut after: Option<String> = None;
        let is_readable = loop {
            let page = match reader.page(mirrored, Depth::All, after.as_deref()).await {
                Err(ErpError::NotPermitted { .. }) => break false,
                page => page?,
            };
            let Some(last) = page.last() else { break true };
            after = Some(last.name.clone());
            there.extend(page.into_iter().map(|copy| (copy.name.clone(), copy)));
        };
        if !is_readable {
            continue;
        }
        let here = worker.documents_of(mirrored.doctype).await?;
        let here: BTreeMap<String, DocumentCopy> =
            here.into_iter().map(|copy| (copy.name.clone(), copy)).collect();
        let names: BTreeSet<&String> = there.keys().chain(here.keys()).collect();
        for name in names {
            compare((mirrored.doctype, name), there.get(name), here.get(name), &mut differences);
        }
    }
    Ok(differences)
}

fn compare(
    (doctype, name): (&str, &str),
    there: Option<&DocumentCopy>,
    here: Option<&DocumentCopy>,
    differences: &mut Vec<Difference>,
) {
    let mut note = |field: &str, erpnext: Option<Value>, mirror: Option<Value>| {
        if erpnext != mirror {
            differences.push(Difference {
                doctype: doctype.to_owned(),
                name: name.to_owned(),
                field: field.to_owned(),
                erpnext,
                mirror,
            });
        }
    };
    let (Some(there), Some(here)) = (there, here) else {
        let whole = |copy: &DocumentCopy| Value::Object(all_fields(copy));
        return note("", there.map(whole), here.map(whole));
    };
    let (there, here) = (all_fields(there), all_fields(here));
    let fields: BTreeSet<&String> = there.keys().chain(here.keys()).collect();
    for field in fields {
        note(field, there.get(field).cloned(), here.get(field).cloned());
    }
}

/// The fields, and what is kept beside them.
fn all_fields(copy: &DocumentCopy) -> Map<String, Value> {
    let mut fields = copy.fields.clone();
    fields.insert("creation".into(), copy.creation.clone().into());
    fields.insert("modified".into(), copy.modified.clone().into());
    fields
}
