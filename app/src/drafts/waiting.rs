//! One message that waits to be sent.

use super::{
    Drafts,
    api::{cancel_scheduled, change_scheduled},
    keep_draft,
    row::{address, preview},
};
use crate::{
    clock::{self, iso, local_input, moment_of_input, use_clock},
    room::{draft_here, draft_is},
    ui::icon::{AlertIcon, ClockIcon},
    workspaces::Team,
};
use contract::AppError;
use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::components::A;
use vocabulary::{MessageBody, Moment, Scheduled};

/// Where, what and when; changing it, sending it now, and taking it back as a draft.
#[component]
pub fn WaitingRow(
    /// The message.
    one: Scheduled,
) -> impl IntoView {
    let drafts = expect_context::<Drafts>();
    let me = expect_context::<Team>().me.id;
    let clock = use_clock();
    let Scheduled { workspace, project_name, room, draft, send_at, failed } = one;
    let key = draft.key;
    let thread = draft.reply.map(|reply| reply.thread);
    let body = draft.body.clone();
    let words = body.as_ref().map_or("", MessageBody::as_str).to_owned();
    let open = RwSignal::new(false);
    let trouble = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    // One thing at a time: whoever presses twice does it once.
    let begin = move || !busy.try_update(|busy| std::mem::replace(busy, true)).unwrap_or(true);
    let (text, when) = (NodeRef::<html::Textarea>::new(), NodeRef::<html::Input>::new());
    let ended = move |outcome: Result<(), AppError>| {
        busy.try_set(false);
        match outcome {
            Ok(()) => {
                trouble.try_set(None);
                open.try_set(false);
                drafts.ask();
            }
            Err(AppError::NotFound) => {
                trouble.try_set(Some("It is being sent, or was sent already.".to_owned()));
                drafts.ask();
            }
            Err(problem) => {
                trouble.try_set(Some(problem.to_string()));
            }
        }
    };
    let now = {
        let body = body.clone();
        move |_| {
            let body = body.clone();
            if begin() {
                spawn_local(async move { ended(change_scheduled(key, body, clock::now()).await) });
            }
        }
    };
    let save = move || {
        let (Some(text), Some(when)) = (text.get_untracked(), when.get_untracked()) else { return };
        let body = match MessageBody::new(&text.value()) {
            Ok(body) => body,
            Err(problem) => return trouble.set(Some(format!("Not saved: {problem}."))),
        };
        let Some(at) = moment_of_input(&when.value()) else {
            return trouble.set(Some("Choose a day and a time.".to_owned()));
        };
        if at < clock::now() {
            return trouble.set(Some("This time is over. Choose a later one.".to_owned()));
        }
        if begin() {
            spawn_local(async move { ended(change_scheduled(key, Some(body), at).await) });
        }
    };
    let back = {
        let words = words.clone();
        move |_| {
            if !begin() {
                return;
            }
            // Kept as a draft first: a text is rather there twice than lost.
            let before = draft_here(drafts, me, room, thread);
            let text =
                if before.is_empty() { words.clone() } else { format!("{words}\n\n{before}") };
            spawn_local(async move {
                let outcome = match keep_draft(room, thread, text.clone()).await {
                    Ok(()) => {
                        draft_is(me, room, thread, &text);
                        cancel_scheduled(key).await
                    }
                    Err(problem) => Err(problem),
                };
                ended(outcome);
            });
        }
    };
    let shown = preview(&words);
    let form_words = words.clone();
    view! {
        <li class="drafts-row" class:drafts-row-failed=failed.is_some()>
            {match project_name {
                Some(name) => view! {
                    <A href=address(workspace, thread) attr:class="drafts-go">
                        <bdi>{name}</bdi>
                        {thread.map(|_| " · thread")}
                    </A>
                }.into_any(),
                None => view! { <span class="drafts-go">"A project you can no longer read"</span> }.into_any(),
            }}
            <p class="drafts-when">
                {match failed.clone() {
                    Some(reason) => view! {
                        <span class="drafts-bad"><AlertIcon/><strong>"Not sent. "</strong>{reason}</span>
                    }.into_any(),
                    None => view! {
                        <ClockIcon/>
                        <time datetime=iso(send_at)>{move || said(clock.zone(), send_at)}</time>
                    }.into_any(),
                }}
            </p>
            <p class="drafts-text" dir="auto">{shown}</p>
            <Show
                when=move || open.get()
                fallback={
                    let (now, back) = (now.clone(), back.clone());
                    move || view! {
                        <span class="drafts-buttons">
                            <button type="button" class="button button-small" on:click=move |_| open.set(true)>"Change"</button>
                            <button type="button" class="button button-small" disabled=move || busy.get() on:click=now.clone()>"Send now"</button>
                            <button type="button" class="button button-small" disabled=move || busy.get() on:click=back.clone()>"Back to draft"</button>
                        </span>
                    }
                }
            >
                <form class="drafts-form" on:submit=move |event| { event.prevent_default(); save(); }>
                    <label>"Message" <textarea node_ref=text rows="4" dir="auto">{form_words.clone()}</textarea></label>
                    <label>"When" <input node_ref=when type="datetime-local" value=local_input(send_at.max(clock::now().plus_millis(300_000)))/></label>
                    <span class="drafts-buttons">
                        <button type="submit" class="button button-small button-primary" disabled=move || busy.get()>"Save"</button>
                        <button type="button" class="button button-small" on:click=move |_| open.set(false)>"Leave it"</button>
                    </span>
                </form>
            </Show>
            {move || trouble.get().map(|words| view! { <p class="drafts-bad" role="alert">{words}</p> })}
        </li>
    }
    .into_any()
}

fn said(zone: clock::Zone, at: Moment) -> String {
    format!("Will be sent {}", zone.full(at))
}
