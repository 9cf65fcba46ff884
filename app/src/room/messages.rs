//! The list of messages.

use super::{
    announcer::Announcer,
    conversation::Conversation,
    row::{DayLine, Desk, MessageRow, NewLine},
    scroll,
    seek::seek,
    timeline::Row,
};
use crate::{
    keys::{is_typed, on_messages},
    ui::icon::DownIcon,
};
use leptos::{html, prelude::*};

/// The room's messages, opening at the end.
#[component]
pub fn Messages(
    /// The open room.
    talk: Conversation,
    /// The project, for the words of an empty room.
    project_name: String,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let list = NodeRef::<html::Div>::new();
    let rows = talk.rows();
    let empty = Memo::new(move |_| rows.with(Vec::is_empty));

    talk.before_change(Callback::new(move |()| {
        if let Some(list) = list.get_untracked() {
            scroll::keep_place(&list);
        }
    }));
    let look = move || {
        let Some(list) = list.get_untracked() else { return };
        let at_end = scroll::is_at_end(&list);
        if talk.at_end.get_untracked() != at_end {
            talk.at_end.set(at_end);
        }
        if at_end && talk.unseen.get_untracked() > 0 {
            talk.unseen.set(0);
        }
        if scroll::is_near_start(&list) && !talk.stuck.get_untracked() {
            talk.load_earlier();
        }
    };
    let to_end = move || {
        if let Some(list) = list.get_untracked() {
            scroll::to_end(&list);
        }
    };
    // What is new is read from its beginning.
    Effect::new(move |_| {
        if let Some(list) = list.get() {
            scroll::to_new(&list);
        }
    });
    seek(talk, list);
    let to_news = move || {
        let there = list.get_untracked().is_some_and(|list| scroll::down_to_new(&list));
        if !there {
            to_end();
        }
    };
    Effect::new(move |_| {
        if talk.wishes_for_end() > 0 {
            request_animation_frame(to_end);
        }
    });
    // A screen taller than a page of messages, or a reader faster than the line, needs the next at once.
    Effect::new(move |_| {
        rows.track();
        talk.loading.track();
        request_animation_frame(look);
    });

    view! {
        <div class="messages">
            <div
                class="messages-scroll" role="log" aria-label="Messages" tabindex="0" node_ref=list
                aria-live="off"
                aria-busy=move || talk.loading.get().to_string()
                on:scroll=move |_| look()
                on:keydown=move |event| {
                    if event.key() == "End" && !is_typed(&event) {
                        event.prevent_default();
                        to_end();
                    }
                    on_messages(desk, &event);
                }
            >
                <div class="messages-inner">
                    <Beginning talk project_name empty/>
                    <For each=move || rows.get() key=Row::key let:row>
                        {match row {
                            Row::Day(day) => view! { <DayLine day/> }.into_any(),
                            Row::New => view! { <NewLine/> }.into_any(),
                            Row::Said { entry, head } => view! { <MessageRow talk entry head/> }.into_any(),
                        }}
                    </For>
                </div>
            </div>
            <Announcer talk/>
            <Show when=move || !talk.at_end.get()>
                <button type="button" class="to-end" on:click=move |_| to_news()>
                    <DownIcon/>
                    {move || match talk.unseen.get() {
                        0 => "To the newest".to_owned(),
                        new => format!("{new} new"),
                    }}
                </button>
            </Show>
        </div>
    }
    .into_any()
}

/// What stands above the first message: more of them, the beginning, or words for an empty room.
#[component]
fn Beginning(
    /// The open room.
    talk: Conversation,
    /// The project.
    project_name: String,
    /// Whether nothing was said yet.
    empty: Memo<bool>,
) -> impl IntoView {
    move || {
        let project = project_name.clone();
        if empty.get() {
            view! {
                <div class="room-empty">
                    <h2>"Nothing said yet"</h2>
                    <p>
                        "This is the team room of " <bdi>{project}</bdi>
                        ". Say hello, ask what is open, or write down the first decision: everybody on the Project can read it later. The client cannot."
                    </p>
                </div>
            }
            .into_any()
        } else if talk.has_earlier() {
            view! {
                <button type="button" class="button earlier" on:click=move |_| talk.load_earlier()>
                    {move || match (talk.loading.get(), talk.stuck.get()) {
                        (true, _) => "Loading…",
                        (false, true) => "Earlier messages did not come. Try again",
                        (false, false) => "Earlier messages",
                    }}
                </button>
            }
            .into_any()
        } else {
            view! { <p class="room-start">"The beginning of " <bdi>{project}</bdi></p> }.into_any()
        }
    }
}
