//! Folders that go away with whoever made them.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// Waits until the test lets go of it (or dies), then removes the folder; what still runs in there may take a moment.
const REMOVE: &str = r#"cat >/dev/null; for _ in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$1" 2>/dev/null && exit 0; sleep 0.5; done"#;

/// A temporary folder. It is removed when this value is dropped, and also when the process dies without dropping it.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    remover: Child,
}

impl Folder {
    /// A new empty folder with `name` in its name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let path = tempfile::Builder::new()
            .prefix(&format!("parlance-{name}-"))
            .tempdir()
            .expect("a temporary folder")
            .keep();
        let remover = Command::new("sh")
            .args(["-c", REMOVE, "remover"])
            .arg(&path)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group_of_its_own()
            .spawn()
            .expect("sh starts");
        Self { path, remover }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives it to another user of the machine.
    pub(crate) fn give_to(&self, owner: Option<crate::daemon::User>) {
        if let Some(user) = owner {
            std::os::unix::fs::chown(&self.path, Some(user.uid), Some(user.gid))
                .expect("root may change owners");
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // The remover works on its own: a daemon that is still closing its files must not hold up the test.
        drop(self.remover.stdin.take());
    }
}

/// Terminal signals go to the test process only; it decides what happens to its helpers.
pub(crate) trait ProcessGroup {
    fn process_group_of_its_own(&mut self) -> &mut Self;
}

impl ProcessGroup for Command {
    fn process_group_of_its_own(&mut self) -> &mut Self {
        std::os::unix::process::CommandExt::process_group(self, 0)
    }
}
