//! The list of workspaces at the side; on a phone it is the page.

use super::{frame::Team, seen::Seen};
use crate::{
    clock::{iso, use_clock},
    drafts::{DraftMark, DraftsLink},
    live::Live,
    ui::{Avatar, Logo, Ring, SignOut, ThemeToggle, icon::PlugIcon},
};
use leptos::prelude::*;
use leptos_router::components::A;
use vocabulary::WorkspaceSummary;

/// Sign, workspaces, and who is signed in.
#[component]
pub fn Sidebar(
    /// Who looks at what.
    team: Team,
) -> impl IntoView {
    let none = team.workspaces.is_empty();
    let rows = team
        .workspaces
        .into_iter()
        .map(|summary| view! { <li><WorkspaceLink summary/></li> })
        .collect_view();
    view! {
        <div class="sidebar">
            <header class="sidebar-head"><Logo/></header>
            <nav class="sidebar-list" aria-label="Workspaces">
                <h2>"Workspaces"</h2>
                {none.then(|| view! { <p class="quiet">"No Project is shared with you yet."</p> })}
                <ul>{rows}</ul>
            </nav>
            <DraftsLink/>
            <footer class="sidebar-foot">
                <Avatar name=team.me.full_name.clone()/>
                <span class="sidebar-me">
                    <bdi class="sidebar-name">{team.me.full_name}</bdi>
                    <span class="sidebar-user">{team.me.user}</span>
                </span>
                {team.administers.then(|| view! {
                    <a href="/admin" class="icon-button" aria-label="Connections" title="Connections">
                        <PlugIcon/>
                    </a>
                })}
                <ThemeToggle/>
                <SignOut/>
            </footer>
        </div>
    }
    .into_any()
}

#[component]
fn WorkspaceLink(
    /// The workspace as the page opened.
    summary: WorkspaceSummary,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let seen = expect_context::<Seen>();
    let clock = use_clock();
    let more_id = format!("about-{}", summary.id);
    let described_by = more_id.clone();
    let id = summary.id;
    let first = summary.newest;
    let newest = Memo::new(move |_| live.newest(id).or_else(|| first.clone()));
    let unread =
        Memo::new(move |_| newest.with(|m| m.as_ref().is_some_and(|m| seen.is_unread(id, m))));
    view! {
        <div class="workspace" class:workspace-unread=unread>
            <Ring percent=summary.percent_complete/>
            <div class="workspace-words">
                <div class="workspace-top">
                    // The link covers the whole row (see style/frame.css); its name is the title alone.
                    <A href=format!("/w/{id}") attr:class="workspace-link" attr:aria-describedby=described_by>
                        <bdi>{summary.project_name}</bdi>
                    </A>
                    {move || {
                        newest.get().map(|message| {
                            let at = message.sent_at;
                            view! { <time datetime=iso(at)>{move || clock.zone().brief(at)}</time> }
                        })
                    }}
                </div>
                <div class="workspace-more" id=more_id>
                    {summary.customer.map(|customer| {
                        view! { <bdi class="workspace-customer">{customer.to_string()}</bdi> }
                    })}
                    <DraftMark workspace=id/>
                    {move || unread.get().then(|| view! { <span class="unread-mark">"Unread"</span> })}
                    <span class="workspace-newest" dir="auto">
                        {move || match newest.get() {
                            Some(message) => {
                                let author = message.author.full_name.split(' ').next().unwrap_or_default();
                                format!("{author}: {}", preview(message.words()))
                            }
                            None => "Nothing said yet".to_owned(),
                        }}
                    </span>
                </div>
            </div>
        </div>
    }
    .into_any()
}

/// The first words, on one line.
fn preview(body: &str) -> String {
    body.split_whitespace().flat_map(|word| [word, " "]).flat_map(str::chars).take(90).collect()
}
