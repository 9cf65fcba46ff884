//! What the page says where nothing was found, or nothing is looked for yet.

use super::address::search_path;
use leptos::prelude::*;
use leptos_router::components::A;
use vocabulary::SearchQuery;

const OPERATORS: [(&str, &str); 9] = [
    ("from:tom", "said, sent or made by somebody; from:me for your own"),
    ("in:PROJ-0001", "in one workspace, by the Project's id or title"),
    ("kind:mail", "only messages, mails, tasks, issues, comments or files"),
    ("tag:TASK-2026-00001", "about a document, by its id in ERPNext"),
    ("has:file", "with a file, a link, a task or an issue"),
    ("after:2026-01-31", "on that day or later (UTC); before: for earlier"),
    ("\"arrival date\"", "these words one after another"),
    ("-draft", "without this; works before every operator too"),
    ("calen*", "words that begin so"),
];

/// What can be looked for, with examples that can be pressed.
#[component]
pub fn SearchStart() -> impl IntoView {
    let rows = OPERATORS
        .map(|(example, meaning)| {
            view! {
                <div>
                    <dt><A href=search_path(example)><code>{example}</code></A></dt>
                    <dd>{meaning}</dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <section class="search-start">
            <h2>"Find what was said, sent and done"</h2>
            <p>
                "Type words: messages, mails, tasks, issues, comments, files and what they say are searched in all your \
                 workspaces. Other forms of a word and small typing errors are found too."
            </p>
            <dl>{rows}</dl>
        </section>
    }
    .into_any()
}

/// Nothing was found.
#[component]
pub fn NothingFound(
    /// What was looked for.
    query: SearchQuery,
) -> impl IntoView {
    let mut words = query.clone();
    words.clauses.retain(|clause| !clause.term.is_filter());
    let narrowed = words.clauses.len() < query.clauses.len() && !words.is_empty();
    let looked_for = query.to_string();
    view! {
        <section class="room-empty" role="status">
            <h2>"Nothing found"</h2>
            <p>"Nothing you may read answers "<bdi class="search-asked">{looked_for}</bdi>"."</p>
            {if narrowed {
                view! { <p><A href=search_path(&words.to_string()) attr:class="button">"Search without filters"</A></p> }.into_any()
            } else {
                view! {
                    <p>
                        "Fewer or shorter words find more: "
                        <A href=search_path("book*")><code>"book*"</code></A>
                        " finds booking and bookings."
                    </p>
                }
                .into_any()
            }}
            <p><A href="/search">"What can be searched"</A></p>
        </section>
    }
    .into_any()
}
