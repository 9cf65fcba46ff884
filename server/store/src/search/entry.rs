//! What can be found, and how it is written into the index of either database.

use super::words::stems;
use crate::{Backend, Db, StoreError};
use sea_orm::{ConnectionTrait, Value};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    fmt::Write as _,
    hash::{DefaultHasher, Hash, Hasher},
};
use uuid::Uuid;
use vocabulary::{FoundKind, Has, Moment};

/// What is found, by what it is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Source {
    /// A message of a workspace.
    Message(Uuid, Uuid),
    /// A file that was sent to a workspace.
    File(Uuid, Uuid),
    /// A document of ERPNext: doctype, name, creation, and its Project.
    Document([String; 4]),
}

/// Something that can be found.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) kind: FoundKind,
    pub(crate) source: Source,
    pub(crate) at: Moment,
    pub(crate) title: String,
    pub(crate) body: String,
    /// Who said, wrote or made it, as it is shown.
    pub(crate) by_name: String,
    /// Texts whose words `from:` finds it by.
    pub(crate) who: Vec<String>,
    pub(crate) has: Vec<Has>,
}

/// A mark beside the words: where it is, what it is, who it is from.
pub(crate) mod facet {
    use super::{Digest, FoundKind, Has, Sha256, Uuid};

    /// Everything has it.
    pub(crate) const ANY: &str = "a";

    /// Of what was said in a workspace.
    pub(crate) fn workspace(id: Uuid) -> String {
        format!("w{}", id.simple())
    }

    /// Of the documents of a Project.
    pub(crate) fn project(name: &str) -> String {
        let hash: [u8; 32] = Sha256::digest(name.as_bytes()).into();
        let hex: String = hash[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        format!("p{hex}")
    }

    /// Of a kind.
    pub(crate) fn kind(kind: FoundKind) -> String {
        format!("k{}", kind.as_str())
    }

    /// From somebody who has this word in their name or address.
    pub(crate) fn from(word: &str) -> String {
        format!("f{word}")
    }

    /// Carrying something.
    pub(crate) fn has(has: Has) -> String {
        format!("h{}", has.as_str())
    }
}

impl Entry {
    fn facets(&self) -> BTreeSet<String> {
        let place = match &self.source {
            Source::Message(workspace, _) | Source::File(workspace, _) => {
                facet::workspace(*workspace)
            }
            Source::Document([.., project]) => facet::project(project),
        };
        let who = self.who.iter().flat_map(|text| super::words::tokens(text));
        let who = who.map(|token| facet::from(&token.folded));
        let has = self.has.iter().map(|has| facet::has(*has));
        [facet::ANY.to_owned(), place, facet::kind(self.kind)]
            .into_iter()
            .chain(who)
            .chain(has)
            .collect()
    }

    /// Its time, and behind it what makes it different from others of the same millisecond.
    pub(crate) fn id(&self) -> i64 {
        let mut hash = DefaultHasher::new();
        self.source.hash(&mut hash);
        let low = i64::try_from(hash.finish() & 0xf_ffff).unwrap_or(0);
        let at = self.at.as_millis().clamp(0, (1 << 42) - 1);
        (at << 20) | low
    }

    /// The words of it with their places, as PostgreSQL's `tsvector`. Words are letters and digits only: nothing in them needs
    /// an escape.
    pub(crate) fn vector(&self) -> String {
        let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut place = 1;
        for (text, weight) in [(&self.title, "A"), (&self.body, "")] {
            for stem in stems(text) {
                let known = places.entry(stem).or_default();
                // More of them PostgreSQL does not keep.
                if place < 16_383 && known.len() < 255 {
                    known.push(format!("{place}{weight}"));
                }
                place += 1;
            }
            // No phrase reaches over the end of a title.
            place += 1;
        }
        let mut vector = String::new();
        for (stem, places) in places {
            let colon = if places.is_empty() { "" } else { ":" };
            // Writing into a text does not fail.
            let _ = write!(vector, "'{stem}'{colon}{} ", places.join(","));
        }
        for facet in self.facets() {
            let _ = write!(vector, "'={facet}' ");
        }
        vector
    }
}

#[derive(Serialize)]
struct Row<'a> {
    id: i64,
    kind: &'a str,
    workspace: Option<String>,
    message: Option<String>,
    file: Option<String>,
    doctype: Option<&'a str>,
    name: Option<&'a str>,
    creation: Option<&'a str>,
    at: i64,
    title: &'a str,
    body: &'a str,
    by_name: &'a str,
    /// PostgreSQL's.
    words: Option<String>,
    /// SQLite's: words of the title, words of the body, facets.
    t: Option<String>,
    b: Option<String>,
    f: Option<String>,
}

impl<'a> Row<'a> {
    fn of(backend: Backend, id: i64, entry: &'a Entry) -> Self {
        let simple = |id: &Uuid| Some(id.simple().to_string());
        let (workspace, message, file) = match &entry.source {
            Source::Message(workspace, message) => (simple(workspace), simple(message), None),
            Source::File(workspace, file) => (simple(workspace), None, simple(file)),
            Source::Document(_) => (None, None, None),
        };
        let key = match &entry.source {
            Source::Document([doctype, name, creation, _]) => {
                Some((doctype.as_str(), name.as_str(), creation.as_str()))
            }
            Source::Message(..) | Source::File(..) => None,
        };
        let is_sqlite = backend == Backend::Sqlite;
        let joined = |text: &str| is_sqlite.then(|| stems(text).join(" "));
        // What a message says stands in the message.
        let body = if message.is_some() { "" } else { entry.body.as_str() };
        Self {
            id,
            kind: entry.kind.as_str(),
            workspace,
            message,
            file,
            doctype: key.map(|(doctype, ..)| doctype),
            name: key.map(|(_, name, _)| name),
            creation: key.map(|(.., creation)| creation),
            at: entry.at.as_millis(),
            title: &entry.title,
            body,
            by_name: &entry.by_name,
            words: (!is_sqlite).then(|| entry.vector()),
            t: joined(&entry.title),
            b: joined(&entry.body),
            f: is_sqlite.then(|| entry.facets().into_iter().collect::<Vec<_>>().join(" ")),
        }
    }
}

/// Writes entries into the index, of which it holds none yet.
pub(super) async fn put(
    db: &Db,
    connection: &impl ConnectionTrait,
    entries: &[Entry],
) -> Result<(), StoreError> {
    if entries.is_empty() {
        return Ok(());
    }
    let ids = free_ids(db, connection, entries).await?;
    let rows: Vec<Row<'_>> =
        ids.iter().zip(entries).map(|(id, entry)| Row::of(db.backend(), *id, entry)).collect();
    let rows = serde_json::to_string(&rows)
        .map_err(|_| StoreError::Unreadable { what: "search_items" })?;
    let statements: &[&str] = match db.backend() {
        Backend::Sqlite => &[
            "INSERT INTO search_items (id, kind, workspace_id, message_id, file_id, doctype, name, creation, at, title, body, by_name)
             SELECT value ->> 'id', value ->> 'kind', unhex(value ->> 'workspace'), unhex(value ->> 'message'),
               unhex(value ->> 'file'), value ->> 'doctype', value ->> 'name', value ->> 'creation', value ->> 'at',
               value ->> 'title', value ->> 'body', value ->> 'by_name' FROM json_each($1)",
            "INSERT INTO search_text (rowid, title, body, facets)
             SELECT value ->> 'id', value ->> 't', value ->> 'b', value ->> 'f' FROM json_each($1)",
            "INSERT INTO search_due (kind, source)
             SELECT 'words', CAST(value ->> 'id' AS text) FROM json_each($1) WHERE TRUE ON CONFLICT DO NOTHING",
        ],
        Backend::Postgres => &[
            "INSERT INTO search_items (id, kind, workspace_id, message_id, file_id, doctype, name, creation, at, title, body, by_name, words)
             SELECT id, kind, workspace, message, file, doctype, name, creation, at, title, body, by_name, words::tsvector
             FROM jsonb_to_recordset($1::jsonb) AS x(id bigint, kind text, workspace uuid, message uuid, file uuid, doctype text,
               name text, creation text, at bigint, title text, body text, by_name text, words text)",
            "INSERT INTO search_due (kind, source)
             SELECT 'words', id::text FROM jsonb_to_recordset($1::jsonb) AS x(id bigint) ON CONFLICT DO NOTHING",
        ],
    };
    for sql in statements {
        connection.execute_raw(db.statement(sql, [rows.as_str().into()])).await?;
    }
    Ok(())
}

/// An id for each that no other item has.
async fn free_ids(
    db: &Db,
    connection: &impl ConnectionTrait,
    entries: &[Entry],
) -> Result<Vec<i64>, StoreError> {
    let mut ids: Vec<i64> = entries.iter().map(Entry::id).collect();
    loop {
        let asked: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let sql = match db.backend() {
            Backend::Sqlite => {
                "SELECT id FROM search_items WHERE id IN (SELECT CAST(value AS integer) FROM json_each($1))"
            }
            Backend::Postgres => {
                "SELECT id FROM search_items WHERE id = ANY (ARRAY (SELECT value::bigint FROM jsonb_array_elements_text($1::jsonb)))"
            }
        };
        let asked = serde_json::Value::from(asked).to_string();
        let mut taken = HashSet::new();
        for row in connection.query_all_raw(db.statement(sql, [asked.into()])).await? {
            taken.insert(row.try_get_by_index::<i64>(0)?);
        }
        let mut all_are_free = true;
        for id in &mut ids {
            while !taken.insert(*id) {
                *id += 1;
                all_are_free = false;
            }
        }
        if all_are_free {
            return Ok(ids);
        }
    }
}

/// Takes out of the index what is known by `condition`, in which `$1` and `$2` are the values.
pub(super) async fn take_out<const N: usize>(
    db: &Db,
    connection: &impl ConnectionTrait,
    condition: &str,
    values: [Value; N],
) -> Result<(), StoreError> {
    if db.backend() == Backend::Sqlite {
        let sql = format!(
            "DELETE FROM search_text WHERE rowid IN (SELECT id FROM search_items WHERE {condition})"
        );
        connection.execute_raw(db.statement(&sql, values.clone())).await?;
    }
    let sql = format!("DELETE FROM search_items WHERE {condition}");
    connection.execute_raw(db.statement(&sql, values)).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(title: &str, body: &str) -> Entry {
        Entry {
            kind: FoundKind::Task,
            source: Source::Document(["Task", "T-1", "c", "PROJ-0001"].map(str::to_owned)),
            at: Moment::from_millis(1_795_910_400_000),
            title: title.into(),
            body: body.into(),
            by_name: String::new(),
            who: vec!["Tom O'Kafor <tom@x.example>".into()],
            has: vec![Has::Link],
        }
    }

    #[test]
    fn a_vector_has_stems_with_places_and_facets_that_no_word_can_be() {
        let vector = entry("Bookings", "the booking =kmail").vector();
        assert!(vector.contains("'book':1A,4 "), "{vector}");
        assert!(vector.contains("'kmail':5 ") && vector.contains("'=ktask' "), "{vector}");
        assert!(vector.contains("'=ftom' ") && vector.contains("'=hlink' "), "{vector}");
        assert!(!vector.contains("'=kmail'"), "{vector}");
    }

    #[test]
    fn what_somebody_writes_breaks_out_of_no_vector() {
        let vector = entry("", "it''s \\' :1A \u{0} '=ktask' & | <-> !").vector();
        let words = vector.split('\'').skip(1).step_by(2);
        for word in words {
            assert!(word.trim_start_matches('=').chars().all(char::is_alphanumeric), "{word}");
        }
    }

    #[test]
    fn later_ones_have_higher_ids() {
        let mut later = entry("a", "b");
        later.at = later.at.plus_millis(1);
        assert!(later.id() > entry("a", "b").id());
    }
}
