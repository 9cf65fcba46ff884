//! Rows of the list.

mod act;
mod desk;
mod edit;
mod history;
mod line;
mod menu;
mod overlays;
mod pinned;
mod pop;
mod summary;
mod toolbar;

pub use act::RowAct;
pub use desk::{Desk, Overlay};
pub use overlays::{Overlays, RoomMenuButton};
pub use pop::{Pop, Spot};

use super::{
    conversation::{Conversation, Fate},
    files::MessageFiles,
    presence::Face,
    reactions::Reactions,
    reading::Attention,
    tags::{MessageTags, Tagged},
    text::MessageText,
    timeline::Entry,
};
use crate::{
    clock::{Day, iso, use_clock},
    ui::icon::{AlertIcon, ClockIcon, PinIcon},
};
use edit::EditBox;
use leptos::{ev, prelude::*};
use line::LineRow;
use std::sync::Arc;
use summary::ThreadSummary;
use toolbar::Toolbar;
use vocabulary::{Audience, Author, Message, MessageBody, MessageKind, Moment};
use wasm_bindgen::JsCast;

/// A day begins.
#[component]
pub fn DayLine(
    /// Which.
    day: Day,
) -> impl IntoView {
    let clock = use_clock();
    view! {
        <div class="day-line" role="separator">
            <span>{move || day.label(clock.zone().today)}</span>
        </div>
    }
}

/// What follows is new; it stays until one leaves the room.
#[component]
pub fn NewLine() -> impl IntoView {
    let attention = use_context::<Attention>();
    view! {
        <div class="new-line" role="separator" aria-label="New messages">
            <span>"New"</span>
            {move || {
                let attention = attention.filter(|attention| attention.needs_a_word())?;
                Some(view! {
                    <button type="button" class="button button-small" on:click=move |_| attention.mark_by_hand()>"Mark as read"</button>
                })
            }}
        </div>
    }
}

/// One message; who and when stand above the first of a group.
#[component]
pub fn MessageRow(
    /// The open room.
    talk: Conversation,
    /// What was said.
    entry: Entry,
    /// Whether it begins a group.
    #[prop(into)]
    head: Signal<bool>,
) -> impl IntoView {
    match &entry {
        Entry::Stored(message) if message.kind == MessageKind::Line => {
            view! { <LineRow message=Arc::clone(message)/> }.into_any()
        }
        _ => view! { <SaidRow talk entry head/> }.into_any(),
    }
}

/// What a row shows where its text stands.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Shown {
    Text(String),
    Removed {
        by: Author,
        at: Moment,
    },
    /// Files speak for themselves.
    Nothing,
}

#[component]
fn SaidRow(
    /// The open room.
    talk: Conversation,
    /// What was said.
    entry: Entry,
    /// Whether it begins a group.
    head: Signal<bool>,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let key = entry.key();
    let fate = talk.fate(&entry);
    let now = talk.entry(&entry);
    let files = Memo::new({
        let now = now.clone();
        move |_| now.with(|entry| entry.files())
    });
    let me = talk.me();
    let (author, at, seq, audience) = match entry {
        Entry::Stored(message) => {
            (message.author.clone(), message.sent_at, Some(message.seq), message.audience)
        }
        Entry::Unsent(unsent) => (me.clone(), unsent.typed_at, None, unsent.audience),
    };
    let mine = author.id == me.id;
    let state = Signal::derive({
        let fate = fate.clone();
        move || match fate.as_ref().map(Get::get) {
            Some(Fate::Queued) => "queued",
            Some(Fate::Failed(_)) => "failed",
            Some(Fate::Sent(_)) | None => "sent",
        }
    });
    let place = {
        let fate = fate.clone();
        move || {
            match fate.as_ref().map(Get::get) {
                Some(Fate::Sent(seq)) => Some(seq),
                _ => seq,
            }
            .map(|seq| seq.to_string())
        }
    };
    // Apart from each other: a reaction must not draw the text anew.
    let message = Memo::new({
        let now = now.clone();
        move |_| stored(&now)
    });
    let tagged = Memo::new(move |_| message.with(|m| m.as_deref().and_then(Tagged::of)));
    let shown = Memo::new(move |_| now.with(shown));
    let editing = Memo::new(move |_| desk.is_editing(key));
    let kept = RwSignal::new(false);
    Effect::new(move |_| kept.set(mine && !editing.get() && edit::is_kept(key)));
    let hovered = RwSignal::new(false);
    let within = RwSignal::new(false);
    let focused = RwSignal::new(false);
    // What is pressed must not be drawn anew by the focus that pressing gives.
    let near = Memo::new(move |_| hovered.get() || within.get());
    let beside = Memo::new(move |_| near.get() && !editing.get());
    let id = move || message.with(|message| message.as_ref().map(|m| m.id.to_string()));

    let touch = Touch::new(Callback::new(move |()| {
        if let Some(message) = message.get_untracked() {
            desk.open_sheet(message);
        }
    }));
    let own_menu = move |event: ev::MouseEvent| {
        let Some(message) = message.get_untracked() else { return };
        if touch.is_touching() {
            event.prevent_default();
        } else if !is_on_text(&event) {
            event.prevent_default();
            desk.open_menu(message, Spot::at(&event));
        }
    };
    let keys = move |event: ev::KeyboardEvent| {
        let menu = event.key() == "ContextMenu" || (event.key() == "F10" && event.shift_key());
        if menu && let (Some(message), Some(row)) = (message.get_untracked(), pop::current(&event))
        {
            event.prevent_default();
            desk.open_menu(message, Spot::below(&row));
        }
    };

    view! {
        <article
            class="msg" class:msg-head=move || head.get() class:msg-mine=mine class:msg-near=move || near.get()
            class:msg-pinned=move || message.with(|m| m.as_ref().is_some_and(|m| m.pinned.is_some()))
            class:msg-client=audience == Audience::Client
            data-key=key.to_string() data-id=id data-seq=place data-state=state tabindex="-1"
            on:pointerenter=move |event| {
                if event.pointer_type() != "touch" {
                    hovered.set(true);
                }
            }
            on:pointerleave=move |_| hovered.set(false)
            on:focusin=move |event| {
                focused.set(is_by_key(&event));
                within.set(true);
            }
            on:focusout=move |event| {
                if !stays_within(&event) {
                    focused.set(false);
                    within.set(false);
                }
            }
            on:pointerdown=move |event| touch.down(&event)
            on:pointermove=move |event| touch.moved(&event)
            on:pointerup=move |_| touch.up()
            on:pointercancel=move |_| touch.up()
            on:contextmenu=own_menu
            on:keydown=keys
        >
            {
                let name = author.full_name.clone();
                move || {
                    if head.get() {
                        view! { <Face name=name.clone() person=Some(author.id) room=talk.room/> }.into_any()
                    } else {
                        view! { <Time at class="msg-side"/> }.into_any()
                    }
                }
            }
            <div class="msg-main">
                {move || {
                    let pinned = message.with(|m| m.as_ref().and_then(|m| m.pinned.clone()))?;
                    Some(view! { <p class="msg-pin"><PinIcon/>"Pinned by "<bdi>{pinned.by.full_name}</bdi></p> })
                }}
                {move || {
                    head.get().then(|| view! {
                        <header class="msg-top">
                            <bdi class="msg-author">{author.full_name.clone()}</bdi>
                            <Time at class="msg-time"/>
                        </header>
                    })
                }}
                {move || {
                    if editing.get() && let Some(message) = message.get_untracked() {
                        return view! { <EditBox message/> }.into_any();
                    }
                    match shown.get() {
                        Shown::Text(body) => view! { <MessageText body/> }.into_any(),
                        Shown::Removed { by, at } => view! { <Removed by at/> }.into_any(),
                        Shown::Nothing => ().into_any(),
                    }
                }}
                {move || edited(message).map(|at| view! { <Edited message at/> })}
                {move || {
                    kept.get().then(|| view! {
                        <button type="button" class="msg-kept" on:click=move |_| if let Some(message) = message.get_untracked() { desk.edit(&message) }>
                            "An edit is not saved: go on"
                        </button>
                    })
                }}
                {move || view! { <MessageFiles files=files.get() mine/> }}
                <MessageTags talk message=tagged/>
                <Reactions message/>
                <ThreadSummary message/>
                {fate.map(|fate| view! { <FateLine talk key fate/> })}
            </div>
            {move || beside.get().then(|| view! { <Toolbar message at focused/> })}
        </article>
    }
    .into_any()
}

fn stored(now: &ArcRwSignal<Entry>) -> Option<Arc<Message>> {
    now.with(|entry| match entry {
        Entry::Stored(message) => Some(Arc::clone(message)),
        Entry::Unsent(_) => None,
    })
}

fn shown(entry: &Entry) -> Shown {
    let body = match entry {
        Entry::Stored(message) => {
            if let Some(removal) = &message.removed {
                return Shown::Removed { by: removal.deed.by.clone(), at: removal.deed.at };
            }
            &message.body
        }
        Entry::Unsent(unsent) => &unsent.body,
    };
    body.as_ref().map_or(Shown::Nothing, |body: &MessageBody| Shown::Text(body.as_str().to_owned()))
}

fn edited(message: Memo<Option<Arc<Message>>>) -> Option<Moment> {
    message.with(|m| m.as_ref().filter(|m| m.removed.is_none()).and_then(|m| m.edited_at))
}

/// Nothing of it is left but that it was there.
#[component]
fn Removed(
    /// Who took it away.
    by: Author,
    /// When.
    at: Moment,
) -> impl IntoView {
    let clock = use_clock();
    view! {
        <p class="msg-removed" title=move || format!("By {}, {}", by.full_name, clock.zone().full(at))>"Message removed"</p>
    }
}

/// It said something else before; pressing shows what.
#[component]
fn Edited(
    /// Which.
    message: Memo<Option<Arc<Message>>>,
    /// When it was last changed.
    at: Moment,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let clock = use_clock();
    view! {
        <button
            type="button" class="msg-edited" title=move || format!("Edited {}", clock.zone().full(at))
            aria-label="Edited: show earlier versions"
            on:click=move |_| if let Some(message) = message.get_untracked() { desk.open_history(message) }
        >
            "edited"
        </button>
    }
}

/// How it stands with a message written here, as long as it is not stored.
#[component]
fn FateLine(
    /// The open room.
    talk: Conversation,
    /// The message.
    key: vocabulary::MessageKey,
    /// How it stands.
    fate: ArcRwSignal<Fate>,
) -> impl IntoView {
    move || {
        match fate.get() {
        Fate::Sent(_) => ().into_any(),
        Fate::Queued => view! {
            <p class="msg-fate msg-queued"><ClockIcon/><span>"Waiting to be sent"</span></p>
        }
        .into_any(),
        Fate::Failed(reason) => view! {
            <div class="msg-fate msg-failed">
                <p><AlertIcon/><span><strong>"Not sent. "</strong>{reason}</span></p>
                <button type="button" class="button button-small" on:click=move |_| talk.retry(key)>"Retry"</button>
                <button type="button" class="button button-small" on:click=move |_| talk.discard(key)>"Delete"</button>
            </div>
        }
        .into_any(),
    }
    }
}

/// The time of day; the date when somebody points at it.
#[component]
pub fn Time(
    /// When.
    at: Moment,
    /// How it looks.
    class: &'static str,
) -> impl IntoView {
    let clock = use_clock();
    view! {
        <time class=class datetime=iso(at) title=move || clock.zone().full(at)>
            {move || clock.zone().time(at)}
        </time>
    }
}

/// Whether the focus came by the keyboard: the mouse is there itself, and goes again.
fn is_by_key(event: &ev::FocusEvent) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .is_some_and(|target| target.matches(":focus-visible").unwrap_or(false))
}

/// Whether the focus goes on to something in the same row.
fn stays_within(event: &ev::FocusEvent) -> bool {
    let row = event.current_target().and_then(|row| row.dyn_into::<web_sys::Node>().ok());
    let next = event.related_target().and_then(|next| next.dyn_into::<web_sys::Node>().ok());
    row.is_some_and(|row| next.is_some_and(|next| row.contains(Some(&next))))
}

/// Text, links and what is selected keep the browser's own menu.
fn is_on_text(event: &ev::MouseEvent) -> bool {
    let selected =
        window().get_selection().ok().flatten().is_some_and(|selection| !selection.is_collapsed());
    let on_text = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .is_some_and(|target| {
            target.closest(".msg-body, .msg-author, a, button, textarea").ok().flatten().is_some()
        });
    selected || on_text
}

/// A finger that stays where it is.
#[derive(Clone, Copy)]
struct Touch {
    /// Grows with every touch, so that an old timer does nothing.
    number: StoredValue<u32>,
    down: StoredValue<Option<(i32, i32)>>,
    /// Whether the last thing that pressed was a finger.
    by_touch: StoredValue<bool>,
    long: Callback<()>,
}

impl Touch {
    /// So long is long.
    const LONG: std::time::Duration = std::time::Duration::from_millis(450);

    /// A finger moves so far without meaning it, in CSS pixels.
    const STILL: i32 = 10;

    fn new(long: Callback<()>) -> Self {
        Self {
            number: StoredValue::new(0),
            down: StoredValue::new(None),
            by_touch: StoredValue::new(false),
            long,
        }
    }

    fn down(self, event: &ev::PointerEvent) {
        let touch = event.pointer_type() == "touch";
        self.by_touch.set_value(touch);
        if !touch || !event.is_primary() {
            return;
        }
        self.down.set_value(Some((event.client_x(), event.client_y())));
        self.number.update_value(|number| *number += 1);
        let mine = self.number.get_value();
        set_timeout(
            move || {
                let still = self.down.try_get_value().flatten().is_some()
                    && self.number.try_get_value() == Some(mine);
                if still {
                    self.up();
                    self.long.run(());
                }
            },
            Self::LONG,
        );
    }

    fn moved(self, event: &ev::PointerEvent) {
        if let Some((x, y)) = self.down.get_value()
            && ((event.client_x() - x).abs() > Self::STILL
                || (event.client_y() - y).abs() > Self::STILL)
        {
            self.up();
        }
    }

    fn up(self) {
        self.down.set_value(None);
    }

    /// Whether it is a finger that asks for a menu: the browser's would come on top of the sheet.
    fn is_touching(self) -> bool {
        self.by_touch.get_value()
    }
}
