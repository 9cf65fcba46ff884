//! What messages are about: chips that live with ERPNext, adding and taking away, and making work of what was said.

mod api;
mod chips;

pub use chips::Chips;

use super::{
    conversation::Conversation,
    row::{Desk, RowAct},
};
use crate::{
    clock::{Day, use_clock},
    ui::{
        Avatar, StatusPill,
        icon::{AlertIcon, ClockIcon, CloseIcon, PlusIcon},
    },
    workspaces::Team,
};
use chips::Wish;
use contract::AppError;
use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::components::A;
use std::sync::Arc;
use vocabulary::{
    Card, Known, Message, MessageAct, MessageId, MessageKind, Tag, WorkDoctype, marks_in,
};

/// A message as far as its tags go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tagged {
    id: MessageId,
    all: Vec<Tag>,
    /// Those that do not stand in its text.
    apart: Vec<Tag>,
}

impl Tagged {
    /// `None` for what can be about nothing: lines, and what was removed.
    #[must_use]
    pub fn of(message: &Message) -> Option<Self> {
        if message.removed.is_some() || message.kind == MessageKind::Line {
            return None;
        }
        let in_text = marks_in(message.words()).tags;
        let apart = message.tags.iter().filter(|tag| !in_text.contains(tag)).cloned().collect();
        Some(Self { id: message.id, all: message.tags.clone(), apart })
    }
}

/// Offers to make a Task or an Issue of the messages of a desk.
pub fn offer_work(desk: Desk, chips: Chips) {
    for (act, doctype) in [(RowAct::Task, WorkDoctype::Task), (RowAct::Issue, WorkDoctype::Issue)] {
        desk.offer(
            act,
            Callback::new(move |message: Arc<Message>| chips.make(message.id, doctype)),
        );
    }
}

/// A document, as the one who looks may know it; pressed it opens beside the talk.
#[component]
pub fn TagChip(
    /// Which.
    tag: Tag,
) -> impl IntoView {
    let chips = expect_context::<Chips>();
    let card = chips.card(&tag);
    let asked = tag.clone();
    Effect::new(move |_| chips.want(&asked));
    move || match card.get() {
        None if tag.making => view! { <Making tag=tag.clone() title=None/> }.into_any(),
        None => view! { <span class="chip"><Id tag=tag.clone()/></span> }.into_any(),
        Some(Card::Known(known)) => view! { <KnownChip tag=tag.clone() known/> }.into_any(),
        Some(Card::Making { title }) => view! { <Making tag=tag.clone() title/> }.into_any(),
        Some(Card::Refused { words }) => view! { <Refused tag=tag.clone() words/> }.into_any(),
        Some(Card::NoAccess) => view! {
            <span class="chip chip-none">
                <Id tag=tag.clone()/>
                <span class="quiet">"no access"</span>
            </span>
        }
        .into_any(),
    }
}

/// How a document stands, for whom a chip would tell it; nothing for others, and outside of a room, where nobody asks.
#[component]
pub fn TagStatus(
    /// Which.
    tag: Tag,
) -> impl IntoView {
    let chips = use_context::<Chips>()?;
    let card = chips.card(&tag);
    Effect::new(move |_| chips.want(&tag));
    Some(move || match card.get() {
        Some(Card::Known(Known { status: Some(status), .. })) => {
            Some(view! { <StatusPill status/> })
        }
        _ => None,
    })
}

/// A Project, for those who may enter its workspace.
#[component]
pub fn ProjectChip(
    /// ERPNext's name of it.
    name: String,
) -> impl IntoView {
    let known = use_context::<Team>().and_then(|team| {
        team.workspaces.into_iter().find(|summary| summary.project.as_str() == name)
    });
    match known {
        Some(summary) => view! {
            <A href=format!("/w/{}", summary.id) attr:class="chip" attr:title="Open the workspace of this Project">
                <bdi class="chip-id">{name}</bdi>
                <bdi class="chip-title">{summary.project_name}</bdi>
                <StatusPill status=summary.status/>
            </A>
        }
        .into_any(),
        None => view! {
            <span class="chip chip-none">
                <bdi class="chip-id">{name}</bdi>
                <span class="quiet">"no access"</span>
            </span>
        }
        .into_any(),
    }
}

#[component]
fn Id(tag: Tag) -> impl IntoView {
    view! { <bdi class="chip-id">{tag.name}</bdi> }
}

#[component]
fn KnownChip(tag: Tag, known: Known) -> impl IntoView {
    let chips = expect_context::<Chips>();
    let opens = known.status.is_some();
    let title =
        if known.title.is_empty() || known.title == tag.name { None } else { Some(known.title) };
    let faces = known.assigned.into_iter().take(3).map(|who| {
        view! { <Avatar name=who.full_name.clone() titled=true/><span class="unseen">{who.full_name}</span> }
    });
    let inner = view! {
        <Id tag=tag.clone()/>
        {title.map(|title| view! { <bdi class="chip-title">{title}</bdi> })}
        {known.status.map(|status| view! { <StatusPill status/> })}
        {faces.collect_view()}
        {known.due.map(|date| view! { <Due date/> })}
    };
    if opens {
        view! {
            <button
                type="button" class="chip" title=format!("Open {} beside the talk", tag.doctype.as_str())
                on:click=move |_| chips.open(&tag)
            >
                {inner}
            </button>
        }
        .into_any()
    } else {
        view! { <span class="chip" title=tag.doctype.as_str()>{inner}</span> }.into_any()
    }
}

#[component]
fn Due(date: String) -> impl IntoView {
    let clock = use_clock();
    let day = Day::parse(&date);
    let late = move || day.zip(clock.zone().today).is_some_and(|(day, today)| day < today);
    let shown = date.clone();
    view! {
        <time class="due" class:due-late=late datetime=date>
            {move || {
                let when = day.map_or_else(|| shown.clone(), |day| day.short(None));
                if late() { format!("Late, {when}") } else { format!("Due {when}") }
            }}
        </time>
    }
}

#[component]
fn Making(tag: Tag, title: Option<String>) -> impl IntoView {
    view! {
        <span class="chip chip-making" title="On its way to ERPNext">
            <ClockIcon/>
            <span class="chip-id">"New " {tag.doctype.as_str()}</span>
            {title.map(|title| view! { <bdi class="chip-title">{title}</bdi> })}
            <span class="unseen">"On its way to ERPNext"</span>
        </span>
    }
}

#[component]
fn Refused(tag: Tag, words: Option<String>) -> impl IntoView {
    let chips = expect_context::<Chips>();
    let doctype = tag.doctype.as_str();
    match words {
        Some(words) => view! {
            <button
                type="button" class="chip chip-refused" title="Change it or drop it beside the talk"
                on:click=move |_| chips.open(&tag)
            >
                <AlertIcon/>
                <span class="chip-id">"New " {doctype}</span>
                <span class="chip-title">"ERPNext did not take it: " {words}</span>
            </button>
        }
        .into_any(),
        None => view! {
            <span class="chip chip-none">
                <AlertIcon/>
                <span class="chip-id">"New " {doctype}</span>
                <span class="quiet">"not made"</span>
            </span>
        }
        .into_any(),
    }
}

/// The tags of a message that do not stand in its text, and the way to add some.
#[component]
pub fn MessageTags(
    /// The open room.
    talk: Conversation,
    /// The message; nothing as long as it is not stored.
    #[prop(into)]
    message: Signal<Option<Tagged>>,
) -> impl IntoView {
    let chips = expect_context::<Chips>();
    let tagged = Memo::new(move |_| message.get());
    let trouble = RwSignal::new(None::<String>);
    let change = move |id: MessageId, act: MessageAct| {
        trouble.set(None);
        spawn_local(async move {
            if let Err(problem) = talk.act(id, act).await {
                trouble.try_set(Some(told(&problem)));
            }
        });
    };
    move || {
        let tagged = tagged.get()?;
        let id = tagged.id;
        let shown = tagged.apart.iter().cloned().map(move |tag| {
            let label = if tag.making { "New".to_owned() } else { tag.name.clone() };
            let label = format!("Take {} {label} from this message", tag.doctype.as_str());
            let gone = tag.clone();
            view! {
                <span class="tagged">
                    <TagChip tag/>
                    <button
                        type="button" class="tag-drop" aria-label=label.clone() title=label
                        on:click=move |_| change(id, MessageAct::Untag(gone.clone()))
                    >
                        <CloseIcon/>
                    </button>
                </span>
            }
        });
        let is_empty = tagged.apart.is_empty();
        let all = tagged.all.clone();
        let add = Callback::new(move |tag| change(id, MessageAct::Tag(tag)));
        Some(view! {
            <div class="msg-tags" class:msg-tags-none=is_empty>
                {shown.collect_view()}
                {move || chips.wishes(id).into_iter().map(|wish| view! { <WishChip wish/> }).collect_view()}
                <AddTag all add/>
                {move || trouble.get().map(|words| view! { <p class="field-trouble" role="alert">{words}</p> })}
            </div>
        })
    }
}

fn told(problem: &AppError) -> String {
    problem.to_string()
}

/// Something that is being made and that the server has not answered yet.
#[component]
fn WishChip(wish: Wish) -> impl IntoView {
    let chips = expect_context::<Chips>();
    let save = wish.save;
    match wish.problem {
        None => view! {
            <span class="chip chip-making" title="On its way">
                <ClockIcon/>
                <span class="chip-id">"New " {wish.doctype.as_str()}</span>
            </span>
        }
        .into_any(),
        Some(words) => view! {
            <span class="chip chip-refused" role="alert">
                <AlertIcon/>
                <span class="chip-title">{words}</span>
                <button type="button" class="button button-small" on:click=move |_| chips.again(save)>"Try again"</button>
                <button type="button" class="button button-small" on:click=move |_| chips.drop_wish(save)>"Drop it"</button>
            </span>
        }
        .into_any(),
    }
}

/// Says what a message is about.
#[component]
fn AddTag(all: Vec<Tag>, add: Callback<Tag>) -> impl IntoView {
    let chips = expect_context::<Chips>();
    let open = RwSignal::new(false);
    let choices = move || {
        let mut choices = chips.choices();
        choices.retain(|(tag, _)| !all.contains(tag));
        choices
    };
    let choices = StoredValue::new(choices);
    let select = NodeRef::<html::Select>::new();
    let opener = NodeRef::<html::Button>::new();
    let chosen = RwSignal::new(String::new());
    let close = move || {
        open.set(false);
        chosen.set(String::new());
        if let Some(opener) = opener.get_untracked() {
            let _ = opener.focus();
        }
    };
    Effect::new(move |_| {
        if let Some(select) = select.get() {
            let _ = select.focus();
            // Below the last message it would open under the composer.
            request_animation_frame(move || {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                let menu = select.parent_element().unwrap_or_else(|| select.clone().into());
                menu.scroll_into_view_with_scroll_into_view_options(&options);
            });
        }
    });
    let add_chosen = move || {
        let wish = chosen.get_untracked();
        let found = choices.with_value(|choices| choices());
        if let Some((tag, _)) = found.into_iter().find(|(tag, _)| value_of(tag) == wish) {
            close();
            add.run(tag);
        }
    };
    view! {
        <span class="tag-add" on:keydown=move |event| {
            if event.key() == "Escape" && open.get_untracked() {
                event.stop_propagation();
                close();
            }
        }>
            <button
                type="button" class="tag-add-button" aria-label="Add a tag" title="Add a tag" node_ref=opener
                aria-expanded=move || open.get().to_string()
                on:click=move |_| if open.get_untracked() { close() } else { open.set(true) }
            >
                <PlusIcon/>"#"
            </button>
            <Show when=move || open.get()>
                <span class="tag-menu">
                    // Arrows go through the list and add nothing yet.
                    <select
                        class="field-input" aria-label="Task or Issue that this is about" node_ref=select
                        on:change=move |event| chosen.set(event_target_value(&event))
                    >
                        <option value="">"Task or Issue…"</option>
                        {move || choices.with_value(|choices| choices())
                            .into_iter()
                            .map(|(tag, title)| view! {
                                <option value=value_of(&tag)>{format!("{} · {title}", tag.name)}</option>
                            })
                            .collect_view()}
                    </select>
                    <button
                        type="button" class="button button-small" disabled=move || chosen.with(String::is_empty)
                        on:click=move |_| add_chosen()
                    >
                        "Add"
                    </button>
                </span>
            </Show>
        </span>
    }
}

fn value_of(tag: &Tag) -> String {
    format!("{}/{}", tag.doctype.as_str(), tag.name)
}
