//! One thing that happened.

use super::opened::Opened;
use crate::{
    clock::{iso, use_clock},
    room::gist_of,
    ui::{
        Avatar,
        icon::{
            AtIcon, EyeIcon, IssueIcon, LockIcon, PaperclipIcon, QuoteIcon, TaskIcon, ThreadIcon,
        },
    },
};
use leptos::prelude::*;
use leptos_router::components::A;
use vocabulary::{
    Audience, FieldStep, Happened, Message, Moment, TimelineAbout, TimelineEntry, WorkDoctype,
    WorkspaceId, file_size,
};

/// Characters of a message that are shown.
const SHOWN_CHARS: usize = 280;

/// A row; it opens what it tells of.
#[component]
pub(super) fn EntryRow(
    /// The workspace.
    workspace: WorkspaceId,
    /// What happened.
    entry: TimelineEntry,
    /// ERPNext's origin.
    erpnext: StoredValue<String>,
    /// When the reader was last here.
    last_here: RwSignal<Option<Moment>>,
    /// Opens a Task or an Issue.
    open_work: Callback<(WorkDoctype, String)>,
) -> impl IntoView {
    let clock = use_clock();
    let TimelineEntry { id, at, who, audience, about, what } = entry;
    let name = who.map_or_else(|| "ERPNext".to_owned(), |who| who.full_name);
    let is_new = move || last_here.get().is_some_and(|last_here| at > last_here);
    let about = about.map(|about| view! { <About about open_work/> });
    let (icon, deed, body) = match what {
        Happened::Said(message) => {
            let deed = if message.thread.is_some() { "replied" } else { "said" };
            (view! { <ThreadIcon/> }.into_any(), deed.to_owned(), said(workspace, message))
        }
        Happened::Mail { subject, medium, received, gist } => {
            let what = if medium.is_empty() { "Communication".to_owned() } else { medium };
            let deed = if received { format!("{what} received") } else { format!("{what} sent") };
            let body = view! { <Opened workspace id title=subject gist erpnext/> }.into_any();
            (view! { <AtIcon/> }.into_any(), deed, body)
        }
        Happened::Comment { gist } => {
            let body = view! { <Opened workspace id title="Comment" gist erpnext/> }.into_any();
            (view! { <QuoteIcon/> }.into_any(), "commented in ERPNext".to_owned(), body)
        }
        Happened::File { file_name, size } => {
            let gist = size.map(file_size).unwrap_or_default();
            let body = view! { <Opened workspace id title=file_name gist erpnext/> }.into_any();
            (view! { <PaperclipIcon/> }.into_any(), "attached a file".to_owned(), body)
        }
        Happened::Made => (view! { <TaskIcon/> }.into_any(), "made this".to_owned(), ().into_any()),
        Happened::Changed(steps) => {
            let steps = steps.into_iter().map(|step| view! { <Changed step/> }).collect_view();
            let body = view! { <ul class="steps">{steps}</ul> }.into_any();
            (view! { <IssueIcon/> }.into_any(), "changed".to_owned(), body)
        }
    };
    view! {
        <article class="entry" class:entry-new=is_new data-entry=id.to_string()>
            <span class="entry-face"><Avatar name=name.clone()/><span class="entry-icon">{icon}</span></span>
            <div class="entry-words">
                <p class="entry-top">
                    <bdi class="msg-author">{name}</bdi>
                    <span class="entry-deed">{deed}</span>
                    <time class="msg-time" datetime=iso(at) title=move || clock.zone().full(at)>
                        {move || clock.zone().time(at)}
                    </time>
                    {audience_mark(audience)}
                    {move || is_new().then(|| view! { <span class="entry-mark">"New"</span> })}
                </p>
                {about}
                {body}
            </div>
        </article>
    }
    .into_any()
}

fn audience_mark(audience: Audience) -> AnyView {
    match audience {
        Audience::Team => {
            view! { <span class="entry-audience" role="img" aria-label="Team only" title="Team only"><LockIcon/></span> }
                .into_any()
        }
        Audience::Client => view! {
            <span class="entry-audience entry-client" role="img" aria-label="The client knows" title="The client knows">
                <EyeIcon/>
            </span>
        }
        .into_any(),
    }
}

/// What somebody said; one that was removed leads to where it stood.
fn said(workspace: WorkspaceId, message: Message) -> AnyView {
    let href = match message.thread {
        Some(root) => format!("/w/{workspace}?thread={root}&m={}", message.id),
        None => format!("/w/{workspace}?m={}", message.id),
    };
    let removed = message.removed.is_some();
    let words = gist_of(&message, SHOWN_CHARS);
    let files = message.files.len();
    let tags = message.tags.iter().filter(|tag| !tag.making).map(|tag| {
        let name = tag.name.clone();
        view! { <li class="entry-tag">{name}</li> }
    });
    let tags = tags.collect_view();
    view! {
        <A href=href attr:class="entry-link" attr:dir="auto"><span class:quiet=removed>{words}</span></A>
        {(files > 0 && !removed).then(|| {
            let words = if files == 1 { "1 file".to_owned() } else { format!("{files} files") };
            view! { <p class="entry-more"><PaperclipIcon/>{words}</p> }
        })}
        {(!message.tags.is_empty()).then(|| view! { <ul class="entry-tags" aria-label="Tags">{tags}</ul> })}
    }
    .into_any()
}

#[component]
fn About(
    /// What it is about.
    about: TimelineAbout,
    /// Opens a Task or an Issue.
    open_work: Callback<(WorkDoctype, String)>,
) -> impl IntoView {
    let work = about.work().map(|(doctype, name)| (doctype, name.to_owned()));
    let TimelineAbout { name, title, doctype } = about;
    match work {
        Some(work) => view! {
            <p class="entry-about">
                <button type="button" class="entry-link" on:click=move |_| open_work.run(work.clone())>
                    <span class="entry-doc">{name}</span>" "<bdi>{title}</bdi>
                </button>
            </p>
        }
        .into_any(),
        None => view! {
            <p class="entry-about"><span class="entry-doc">{doctype}</span>" "<bdi>{title}</bdi></p>
        }
        .into_any(),
    }
}

#[component]
fn Changed(
    /// What was changed.
    step: FieldStep,
) -> impl IntoView {
    let value = |value: Option<String>| match value {
        Some(value) => view! { <bdi>{value}</bdi> }.into_any(),
        None => view! { <span class="quiet">"nothing"</span> }.into_any(),
    };
    view! {
        <li>
            <span class="step-field">{step.field.label()}</span>
            <span class="step-from">{value(step.from)}</span>
            <span class="unseen">" became "</span>
            <span aria-hidden="true">"→"</span>
            <span class="step-to">{value(step.to)}</span>
        </li>
    }
}
