//! Reading and writing documents from outside, past all rights.

use serde_json::{Map, Value, json};

use crate::erpnext::{
    answer::Answer,
    running::ADMINISTRATOR,
    site::Site,
    store::{Doc, text},
};

/// `counts` by doctype and `documents` as pairs of doctype and name.
pub(super) fn names(site: &Site) -> Value {
    let (mut counts, mut names) = (Map::new(), Vec::new());
    for doctype in site.store.doctypes() {
        counts.insert(doctype.clone(), site.store.count(doctype).into());
        names.extend(site.store.all(doctype).map(|doc| json!([doctype, text(doc, "name")])));
    }
    json!({"counts": counts, "documents": names})
}

pub(super) fn all(site: &Site, doctype: &str) -> Vec<Value> {
    site.store.all(doctype).cloned().map(Value::Object).collect()
}

/// Answers with the name, or with the site's own refusal.
pub(super) fn write(site: &mut Site, verb: &str, wanted: &Doc) -> Answer {
    let (doctype, name) = (text(wanted, "doctype"), text(wanted, "name"));
    let fields = wanted.get("fields").and_then(Value::as_object).cloned().unwrap_or_default();
    let done = site.transact(|site| match verb {
        "insert" => {
            let doc = site.insert(ADMINISTRATOR, doctype, &fields)?;
            Ok(text(&doc, "name").to_owned())
        }
        "update" => site
            .update(ADMINISTRATOR, doctype, name, &fields)
            .map(|doc| text(&doc, "name").to_owned()),
        "delete" => site.delete(ADMINISTRATOR, doctype, name).map(|()| name.to_owned()),
        _ => {
            let new = text(wanted, "new_name");
            site.rename(ADMINISTRATOR, doctype, name, new).map(|()| new.to_owned())
        }
    });
    match done {
        Ok(name) => Answer::json(200, &json!({"name": name})),
        Err(refusal) => Answer::json(refusal.status, &refusal.v1()),
    }
}
