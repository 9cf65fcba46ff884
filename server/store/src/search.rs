//! Searching everything a member may read. One index with two engines: FTS5 of SQLite and `tsvector` of PostgreSQL. Words are
//! taken apart, folded and stemmed here, so that both find the same, and what is found is marked by the same rule.
//!
//! What the index holds decides nothing: each question joins the standings, the documents' standings and the messages as they
//! are now, before anything is counted, put in order or suggested.

mod asking;
mod entry;
mod finding;
mod gathering;
mod marking;
mod near;
mod plain;
mod words;

pub use finding::search;

pub(crate) use gathering::{
    about_due, file_due, forget_file, forget_messages, index_documents, index_file, index_messages,
    messages_due, project_due, said,
};

use near::{can_be_mistyped, variants};
use std::collections::BTreeSet;

/// Words of one text that are learnt.
const LEARNT_WORDS: usize = 2_000;

/// The words of a text that somebody may mistype.
pub(crate) fn learnable(text: &str) -> BTreeSet<String> {
    words::tokens(text)
        .into_iter()
        .map(|token| token.folded)
        .filter(|word| can_be_mistyped(word))
        .take(LEARNT_WORDS)
        .collect()
}

/// What a word is found by when it is mistyped.
pub(crate) fn found_by(word: &str) -> BTreeSet<String> {
    variants(word)
}
