//! Tells open lines at once that this replica has changed what pages show of a Project. The regular look would find it
//! as well, as it finds what other replicas, the outbox and the mirror have changed.

use super::Live;
use std::error::Error;
use vocabulary::WorkspaceId;

impl Live {
    /// The facts of `workspace` have changed.
    pub(crate) async fn facts_changed(&self, workspace: WorkspaceId) {
        let Some(channel) = self.known(workspace) else { return };
        match self.worker.places(&[workspace]).await {
            Ok(places) => {
                for place in places {
                    channel.facts_changed(place.facts_changes);
                }
            }
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn Error,
                    "changed facts are told by the next look only"
                );
            }
        }
    }
}
