//! What somebody has begun to write and what waits to be sent, the same on all their devices.

mod api;
mod link;
mod page;
mod row;
mod waiting;

pub use api::{keep_draft, schedule_message};
pub use link::{DraftMark, DraftsLink};
pub use page::DraftsPage;

use crate::live::Live;
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;
use vocabulary::{Begun, MessageId, RoomId, WorkspaceId};

/// What changes at once is asked for once.
const ASK_AFTER: Duration = Duration::from_millis(150);

/// A context of every page of the team.
#[derive(Clone, Copy)]
pub struct Drafts {
    begun: RwSignal<Option<Begun>>,
    asking: StoredValue<bool>,
    /// Whether the last asking failed: then the page says so.
    pub failed: RwSignal<bool>,
}

impl Drafts {
    /// Nothing until the page is alive; then as the server has it, and again whenever it tells of a change.
    #[must_use]
    pub fn new() -> Self {
        let live = expect_context::<Live>();
        let drafts = Self {
            begun: RwSignal::new(None),
            asking: StoredValue::new(false),
            failed: RwSignal::new(false),
        };
        Effect::new(move |_| {
            live.mine.track();
            drafts.ask();
        });
        drafts
    }

    /// Asks the server, a moment later.
    pub fn ask(self) {
        if self.asking.try_update_value(|asking| std::mem::replace(asking, true)) != Some(false) {
            return;
        }
        set_timeout(
            move || {
                self.asking.try_set_value(false);
                spawn_local(async move {
                    match api::begun().await {
                        Ok(now) => {
                            self.failed.try_set(false);
                            let same =
                                self.begun.try_with_untracked(|known| known.as_ref() == Some(&now));
                            if same == Some(false) {
                                self.begun.set(Some(now));
                            }
                        }
                        Err(_) => {
                            self.failed.try_set(true);
                        }
                    }
                });
            },
            ASK_AFTER,
        );
    }

    /// All of it, once it is known.
    #[must_use]
    pub fn all(self) -> Option<Begun> {
        self.begun.get()
    }

    /// What the server has of a room or a thread, once that is known; empty if there is nothing.
    #[must_use]
    pub fn of(self, room: RoomId, thread: Option<MessageId>) -> Option<String> {
        self.begun.with(|begun| {
            let drafts = &begun.as_ref()?.drafts;
            let found = drafts.iter().find(|draft| draft.room == room && draft.thread == thread);
            Some(found.map(|draft| draft.body.clone()).unwrap_or_default())
        })
    }

    /// Whether something was begun in a workspace.
    #[must_use]
    pub fn in_workspace(self, id: WorkspaceId) -> bool {
        self.begun.with(|begun| {
            begun.as_ref().is_some_and(|begun| begun.drafts.iter().any(|d| d.workspace == id))
        })
    }

    /// How many drafts and waiting messages there are, and how many of those were not sent.
    #[must_use]
    pub fn count(self) -> (usize, usize) {
        self.begun.with(|begun| {
            let Some(begun) = begun else { return (0, 0) };
            let failed = begun.scheduled.iter().filter(|one| one.failed.is_some()).count();
            (begun.drafts.len() + begun.scheduled.len(), failed)
        })
    }
}
