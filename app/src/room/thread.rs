//! A thread beside the room, at an address of its own: `/w/{workspace}?thread={root}`, with `&m={reply}` at one reply.

mod width;

use super::{
    announcer::Announcer,
    api::thread,
    composer::{Composer, Writing},
    conversation::Conversation,
    facts::Board,
    messages::{More, Rows},
    reading::Attention,
    row::{Desk, MessageRow, Overlays, RowAct},
    seek::aim_of,
    tags::offer_work,
    viewing::Viewing,
};
use crate::{
    apart::{apart, part},
    asked::answer,
    keys::{is_typed, on_messages},
    not_found::NotFound,
    ui::{
        Trouble, has_mouse,
        icon::{BackIcon, BellIcon, CloseIcon, DownIcon},
    },
    workspaces::Unread,
};
use contract::AppError;
use leptos::{html, prelude::*};
use leptos_router::hooks::{use_navigate, use_query_map};
use std::cell::RefCell;
use vocabulary::{MessageId, Thread, WorkspaceId};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use width::WidthHandle;

thread_local! {
    /// What had the focus before the thread was opened.
    static ORIGIN: RefCell<Option<HtmlElement>> = const { RefCell::new(None) };
}

/// What the rows of a room need of threads: answering, what is unread, what is saved.
pub fn offer_threads(desk: Desk, workspace: WorkspaceId, attention: Attention) {
    let own = expect_context::<Unread>();
    let navigate = use_navigate();
    desk.offer(
        RowAct::Reply,
        Callback::new(move |message: std::sync::Arc<vocabulary::Message>| {
            let root = message.thread.unwrap_or(message.id);
            navigate(
                &format!("/w/{workspace}?thread={root}"),
                leptos_router::NavigateOptions::default(),
            );
        }),
    );
    desk.offer(
        RowAct::MarkUnread,
        Callback::new(move |message: std::sync::Arc<vocabulary::Message>| {
            attention.mark_unread(message.seq)
        }),
    );
    offer_saving(desk, own);
    desk.know_unread(Callback::new(move |root| own.thread(root).is_unread()));
}

fn offer_saving(desk: Desk, own: Unread) {
    desk.offer(
        RowAct::Save,
        Callback::new(move |message: std::sync::Arc<vocabulary::Message>| {
            own.toggle_saved(&message)
        }),
    );
    desk.know_saved(Callback::new(move |message| own.is_saved(message)));
}

/// The thread of the address, if it names one.
#[component]
pub fn ThreadPanel(
    /// The room.
    talk: Conversation,
    /// The room's workspace.
    workspace: WorkspaceId,
    /// The Project's Tasks and Issues, to be tagged.
    board: Board,
) -> impl IntoView {
    let query = use_query_map();
    let root = Memo::new(move |_| {
        query.with(|query| query.get("thread")).and_then(|id| id.parse::<MessageId>().ok())
    });
    // Asked for by the browser alone: the page itself comes first.
    let alive = RwSignal::new(false);
    Effect::new(move |_| alive.set(true));
    move || {
        root.get().filter(|_| alive.get()).map(|root| {
            part(thread_panel::code(), move || thread_panel::draw(talk, workspace, root, board))
        })
    }
}

apart! {
    thread_panel(talk: Conversation, workspace: WorkspaceId, root: MessageId, board: Board) {
        view! { <Panel talk workspace root board/> }
    }
}

#[component]
fn Panel(
    /// The room.
    talk: Conversation,
    /// Its workspace.
    workspace: WorkspaceId,
    /// A message of the thread.
    root: MessageId,
    /// The Project's Tasks and Issues, to be tagged.
    board: Board,
) -> impl IntoView {
    let own = expect_context::<Unread>();
    let room = talk.room;
    let navigate = use_navigate();
    let close = Callback::new(move |()| {
        navigate(&format!("/w/{workspace}"), leptos_router::NavigateOptions::default());
    });
    let query = use_query_map();
    let opened = LocalResource::new(move || {
        thread(room, root, query.with_untracked(|query| aim_of(query, true)))
    });
    Effect::new(move |_| {
        let active = document().active_element().and_then(|active| active.dyn_into().ok());
        ORIGIN.set(active.filter(|active: &HtmlElement| active.tag_name() != "BODY"));
        on_cleanup(move || request_animation_frame(move || return_focus(root)));
    });
    let follows = Memo::new(move |_| own.follows(root));
    view! {
        <aside class="thread" aria-label="Thread">
            <WidthHandle/>
            <header class="thread-head">
                <button type="button" class="icon-button thread-back" aria-label="Back to the room" on:click=move |_| close.run(())>
                    <BackIcon/>
                </button>
                <h2>"Thread"</h2>
                <button
                    type="button" class="icon-button thread-bell" aria-label="Follow this thread"
                    aria-pressed=move || follows.get().to_string()
                    title=move || if follows.get() { "You follow this thread" } else { "You do not follow this thread" }
                    on:click=move |_| own.follow(room, root, !follows.get_untracked())
                >
                    <BellIcon/>
                </button>
                <button type="button" class="icon-button thread-close" aria-label="Close thread" title="Close thread (Esc)" on:click=move |_| close.run(())>
                    <CloseIcon/>
                </button>
            </header>
            <Suspense fallback=|| view! { <div class="thread-loading" aria-busy="true"></div> }>
                {move || Suspend::new(async move {
                    match answer(opened).await {
                        Ok(thread) => view! { <Replies talk workspace thread board/> }.into_any(),
                        Err(AppError::NotFound) => view! { <div class="thread-missing"><NotFound/></div> }.into_any(),
                        Err(problem) => view! { <Trouble problem/> }.into_any(),
                    }
                })}
            </Suspense>
        </aside>
    }
    .into_any()
}

/// To where it was, or to the message the thread began with.
fn return_focus(root: MessageId) {
    let origin = ORIGIN.take().filter(|origin| origin.is_connected());
    let row = || {
        document()
            .query_selector(&format!("article[data-id='{root}']"))
            .ok()
            .flatten()
            .and_then(|row| row.dyn_into().ok())
    };
    if let Some(element) = origin.or_else(row) {
        let _ = element.focus();
    }
}

#[component]
fn Replies(
    /// The room.
    talk: Conversation,
    /// Its workspace.
    workspace: WorkspaceId,
    /// The thread as it opens.
    thread: Thread,
    /// The Project's Tasks and Issues, to be tagged.
    board: Board,
) -> impl IntoView {
    let own = expect_context::<Unread>();
    let root = thread.root.id;
    let talk = talk.open_thread(thread);
    let count = untrack(|| own.thread(root));
    if count.is_unread() {
        talk.set_new_after(own.read_of_thread(root));
    }
    provide_context(Attention::of(talk));
    let desk = Desk::new(talk, workspace);
    offer_saving(desk, own);
    offer_work(desk, expect_context());
    provide_context(desk);
    let list = NodeRef::<html::Div>::new();
    let viewing = Viewing::of(talk, list);
    Effect::new(move |_| {
        if let Some(list) = list.get() {
            request_animation_frame(move || focus_box(&list));
        }
    });
    let answers = move || match talk.replies() {
        0 => "No replies yet".to_owned(),
        1 => "1 reply".to_owned(),
        count => format!("{count} replies"),
    };
    view! {
        <div class="messages">
            <div
                class="messages-scroll" role="log" aria-label="Replies" tabindex="0" node_ref=list
                aria-live="off" on:scroll=move |_| viewing.look()
                on:keydown=move |event| {
                    if event.key() == "End" && !is_typed(&event) {
                        event.prevent_default();
                        talk.to_end();
                    }
                    on_messages(desk, &event);
                }
            >
                <div class="messages-inner">
                    {talk.root().map(|entry| view! { <MessageRow talk entry head=true/> })}
                    <p class="thread-count">{answers}</p>
                    {move || talk.has_earlier().then(|| view! { <More talk/> })}
                    <Rows talk rows=viewing.rows/>
                </div>
            </div>
            <Announcer talk/>
            <Show when=move || talk.has_later()>
                <button type="button" class="to-end" on:click=move |_| talk.to_new()>
                    <DownIcon/>
                    "To the newest"
                </button>
            </Show>
        </div>
        <label class="thread-also">
            <input
                type="checkbox" prop:checked=move || talk.also_in_room.get()
                on:change=move |event| talk.also_in_room.set(event_target_checked(&event))
            />
            "Also send to the room"
        </label>
        <Composer talk place=Writing::Thread(root) board also_in_room=Some(talk.also_in_room)/>
        <Overlays/>
    }
    .into_any()
}

/// A finger's keyboard would hide half of the thread: there the panel itself takes the focus.
fn focus_box(list: &HtmlElement) {
    let panel = list.closest(".thread").ok().flatten();
    let area = panel.and_then(|panel| panel.query_selector("textarea").ok().flatten());
    let target = if has_mouse() { area.and_then(|area| area.dyn_into().ok()) } else { None };
    let _ = target.unwrap_or_else(|| list.clone()).focus();
}
