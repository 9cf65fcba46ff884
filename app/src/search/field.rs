//! Where one types what one looks for.

use super::address::{Wanted, search_path};
use crate::ui::icon::SearchIcon;
use leptos::{ev, html, prelude::*};
use leptos_router::hooks::{use_location, use_navigate};

/// The field at the top of the sidebar; on the page of search that page has one of its own.
#[component]
pub fn SidebarSearch() -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let path = use_location().pathname;
    let go = use_navigate();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(field) = field.get_untracked() else { return };
        go(&search_path(field.value().trim()), Default::default());
        field.set_value("");
    };
    view! {
        <form
            role="search" aria-label="Everywhere" class="sidebar-search" action="/search" method="get"
            class:sidebar-search-off=move || path.with(|path| path == "/search")
            on:submit=submit
        >
            <SearchIcon/>
            <input
                type="search" name="q" node_ref=field placeholder="Search" aria-label="Search everything"
                title="Search everything (/)" autocomplete="off" dir="auto"
            />
        </form>
    }
    .into_any()
}

/// The field of the page.
#[component]
pub fn SearchBox(
    /// What the address asks for.
    wanted: Memo<Wanted>,
) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let go = use_navigate();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(field) = field.get_untracked() else { return };
        let path = wanted.with_untracked(|wanted| wanted.path(field.value().trim()));
        go(&path, Default::default());
    };
    // Nothing is typed yet but where to look: one goes on to type.
    Effect::new(move |_| {
        let Some(field) = field.get() else { return };
        let query = vocabulary::SearchQuery::read(&wanted.get_untracked().query);
        if query.clauses.iter().all(|clause| clause.term.is_filter()) {
            let begun = if query.is_empty() { String::new() } else { format!("{query} ") };
            field.set_value(&begun);
            let _ = field.focus();
            let end = u32::try_from(begun.encode_utf16().count()).unwrap_or(0);
            let _ = field.set_selection_range(end, end);
        }
    });
    view! {
        <form role="search" aria-label="This page" class="search-box" action="/search" method="get" on:submit=submit>
            <SearchIcon/>
            <input
                type="search" name="q" node_ref=field aria-label="Search" autocomplete="off" dir="auto"
                maxlength=vocabulary::QUERY_LIMIT_CHARS.to_string()
                value=wanted.get_untracked().query prop:value=move || wanted.get().query
            />
            <button type="submit" class="button button-primary">"Search"</button>
        </form>
    }
    .into_any()
}
