//! The list of workspaces at the side; on a phone it is the page.

use super::{frame::Team, unread::Unread};
use crate::{
    clock::{iso, use_clock},
    drafts::{DraftMark, DraftsLink},
    live::Live,
    room::gist_of,
    ui::{
        Avatar, Logo, Ring, SignOut, ThemeToggle,
        icon::{AtIcon, GearIcon, MutedIcon, PlugIcon, RadarIcon, SavedIcon, ThreadIcon},
    },
};
use leptos::prelude::*;
use leptos_router::components::A;
use vocabulary::{UNREAD_LIMIT, WorkspaceSummary};

/// Characters of the newest message that are shown.
const PREVIEW_CHARS: usize = 90;

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
            <nav class="sidebar-mine" aria-label="For me">
                <ThreadsLink/>
                <A href="/mentions" attr:class="sidebar-link"><AtIcon/>"Mentions"</A>
                <A href="/saved" attr:class="sidebar-link"><SavedIcon/>"Saved"</A>
                <A href="/radar" attr:class="sidebar-link"><RadarIcon/>"Radar"</A>
            </nav>
            <nav class="sidebar-list" aria-label="Workspaces">
                <h2>"Workspaces"</h2>
                {none.then(|| view! { <p class="quiet">"No Project is shared with you yet."</p> })}
                <ul>{rows}</ul>
            </nav>
            <nav aria-label="Unsent"><DraftsLink/></nav>
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
                <A href="/settings" attr:class="icon-button" attr:aria-label="Settings" attr:title="Settings"><GearIcon/></A>
                <ThemeToggle/>
                <SignOut/>
            </footer>
        </div>
    }
    .into_any()
}

/// Leads to the threads somebody follows, and says whether there is something to read.
#[component]
fn ThreadsLink() -> impl IntoView {
    let unread = expect_context::<Unread>();
    let count = Memo::new(move |_| unread.unread_threads());
    view! {
        <A href="/threads" attr:class="sidebar-link">
            <ThreadIcon/>
            <span class:sidebar-unread=move || count.get() != 0>"Threads"</span>
            {move || (count.get() > 0).then(|| view! { <span class="unread-mark">"Unread"</span> })}
        </A>
    }
}

#[component]
fn WorkspaceLink(
    /// The workspace as the page opened.
    summary: WorkspaceSummary,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let own = expect_context::<Unread>();
    let clock = use_clock();
    let more_id = format!("about-{}", summary.id);
    let described_by = more_id.clone();
    let id = summary.id;
    let first = summary.newest;
    let newest = Memo::new(move |_| live.newest(id).or_else(|| first.clone()));
    let unread = Memo::new(move |_| own.room_of(id).is_some_and(|room| own.room(room).is_unread()));
    let mentions = Memo::new(move |_| own.mentions(id));
    let muted = Memo::new(move |_| own.room_of(id).is_some_and(|room| own.is_muted(room)));
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
                    {move || muted.get().then(|| view! {
                        <span class="workspace-muted" role="img" aria-label="Muted" title="Muted"><MutedIcon/></span>
                    })}
                    {move || match (mentions.get(), unread.get()) {
                        (0, false) => ().into_any(),
                        (0, true) => view! { <span class="unread-mark">"Unread"</span> }.into_any(),
                        (number, _) => view! {
                            <span class="mention-count" role="img" aria-label=called(number)>{capped(number)}</span>
                        }
                        .into_any(),
                    }}
                    <span class="workspace-newest" dir="auto">
                        {move || match newest.get() {
                            Some(message) => {
                                let author = message.author.full_name.split(' ').next().unwrap_or_default();
                                format!("{author}: {}", gist_of(&message, PREVIEW_CHARS))
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

fn capped(number: u32) -> String {
    if number >= UNREAD_LIMIT { "99+".to_owned() } else { number.to_string() }
}

fn called(number: u32) -> String {
    match number {
        1 => "1 mention of you".to_owned(),
        number => format!("{} mentions of you", capped(number)),
    }
}
