//! The names files lie under.

use object_store::path::Path;
use uuid::{Uuid, Version};

/// A name nothing lies under yet. Each try has one of its own: two tries of the same file never write into each other.
/// The folder before it keeps folders of a disk small.
#[must_use]
pub fn fresh_key() -> String {
    let id = Uuid::now_v7().simple().to_string();
    format!("{}/{id}", &id[id.len() - 2..])
}

/// Whether `key` is one of [`fresh_key`]: nothing else is ever deleted.
#[must_use]
pub fn is_key(key: &str) -> bool {
    let Some((folder, name)) = key.split_once('/') else { return false };
    let is_plain = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    folder.len() == 2
        && name.len() == 32
        && name.ends_with(folder)
        && name.chars().all(is_plain)
        && Uuid::try_parse(name).is_ok_and(|id| id.get_version() == Some(Version::SortRand))
}

pub(crate) fn thumbnail_key(key: &str) -> String {
    format!("{key}.thumbnail")
}

pub(crate) fn path(key: &str) -> Path {
    Path::from(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_made_here_are_keys() {
        assert!(is_key(&fresh_key()));
        let id = "0190a1b2c3d47e5f8a9b0c1d2e3f4a5b";
        assert!(is_key(&format!("5b/{id}")));
        for other in [
            id.to_owned(),
            format!("5c/{id}"),
            format!("5b/{}", id.to_uppercase()),
            format!("5b/{id}.thumbnail"),
            format!("5b/{id}#1"),
            format!("x/5b/{id}"),
            // Not a version 7.
            "5b/0190a1b2c3d44e5f8a9b0c1d2e3f4a5b".to_owned(),
            "invoices/2026/plan.pdf".to_owned(),
            "../5b".to_owned(),
            String::new(),
        ] {
            assert!(!is_key(&other), "{other}");
        }
    }
}
