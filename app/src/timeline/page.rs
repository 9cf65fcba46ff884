//! The page of `/w/{id}/timeline`.

use super::{
    api::timeline,
    filter_bar::{FilterBar, filter_of},
    loaded::Loaded,
    opened::Named,
    stream::Stream,
};
use crate::{
    asked::{answer, asked},
    clock::zone_name,
    live::Live,
    not_found::NotFound,
    offline,
    room::{Board, FactsPanel, OpenFromAddress, RoomHeader, mentionable, workspace},
    sign_in::NextPath,
    ui::{Go, Trouble},
};
use contract::AppError;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use vocabulary::{Aim, EntryId, Mentionable, WorkspaceId, WorkspaceView};

/// The timeline of the address; what is hidden and what does not exist look the same.
#[component]
pub fn WorkspaceTimelinePage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")));
    let opened = asked(
        move || id.get(),
        |id| async move {
            let id: WorkspaceId = id.and_then(|id| id.parse().ok()).ok_or(AppError::NotFound)?;
            let opened = workspace(id, Some(Aim::End)).await?;
            let people = mentionable(opened.room.id).await?;
            Ok::<_, AppError>((opened, people))
        },
    );
    let path = move || id.get_untracked().map(|id| format!("/w/{id}/timeline"));
    view! {
        <Transition fallback=|| view! { <main class="room room-loading" aria-busy="true"></main> }>
            {move || Suspend::new(async move {
                match answer(opened).await {
                    Ok((opened, people)) => view! { <Timeline opened people/> }.into_any(),
                    Err(AppError::NotFound) => {
                        view! { <main class="room room-missing"><NotFound/></main> }.into_any()
                    }
                    Err(AppError::SignIn) => view! { <Go to=NextPath::sign_in(path().as_deref())/> }.into_any(),
                    Err(problem) => {
                        offline::open_kept(&problem, path());
                        view! { <main class="room"><Trouble problem/></main> }.into_any()
                    }
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Timeline(
    /// The workspace as its page opens.
    opened: WorkspaceView,
    /// Whom one can choose.
    people: Vec<Mentionable>,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let WorkspaceView { summary, room, me, facts, erpnext, window, .. } = opened;
    let workspace = summary.id;
    let board = Board::of(workspace, room.id, me.id, facts);
    let erpnext = StoredValue::new(erpnext);
    Effect::new(move |_| {
        live.learn(workspace, room.id);
        live.watch(room.id, window.upto);
    });
    let query = use_query_map();
    let filter = Memo::new(move |_| query.with(filter_of));
    let named = Memo::new(move |_| {
        query
            .with(|query| query.get("row").and_then(|row| row.parse().ok()).map(EntryId::from_uuid))
    });
    // Until the page is alive nobody knows it, as with every time on a page.
    let zone = RwSignal::new(String::new());
    Effect::new(move |_| zone.set(zone_name().unwrap_or_default()));
    let days_zone = Memo::new(move |_| {
        let has_days = filter.with(|filter| filter.from.is_some() || filter.to.is_some());
        if has_days { zone.get() } else { String::new() }
    });
    let first = asked(
        move || (filter.get(), days_zone.get()),
        move |(filter, zone)| async move {
            let page = timeline(workspace, filter.clone(), zone.clone(), None).await?;
            Ok::<_, AppError>((filter, zone, page))
        },
    );
    let open_work = Callback::new(move |item| board.reveal(Some(item)));
    let documents = Signal::derive(move || board.choices());
    let title = format!("Timeline of {}", summary.project_name);
    view! {
        <Title text=title/>
        <main class="room room-timeline">
            <RoomHeader summary room=room.id board/>
            <div class="timeline-scroll">
                <FilterBar workspace filter people documents/>
                {move || named.get().map(|id| view! { <Named workspace id erpnext/> })}
                <Transition fallback=|| view! { <p class="quiet" aria-busy="true">"Loading …"</p> }>
                    {move || Suspend::new(async move {
                        match answer(first).await {
                            Ok((filter, days_zone, page)) => {
                                let loaded = Loaded::of(workspace, filter.clone(), days_zone, page);
                                loaded.follow(room.id);
                                view! { <Stream loaded filter zone=zone.into() erpnext open_work/> }.into_any()
                            }
                            Err(problem) => view! { <p role="alert">{problem.to_string()}</p> }.into_any(),
                        }
                    })}
                </Transition>
            </div>
        </main>
        <FactsPanel board/>
        <OpenFromAddress board/>
    }
    .into_any()
}
