//! The page of a workspace.

use super::{
    api::workspace, composer::Composer, conversation::Conversation, facts::FactsPanel,
    header::RoomHeader, messages::Messages,
};
use crate::{
    live::Live,
    not_found::NotFound,
    sign_in::NextPath,
    ui::{Go, Trouble},
    workspaces::Seen,
};
use contract::AppError;
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use vocabulary::{RoomId, WorkspaceFacts, WorkspaceId, WorkspaceView};

/// The workspace of the address; what is hidden and what does not exist look the same.
#[component]
pub fn RoomPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")));
    let opened = Resource::new_blocking(
        move || id.get(),
        |id| async move {
            let id: WorkspaceId = id.and_then(|id| id.parse().ok()).ok_or(AppError::NotFound)?;
            workspace(id).await
        },
    );
    view! {
        <Transition fallback=|| view! { <main class="room room-loading" aria-busy="true"></main> }>
            {move || Suspend::new(async move {
                match opened.await {
                    Ok(opened) => view! { <Workspace opened/> }.into_any(),
                    Err(AppError::NotFound) => {
                        view! { <main class="room room-missing"><NotFound/></main> }.into_any()
                    }
                    Err(AppError::SignIn) => {
                        let path = id.get_untracked().map(|id| format!("/w/{id}"));
                        view! { <Go to=NextPath::sign_in(path.as_deref())/> }.into_any()
                    }
                    Err(problem) => view! { <main class="room"><Trouble problem/></main> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Workspace(
    /// The workspace as its page opens.
    opened: WorkspaceView,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let talk = Conversation::open(&opened);
    note_reading(opened.summary.id, talk);
    let WorkspaceView { summary, facts, sync, room, .. } = opened;
    let facts = keep_facts_fresh(summary.id, room.id, facts);
    let colleagues = facts.get_untracked().colleagues;
    let project_name = summary.project_name.clone();
    view! {
        <Title text=project_name.clone()/>
        <Show
            when=move || !talk.closed.get()
            fallback=|| view! { <main class="room room-missing"><NotFound/></main> }
        >
            <main class="room">
                <RoomHeader summary=summary.clone() colleagues=colleagues.clone()/>
                <Show when=move || live.outdated.get()>
                    <p class="update" role="status">
                        "Update ready. What you typed is kept. "
                        <a href="" rel="external">"Reload"</a>
                    </p>
                </Show>
                <Messages talk project_name=project_name.clone()/>
                <Composer talk sync/>
            </main>
            {move || view! { <FactsPanel facts=facts.get()/> }}
        </Show>
    }
    .into_any()
}

/// The facts beside the talk; read again when the server says that they changed.
fn keep_facts_fresh(
    id: WorkspaceId,
    room: RoomId,
    facts: WorkspaceFacts,
) -> RwSignal<WorkspaceFacts> {
    let live = expect_context::<Live>();
    let facts = RwSignal::new(facts);
    Effect::new(move |_| {
        let Some(changes) = live.facts_changes(room) else { return };
        if changes <= facts.with_untracked(|facts| facts.changes) {
            return;
        }
        spawn_local(async move {
            // Should it fail, the next change or the next joining tries again.
            if let Ok(now) = workspace(id).await {
                facts.try_update(|shown| {
                    if now.facts.changes >= shown.changes {
                        *shown = now.facts;
                    }
                });
            }
        });
    });
    facts
}

/// Read is what stood at the end while somebody looked.
fn note_reading(workspace: WorkspaceId, talk: Conversation) {
    let seen = expect_context::<Seen>();
    let look = move |last| {
        if talk.at_end.get() && document().has_focus().unwrap_or(false) {
            seen.mark(workspace, last);
        }
    };
    Effect::new(move |_| look(talk.last()));
    Effect::new(move |_| {
        let focus = window_event_listener(leptos::ev::focus, move |_| {
            untrack(|| look(talk.last()));
        });
        on_cleanup(move || focus.remove());
    });
}
