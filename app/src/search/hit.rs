//! One thing that was found.

use super::address::place_of;
use crate::{
    clock::{Zone, iso, use_clock},
    ui::StatusPill,
};
use leptos::prelude::*;
use leptos_router::components::A;
use vocabulary::{FoundPlace, Hit, Marked};

/// What it is, what it says, and the way to where it stands.
#[component]
pub fn FoundHit(
    /// What was found.
    hit: Hit,
) -> impl IntoView {
    let clock = use_clock();
    let at = hit.at;
    // ERPNext's stamps name no zone: their day is shown as ERPNext shows it.
    let is_ours = matches!(hit.place, FoundPlace::Message { .. });
    let when = move || {
        let zone = clock.zone();
        if is_ours { zone.brief(at) } else { Zone::default().day(at).short(zone.today) }
    };
    let href = place_of(&hit);
    let has_title = !hit.title.text.is_empty();
    let has_snippet = !hit.snippet.text.is_empty();
    let (lead, more) = if has_title {
        (hit.title, has_snippet.then_some(hit.snippet))
    } else {
        (hit.snippet, None)
    };
    view! {
        <article class="found search-hit">
            <p class="found-where">
                <span class="search-kind">{hit.kind.singular()}</span>
                {hit.name.map(|name| view! { <span>{name}</span> })}
                <bdi>{hit.project_name}</bdi>
                {hit.status.map(|status| view! { <StatusPill status/> })}
            </p>
            <A href=href attr:class=if has_title { "found-words search-title" } else { "found-words" } attr:dir="auto">
                {pieces(&lead)}
            </A>
            {more.map(|more| view! { <p class="search-snippet" dir="auto">{pieces(&more)}</p> })}
            <p class="search-by">
                <bdi>{hit.by}</bdi>
                <time datetime=iso(at)>{when}</time>
            </p>
        </article>
    }
    .into_any()
}

/// Texts and marks: whatever was found, it is drawn as text.
fn pieces(marked: &Marked) -> impl IntoView + use<> {
    marked
        .pieces()
        .into_iter()
        .map(|(piece, is_marked)| {
            let piece = piece.to_owned();
            if is_marked { view! { <mark>{piece}</mark> }.into_any() } else { piece.into_any() }
        })
        .collect_view()
}
