//! Whether ERPNext keeps up.

use crate::{live::Live, ui::icon::PauseIcon};
use leptos::prelude::*;
use vocabulary::SyncState;

/// Says that ERPNext waits, and how much for it; the talk goes on.
#[component]
pub fn SyncChip(
    /// How it stood when the page opened.
    sync: SyncState,
) -> impl IntoView {
    let live = expect_context::<Live>();
    view! {
        <span class="sync" role="status">
            {move || match live.sync.get().unwrap_or(sync) {
                SyncState::Flowing => None,
                SyncState::Paused { waiting } => {
                    Some(
                        view! {
                            <span class="chip" title="Talking goes on. What waits is sent to ERPNext when it answers again.">
                                <PauseIcon/>
                                {format!("ERPNext sync paused, {waiting} waiting")}
                            </span>
                        },
                    )
                }
            }}
        </span>
    }
}
