//! One notice on the page of them.

use crate::{
    clock::{iso, use_clock},
    room::gist_of,
    ui::{
        Avatar,
        icon::{AlertIcon, AtIcon, BellIcon, CheckIcon, TaskIcon, ThreadIcon, UndoIcon},
    },
};
use leptos::prelude::*;
use leptos_router::components::A;
use vocabulary::{Message, Notice, NoticeKind, NoticeOf};

/// Characters of a message that are shown.
const SHOWN_CHARS: usize = 280;

/// What happened, where it leads, and a way to be done with it.
#[component]
pub(super) fn NoticeRow(
    /// Which.
    notice: Notice,
    /// Somebody goes where it happened.
    on_open: Callback<()>,
    /// Somebody is done with it, or is not after all.
    on_done: Callback<()>,
) -> impl IntoView {
    let clock = use_clock();
    let at = notice.at;
    let (href, kind, done) = (notice.path(), notice.kind, notice.done);
    let why = told(&notice);
    let is_new = notice.unread;
    view! {
        <article class="found notice" class:found-unread=is_new>
            <p class="found-where">
                <span class="notice-kind" class:notice-bad=matches!(kind, NoticeKind::Refused | NoticeKind::Unsent)><KindIcon kind/></span>
                <span>
                    {is_new.then(|| view! { <span class="notice-new">"New"</span> })}
                    <span>{why}</span>
                    {(!notice.project_name.is_empty()).then(|| view! { " · " <bdi>{notice.project_name.clone()}</bdi> })}
                    " · "
                    <time datetime=iso(at) title=move || clock.zone().full(at)>{move || clock.zone().brief(at)}</time>
                </span>
                <button type="button" class="button button-small notice-done" on:click=move |_| on_done.run(())>
                    {if done {
                        view! { <UndoIcon/>"Not done" }.into_any()
                    } else {
                        view! { <CheckIcon/>"Done" }.into_any()
                    }}
                </button>
            </p>
            {match notice.of {
                NoticeOf::Said { message } => view! { <Said message href on_open/> }.into_any(),
                NoticeOf::Work { doctype, name, subject, words } => {
                    let what = match (name, subject) {
                        (Some(name), Some(subject)) => format!("{name}: {subject}"),
                        (Some(name), None) => name,
                        (None, _) => format!("A new {doctype}"),
                    };
                    let words = (kind == NoticeKind::Refused).then_some(words).flatten();
                    view! { <Words href on_open words=what more=words/> }.into_any()
                }
                NoticeOf::Unsent { words } => {
                    let what = "Its text is kept under Drafts.".to_owned();
                    view! { <Words href on_open words=what more=Some(words)/> }.into_any()
                }
            }}
        </article>
    }
    .into_any()
}

fn told(notice: &Notice) -> String {
    match (notice.kind, &notice.of) {
        (NoticeKind::Mention, _) => "Mentioned you".to_owned(),
        (NoticeKind::Reply, _) => "Replied in a thread you follow".to_owned(),
        (NoticeKind::Message, _) => "Said in a room you follow".to_owned(),
        (NoticeKind::Followed, _) => "About something you follow".to_owned(),
        (NoticeKind::Assignment, NoticeOf::Work { doctype, words: Some(by), .. }) => {
            format!("{by} assigned a {doctype} to you")
        }
        (NoticeKind::Assignment, _) => "Assigned to you".to_owned(),
        (NoticeKind::Refused, _) => "ERPNext did not take your change".to_owned(),
        (NoticeKind::Unsent, _) => "A scheduled message was not sent".to_owned(),
    }
}

#[component]
fn KindIcon(
    /// Of which notices.
    kind: NoticeKind,
) -> impl IntoView {
    match kind {
        NoticeKind::Mention => view! { <AtIcon/> }.into_any(),
        NoticeKind::Reply => view! { <ThreadIcon/> }.into_any(),
        NoticeKind::Assignment | NoticeKind::Followed => view! { <TaskIcon/> }.into_any(),
        NoticeKind::Message => view! { <BellIcon/> }.into_any(),
        NoticeKind::Refused | NoticeKind::Unsent => view! { <AlertIcon/> }.into_any(),
    }
}

#[component]
fn Said(
    /// What.
    message: Message,
    /// Where it stands.
    href: String,
    /// Somebody goes there.
    on_open: Callback<()>,
) -> impl IntoView {
    let words = gist_of(&message, SHOWN_CHARS);
    let name = message.author.full_name;
    view! {
        <div class="found-said">
            <Avatar name=name.clone()/>
            <div>
                <p class="msg-top"><bdi class="msg-author">{name}</bdi></p>
                <Words href on_open words more=None/>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Words(
    /// Where it leads.
    href: String,
    /// Somebody goes there.
    on_open: Callback<()>,
    /// What the link says.
    words: String,
    /// What stands below.
    more: Option<String>,
) -> impl IntoView {
    view! {
        <A href=href attr:class="found-words" attr:dir="auto" on:click=move |_| on_open.run(())>{words}</A>
        {more.map(|more| view! { <p class="notice-more" dir="auto">{more}</p> })}
    }
    .into_any()
}
