//! The documents, the name series and the site's clock.

mod index;

use std::collections::{BTreeMap, HashMap};

use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use rand::Rng;
use serde_json::{Map, Value, json};

use super::{clock::Clock, journal::Journal};
use index::Index;
pub(crate) use index::is_looked_up;

/// A document: its fields, child rows as arrays of objects. Empty fields are absent.
pub(crate) type Doc = Map<String, Value>;

/// Everything the site keeps.
pub(crate) struct Store {
    tables: BTreeMap<String, BTreeMap<String, Doc>>,
    series: HashMap<String, u64>,
    /// The bytes of Files, by their URL.
    contents: HashMap<String, Vec<u8>>,
    index: Index,
    /// What to put back if the transaction fails; `None` outside of one.
    undo: Option<Vec<Undo>>,
    last_stamp: DateTime<Utc>,
    pub clock: Clock,
    pub zone: Tz,
    pub journal: Journal,
}

/// What was there before a write.
enum Undo {
    Doc(String, String, Option<Doc>),
    Series(String, Option<u64>),
    Content(String, Option<Vec<u8>>),
}

impl Store {
    pub(crate) fn new(zone: Tz) -> Self {
        Self {
            tables: BTreeMap::new(),
            series: HashMap::new(),
            contents: HashMap::new(),
            index: Index::default(),
            undo: None,
            last_stamp: DateTime::UNIX_EPOCH,
            clock: Clock::default(),
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
        if self.journal.is_kept() {
            self.journal.write(&json!({"put": doctype, "doc": doc}));
        }
        let name = text(&doc, "name").to_owned();
        let before = self.set(doctype, &name, Some(doc));
        self.remember(|| Undo::Doc(doctype.to_owned(), name, before));
    }

    pub(crate) fn remove(&mut self, doctype: &str, name: &str) -> Option<Doc> {
        let doc = self.set(doctype, name, None)?;
        if self.journal.is_kept() {
            self.journal.write(&json!({"gone": doctype, "name": name}));
        }
        self.remember(|| Undo::Doc(doctype.to_owned(), name.to_owned(), Some(doc.clone())));
        self.give_back(name);
        Some(doc)
    }

    /// Puts or takes away, and keeps the index right. Gives what was there.
    fn set(&mut self, doctype: &str, name: &str, doc: Option<Doc>) -> Option<Doc> {
        let table = match self.tables.get_mut(doctype) {
            Some(table) => table,
            None => self.tables.entry(doctype.to_owned()).or_default(),
        };
        let before = table.remove(name);
        self.index.change(doctype, name, before.as_ref(), doc.as_ref());
        if let Some(doc) = doc {
            table.insert(name.to_owned(), doc);
        }
        before
    }

    /// Documents of `doctype` that hold the short text `value` somewhere, in a field or in a row, in any case of letters.
    pub(crate) fn holding<'a>(
        &'a self,
        doctype: &str,
        value: &str,
    ) -> impl Iterator<Item = &'a Doc> + use<'a> {
        let table = self.tables.get(doctype);
        let names = self.index.holding(doctype, value);
        names.filter_map(move |name| table?.get(name))
    }

    /// Documents of `doctype` with this `modified` or a later one, the oldest first.
    pub(crate) fn modified_since<'a>(
        &'a self,
        doctype: &str,
        stamp: &str,
    ) -> impl Iterator<Item = &'a Doc> + use<'a> {
        let table = self.tables.get(doctype);
        let names = self.index.modified_since(doctype, stamp);
        names.filter_map(move |name| table?.get(name))
    }

    /// How many Tasks the Project has, and how many of them are over.
    pub(crate) fn tasks_of(&self, project: &str) -> (u32, u32) {
        self.index.tasks_of(project)
    }

    /// The bytes behind a file's URL.
    pub(crate) fn content(&self, url: &str) -> Option<&[u8]> {
        self.contents.get(url).map(Vec::as_slice)
    }

    /// Puts bytes behind a URL, or takes them away.
    pub(crate) fn set_content(&mut self, url: &str, bytes: Option<Vec<u8>>) {
        if self.journal.is_kept() {
            self.journal.write(&content_line(url, bytes.as_deref()));
        }
        let before = match bytes {
            Some(bytes) => self.contents.insert(url.to_owned(), bytes),
            None => self.contents.remove(url),
        };
        self.remember(|| Undo::Content(url.to_owned(), before));
    }

    /// From here to [`Self::commit`] everything is done or nothing.
    pub(crate) fn begin(&mut self) {
        self.undo = Some(Vec::new());
        self.journal.hold();
    }

    pub(crate) fn commit(&mut self) {
        self.undo = None;
        self.journal.release();
    }

    /// Undoes what was done since [`Self::begin`].
    pub(crate) fn roll_back(&mut self) {
        self.journal.forget();
        for undo in self.undo.take().into_iter().flatten().rev() {
            match undo {
                Undo::Doc(doctype, name, before) => {
                    self.set(&doctype, &name, before);
                }
                Undo::Series(prefix, Some(last)) => {
                    self.series.insert(prefix, last);
                }
                Undo::Series(prefix, None) => {
                    self.series.remove(&prefix);
                }
                Undo::Content(url, Some(bytes)) => {
                    self.contents.insert(url, bytes);
                }
                Undo::Content(url, None) => {
                    self.contents.remove(&url);
                }
            }
        }
    }

    fn remember(&mut self, undo: impl FnOnce() -> Undo) {
        if let Some(all) = &mut self.undo {
            all.push(undo());
        }
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
        let before = self.series.insert(prefix.clone(), number);
        self.remember(|| Undo::Series(prefix, before));
    }

    fn prefix(&self, series: &str) -> (String, usize) {
        let digits = series.matches('#').count();
        let digits = if digits == 0 { 5 } else { digits };
        let year = self.local(self.now()).format("%Y").to_string();
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
        for (url, bytes) in &self.contents {
            self.journal.write(&content_line(url, Some(bytes)));
        }
    }

    /// Becomes what the journal says, and nothing else.
    pub(crate) fn replay_all(&mut self, lines: &[Value]) {
        self.tables.clear();
        self.series.clear();
        self.contents.clear();
        self.index = Index::default();
        for line in lines {
            self.replay(line);
        }
    }

    fn replay(&mut self, line: &Value) {
        let doctype = |field: &str| line.get(field).and_then(Value::as_str).map(str::to_owned);
        if let (Some(doctype), Some(Value::Object(doc))) = (doctype("put"), line.get("doc")) {
            let name = text(doc, "name").to_owned();
            self.set(&doctype, &name, Some(doc.clone()));
        } else if let (Some(doctype), Some(name)) = (doctype("gone"), doctype("name")) {
            self.set(&doctype, &name, None);
        } else if let Some(url) = doctype("content") {
            match doctype("base64").and_then(|text| BASE64_STANDARD.decode(text).ok()) {
                Some(bytes) => self.contents.insert(url, bytes),
                None => self.contents.remove(&url),
            };
        } else if let Some(ahead) = line.get("clock_ahead_us").and_then(Value::as_i64) {
            self.clock = Clock::ahead_by(ahead);
        } else if let (Some(prefix), Some(last)) =
            (doctype("series"), line.get("last").and_then(Value::as_u64))
        {
            self.series.insert(prefix, last);
        }
    }

    /// Now by the site's clock.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Now as the site writes it. No two moments are equal; the texts of two may be, in the hour that autumn repeats.
    pub(crate) fn stamp(&mut self) -> String {
        let next = self.last_stamp + Duration::microseconds(1);
        self.last_stamp = self.now().max(next);
        self.format(self.last_stamp)
    }

    /// Moves the site's clock, forwards or backwards; from there it goes on.
    pub(crate) fn set_clock(&mut self, clock: Clock) {
        self.journal.write(&json!({"clock_ahead_us": clock.ahead_us()}));
        self.clock = clock;
        self.last_stamp = self.last_stamp.min(self.now());
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

fn content_line(url: &str, bytes: Option<&[u8]>) -> Value {
    json!({"content": url, "base64": bytes.map(|bytes| BASE64_STANDARD.encode(bytes))})
}

/// `length` hexadecimal digits, as keys, secrets and tokens have them.
pub(crate) fn random_hex(length: usize) -> String {
    let mut rng = rand::rng();
    (0..length).filter_map(|_| char::from_digit(rng.random_range(0..16), 16)).collect()
}

fn number_after(prefix: &str, name: &str) -> Option<u64> {
    name.strip_prefix(prefix)?.parse().ok()
}
