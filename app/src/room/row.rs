//! Rows of the list.

use super::{
    conversation::{Conversation, Fate},
    links::{Piece, pieces},
    tags::{MessageTags, Tagged},
    timeline::Entry,
};
use crate::{
    clock::{Day, iso, use_clock},
    ui::{
        Avatar,
        icon::{AlertIcon, ClockIcon},
    },
};
use leptos::prelude::*;
use vocabulary::{Audience, MessageBody, Moment};

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

/// One message; who and when stand above the first of a group.
#[component]
pub fn MessageRow(
    /// The open room.
    talk: Conversation,
    /// What was said.
    entry: Entry,
    /// Whether it begins a group.
    head: bool,
) -> impl IntoView {
    let key = entry.key();
    let fate = talk.fate(&entry);
    let now = talk.entry(&entry);
    let tagged = Signal::derive({
        let now = now.clone();
        move || now.with(tagged)
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

    view! {
        <article
            class="msg" class:msg-head=head class:msg-mine=mine
            class:msg-client=audience == Audience::Client
            data-key=key.to_string() data-seq=place data-state=state
        >
            {if head {
                view! { <Avatar name=author.full_name.clone()/> }.into_any()
            } else {
                view! { <Time at class="msg-side"/> }.into_any()
            }}
            <div class="msg-main">
                {head
                    .then(|| {
                        view! {
                            <header class="msg-top">
                                <bdi class="msg-author">{author.full_name.clone()}</bdi>
                                <Time at class="msg-time"/>
                            </header>
                        }
                    })}
                <div class="msg-body" dir="auto">{move || now.with(body)}</div>
                <MessageTags talk message=tagged/>
                {fate.map(|fate| view! { <FateLine talk key fate/> })}
            </div>
        </article>
    }
    .into_any()
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

#[component]
fn Time(
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

fn tagged(entry: &Entry) -> Option<Tagged> {
    match entry {
        Entry::Stored(message) => Tagged::of(message),
        Entry::Unsent(_) => None,
    }
}

fn body(entry: &Entry) -> AnyView {
    match entry {
        Entry::Stored(message) if message.removed.is_some() => {
            view! { <span class="quiet">"Message removed"</span> }.into_any()
        }
        Entry::Stored(message) => text(message.words()).into_any(),
        Entry::Unsent(unsent) => {
            text(unsent.body.as_ref().map_or("", MessageBody::as_str)).into_any()
        }
    }
}

fn text(body: &str) -> Vec<AnyView> {
    pieces(body)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(words) => words.to_owned().into_any(),
            Piece::Link(address) => {
                let (address, shown) = (address.to_owned(), address.to_owned());
                view! {
                    <a href=address target="_blank" rel="noopener noreferrer nofollow">{shown}</a>
                }
                .into_any()
            }
        })
        .collect()
}
