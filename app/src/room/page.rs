//! The page of a workspace.

use super::{
    api::workspace,
    composer::{Composer, Writing},
    conversation::Conversation,
    facts::{Board, FactsPanel, OpenFromAddress},
    files::ViewerDialog,
    header::RoomHeader,
    messages::Messages,
    reading::Attention,
    row::{Desk, Overlays, RoomMenuButton},
    seek::aim_of,
    tags::{Chips, offer_work},
    text::{Reader, Site},
    thread::{ThreadPanel, offer_threads},
};
use crate::{
    asked::{answer, asked},
    live::Live,
    not_found::NotFound,
    offline,
    sign_in::NextPath,
    ui::{Go, Trouble},
};
use contract::AppError;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use vocabulary::{WorkspaceId, WorkspaceView};

/// The workspace of the address; what is hidden and what does not exist look the same.
#[component]
pub fn RoomPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")));
    let query = use_query_map();
    let opened = asked(
        move || id.get(),
        move |id| {
            let aim = query.with_untracked(|query| aim_of(query, false));
            async move {
                let id: WorkspaceId =
                    id.and_then(|id| id.parse().ok()).ok_or(AppError::NotFound)?;
                workspace(id, aim).await
            }
        },
    );
    view! {
        <Transition fallback=|| view! { <main class="room room-loading" aria-busy="true"></main> }>
            {move || Suspend::new(async move {
                match answer(opened).await {
                    Ok(opened) => view! { <Workspace opened/> }.into_any(),
                    Err(AppError::NotFound) => {
                        view! { <main class="room room-missing"><NotFound/></main> }.into_any()
                    }
                    Err(AppError::SignIn) => {
                        let path = id.get_untracked().map(|id| format!("/w/{id}"));
                        view! { <Go to=NextPath::sign_in(path.as_deref())/> }.into_any()
                    }
                    Err(problem) => {
                        let path = id.get_untracked().map(|id| format!("/w/{id}"));
                        offline::open_kept(&problem, path);
                        view! { <main class="room"><Trouble problem/></main> }.into_any()
                    }
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
    let attention = Attention::of(talk);
    provide_context(attention);
    let desk = Desk::new(talk, opened.summary.id);
    provide_context(desk);
    offer_threads(desk, opened.summary.id, attention);
    provide_context(Reader(opened.me.clone()));
    provide_context(Site(opened.erpnext.clone()));
    let WorkspaceView { summary, facts, sync, room, me, .. } = opened;
    let board = Board::of(summary.id, room.id, me.id, facts);
    let chips = Chips::of(board, summary.id, room.id);
    provide_context(chips);
    let desk = expect_context::<Desk>();
    offer_work(desk, chips);
    let workspace = summary.id;
    offline::keep_page(format!("/w/{workspace}"));
    let project_name = summary.project_name.clone();
    view! {
        <Title text=project_name.clone()/>
        <Show
            when=move || !talk.closed.get()
            fallback=|| view! { <main class="room room-missing"><NotFound/></main> }
        >
            <main class="room">
                <RoomHeader summary=summary.clone() room=room.id board><RoomMenuButton/></RoomHeader>
                <Show when=move || live.outdated.get()>
                    <p class="update" role="status">
                        "Update ready. What you typed is kept. "
                        <a href="" rel="external">"Reload"</a>
                    </p>
                </Show>
                <Messages talk project_name=project_name.clone()/>
                <Composer talk place=Writing::Room board sync=Some(sync)/>
                <ViewerDialog/>
            </main>
            <ThreadPanel talk workspace board/>
            <FactsPanel board/>
            <OpenFromAddress board/>
            <Overlays/>
        </Show>
    }
    .into_any()
}
