//! The lists: Tasks, Issues and people.

use super::{
    board::{Board, Open, opener, person_id},
    making::MakingRow,
};
use crate::{
    clock::{Day, use_clock},
    ui::{
        Avatar, StatusPill,
        icon::{AlertIcon, ClockIcon, PlusIcon},
    },
};
use leptos::prelude::*;
use vocabulary::{Making, Mark, OpenIssue, OpenTask, WorkDoctype};

/// All of them.
#[component]
pub(super) fn Lists(
    /// What they show.
    board: Board,
) -> impl IntoView {
    view! {
        <Tasks board/>
        <Issues board/>
        <People board/>
    }
}

#[component]
fn Tasks(board: Board) -> impl IntoView {
    let tasks = Memo::new(move |_| board.facts(|facts| facts.open_tasks.clone()));
    view! {
        <Section title="Tasks" count=Signal::derive(move || tasks.with(Vec::len)) adds=(board, WorkDoctype::Task)>
            <Beginning board doctype=WorkDoctype::Task/>
            <ul>
                <For each=move || tasks.get() key=|task| task.name.clone() let:task>
                    <Task board task=newest(tasks, task, |one, other| one.name == other.name)/>
                </For>
            </ul>
            <Empty
                when=Signal::derive(move || tasks.with(Vec::is_empty))
                words="No open task that ERPNext shows you. Tasks of this Project you may read turn up here by themselves. Add one with +, for example “Check the opening hours”."
            />
        </Section>
    }
}

#[component]
fn Issues(board: Board) -> impl IntoView {
    let issues = Memo::new(move |_| board.facts(|facts| facts.open_issues.clone()));
    view! {
        <Section title="Issues" count=Signal::derive(move || issues.with(Vec::len)) adds=(board, WorkDoctype::Issue)>
            <Beginning board doctype=WorkDoctype::Issue/>
            <ul>
                <For each=move || issues.get() key=|issue| issue.name.clone() let:issue>
                    <Issue board issue=newest(issues, issue, |one, other| one.name == other.name)/>
                </For>
            </ul>
            <Empty
                when=Signal::derive(move || issues.with(Vec::is_empty))
                words="No open issue that ERPNext shows you. What the client reports turns up here if you may read Issues. Add one with +, for example “The form sends nothing”."
            />
        </Section>
    }
}

/// The newest of what one row shows: the row stays, and the keyboard on it, while that changes.
fn newest<T>(listed: Memo<Vec<T>>, first: T, is_same: fn(&T, &T) -> bool) -> Memo<T>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    Memo::new(move |before: Option<&T>| {
        let known = before.unwrap_or(&first);
        listed.with(|listed| listed.iter().find(|one| is_same(one, known)).unwrap_or(known).clone())
    })
}

#[component]
fn Task(board: Board, task: Memo<OpenTask>) -> impl IntoView {
    let name = task.with_untracked(|task| task.name.to_string());
    view! {
        <Row board doctype=WorkDoctype::Task name=name.clone()>
            <span class="fact-more">
                <span>{name}</span>
                {move || task.get().exp_end_date.map(|date| view! { <Due date/> })}
            </span>
            <bdi class="fact-subject">{move || task.get().subject}</bdi>
            <span class="fact-state">
                {move || {
                    let OpenTask { status, priority, mark, .. } = task.get();
                    view! { <StatusPill status/> <Priority priority/> <Marked mark/> }
                }}
            </span>
        </Row>
    }
}

#[component]
fn Issue(board: Board, issue: Memo<OpenIssue>) -> impl IntoView {
    let name = issue.with_untracked(|issue| issue.name.to_string());
    view! {
        <Row board doctype=WorkDoctype::Issue name=name.clone()>
            <span class="fact-more">{name}</span>
            <bdi class="fact-subject">{move || issue.get().subject}</bdi>
            <span class="fact-state">
                {move || {
                    let OpenIssue { status, priority, mark, .. } = issue.get();
                    view! { <StatusPill status/> <Priority priority/> <Marked mark/> }
                }}
            </span>
        </Row>
    }
}

/// A Task or an Issue that opens.
#[component]
fn Row(board: Board, doctype: WorkDoctype, name: String, children: Children) -> impl IntoView {
    let open = Open::Item(doctype, name);
    view! {
        <li>
            <button
                type="button" class="fact" id=opener(&open)
                on:click=move |_| board.show(open.clone())
            >
                {children()}
            </button>
        </li>
    }
}

/// What is being made.
#[component]
fn Beginning(board: Board, doctype: WorkDoctype) -> impl IntoView {
    let making = Memo::new(move |_| {
        board.facts(|facts| {
            let own = facts.making.iter().filter(|one| one.doctype == doctype);
            own.cloned().collect::<Vec<Making>>()
        })
    });
    view! {
        <ul>
            <For each=move || making.get() key=|one| one.save let:one>
                <MakingRow board making=newest(making, one, |one, other| one.save == other.save)/>
            </For>
        </ul>
    }
}

#[component]
fn People(board: Board) -> impl IntoView {
    let colleagues = Memo::new(move |_| board.colleagues());
    view! {
        <Section title="People" count=Signal::derive(move || colleagues.with(Vec::len))>
            <ul>
                <For each=move || colleagues.get() key=|person| (person.user.clone(), person.full_name.clone()) let:person>
                    <li class="fact-person" id=person_id(&person.user) tabindex="-1">
                        <Avatar name=person.full_name.clone()/>
                        <bdi>{person.full_name}</bdi>
                    </li>
                </For>
            </ul>
            <Empty
                when=Signal::derive(move || colleagues.with(Vec::is_empty))
                words="Nobody is listed on the Project's users in ERPNext."
            />
        </Section>
    }
}

#[component]
fn Section(
    /// What it lists.
    title: &'static str,
    /// How many.
    count: Signal<usize>,
    /// What can be added to it.
    #[prop(optional)]
    adds: Option<(Board, WorkDoctype)>,
    /// The list.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="fact-frame">
            // Before the list: nobody should walk through all of it to add to it.
            {adds.map(|(board, doctype)| view! { <Add board doctype/> })}
            <details class="fact-section" open>
                <summary>
                    <h2>{title}</h2>
                    <span class="count">{count}</span>
                </summary>
                {children()}
            </details>
        </div>
    }
}

#[component]
fn Add(board: Board, doctype: WorkDoctype) -> impl IntoView {
    let open = Open::New(doctype);
    let label = format!("New {}", doctype.as_str());
    view! {
        <button
            type="button" class="icon-button fact-add" id=opener(&open) aria-label=label.clone() title=label
            on:click=move |_| board.show(open.clone())
        >
            <PlusIcon/>
        </button>
    }
}

#[component]
fn Empty(when: Signal<bool>, words: &'static str) -> impl IntoView {
    view! {
        <Show when=move || when.get()>
            <p class="quiet">{words}</p>
        </Show>
    }
}

/// Only what stands out: most things have a medium one.
#[component]
fn Priority(
    /// As ERPNext wrote it.
    priority: String,
) -> impl IntoView {
    matches!(priority.as_str(), "High" | "Urgent")
        .then(|| view! { <span class="priority">{priority}</span> })
}

/// What stands between the row and ERPNext.
#[component]
fn Marked(mark: Option<Mark>) -> impl IntoView {
    match mark {
        None => ().into_any(),
        Some(Mark::Pending) => view! {
            <span class="mark-pending" title="On its way to ERPNext"><ClockIcon/><span class="unseen">"On its way to ERPNext"</span></span>
        }
        .into_any(),
        Some(Mark::Decide) => {
            view! { <span class="mark-decide"><AlertIcon/>"Needs you"</span> }.into_any()
        }
    }
}

#[component]
fn Due(
    /// As ERPNext wrote it.
    date: String,
) -> impl IntoView {
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
