//! Working off what webhooks hint at: rights are asked for again, documents read again.

use crate::{
    Mirror, MirrorError, doctypes,
    keep::{Names, add},
};
use std::collections::BTreeSet;
use store::worker::Hint;

/// Hints taken at once.
const BATCH: u64 = 200;

/// Doctypes that decide about rights; a hint of these says whose, or nobody in particular.
const RIGHTS: [&str; 8] = [
    "User",
    "User Permission",
    "DocShare",
    "Custom DocPerm",
    "DocPerm",
    "Role",
    "Role Profile",
    "User Group",
];

impl Mirror {
    /// Works off the hints that wait. Whether there may be more.
    pub(crate) async fn work_off_hints(&self) -> Result<bool, MirrorError> {
        let hints = self.worker.hints(BATCH).await?;
        if hints.is_empty() {
            return Ok(false);
        }
        self.ask_again(&hints).await?;
        let mut names = Names::new();
        for hint in hints.iter().filter(|hint| doctypes::called(&hint.doctype).is_some()) {
            add(&mut names, &hint.doctype, &hint.name);
        }
        match self.read_again(names).await {
            Ok(()) => {}
            // They wait until it is there again.
            Err(error) if error.is_erpnext_away() => return Err(error),
            // One that cannot be read must not keep the others waiting: the sweeps come by there too.
            Err(error) => tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a hint of ERPNext's could not be followed"
            ),
        }
        self.worker.drop_hints(&hints).await?;
        Ok(hints.len() as u64 >= BATCH)
    }

    /// Before anything is read: somebody may have lost a right.
    async fn ask_again(&self, hints: &[Hint]) -> Result<(), MirrorError> {
        let about_rights = hints.iter().filter(|hint| RIGHTS.contains(&hint.doctype.as_str()));
        let users: BTreeSet<&str> = about_rights.map(|hint| hint.user.as_str()).collect();
        if users.contains("") {
            // Our own rights may have changed as well.
            self.wanted.try_refused_again();
            return Ok(self.worker.ask_again_about(None).await?);
        }
        for user in users {
            self.worker.ask_again_about(Some(user)).await?;
        }
        Ok(())
    }
}
