//! The documents, the name series and the site's clock.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use rand::Rng;
use serde_json::{Map, Value, json};

use super::journal::Journal;

/// A document: its fields, child rows as arrays of objects. Empty fields are absent.
pub(crate) type Doc = Map<String, Value>;

/// Everything the site keeps.
pub(crate) struct Store {
    tables: BTreeMap<String, BTreeMap<String, Doc>>,
    series: HashMap<String, u64>,
    last_stamp: DateTime<Utc>,
    pub zone: Tz,
    pub journal: Journal,
}

impl Store {
    pub(crate) fn new(zone: Tz) -> Self {
        Self {
            tables: BTreeMap::new(),
            series: HashMap::new(),
            last_stamp: DateTime::UNIX_EPOCH,
            zone,
            journal: Journal::none(),
        }
    }

    pub(crate) fn get(&self, doctype: &str, name: &str) -> Option<&Doc> {
        self.tables.get(doctype)?.get(name)
    }

    pub(crate) fn all<'a>(&'a self, doctype: &str) -> impl Iterator<Item = &'a Doc> + use<'a> {
        self.tables.get(doctype).into_iter().flat_map(BTreeMap::values)
    }

    pub(crate) fn count(&self, doctype: &str) -> usize {
        self.tables.get(doctype).map_or(0, BTreeMap::len)
    }

    /// What begins with two underscores is no doctype.
    pub(crate) fn doctypes(&self) -> impl Iterator<Item = &String> {
        self.tables.keys().filter(|table| !table.starts_with("__"))
    }

    /// Keeps `doc` under its `name`.
    pub(crate) fn put(&mut self, doctype: &str, doc: Doc) {
        self.journal.write(&json!({"put": doctype, "doc": doc}));
        let name = text(&doc, "name").to_owned();
        let table = self.tables.entry(doctype.to_owned()).or_default();
        table.insert(name, doc);
    }

    pub(crate) fn remove(&mut self, doctype: &str, name: &str) -> Option<Doc> {
        let doc = self.tables.get_mut(doctype)?.remove(name)?;
        self.journal.write(&json!({"gone": doctype, "name": name}));
        self.give_back(name);
        Some(doc)
    }

    /// The next name of a series such as `TASK-.YYYY.-.#####`, not yet taken.
    pub(crate) fn next_name(&self, series: &str) -> String {
        let (prefix, digits) = self.prefix(series);
        let number = self.series.get(&prefix).copied().unwrap_or(0) + 1;
        format!("{prefix}{number:0digits$}")
    }

    /// Counts `name` as given out by its series.
    pub(crate) fn take_name(&mut self, series: &str, name: &str) {
        let (prefix, _) = self.prefix(series);
        if let Some(number) = number_after(&prefix, name) {
            self.set_series(prefix, number);
        }
    }

    /// The last name of a series is given out again after its document was deleted.
    fn give_back(&mut self, name: &str) {
        let last = self.series.iter().find_map(|(prefix, last)| {
            (number_after(prefix, name)? == *last).then(|| (prefix.clone(), last - 1))
        });
        if let Some((prefix, number)) = last {
            self.set_series(prefix, number);
        }
    }

    fn set_series(&mut self, prefix: String, number: u64) {
        self.journal.write(&json!({"series": prefix, "last": number}));
        self.series.insert(prefix, number);
    }

    fn prefix(&self, series: &str) -> (String, usize) {
        let digits = series.matches('#').count();
        let digits = if digits == 0 { 5 } else { digits };
        let year = self.local(Utc::now()).format("%Y").to_string();
        let prefix = series.replace('#', "").replace("YYYY", &year).replace('.', "");
        (prefix, digits)
    }

    /// From now on writes go to `journal`, after all there is so far.
    pub(crate) fn keep_in(&mut self, journal: Journal) {
        self.journal = journal;
        for (doctype, table) in &self.tables {
            for doc in table.values() {
                self.journal.write(&json!({"put": doctype, "doc": doc}));
            }
        }
        for (prefix, last) in &self.series {
            self.journal.write(&json!({"series": prefix, "last": last}));
        }
    }

    /// Becomes what the journal says, and nothing else.
    pub(crate) fn replay_all(&mut self, lines: &[Value]) {
        self.tables.clear();
        self.series.clear();
        for line in lines {
            self.replay(line);
        }
    }

    fn replay(&mut self, line: &Value) {
        let doctype = |field: &str| line.get(field).and_then(Value::as_str).map(str::to_owned);
        if let (Some(doctype), Some(Value::Object(doc))) = (doctype("put"), line.get("doc")) {
            let name = text(doc, "name").to_owned();
            self.tables.entry(doctype).or_default().insert(name, doc.clone());
        } else if let (Some(doctype), Some(name)) = (doctype("gone"), doctype("name")) {
            if let Some(table) = self.tables.get_mut(&doctype) {
                table.remove(&name);
            }
        } else if let (Some(prefix), Some(last)) =
            (doctype("series"), line.get("last").and_then(Value::as_u64))
        {
            self.series.insert(prefix, last);
        }
    }

    /// Now by the site's clock; no two stamps are equal.
    pub(crate) fn stamp(&mut self) -> String {
        let next = self.last_stamp + Duration::microseconds(1);
        self.last_stamp = Utc::now().max(next);
        self.format(self.last_stamp)
    }

    /// A moment as the site writes it.
    pub(crate) fn format(&self, moment: DateTime<Utc>) -> String {
        self.local(moment).format("%Y-%m-%d %H:%M:%S%.6f").to_string()
    }

    pub(crate) fn local(&self, moment: DateTime<Utc>) -> DateTime<Tz> {
        moment.with_timezone(&self.zone)
    }
}

/// A string field; empty when absent.
pub(crate) fn text<'a>(doc: &'a Doc, field: &str) -> &'a str {
    doc.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// A check field.
pub(crate) fn is_on(doc: &Doc, field: &str) -> bool {
    doc.get(field).and_then(Value::as_i64).unwrap_or(0) != 0
}

/// The rows of a child table.
pub(crate) fn rows<'a>(doc: &'a Doc, field: &str) -> impl Iterator<Item = &'a Doc> + use<'a> {
    let rows = doc.get(field).and_then(Value::as_array);
    rows.into_iter().flatten().filter_map(Value::as_object)
}

/// Ten characters, as ERPNext names what has no series.
pub(crate) fn random_name() -> String {
    const LETTERS: &[u8] = b"0123456789abcdefghijklmnopqrstuv";
    let mut rng = rand::rng();
    (0..10).map(|_| char::from(LETTERS[rng.random_range(0..LETTERS.len())])).collect()
}

/// `length` hexadecimal digits, as keys, secrets and tokens have them.
pub(crate) fn random_hex(length: usize) -> String {
    let mut rng = rand::rng();
    (0..length).filter_map(|_| char::from_digit(rng.random_range(0..16), 16)).collect()
}

fn number_after(prefix: &str, name: &str) -> Option<u64> {
    name.strip_prefix(prefix)?.parse().ok()
}
