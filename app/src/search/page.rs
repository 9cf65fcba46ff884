//! The page of `/search`.

use super::{
    address::Wanted,
    api::search,
    chips::FilterChips,
    field::SearchBox,
    hit::FoundHit,
    start::{NothingFound, SearchStart},
};
use crate::{
    asked::asked,
    ui::icon::BackIcon,
    workspaces::list_trouble,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{components::A, hooks::use_query_map};
use vocabulary::{SearchQuery, Searched};

/// What is looked for and what was found.
#[component]
pub fn SearchPage() -> impl IntoView {
    let address = use_query_map();
    let wanted = Memo::new(move |_| address.with(Wanted::of));
    let found = asked(
        move || wanted.get(),
        |wanted| async move {
            let answer = if wanted.query.trim().is_empty() {
                Ok(Searched::default())
            } else {
                search(wanted.query.clone(), wanted.order, wanted.limit).await
            };
            (wanted.query, answer)
        },
    );
    let title = move || {
        let query = wanted.with(|wanted| wanted.query.trim().to_owned());
        if query.is_empty() { "Search".to_owned() } else { format!("{query} - Search") }
    };
    view! {
        <Title text=title/>
        <main class="list-page search-page">
            <header class="room-head">
                <A href="/workspaces" attr:class="icon-button room-back" attr:aria-label="All workspaces"><BackIcon/></A>
                <div class="room-titles"><h1>"Search"</h1></div>
            </header>
            <div class="list-scroll">
                <div class="search-all">
                    <SearchBox wanted/>
                    <Transition fallback=|| view! { <p class="search-wait" role="status">"Searching…"</p> }>
                        {move || Suspend::new(async move {
                            let (query, answer) = found.await;
                            let wanted = Wanted { query, ..wanted.get_untracked() };
                            match answer {
                                Ok(found) => view! { <Results wanted found/> }.into_any(),
                                Err(problem) => list_trouble(problem, &wanted.path(&wanted.query)),
                            }
                        })}
                    </Transition>
                </div>
            </div>
        </main>
    }
    .into_any()
}

#[component]
fn Results(
    /// What was asked.
    wanted: Wanted,
    /// What was found.
    found: Searched,
) -> impl IntoView {
    let query = SearchQuery::read(&wanted.query);
    let misread = query
        .misread
        .iter()
        .map(|text| {
            view! {
                <p class="search-note" role="status">
                    <bdi class="search-asked">{text.clone()}</bdi>" was left out: "{hint(text)}
                </p>
            }
        })
        .collect_view();
    if query.is_empty() {
        return view! { {misread}<SearchStart/> }.into_any();
    }
    let corrected = (!found.corrections.is_empty()).then(|| {
        let typed = quoted(found.corrections.iter().map(|one| one.typed.as_str()));
        let instead = query.corrected(&found.corrections).to_string();
        view! {
            <p class="search-note" role="status">
                "Nothing you may read has "{typed}". Did you mean "
                <A href=wanted.path(&instead)><bdi class="search-asked">{instead.clone()}</bdi></A>
                "? That is shown."
            </p>
        }
    });
    if found.count == 0 {
        let chips = view! { <FilterChips wanted kinds=Vec::new()/> };
        return view! { {chips}{misread}<NothingFound query/> }.into_any();
    }
    let shown = u32::try_from(found.hits.len()).unwrap_or(u32::MAX);
    let told = match (found.more, found.count) {
        (true, count) => format!("More than {count} found; these are from the newest {count}."),
        (false, 1) => "1 found".to_owned(),
        (false, count) => format!("{count} found"),
    };
    let more = (shown < found.count).then(|| wanted.more()).flatten().map(|href| {
        view! { <p class="search-more"><A href=href scroll=false attr:class="button">"Show more"</A></p> }
    });
    let hits = found.hits.into_iter().map(|hit| view! { <li><FoundHit hit/></li> }).collect_view();
    view! {
        <FilterChips wanted kinds=found.kinds/>
        {misread}
        {corrected}
        <p class="search-told" role="status">{told}</p>
        <ol class="search-hits" aria-label="Found">{hits}</ol>
        {more}
    }
    .into_any()
}

fn quoted<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.map(|word| format!("“{word}”")).collect::<Vec<_>>().join(" or ")
}

/// How an operator is written.
fn hint(misread: &str) -> &'static str {
    let operator = misread.split(':').next().unwrap_or_default().to_ascii_lowercase();
    match operator.as_str() {
        "before" | "after" => "a day is written like 2026-03-31.",
        "kind" => "there are message, mail, task, issue, comment and file.",
        "has" => "there are file, link, task and issue.",
        _ => "something has to follow the colon.",
    }
}
