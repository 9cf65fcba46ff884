//! Saying what one looks at, so that nothing of it is pushed to one's other devices meanwhile.

use super::api::attend;
use crate::workspaces::Unread;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;
use std::time::Duration;
use uuid::Uuid;
use vocabulary::{MessageId, RoomId};

/// It is said again before it counts no more (`server/workspace/src/notices.rs`).
const AGAIN_AFTER: Duration = Duration::from_secs(30);

/// As long as this window has the focus and shows `room`. Whoever has no device that notices are pushed to says nothing.
pub fn attend_to(room: RoomId) {
    let own = expect_context::<Unread>();
    let query = use_query_map();
    let thread = Memo::new(move |_| {
        query.with(|query| query.get("thread")).and_then(|id| id.parse::<MessageId>().ok())
    });
    let attends =
        Memo::new(move |_| (own.devices() > 0 && own.focused.get()).then(|| thread.get()));
    Effect::new(move |window: Option<Uuid>| {
        let window = window.unwrap_or_else(Uuid::now_v7);
        let Some(thread) = attends.get() else { return window };
        // Should it not arrive, a device rings once too often or a little late.
        let say = move |here| {
            spawn_local(async move {
                let _ = attend(room, thread, window, here).await;
            });
        };
        say(true);
        let again = set_interval_with_handle(move || say(true), AGAIN_AFTER);
        on_cleanup(move || {
            if let Ok(again) = again {
                again.clear();
            }
            say(false);
        });
        window
    });
}
