//! The Project's open tasks, open issues and people, beside the talk.

mod api;

use crate::{
    clock::{Day, use_clock},
    ui::{Avatar, StatusPill, icon::PanelIcon, store},
};
use leptos::prelude::*;
use vocabulary::{Colleague, OpenIssue, OpenTask, WorkspaceFacts};

/// Opens and closes the panel; a narrow window has no room for either.
#[component]
pub fn FactsToggle() -> impl IntoView {
    let toggle = move |_| {
        if let Some(root) = document().document_element() {
            let closed = root.get_attribute("data-facts").as_deref() == Some("closed");
            let now = if closed { "open" } else { "closed" };
            let _ = root.set_attribute("data-facts", now);
            store("parlance.facts", now);
        }
    };
    view! {
        <button type="button" class="icon-button facts-toggle" aria-label="Project panel" title="Project panel" on:click=toggle>
            <PanelIcon/>
        </button>
    }
}

/// The panel.
#[component]
pub fn FactsPanel(
    /// What the mirror knows.
    facts: WorkspaceFacts,
) -> impl IntoView {
    view! {
        <aside class="facts" aria-label="Project">
            <Tasks tasks=facts.open_tasks/>
            <Issues issues=facts.open_issues/>
            <People colleagues=facts.colleagues/>
        </aside>
    }
    .into_any()
}

#[component]
fn Tasks(
    /// Due first.
    tasks: Vec<OpenTask>,
) -> impl IntoView {
    let count = tasks.len();
    let rows = tasks
        .into_iter()
        .map(|task| {
            view! {
                <li class="fact">
                    <span class="fact-more">
                        <span>{task.name.to_string()}</span>
                        {task.exp_end_date.map(|date| view! { <Due date/> })}
                    </span>
                    <bdi class="fact-subject">{task.subject}</bdi>
                    <span class="fact-state">
                        <StatusPill status=task.status/>
                        <Priority priority=task.priority/>
                    </span>
                </li>
            }
        })
        .collect_view();
    view! {
        <Section title="Tasks" count empty="No open task that ERPNext shows you. Tasks of this Project you may read turn up here by themselves.">
            <ul>{rows}</ul>
        </Section>
    }
}

#[component]
fn Issues(
    /// Newest first.
    issues: Vec<OpenIssue>,
) -> impl IntoView {
    let count = issues.len();
    let rows = issues
        .into_iter()
        .map(|issue| {
            view! {
                <li class="fact">
                    <span class="fact-more">{issue.name.to_string()}</span>
                    <bdi class="fact-subject">{issue.subject}</bdi>
                    <span class="fact-state">
                        <StatusPill status=issue.status/>
                        <Priority priority=issue.priority/>
                    </span>
                </li>
            }
        })
        .collect_view();
    view! {
        <Section title="Issues" count empty="No open issue that ERPNext shows you. What the client reports turns up here if you may read Issues.">
            <ul>{rows}</ul>
        </Section>
    }
}

#[component]
fn People(
    /// The Project's users.
    colleagues: Vec<Colleague>,
) -> impl IntoView {
    let count = colleagues.len();
    let rows = colleagues
        .into_iter()
        .map(|person| {
            view! {
                <li class="fact-person">
                    <Avatar name=person.full_name.clone()/>
                    <bdi>{person.full_name}</bdi>
                </li>
            }
        })
        .collect_view();
    view! {
        <Section title="People" count empty="Nobody is listed on the Project's users in ERPNext.">
            <ul>{rows}</ul>
        </Section>
    }
}

#[component]
fn Section(
    /// What it lists.
    title: &'static str,
    /// How many.
    count: usize,
    /// What to say when there are none.
    empty: &'static str,
    /// The list.
    children: Children,
) -> impl IntoView {
    view! {
        <details class="fact-section" open>
            <summary>
                <h2>{title}</h2>
                <span class="count">{count}</span>
            </summary>
            {if count == 0 { view! { <p class="quiet">{empty}</p> }.into_any() } else { children().into_any() }}
        </details>
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
