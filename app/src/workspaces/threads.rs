//! The page of `/threads`: the threads somebody follows.

use super::{
    api::threads,
    found::{Empty, ListPage, Said, thread_path, trouble},
    unread::Unread,
};
use crate::asked::{answer, asked};
use leptos::prelude::*;
use leptos_router::components::A;
use std::time::Duration;
use vocabulary::{FollowedThread, Reading};

/// So long in view is read, where being in a list counts.
const READ_AFTER: Duration = Duration::from_secs(1);

/// Those with something unread first.
#[component]
pub fn ThreadsPage() -> impl IntoView {
    let followed = asked(|| (), |()| threads());
    view! {
        <ListPage title="Threads">
            <Suspense>
                {move || Suspend::new(async move {
                    match answer(followed).await {
                        Ok(followed) if followed.is_empty() => view! {
                            <Empty
                                title="You follow no thread yet"
                                more="A thread you answer in, or where somebody calls you with @, is listed here until you have read it, and after."
                            />
                        }
                        .into_any(),
                        Ok(followed) => {
                            let rows = followed
                                .into_iter()
                                .map(|thread| view! { <li><ThreadRow thread/></li> })
                                .collect_view();
                            let own = expect_context::<Unread>();
                            view! {
                                <p class="list-acts">
                                    <button type="button" class="button button-small" on:click=move |_| own.mark_all_read()>
                                        "Mark everything as read"
                                    </button>
                                </p>
                                <ul class="found-list">{rows}</ul>
                            }
                            .into_any()
                        }
                        Err(problem) => trouble(problem, "/threads"),
                    }
                })}
            </Suspense>
        </ListPage>
    }
    .into_any()
}

#[component]
fn ThreadRow(
    /// Which.
    thread: FollowedThread,
) -> impl IntoView {
    let own = expect_context::<Unread>();
    let FollowedThread { root, newest, read } = thread;
    let id = read.thread;
    let count = Memo::new(move |_| own.thread(id));
    let href = thread_path(root.workspace, id);
    let hidden = root
        .message
        .replies
        .as_ref()
        .map_or(0, |replies| replies.count as usize)
        .saturating_sub(newest.len());
    if let Some(last) = newest.last().map(|reply| reply.seq) {
        // Once: what came after the page opened is not shown here and not read by looking.
        let due = Memo::new(move |_| {
            own.reading() == Reading::Always && own.focused.get() && count.get().is_unread()
        });
        let told = StoredValue::new(false);
        Effect::new(move |_| {
            if due.get() && !told.get_value() {
                told.set_value(true);
                let later = set_timeout_with_handle(
                    move || own.mark_thread_read(read.room, id, last),
                    READ_AFTER,
                );
                on_cleanup(move || {
                    if let Ok(later) = later {
                        later.clear();
                    }
                });
            }
        });
    }
    view! {
        <article class="found" class:found-unread=move || count.get().is_unread()>
            <p class="found-where">
                <bdi>{root.project_name}</bdi>
                {move || match count.get().unread {
                    0 => None,
                    unread => Some(view! { <span class="count">{format!("{unread} unread")}</span> }),
                }}
            </p>
            <Said message=root.message href=None/>
            <div class="found-replies">
                {(hidden > 0).then(|| view! { <p class="quiet">{format!("{hidden} earlier replies")}</p> })}
                {newest.into_iter().map(|message| view! { <Said message href=None/> }).collect_view()}
            </div>
            <A href=href attr:class="button button-small found-open">"Open thread"</A>
        </article>
    }
    .into_any()
}
