//! What would otherwise have to be looked for in every document.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    ops::Bound,
    sync::Arc,
};

use serde_json::Value;

use super::{Doc, text};

/// Longer texts are no names and not unique.
const LONGEST: usize = 140;
/// Stamps, and what every document has.
const NOT_INDEXED: [&str; 5] =
    ["creation", "modified", "modified_by", "owner", "communication_date"];

/// Whether [`Index::holding`] knows what holds `text` in `field`.
pub(crate) fn is_looked_up(field: &str, text: &str) -> bool {
    !text.is_empty() && !NOT_INDEXED.contains(&field) && text.chars().count() <= LONGEST
}

/// Kept with every write.
#[derive(Default)]
pub(super) struct Index {
    doctypes: HashMap<String, OfDoctype>,
    /// Project to its Tasks, and to how many of them are over.
    tasks: HashMap<String, (u32, u32)>,
}

#[derive(Default)]
struct OfDoctype {
    /// Text in lower case to the names of the documents that hold it.
    holders: HashMap<String, BTreeSet<Arc<str>>>,
    by_modified: BTreeSet<(String, Arc<str>)>,
}

impl Index {
    /// A document came (`before` is none), changed or went (`after` is none).
    pub(super) fn change(
        &mut self,
        doctype: &str,
        name: &str,
        before: Option<&Doc>,
        after: Option<&Doc>,
    ) {
        if doctype == "Task" {
            self.count_task(before, after);
        }
        if !self.doctypes.contains_key(doctype) {
            self.doctypes.insert(doctype.to_owned(), OfDoctype::default());
        }
        let Some(index) = self.doctypes.get_mut(doctype) else { return };
        let name: Arc<str> = name.into();
        let (old, new) = (texts(before), texts(after));
        for gone in old.iter().filter(|text| !new.contains(*text)) {
            if let Some(holders) = index.holders.get_mut(gone.as_str()) {
                holders.remove(&name);
                if holders.is_empty() {
                    index.holders.remove(gone.as_str());
                }
            }
        }
        for come in new.into_iter().filter(|text| !old.contains(text)) {
            index.holders.entry(come).or_default().insert(Arc::clone(&name));
        }
        let modified = |doc: Option<&Doc>| doc.map(|doc| text(doc, "modified").to_owned());
        let (old, new) = (modified(before), modified(after));
        if old != new {
            if let Some(old) = old {
                index.by_modified.remove(&(old, Arc::clone(&name)));
            }
            if let Some(new) = new {
                index.by_modified.insert((new, name));
            }
        }
    }

    pub(super) fn holding<'a>(
        &'a self,
        doctype: &str,
        value: &str,
    ) -> impl Iterator<Item = &'a str> + use<'a> {
        let index = self.doctypes.get(doctype);
        let holders = index.and_then(|index| index.holders.get(&value.to_lowercase()));
        holders.into_iter().flatten().map(|name| &**name)
    }

    pub(super) fn modified_since<'a>(
        &'a self,
        doctype: &str,
        stamp: &str,
    ) -> impl Iterator<Item = &'a str> + use<'a> {
        let from = Bound::Included((stamp.to_owned(), Arc::from("")));
        let index = self.doctypes.get(doctype);
        let all = index.map(|index| index.by_modified.range((from, Bound::Unbounded)));
        all.into_iter().flatten().map(|(_, name)| &**name)
    }

    pub(super) fn tasks_of(&self, project: &str) -> (u32, u32) {
        self.tasks.get(project).copied().unwrap_or_default()
    }

    fn count_task(&mut self, before: Option<&Doc>, after: Option<&Doc>) {
        let is_over = |task: &Doc| matches!(text(task, "status"), "Completed" | "Cancelled");
        if let Some(task) = before
            && let Some((all, over)) = self.tasks.get_mut(text(task, "project"))
        {
            *all -= 1;
            *over -= u32::from(is_over(task));
        }
        if let Some(task) = after {
            let (all, over) = self.tasks.entry(text(task, "project").to_owned()).or_default();
            *all += 1;
            *over += u32::from(is_over(task));
        }
    }
}

/// The short texts of a document and of its rows, in lower case.
fn texts(doc: Option<&Doc>) -> HashSet<String> {
    let mut found = HashSet::new();
    if let Some(doc) = doc {
        collect(doc, &mut found);
    }
    found
}

fn collect(doc: &Doc, found: &mut HashSet<String>) {
    for (field, value) in doc {
        match value {
            Value::String(text) if text.len() <= LONGEST * 4 && is_looked_up(field, text) => {
                found.insert(text.to_lowercase());
            }
            Value::Array(rows) => {
                rows.iter().filter_map(Value::as_object).for_each(|row| collect(row, found));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn doc(value: Value) -> Doc {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn texts_of_fields_and_rows_lead_to_their_documents_until_they_change() {
        let mut index = Index::default();
        let first = doc(json!({"name": "A", "project": "P", "rows": [{"user": "Tom@x.example"}]}));
        let second = doc(json!({"name": "A", "project": "Q", "rows": []}));
        index.change("Issue", "A", None, Some(&first));
        let found = |index: &Index, value: &str| index.holding("Issue", value).count();
        assert_eq!((found(&index, "p"), found(&index, "tom@X.example")), (1, 1));
        index.change("Issue", "A", Some(&first), Some(&second));
        assert_eq!((found(&index, "P"), found(&index, "Q")), (0, 1));
        assert_eq!(found(&index, "tom@x.example"), 0);
        index.change("Issue", "A", Some(&second), None);
        assert_eq!((found(&index, "Q"), found(&index, "A")), (0, 0));
    }

    #[test]
    fn tasks_are_counted_where_they_are() {
        let mut index = Index::default();
        let open = doc(json!({"name": "T", "project": "P", "status": "Open"}));
        let over = doc(json!({"name": "T", "project": "Q", "status": "Completed"}));
        index.change("Task", "T", None, Some(&open));
        assert_eq!(index.tasks_of("P"), (1, 0));
        index.change("Task", "T", Some(&open), Some(&over));
        assert_eq!((index.tasks_of("P"), index.tasks_of("Q")), ((0, 0), (1, 1)));
    }

    #[test]
    fn the_oldest_change_since_a_stamp_comes_first() {
        let mut index = Index::default();
        for (name, stamp) in [("A", "3"), ("B", "1"), ("C", "2")] {
            let doc = doc(json!({"name": name, "modified": stamp}));
            index.change("Task", name, None, Some(&doc));
        }
        assert_eq!(index.modified_since("Task", "2").collect::<Vec<_>>(), ["C", "A"]);
    }
}
