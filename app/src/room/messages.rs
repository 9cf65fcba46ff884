//! The list of messages.

use super::{
    announcer::Announcer,
    conversation::Conversation,
    dates::{DateChip, Dates},
    row::{DayLine, Desk, MessageRow, NewLine},
    timeline::Row,
    viewing::Viewing,
};
use crate::{
    keys::{is_typed, on_messages},
    ui::icon::DownIcon,
};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

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
    let viewing = Viewing::of(talk, list);
    let rows = viewing.rows;
    let empty = Memo::new(move |_| rows.with(Vec::is_empty));
    let dates = Dates::of(talk, list);
    view! {
        <div class="messages">
            <div
                class="messages-scroll" role="log" aria-label="Messages" tabindex="0" node_ref=list
                aria-live="off"
                aria-busy=move || talk.loading.get().to_string()
                on:scroll=move |_| {
                    viewing.look();
                    dates.scrolled();
                }
                on:keydown=move |event| {
                    if event.key() == "End" && !is_typed(&event) {
                        event.prevent_default();
                        talk.to_end();
                    }
                    on_messages(desk, &event);
                }
            >
                <div class="messages-inner">
                    <Beginning talk project_name empty/>
                    <Rows talk rows/>
                </div>
            </div>
            <DateChip dates/>
            <Announcer talk/>
            <Show when=move || !talk.at_end.get()>
                <button type="button" class="to-end" on:click=move |_| talk.to_new()>
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

/// The rows of a list.
#[component]
pub fn Rows(
    /// The open room, or a thread of it.
    talk: Conversation,
    /// What to draw.
    rows: Memo<Vec<Row>>,
) -> impl IntoView {
    view! {
        <For each=move || rows.get() key=Row::key let:row>
            {match row {
                Row::Day(day) => view! { <DayLine day/> }.into_any(),
                Row::New => view! { <NewLine/> }.into_any(),
                Row::Gap => view! { <More talk later=true/> }.into_any(),
                Row::Said { entry, head } => {
                    let head = talk.head(entry.key(), head);
                    view! { <MessageRow talk entry head/> }.into_any()
                }
            }}
        </For>
    }
}

/// Loads what stands before or after what is loaded, for who does not scroll.
#[component]
pub fn More(
    /// The open room, or a thread of it.
    talk: Conversation,
    /// Whether it is what stands after.
    #[prop(optional)]
    later: bool,
) -> impl IntoView {
    let what = match (later, talk.thread.is_some()) {
        (false, false) => "Earlier messages",
        (false, true) => "Earlier replies",
        (true, false) => "Newer messages",
        (true, true) => "Newer replies",
    };
    view! {
        <button
            type="button" class="button earlier"
            on:click=move |_| if later { talk.load_later() } else { talk.load_earlier() }
        >
            {move || match (talk.loading.get(), talk.stuck.get()) {
                (true, _) => "Loading…".to_owned(),
                (false, true) => format!("{what} did not come. Try again"),
                (false, false) => what.to_owned(),
            }}
        </button>
    }
}

fn begin_writing() {
    let found = document().query_selector(".room > .composer textarea").ok().flatten();
    if let Some(found) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = found.focus();
    }
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
                    <p class="empty-example">"Example: “Good morning. What is open this week, and who takes it?”"</p>
                    <p class="empty-act">
                        <button type="button" class="button button-primary" on:click=move |_| begin_writing()>
                            "Write the first message"
                        </button>
                    </p>
                </div>
            }
            .into_any()
        } else if talk.has_earlier() {
            view! { <More talk/> }.into_any()
        } else {
            view! { <p class="room-start">"The beginning of " <bdi>{project}</bdi></p> }.into_any()
        }
    }
}
