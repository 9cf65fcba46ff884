//! Working off what webhooks hint at: rights are asked for again, documents read again.

use crate::{
    Mirror, MirrorError, doctypes,
    keep::{Names, add},
};
use std::collections::{BTreeMap, BTreeSet};
use store::worker::Hint;
use vocabulary::Moment;

/// Hints taken at once.
const BATCH: u64 = 200;

/// Hints that the database could not follow for so long are left to the sweeps.
const GIVEN_UP_MILLIS: i64 = 120_000;

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
        let mut by_doctype: BTreeMap<String, Vec<Hint>> = BTreeMap::new();
        let is_full = hints.len() as u64 >= BATCH;
        for hint in hints {
            by_doctype.entry(hint.doctype.clone()).or_default().push(hint);
        }
        for (doctype, hints) in by_doctype {
            self.follow(&doctype, &hints).await?;
            self.worker.drop_hints(&hints).await?;
        }
        Ok(is_full)
    }

    async fn follow(&self, doctype: &str, hints: &[Hint]) -> Result<(), MirrorError> {
        if doctypes::called(doctype).is_none() {
            return Ok(());
        }
        let mut names = Names::new();
        for hint in hints {
            add(&mut names, doctype, &hint.name);
        }
        let Err(error) = self.read_again(names).await else { return Ok(()) };
        let oldest = hints.iter().map(|hint| hint.received_at).min();
        let is_old = oldest.is_some_and(|at| at + GIVEN_UP_MILLIS < Moment::now().as_millis());
        // They wait until it is there again.
        if error.is_erpnext_away() || (matches!(error, MirrorError::Store(_)) && !is_old) {
            return Err(error);
        }
        // What cannot be read must not keep the others waiting: the sweeps come by there too.
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            doctype,
            "hints of ERPNext's could not be followed"
        );
        Ok(())
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
