//! What a kill leaves on a disk: object_store writes each file under its name, `#` and a number, and gives it its name when
//! it is whole. Nothing else ever looks at those.

use crate::{Files, FilesError};

impl Files {
    /// Takes away what tries to write under `key` left half written. In a bucket such parts cannot be seen; the bucket's own
    /// rules take them away.
    pub(crate) async fn forget_halves(&self, key: &str) -> Result<(), FilesError> {
        let (Some(root), Some((folder, name))) = (self.folder(), key.split_once('/')) else {
            return Ok(());
        };
        let mut entries = match tokio::fs::read_dir(root.join(folder)).await {
            Ok(entries) => entries,
            Err(error) if is_missing(&error) => return Ok(()),
            Err(error) => return Err(FilesError::Folder(error)),
        };
        while let Some(entry) = entries.next_entry().await.map_err(FilesError::Folder)? {
            let file_name = entry.file_name();
            if !file_name.to_str().is_some_and(|file_name| is_half(file_name, name)) {
                continue;
            }
            match tokio::fs::remove_file(entry.path()).await {
                Err(error) if !is_missing(&error) => return Err(FilesError::Folder(error)),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }
}

fn is_half(file_name: &str, name: &str) -> bool {
    let Some(rest) = file_name.strip_prefix(name) else { return false };
    let rest = rest.strip_prefix(".thumbnail").unwrap_or(rest);
    rest.strip_prefix('#').is_some_and(|number| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn is_missing(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_halves_of_the_same_file_are_halves() {
        for half in ["ab#1", "ab#27", "ab.thumbnail#3"] {
            assert!(is_half(half, "ab"), "{half}");
        }
        for other in ["ab", "ab.thumbnail", "ab#", "ab#x", "abc#1", "b#1", "ab#1x"] {
            assert!(!is_half(other, "ab"), "{other}");
        }
    }
}
