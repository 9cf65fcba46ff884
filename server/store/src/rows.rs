//! Rows as the database has them. Private: what leaves this crate are the nouns of `vocabulary`.

pub(crate) mod file;
pub(crate) mod message;
pub(crate) mod person;
pub(crate) mod room;
pub(crate) mod workspace;
