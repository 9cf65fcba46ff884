//! Lists of messages from all workspaces.

use super::frame::Team;
use crate::{
    clock::{iso, use_clock},
    jump::JumpButton,
    not_found::NotFound,
    room::gist_of,
    sign_in::NextPath,
    ui::{Avatar, Go, Trouble, icon::BackIcon},
};
use contract::AppError;
use leptos::prelude::*;
use leptos_router::components::A;
use vocabulary::{FoundMessage, Message, MessageId, WorkspaceId};

/// Characters of a message that are shown.
const SHOWN_CHARS: usize = 280;

/// The page around such a list: a title, and words for an empty one.
#[component]
pub fn ListPage(
    /// What is listed.
    title: &'static str,
    /// The list.
    children: Children,
) -> impl IntoView {
    view! {
        <leptos_meta::Title text=title/>
        <main class="list-page">
            <header class="room-head">
                <A href="/workspaces" attr:class="icon-button room-back" attr:aria-label="All workspaces"><BackIcon/></A>
                <div class="room-titles"><h1>{title}</h1></div>
                <JumpButton/>
            </header>
            <div class="list-scroll">{children()}</div>
        </main>
    }
    .into_any()
}

/// A list that did not come.
pub fn trouble(problem: AppError, path: &str) -> AnyView {
    match problem {
        AppError::NotFound => view! { <NotFound/> }.into_any(),
        AppError::SignIn => view! { <Go to=NextPath::sign_in(Some(path))/> }.into_any(),
        problem => view! { <Trouble problem/> }.into_any(),
    }
}

/// The way to where something is said: into the workspace that was spoken in last.
#[component]
pub fn IntoARoom() -> impl IntoView {
    let first = use_context::<Team>().and_then(|team| team.workspaces.into_iter().next());
    match first {
        Some(first) => view! {
            <A href=format!("/w/{}", first.id) attr:class="button button-primary">"Go to "<bdi>{first.project_name}</bdi></A>
        }
        .into_any(),
        None => {
            view! { <A href="/workspaces" attr:class="button button-primary">"Go to the workspaces"</A> }.into_any()
        }
    }
}

/// Where a message of a workspace stands.
#[must_use]
pub fn path_of(workspace: WorkspaceId, message: &Message) -> String {
    match message.thread {
        Some(root) => format!("/w/{workspace}?thread={root}&m={}", message.id),
        None => format!("/w/{workspace}?m={}", message.id),
    }
}

/// The path of a thread.
#[must_use]
pub fn thread_path(workspace: WorkspaceId, root: MessageId) -> String {
    format!("/w/{workspace}?thread={root}")
}

/// One message of the list.
#[component]
pub fn FoundRow(
    /// Which.
    found: FoundMessage,
    /// Where it leads.
    href: String,
) -> impl IntoView {
    let FoundMessage { project_name, message, .. } = found;
    view! {
        <div class="found">
            <p class="found-where"><bdi>{project_name}</bdi></p>
            <Said message href=Some(href)/>
        </div>
    }
    .into_any()
}

/// Who said what, in short.
#[component]
pub fn Said(
    /// What.
    message: Message,
    /// Where it leads, if its words do.
    href: Option<String>,
) -> impl IntoView {
    let clock = use_clock();
    let at = message.sent_at;
    let words = gist_of(&message, SHOWN_CHARS);
    let words = match href {
        Some(href) => {
            view! { <A href=href attr:class="found-words" attr:dir="auto">{words}</A> }.into_any()
        }
        None => view! { <p class="found-words" dir="auto">{words}</p> }.into_any(),
    };
    view! {
        <div class="found-said">
            <Avatar name=message.author.full_name.clone()/>
            <div>
                <p class="msg-top">
                    <bdi class="msg-author">{message.author.full_name.clone()}</bdi>
                    <time class="msg-time" datetime=iso(at) title=move || clock.zone().full(at)>
                        {move || clock.zone().brief(at)}
                    </time>
                </p>
                {words}
            </div>
        </div>
    }
    .into_any()
}
