//! What the workspace is about.

use super::presence::Face;
use crate::{
    live::Live,
    ui::{Ring, StatusPill, icon::BackIcon},
};
use leptos::prelude::*;
use leptos_router::components::A;
use vocabulary::{Colleague, RoomId, WorkspaceId, WorkspaceSummary};

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
    /// What the page has for itself at the end.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
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
                {children.map(|children| children())}
            </div>
        </header>
    }
    .into_any()
}

/// The pages of a workspace.
#[component]
pub fn WorkspaceTabs(
    /// Which.
    workspace: WorkspaceId,
) -> impl IntoView {
    view! {
        <nav class="tabs" aria-label="Workspace">
            <A href=format!("/w/{workspace}") exact=true attr:class="tab">"Chat"</A>
            <A href=format!("/w/{workspace}/tasks") attr:class="tab">"Tasks"</A>
            <A href=format!("/w/{workspace}/issues") attr:class="tab">"Issues"</A>
        </nav>
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
