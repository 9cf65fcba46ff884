//! The thread a message began, in short.

use super::desk::Desk;
use crate::{clock::use_clock, ui::Avatar};
use leptos::prelude::*;
use std::sync::Arc;
use vocabulary::Message;

/// How many answered, who, and when last; leads to the thread.
#[component]
pub fn ThreadSummary(
    /// The message that may have begun one.
    message: Memo<Option<Arc<Message>>>,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let clock = use_clock();
    let summary = Memo::new(move |_| {
        message.with(|message| {
            let message = message.as_ref()?;
            message
                .replies
                .clone()
                .filter(|replies| replies.count > 0)
                .map(|replies| (message.id, replies))
        })
    });
    move || {
        summary.get().map(|(root, replies)| {
            let count = match replies.count {
                1 => "1 reply".to_owned(),
                count => format!("{count} replies"),
            };
            let faces = replies
                .faces
                .into_iter()
                .map(|face| view! { <Avatar name=face.full_name titled=true/> })
                .collect_view();
            let unread = move || desk.has_unread(root);
            view! {
                <a class="msg-thread" class:msg-thread-unread=unread href=desk.thread_path(root)>
                    <span class="faces">{faces}</span>
                    <span class="msg-thread-count">{count}</span>
                    {move || unread().then(|| view! { <span class="msg-thread-dot" role="img" aria-label="not read"></span> })}
                    <span class="msg-thread-last">{move || format!("last {}", clock.zone().brief(replies.last_at))}</span>
                </a>
            }
        })
    }
}
