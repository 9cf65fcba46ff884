//! What the workspace is about, how it stands, and its views.

use super::{
    facts::{Board, FactsToggle},
    presence::Face,
};
use crate::{
    clock::Day,
    live::Live,
    radar::HealthChip,
    ui::{Ring, StatusPill, icon::BackIcon},
};
use leptos::prelude::*;
use leptos_router::components::A;
use vocabulary::{Colleague, RoomId, WorkspaceId, WorkspaceSummary};

/// Faces shown before "and n more".
const FACES: usize = 5;

/// Project, customer, status, progress and people; below them the views, how the Project stands, and its dates.
#[component]
pub fn RoomHeader(
    /// The workspace.
    summary: WorkspaceSummary,
    /// Its room.
    room: RoomId,
    /// What is known of the Project.
    board: Board,
    /// More that can be done in this view.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let workspace = summary.id;
    let colleagues = Memo::new(move |_| board.colleagues());
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
                <FactsToggle/>
            </div>
        </header>
        <ProjectBar workspace board/>
    }
    .into_any()
}

#[component]
fn ProjectBar(
    /// The workspace.
    workspace: WorkspaceId,
    /// What is known of the Project.
    board: Board,
) -> impl IntoView {
    let outlook = Memo::new(move |_| board.facts(|facts| facts.outlook.clone()));
    let dates = move || {
        outlook.with(|outlook| {
            let day = |day: &Option<String>| day.as_deref().and_then(|day| Day::parse(day.get(..10)?));
            let (from, to) = (day(&outlook.expected_start_date), day(&outlook.expected_end_date));
            let written = |day: Day| {
                view! { <time datetime=day.written()>{day.short(None)}" "{day.written().get(..4).unwrap_or_default().to_owned()}</time> }
            };
            match (from, to) {
                (None, None) => ().into_any(),
                (Some(from), None) => view! { <p class="project-dates">"Expected from " {written(from)}</p> }.into_any(),
                (None, Some(to)) => view! { <p class="project-dates">"Expected end " {written(to)}</p> }.into_any(),
                (Some(from), Some(to)) => view! {
                    <p class="project-dates"><span class="unseen">"Expected "</span>{written(from)} " – " {written(to)}</p>
                }
                .into_any(),
            }
        })
    };
    view! {
        <div class="project-bar">
            <nav class="views" aria-label="Views of the project">
                <A href=format!("/w/{workspace}") exact=true>"Talk"</A>
                <A href=format!("/w/{workspace}/timeline") exact=true>"Timeline"</A>
            </nav>
            {dates}
            <HealthChip workspace outlook/>
        </div>
    }
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
