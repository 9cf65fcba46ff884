//! What stays while a member moves between workspaces.

use super::{api, api::my_workspaces, badge::Badge, sidebar::Sidebar, unread::Unread};
use crate::{
    admin::administers,
    asked::{answer, asked},
    drafts::Drafts,
    keys::PageKeys,
    live::{LineBar, Live},
    not_found::NotFoundPage,
    offline,
    room::Uploads,
    sign_in::{NextPath, home_of, whoami},
    ui::{Go, Trouble, icon::CloseIcon},
};
use contract::AppError;
use leptos::prelude::*;
use leptos_router::{components::Outlet, hooks::use_location};
use serde::{Deserialize, Serialize};
use vocabulary::{Mine, Person, PersonKind, WorkspaceSummary};

/// The member and their workspaces, for the pages inside the frame.
#[derive(Clone, Serialize, Deserialize)]
pub struct Team {
    /// Who looks.
    pub me: Person,
    /// Their workspaces as the page opened.
    pub workspaces: Vec<WorkspaceSummary>,
    /// Whether they look after the connection to ERPNext too.
    pub administers: bool,
    /// What was their own as the page opened.
    pub mine: Mine,
}

/// Sidebar and page. Whoever is no member is sent home from the list, and finds nothing behind any other address.
#[component]
pub fn TeamFrame() -> impl IntoView {
    let team = asked(|| (), |()| team());
    let path = use_location().pathname;
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                let team = answer(team).await;
                let path = path.get_untracked();
                match team {
                    Ok(team) if team.me.kind == PersonKind::Member => view! { <Frame team/> }.into_any(),
                    Ok(Team { me, .. }) if path.starts_with("/workspaces") => {
                        view! { <Go to=home_of(me.kind).to_owned()/> }.into_any()
                    }
                    Ok(_) => view! { <NotFoundPage/> }.into_any(),
                    Err(AppError::SignIn) => view! { <Go to=NextPath::sign_in(Some(&path))/> }.into_any(),
                    Err(problem) => view! { <Trouble problem/> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn Frame(
    /// Who looks at what.
    team: Team,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let uploads = expect_context::<Uploads>();
    let path = use_location().pathname;
    let person = team.me.id;
    let rooms: Vec<_> = team
        .workspaces
        .iter()
        .filter_map(|row| Some((row.id, row.newest.as_ref()?)))
        .map(|(id, m)| (id, m.room, m.seq))
        .collect();
    Effect::new(move |_| {
        live.start(person);
        uploads.restore(person);
        offline::begin();
        for (workspace, room, seq) in &rooms {
            live.learn(*workspace, *room);
            live.watch(*room, *seq);
        }
    });
    provide_context(Drafts::new());
    let unread = Unread::new(person, &team.me.user, team.mine.clone());
    provide_context(unread);
    expect_context::<Badge>().follow(unread);
    provide_context(team.clone());
    let on_list = move || path.with(|path| path.starts_with("/workspaces"));
    view! {
        <LineBar/>
        <div class="frame" class:frame-list=on_list>
            <Sidebar team/>
            <Outlet/>
        </div>
        <OwnTrouble unread/>
        // They outlive the room that is left for another.
        <PageKeys/>
    }
    .into_any()
}

/// Says what was pressed for and not done, until it is closed or something else is pressed for.
#[component]
fn OwnTrouble(
    /// Whose wishes.
    unread: Unread,
) -> impl IntoView {
    view! {
        <div class="own-trouble" role="alert">
            {move || unread.trouble.get().map(|words| view! {
                <div class="notice-card">
                    <p>{words}</p>
                    <button
                        type="button" class="icon-button" aria-label="Close" title="Close"
                        on:click=move |_| unread.trouble.set(None)
                    >
                        <CloseIcon/>
                    </button>
                </div>
            })}
        </div>
    }
}

async fn team() -> Result<Team, AppError> {
    let me = whoami().await?;
    if me.kind != PersonKind::Member {
        let mine = Mine::default();
        return Ok(Team { me, workspaces: Vec::new(), administers: false, mine });
    }
    let workspaces = my_workspaces().await?;
    let administers = administers().await?;
    let mine = api::mine().await?;
    Ok(Team { me, workspaces, administers, mine })
}
