//! How far somebody has read in each workspace, kept in this browser.

use leptos::prelude::*;
use std::collections::HashMap;
use vocabulary::{Message, PersonId, Seq, WorkspaceId, WorkspaceSummary};

/// The places read up to.
#[derive(Clone, Copy)]
pub struct Seen {
    person: PersonId,
    places: RwSignal<HashMap<WorkspaceId, Seq>>,
}

impl Seen {
    /// Nothing is unread until the page is alive and can look; what was there on the first visit counts as read.
    #[must_use]
    pub fn new(person: PersonId, workspaces: &[WorkspaceSummary]) -> Self {
        let seen = Self { person, places: RwSignal::new(HashMap::new()) };
        let newest: Vec<_> = workspaces
            .iter()
            .map(|row| (row.id, row.newest.as_ref().map_or(Seq::START, |message| message.seq)))
            .collect();
        Effect::new(move |_| {
            let places = newest.iter().map(|&(id, seq)| (id, seen.recall(id).unwrap_or(seq)));
            let places: HashMap<_, _> = places.collect();
            for (&id, &seq) in &places {
                seen.keep(id, seq);
            }
            seen.places.set(places);
        });
        seen
    }

    /// Everything up to `seq` was read.
    pub fn mark(self, workspace: WorkspaceId, seq: Seq) {
        let before = self.places.with_untracked(|places| places.get(&workspace).copied());
        if before.is_none_or(|before| before < seq) {
            self.keep(workspace, seq);
            self.places.update(|places| {
                places.insert(workspace, seq);
            });
        }
    }

    /// Whether `newest` is by somebody else and was not read.
    #[must_use]
    pub fn is_unread(self, workspace: WorkspaceId, newest: &Message) -> bool {
        let seen = self.places.with(|places| places.get(&workspace).copied());
        newest.author.id != self.person && seen.is_some_and(|seen| seen < newest.seq)
    }

    fn place(self, workspace: WorkspaceId) -> String {
        format!("parlance.seen.{}.{workspace}", self.person)
    }

    fn recall(self, workspace: WorkspaceId) -> Option<Seq> {
        crate::ui::recall(&self.place(workspace))?.parse().ok().map(Seq::new)
    }

    fn keep(self, workspace: WorkspaceId, seq: Seq) {
        crate::ui::store(&self.place(workspace), &seq.to_string());
    }
}
