//! Which build of the page lies here: a page that is open, and one that a browser has kept, must know when its files are
//! others by now.

use app::PageBuild;
use std::{
    fs,
    hash::{DefaultHasher, Hasher},
    io,
    path::{Path, PathBuf},
};

/// The program's version, and a sign that changes with any of the page's files in `site`.
pub(crate) fn read(site: &Path) -> PageBuild {
    let version = env!("CARGO_PKG_VERSION");
    match sign(site) {
        Ok(sign) => PageBuild(format!("{version}+{sign:016x}").into()),
        Err(error) => {
            tracing::warn!(%error, site = %site.display(), "the page's files cannot be read");
            PageBuild(version.into())
        }
    }
}

/// The same for the same files, wherever they lie and whenever they were written: replicas say the same.
fn sign(site: &Path) -> io::Result<u64> {
    let mut files = Vec::new();
    list(site, &mut files)?;
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        let name = file.strip_prefix(site).unwrap_or(&file);
        hasher.write(name.as_os_str().as_encoded_bytes());
        hasher.write(&fs::read(&file)?);
    }
    Ok(hasher.finish())
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_is_what_its_files_hold_and_not_where_they_lie() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for site in [&one, &other] {
            fs::create_dir(site.path().join("pkg")).unwrap();
            fs::write(site.path().join("pkg/parlance.js"), "let a = 1").unwrap();
        }
        assert_eq!(read(one.path()), read(other.path()));
        fs::write(other.path().join("pkg/parlance.js"), "let a = 2").unwrap();
        assert_ne!(read(one.path()), read(other.path()));
    }

    #[test]
    fn a_server_without_pages_still_has_a_version() {
        assert_eq!(&*read(Path::new("/nowhere/at/all")).0, env!("CARGO_PKG_VERSION"));
    }
}
