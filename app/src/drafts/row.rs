//! One draft.

use super::{Drafts, keep_draft};
use crate::{
    clock::{iso, use_clock},
    room::{draft_is, readable},
    workspaces::Team,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::components::A;
use vocabulary::{Draft, MessageId, WorkspaceId};

/// Characters of a text in a list.
const PREVIEW_CHARS: usize = 280;

/// The address of what was begun.
pub(super) fn address(workspace: WorkspaceId, thread: Option<MessageId>) -> String {
    match thread {
        Some(root) => format!("/w/{workspace}?thread={root}"),
        None => format!("/w/{workspace}"),
    }
}

/// The first words of a text, as people read it.
pub(super) fn preview(written: &str) -> String {
    let text = readable(written);
    let mut chars = text.chars();
    let mut short: String = chars.by_ref().take(PREVIEW_CHARS).collect();
    if chars.next().is_some() {
        short.push('…');
    }
    short
}

/// Where, what and when, and a way to throw it away.
#[component]
pub fn DraftRow(
    /// The draft.
    one: Draft,
) -> impl IntoView {
    let drafts = expect_context::<Drafts>();
    let me = expect_context::<Team>().me.id;
    let clock = use_clock();
    let Draft { workspace, project_name, room, thread, body, at } = one;
    let asked = RwSignal::new(false);
    let named = project_name.clone();
    let away = move |_| {
        if !asked.get_untracked() {
            asked.set(true);
            return;
        }
        spawn_local(async move {
            if keep_draft(room, thread, String::new()).await.is_ok() {
                draft_is(me, room, thread, "");
            }
            drafts.ask();
        });
    };
    view! {
        <li class="drafts-row">
            <A href=address(workspace, thread) attr:class="drafts-go">
                <bdi>{project_name.clone()}</bdi>
                {thread.map(|_| " · thread")}
            </A>
            <time datetime=iso(at) title=move || clock.zone().full(at)>{move || clock.zone().brief(at)}</time>
            <p class="drafts-text" dir="auto">{preview(&body)}</p>
            <button
                type="button" class="button button-small" on:click=away
                on:blur=move |_| asked.set(false)
                aria-label=move || {
                    let what = if asked.get() { "Really throw away" } else { "Throw away" };
                    format!("{what} the draft in {named}")
                }
            >
                {move || if asked.get() { "Really throw away?" } else { "Throw away" }}
            </button>
        </li>
    }
    .into_any()
}
