//! What is known around an open Task or Issue: comments, talk, files and what was changed.

use super::{api::work_story, deck::Deck};
use crate::{
    clock::{iso, use_clock},
    room::gist_of,
};
use contract::AppError;
use leptos::{prelude::*, task::spawn_local};
use vocabulary::{
    Message, StoryFile, StoryLine, StoryTime, WorkDoctype, WorkStory, WorkspaceId, file_size,
};

/// Characters of a message that are shown.
const GIST_CHARS: usize = 300;

/// What is known around it, read again when the facts change.
#[component]
pub fn Story(
    /// The board.
    deck: Deck,
    /// The card's name.
    name: String,
    /// ERPNext's origin.
    erpnext: String,
) -> impl IntoView {
    let story = RwSignal::new(None::<Result<WorkStory, AppError>>);
    let (workspace, doctype) = (deck.workspace, deck.doctype);
    Effect::new(move |_| {
        deck.facts.facts(|facts| facts.changes);
        let name = name.clone();
        spawn_local(async move {
            let read = work_story(workspace, doctype, name).await;
            story.try_update(|story| {
                // What is shown stays while the server cannot be asked.
                if read.is_ok() || story.is_none() {
                    *story = Some(read);
                }
            });
        });
    });
    let erpnext = StoredValue::new(erpnext);
    move || {
        story.get().map(|story| match story {
            Ok(story) => {
                view! { <Told story doctype workspace erpnext=erpnext.get_value()/> }.into_any()
            }
            // The sheet above says it already.
            Err(AppError::NotFound | AppError::SignIn) => ().into_any(),
            Err(problem) => {
                view! { <p class="alert" role="alert">{problem.to_string()}</p> }.into_any()
            }
        })
    }
}

#[component]
fn Told(
    story: WorkStory,
    doctype: WorkDoctype,
    workspace: WorkspaceId,
    erpnext: String,
) -> impl IntoView {
    let WorkStory { comments, messages, files, history } = story;
    // ERPNext keeps versions of Issues, and lets only its administrators read them; of Tasks it keeps none.
    let missing = match doctype {
        WorkDoctype::Task => {
            "ERPNext keeps no versions of Tasks: what was changed in its desk is not listed."
        }
        WorkDoctype::Issue => {
            "What was changed in ERPNext's desk is kept there and not listed here."
        }
    };
    view! {
        <Part title="Talk" count=messages.len() empty="Nothing was said about it yet. Tag it in a message with #.">
            {messages.into_iter().map(|message| view! { <Said message workspace/> }).collect_view()}
        </Part>
        <Part title="Comments in ERPNext" count=comments.len() empty="No comment in ERPNext.">
            {comments.into_iter().map(|line| view! { <Line line/> }).collect_view()}
        </Part>
        <Part title="Files in ERPNext" count=files.len() empty="No file is attached in ERPNext.">
            {files.into_iter().map(|file| view! { <Attached file erpnext=erpnext.clone()/> }).collect_view()}
        </Part>
        <Part title="History" count=history.len() empty="">
            {history.into_iter().map(|line| view! { <Line line/> }).collect_view()}
        </Part>
        <p class="quiet">{missing}</p>
    }
}

#[component]
fn Part(
    title: &'static str,
    count: usize,
    empty: &'static str,
    children: Children,
) -> impl IntoView {
    let has_some = count > 0;
    view! {
        <details class="fact-section story-part" open=has_some>
            <summary><h3>{title}</h3><span class="count">{count}</span></summary>
            {if has_some {
                view! { <ul aria-label=title>{children()}</ul> }.into_any()
            } else {
                view! { <p class="quiet">{empty}</p> }.into_any()
            }}
        </details>
    }
}

#[component]
fn Line(line: StoryLine) -> impl IntoView {
    view! {
        <li class="story-line">
            <p><bdi class="story-who">{line.who}</bdi> " " <Time at=line.at/></p>
            <p class="story-words" dir="auto">{line.words}</p>
        </li>
    }
}

#[component]
fn Time(at: StoryTime) -> impl IntoView {
    let clock = use_clock();
    match at {
        StoryTime::Here(at) => {
            view! { <time datetime=iso(at)>{move || clock.zone().brief(at)}</time> }.into_any()
        }
        StoryTime::Site(text) => view! { <time title="In ERPNext's time">{text}</time> }.into_any(),
    }
}

#[component]
fn Said(message: Message, workspace: WorkspaceId) -> impl IntoView {
    let there = match message.thread {
        Some(thread) => format!("/w/{workspace}?thread={thread}&m={}", message.id),
        None => format!("/w/{workspace}?m={}", message.id),
    };
    view! {
        <li class="story-line">
            <a href=there class="story-link">
                <bdi class="story-who">{message.author.full_name.clone()}</bdi> " " <Time at=StoryTime::Here(message.sent_at)/>
                <span class="story-words" dir="auto">{gist_of(&message, GIST_CHARS)}</span>
            </a>
        </li>
    }
}

#[component]
fn Attached(file: StoryFile, erpnext: String) -> impl IntoView {
    let size = file.file_size.map(file_size);
    let is_path = file.file_url.starts_with('/');
    let there = format!("{erpnext}{}", file.file_url);
    view! {
        <li class="story-line">
            {if is_path && !erpnext.is_empty() {
                view! { <a href=there rel="external noopener noreferrer" target="_blank" class="story-link"><bdi>{file.file_name}</bdi></a> }.into_any()
            } else {
                view! { <bdi>{file.file_name}</bdi> }.into_any()
            }}
            " " <span class="quiet">{size}</span>
        </li>
    }
}
