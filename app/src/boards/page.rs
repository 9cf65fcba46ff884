//! The pages of `/w/{id}/tasks` and `/w/{id}/issues`.

use super::{
    add::Additions,
    api::board,
    card::Face,
    column::ColumnView,
    deck::{Deck, Notice},
    drag::Hand,
    keys::{HELP, HELP_WORDS, pressed},
    panel::CardPanel,
    toolbar::Toolbar,
    wish::{Wish, address},
};
use crate::{
    asked::asked,
    live::Live,
    not_found::NotFound,
    offline,
    room::{Board as Facts, RoomHeader, WorkspaceTabs},
    sign_in::NextPath,
    ui::{Go, Trouble, focus, icon::CloseIcon},
    workspaces::Unread,
};
use contract::AppError;
use leptos::{ev, prelude::*};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_params_map, use_query_map},
};
use vocabulary::{BoardView, Preference, Seq, WorkDoctype, WorkspaceId};

/// The workspace's Tasks.
#[component]
pub fn TasksPage() -> impl IntoView {
    view! { <BoardPage doctype=WorkDoctype::Task/> }
}

/// The workspace's Issues.
#[component]
pub fn IssuesPage() -> impl IntoView {
    view! { <BoardPage doctype=WorkDoctype::Issue/> }
}

const fn tail(doctype: WorkDoctype) -> &'static str {
    match doctype {
        WorkDoctype::Task => "tasks",
        WorkDoctype::Issue => "issues",
    }
}

const fn kept_as(doctype: WorkDoctype) -> Preference {
    match doctype {
        WorkDoctype::Task => Preference::TaskBoard,
        WorkDoctype::Issue => Preference::IssueBoard,
    }
}

/// The board of the address; what is hidden and what does not exist look the same.
#[component]
fn BoardPage(doctype: WorkDoctype) -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")));
    let opened = asked(
        move || id.get(),
        move |id| async move {
            let id: WorkspaceId = id.and_then(|id| id.parse().ok()).ok_or(AppError::NotFound)?;
            board(id, doctype).await
        },
    );
    let path = move || id.get_untracked().map(|id| format!("/w/{id}/{}", tail(doctype)));
    view! {
        <Transition fallback=|| view! { <main class="room room-loading" aria-busy="true"></main> }>
            {move || Suspend::new(async move {
                match opened.await {
                    Ok(opened) => view! { <Opened opened doctype/> }.into_any(),
                    Err(AppError::NotFound) => {
                        view! { <main class="room room-missing"><NotFound/></main> }.into_any()
                    }
                    Err(AppError::SignIn) => {
                        view! { <Go to=NextPath::sign_in(path().as_deref())/> }.into_any()
                    }
                    Err(problem) => {
                        offline::open_kept(&problem, path());
                        view! { <main class="room"><Trouble problem/></main> }.into_any()
                    }
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Opened(opened: BoardView, doctype: WorkDoctype) -> impl IntoView {
    let live = expect_context::<Live>();
    let own = expect_context::<Unread>();
    let BoardView { summary, room, me, facts, cards, erpnext } = opened;
    let (workspace, room) = (summary.id, room.id);
    let known = summary.newest.as_ref().map_or(Seq::START, |message| message.seq);
    // Also where nothing was said yet the line tells when the facts change.
    Effect::new(move |_| live.watch(room, known));
    let facts = Facts::of(workspace, room, me.id, facts).closed_by("Close");
    let path = use_location().pathname;
    let path = Signal::derive(move || path.get());

    let query = use_query_map();
    let last = RwSignal::new(untrack(|| {
        let kept = own.preference(kept_as(doctype));
        kept.and_then(|kept| serde_json::from_slice::<Wish>(kept.as_bytes()).ok())
            .unwrap_or_default()
    }));
    let wish = Memo::new(move |_| query.with(Wish::told).unwrap_or_else(|| last.get()));
    let deck = Deck::open((workspace, doctype, me.id), room, facts, cards, wish);
    let navigate = use_navigate();
    let open_card = move || query.with_untracked(|query| query.get("card"));
    let go = Callback::new(move |wish: Wish| {
        let there = path.with_untracked(|path| address(path, &wish, open_card().as_deref()));
        navigate(
            &there,
            NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() },
        );
    });
    // The address says what is shown, also where it was remembered.
    Effect::new(move |_| {
        let remembered = last.get_untracked();
        if query.with_untracked(Wish::told).is_none() && remembered != Wish::default() {
            go.run(remembered);
        }
    });
    Effect::new(move |before: Option<Wish>| {
        let now = wish.with(Wish::lasting);
        if before.is_some_and(|before| before != now) {
            last.set(now.clone());
            if let Ok(text) = serde_json::to_string(&now) {
                own.prefer(kept_as(doctype), &text);
            }
        }
        now
    });

    let hand = Hand::of(deck);
    let additions = Additions::of(deck);
    let colleagues = Memo::new(move |_| facts.colleagues());
    let columns = deck.columns();
    let none_match =
        Memo::new(move |_| columns.with(|columns| columns.iter().all(|one| one.cards.is_empty())));
    let title = format!("{doctype}s · {}", summary.project_name);
    let by = move || {
        let group = wish.with(|wish| wish.group.label().to_lowercase());
        format!("{doctype}s by {group}")
    };
    view! {
        <Title text=title/>
        <main class="room board-room">
            <RoomHeader summary=summary.clone() room colleagues/>
            <WorkspaceTabs workspace/>
            <Toolbar deck wished=go path/>
            <Show when=move || deck.is_empty()>
                <div class="board-empty">
                    <h2>{format!("No {doctype} yet")}</h2>
                    <p>{match doctype {
                        WorkDoctype::Task => "Tasks of this Project that ERPNext shows you stand here as cards. Add the first one, for example “Agree on the date of the kick-off”.",
                        WorkDoctype::Issue => "What the client reports turns up here if ERPNext lets you read Issues. Add one yourself, for example “The contact form sends nothing”.",
                    }}</p>
                    <button type="button" class="button button-primary" on:click=move |_| { focus("add-end-Open-open"); }>
                        {format!("Add the first {doctype}")}
                    </button>
                </div>
            </Show>
            <Show when=move || none_match.get() && !deck.is_empty() && wish.with(Wish::filters)>
                <p class="board-none" role="status">"Nothing matches what you look for. “Show all” brings everything back."</p>
            </Show>
            <Show when=move || deck.is_cut()>
                <p class="board-none">{format!("These are the {} that changed last; older ones are in ERPNext.", vocabulary::Cards::LIMIT)}</p>
            </Show>
            <p id=HELP class="unseen">{HELP_WORDS}</p>
            <div
                class="board" role="group" aria-label=by class:board-list=move || wish.with(|wish| wish.list)
                class:board-holds=move || deck.held.with(Option::is_some)
                on:keydown=move |event: ev::KeyboardEvent| pressed(deck, own, &event)
                on:touchmove=move |event: ev::TouchEvent| {
                    if hand.takes_touch() && event.cancelable() {
                        event.prevent_default();
                    }
                }
            >
                <For each=move || columns.get() key=|column| (column.key.clone(), column.label.clone()) let:column>
                    <ColumnView deck hand additions column path/>
                </For>
            </div>
            <super::chosen::ChosenBar deck/>
            <NoticeLine deck/>
            <p class="unseen" aria-live="assertive" role="status" aria-label="Board">{deck.said()}</p>
        </main>
        <CardPanel deck path erpnext/>
        <Ghost deck hand/>
    }
    .into_any()
}

/// What has just been done, with a way back that stays until something else is done.
#[component]
fn NoticeLine(deck: Deck) -> impl IntoView {
    let notice = deck.notice();
    view! {
        <div class="board-notice" role="status">
            {move || notice.get().map(|Notice { words, can_undo }| view! {
                <div class="notice-card">
                    <p dir="auto">{words}</p>
                    {can_undo.then(|| view! {
                        <button type="button" class="button button-small" title="Undo (Ctrl+Z)" on:click=move |_| deck.undo()>"Undo"</button>
                    })}
                    <button type="button" class="icon-button" aria-label="Close" title="Close" on:click=move |_| notice.set(None)>
                        <CloseIcon/>
                    </button>
                </div>
            })}
        </div>
    }
}

/// The card that follows the pointer.
#[component]
fn Ghost(deck: Deck, hand: Hand) -> impl IntoView {
    let first = Memo::new(move |_| {
        let held = deck.held.get().filter(|held| !held.by_keys)?;
        let card = held.names.first().and_then(|name| deck.card(name))?;
        Some((card, held.names.len()))
    });
    view! {
        {move || first.get().map(|(card, many)| {
            let place = move || hand.ghost().map(|(place, _)| place).unwrap_or_default();
            let width = move || hand.ghost().map(|(_, width)| width).unwrap_or_default();
            view! {
                <div class="card card-ghost" aria-hidden="true" style:transform=place style:width=width>
                    <div class="card-open"><Face deck card/></div>
                    {(many > 1).then(|| view! { <span class="count card-many">{many}</span> })}
                </div>
            }
        })}
    }
}
