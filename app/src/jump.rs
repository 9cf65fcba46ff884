//! The jump box: over everything, to all one may go to, and to what can be done from anywhere. What the page knows is found at
//! once; documents and people come from the server and stand below.

mod api;
mod commands;
mod dialog;
mod kept;
mod opener;
mod pages;
mod row;
mod rows;
mod spot;

pub use dialog::JumpBox;
pub use kept::forget_kept;
pub use opener::JumpButton;

use crate::ui::has_mouse;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use spot::Spot;
use std::collections::HashMap;
use vocabulary::{JumpFound, JumpTarget, PersonId, WorkspaceId};
use wasm_bindgen::JsCast;

/// What is kept of jumping while a member goes from page to page. A context of the team's pages.
#[derive(Clone, Copy)]
pub struct Jump {
    me: PersonId,
    open: RwSignal<bool>,
    kept: RwSignal<Vec<Spot>>,
    /// What targets are called, as the server said last.
    known: RwSignal<HashMap<JumpTarget, JumpFound>>,
    arrivals: RwSignal<u32>,
    landing: StoredValue<Option<WorkspaceId>>,
}

impl Jump {
    /// A closed one; wherever this person goes is noted.
    #[must_use]
    pub fn new(me: PersonId) -> Self {
        let jump = Self {
            me,
            open: RwSignal::new(false),
            kept: RwSignal::new(Vec::new()),
            known: RwSignal::new(HashMap::new()),
            arrivals: RwSignal::new(0),
            landing: StoredValue::new(None),
        };
        let path = use_location().pathname;
        Effect::new(move |_| {
            if let Some(spot) = path.with(|path| Spot::of_path(path)) {
                jump.note(spot);
            }
        });
        jump
    }

    /// Opens the box.
    pub fn open(self) {
        // Another tab may have gone somewhere too.
        self.kept.set(kept::of(self.me));
        self.open.set(true);
    }

    /// Notes where this person goes.
    fn note(self, spot: Spot) {
        kept::note(self.me, spot);
    }

    /// Forgets a document or somebody that this person may not see any more.
    fn drop_kept(self, target: &JumpTarget) {
        kept::drop_target(self.me, target);
    }

    /// Changes whenever somebody has jumped, also to where they were.
    pub fn arrived(self) {
        self.arrivals.track();
    }

    /// `workspace` is shown: whoever jumped there can write at once.
    pub fn land(self, workspace: WorkspaceId) {
        let wanted = self.landing.with_value(|landing| *landing == Some(workspace));
        if !wanted {
            return;
        }
        self.landing.set_value(None);
        let touch = !has_mouse();
        request_animation_frame(move || {
            let found = document().query_selector(".room > .composer textarea").ok().flatten();
            let found = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok());
            // A keyboard that comes over the page is asked for by a touch of the box.
            if let Some(found) = found.filter(|_| !touch) {
                let _ = found.focus();
            }
        });
    }
}
