//! Tells open lines that a workspace's Tasks and Issues have changed. Only a hint to ask again: what changed is in the
//! database, and who comes back asks in any case.

use super::Live;
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};
use store::{StoreError, edits::FactsVersion};
use tokio::sync::broadcast;
use vocabulary::WorkspaceId;

/// Changes a line may be behind before it asks for everything.
const CAPACITY: usize = 256;

pub(crate) struct Facts {
    changed: broadcast::Sender<WorkspaceId>,
    seen: Mutex<BTreeMap<WorkspaceId, FactsVersion>>,
}

impl Default for Facts {
    fn default() -> Self {
        Self { changed: broadcast::channel(CAPACITY).0, seen: Mutex::default() }
    }
}

impl Facts {
    /// Remembers how the facts stand; gives the workspaces where they stood differently before.
    fn differ(&self, now: BTreeMap<WorkspaceId, FactsVersion>) -> Vec<WorkspaceId> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = now
            .iter()
            .filter(|(workspace, version)| {
                seen.get(workspace).is_some_and(|before| before != *version)
            })
            .map(|(workspace, _)| *workspace)
            .collect();
        *seen = now;
        changed
    }
}

impl Live {
    /// Tells when the facts of a workspace have changed.
    #[must_use]
    pub fn facts_changes(&self) -> broadcast::Receiver<WorkspaceId> {
        self.facts.changed.subscribe()
    }

    /// The facts of `workspace` have changed.
    pub(crate) fn facts_changed(&self, workspace: WorkspaceId) {
        // No line listening is no fault.
        let _lines = self.facts.changed.send(workspace).unwrap_or(0);
    }

    /// Finds what other replicas, the outbox and the mirror have changed.
    pub(super) async fn look_for_changed_facts(&self) -> Result<(), StoreError> {
        let open: Vec<WorkspaceId> = self
            .all()
            .into_iter()
            .filter(|channel| channel.has_lines())
            .map(|channel| channel.workspace())
            .collect();
        let now = if open.is_empty() {
            BTreeMap::new()
        } else {
            self.worker.facts_versions(&open).await?
        };
        for workspace in self.facts.differ(now) {
            self.facts_changed(workspace);
        }
        Ok(())
    }
}
