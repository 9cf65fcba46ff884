//! The page of `/activity`: every notice until one is done with it, and after.

use super::{
    api::{finish_notice, finish_notices, notices, see_notice},
    row::NoticeRow,
};
use crate::{
    asked::asked,
    workspaces::{Empty, ListPage, Unread, trouble},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{components::A, hooks::use_query_map};
use std::collections::HashSet;
use vocabulary::{NOTICES_PAGE, Notice, NoticeFilter, NoticeId, NoticeKind};

/// What can be listed by itself.
const KINDS: [(Option<NoticeKind>, &str); 8] = [
    (None, "All"),
    (Some(NoticeKind::Mention), "Mentions"),
    (Some(NoticeKind::Reply), "Replies"),
    (Some(NoticeKind::Assignment), "Assignments"),
    (Some(NoticeKind::Followed), "Followed"),
    (Some(NoticeKind::Message), "Messages"),
    (Some(NoticeKind::Refused), "Refused changes"),
    (Some(NoticeKind::Unsent), "Unsent"),
];

/// The list, by kind and by whether one is done; the address says which.
#[component]
pub fn ActivityPage() -> impl IntoView {
    let own = expect_context::<Unread>();
    let query = use_query_map();
    let kind = Memo::new(move |_| {
        query.with(|query| query.get("kind")).and_then(|kind| kind.parse::<NoticeKind>().ok())
    });
    let done = Memo::new(move |_| query.with(|query| query.get("show").as_deref() == Some("done")));
    let filter = move || NoticeFilter { kind: kind.get(), done: done.get(), before: None };
    // Whatever changes on one device is asked for again on all.
    let found = asked(move || (filter(), own.changes()), |(filter, _)| notices(filter));
    view! {
        <ListPage title="Activity">
            <div class="activity-choices">
                <nav class="activity-kinds" aria-label="Kinds">
                    {KINDS
                        .into_iter()
                        .map(|(one, name)| {
                            let here = move || (kind.get() == one).then_some("true");
                            view! {
                                <A href=move || path(one, done.get()) attr:class="chip-link" attr:aria-current=here>{name}</A>
                            }
                        })
                        .collect_view()}
                </nav>
                <nav class="activity-kinds" aria-label="State">
                    {[(false, "To do"), (true, "Done")]
                        .into_iter()
                        .map(|(one, name)| {
                            let here = move || (done.get() == one).then_some("true");
                            view! {
                                <A href=move || path(kind.get(), one) attr:class="chip-link" attr:aria-current=here>{name}</A>
                            }
                        })
                        .collect_view()}
                </nav>
            </div>
            <Transition fallback=|| view! { <p class="quiet" aria-busy="true"></p> }>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) if found.is_empty() => {
                            view! { <Nothing done=done.get_untracked() kind=kind.get_untracked()/> }.into_any()
                        }
                        Ok(found) => {
                            let filter = untrack(filter);
                            view! { <Listed found filter/> }.into_any()
                        }
                        Err(problem) => trouble(problem, "/activity"),
                    }
                })}
            </Transition>
        </ListPage>
    }
    .into_any()
}

fn path(kind: Option<NoticeKind>, done: bool) -> String {
    match (kind, done) {
        (None, false) => "/activity".to_owned(),
        (None, true) => "/activity?show=done".to_owned(),
        (Some(kind), false) => format!("/activity?kind={kind}"),
        (Some(kind), true) => format!("/activity?kind={kind}&show=done"),
    }
}

#[component]
fn Nothing(
    /// Whether what is done was looked for.
    done: bool,
    /// Of which kind.
    kind: Option<NoticeKind>,
) -> impl IntoView {
    if done {
        let more = "What you press \"Done\" on moves here, and stays.";
        return view! { <Empty title="Nothing done yet" more/> }.into_any();
    }
    let title = if kind.is_some() { "Nothing of this kind" } else { "You have seen everything" };
    view! {
        <Empty
            title
            more="What calls you is listed here until you are done with it: a message with your name after an @, an answer in a thread you follow, a Task given to you. For example: \"Tom Okafor mentioned you\"."
        />
        <p class="activity-to-settings"><A href="/settings#notices" attr:class="button">"Choose what you are told"</A></p>
    }
    .into_any()
}

#[component]
fn Listed(
    /// The first page.
    found: Vec<Notice>,
    /// What was asked for.
    filter: NoticeFilter,
) -> impl IntoView {
    let own = expect_context::<Unread>();
    let more = RwSignal::new(found.len() == NOTICES_PAGE);
    let all = RwSignal::new(found);
    let away = RwSignal::new(HashSet::<NoticeId>::new());
    let rows = move || {
        let mut rows = all.get();
        away.with(|away| rows.retain(|notice| !away.contains(&notice.id)));
        rows
    };
    let finish = move |notice: NoticeId| {
        away.update(|away| {
            away.insert(notice);
        });
        let not_done = if filter.done { "It stays with what is done." } else { "It is not done." };
        own.wish_or(
            not_done,
            async move { finish_notice(notice, !filter.done).await },
            move || {
                away.try_update(|away| away.remove(&notice));
            },
        );
    };
    let see = move |notice: NoticeId| own.tell(async move { see_notice(notice).await });
    let earlier = move |_| {
        let before = all.with_untracked(|all| all.last().map(|last| last.id));
        spawn_local(async move {
            match notices(NoticeFilter { before, ..filter }).await {
                Ok(found) => {
                    more.try_set(found.len() == NOTICES_PAGE);
                    all.try_update(|all| all.extend(found));
                }
                Err(problem) => {
                    own.trouble.try_set(Some(format!("The earlier ones did not come. {problem}")));
                }
            }
        });
    };
    let finish_all = move |_| {
        own.wish("Nothing was marked as done.", async move { finish_notices(filter.kind).await });
    };
    view! {
        {(!filter.done).then(|| view! {
            <p class="list-acts">
                <button type="button" class="button button-small" on:click=finish_all>
                    {if filter.kind.is_some() { "Mark all of these as done" } else { "Mark all as done" }}
                </button>
            </p>
        })}
        <ul class="found-list" aria-label="Notices">
            <For each=rows key=|notice| (notice.id, notice.unread) let:notice>
                {
                    let id = notice.id;
                    let on_open = Callback::new(move |()| see(id));
                    let on_done = Callback::new(move |()| finish(id));
                    view! { <li><NoticeRow notice on_open on_done/></li> }
                }
            </For>
        </ul>
        <Show when=move || more.get()>
            <p class="activity-earlier">
                <button type="button" class="button" on:click=earlier>"Show earlier"</button>
            </p>
        </Show>
    }
    .into_any()
}
