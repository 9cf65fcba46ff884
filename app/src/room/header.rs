//! What the workspace is about.

use super::{facts::FactsToggle, presence::Face, row::RoomMenuButton};
use crate::{
    live::Live,
    search,
    ui::{
        Ring, StatusPill,
        icon::{BackIcon, SearchIcon},
    },
};
use leptos::prelude::*;
use leptos_router::components::A;
use vocabulary::{Colleague, RoomId, WorkspaceSummary};

/// Faces shown before "and n more".
const FACES: usize = 5;

/// Project, customer, status, progress and people.
#[component]
pub fn RoomHeader(
    /// The workspace.
    summary: WorkspaceSummary,
    /// Its room.
    room: RoomId,
    /// The Project's users.
    colleagues: Memo<Vec<Colleague>>,
) -> impl IntoView {
    let here = search::here(&summary.project);
    view! {
        <header class="room-head">
            <A href="/workspaces" attr:class="icon-button room-back" attr:aria-label="All workspaces"><BackIcon/></A>
            <Ring percent=summary.percent_complete/>
            <div class="room-titles">
                <h1><bdi>{summary.project_name}</bdi></h1>
                <p>
                    {summary.customer.map(|customer| view! { <bdi>{customer.to_string()}</bdi> })}
                    <span class="room-project">{summary.project.to_string()}</span>
                </p>
            </div>
            <div class="room-state">
                <StatusPill status=summary.status/>
                <Faces colleagues room/>
                <A
                    href=here attr:class="icon-button room-search" attr:aria-label="Search in this conversation"
                    attr:title="Search in this conversation (Ctrl Shift F)"
                >
                    <SearchIcon/>
                </A>
                <RoomMenuButton/>
                <FactsToggle/>
            </div>
        </header>
    }
    .into_any()
}

#[component]
fn Faces(
    /// The Project's users.
    colleagues: Memo<Vec<Colleague>>,
    /// The room.
    room: RoomId,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let names = move || {
        let names = colleagues.get().into_iter().map(|colleague| {
            let here = colleague.person.is_some_and(|person| live.is_here(room, person));
            if here { format!("{} (here now)", colleague.full_name) } else { colleague.full_name }
        });
        format!("On the project: {}", names.collect::<Vec<_>>().join(", "))
    };
    let first = move || colleagues.get().into_iter().take(FACES).collect::<Vec<_>>();
    let more = move || {
        let more = colleagues.with(Vec::len).saturating_sub(FACES);
        (more > 0)
            .then(|| view! { <span class="avatar avatar-more" aria-hidden="true">"+"{more}</span> })
    };
    view! {
        <span class="faces" role="img" aria-label=names>
            <For each=first key=|person| (person.user.clone(), person.full_name.clone(), person.person) let:person>
                <Face name=person.full_name person=person.person room titled=true/>
            </For>
            {more}
        </span>
    }
}
