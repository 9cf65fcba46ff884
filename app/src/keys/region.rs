//! The parts of a page that F6 walks through.

use super::walk::found;
use leptos::prelude::*;

/// The parts in their order, and what in each of them takes the focus.
const REGIONS: [(&str, &str); 10] = [
    (".sidebar", ".sidebar a, .sidebar button"),
    (".room-head", ".room-head a, .room-head button"),
    (".project-bar", ".project-bar .views a"),
    (".room > .timeline-scroll", ".room > .timeline-scroll input, .room > .timeline-scroll a"),
    (".room > .messages", ".room > .messages .messages-scroll"),
    (".room > .composer", ".room > .composer textarea"),
    (".thread .messages", ".thread .messages-scroll"),
    (".thread .composer", ".thread .composer textarea"),
    (
        ".list-page, .drafts",
        ".list-page a, .list-page button, .list-page input, .drafts a, .drafts button",
    ),
    (".facts", ".facts a, .facts button, .facts input"),
];

/// Gives the focus to the next part, or to the one before; whether one took it.
pub fn next(back: bool) -> bool {
    let active = document().active_element();
    let within = |region: &str| {
        active
            .as_ref()
            .is_some_and(|active| active.closest(region).is_ok_and(|found| found.is_some()))
    };
    let count = REGIONS.len();
    let here = REGIONS.iter().position(|(region, _)| within(region));
    let start = here.unwrap_or(if back { 0 } else { count - 1 });
    (1..=count).any(|step| {
        let at = if back { start + count - step } else { start + step } % count;
        // What is not shown takes no focus.
        found(REGIONS[at].1).into_iter().any(|one| {
            let _ = one.focus();
            document().active_element().is_some_and(|active| active.is_same_node(Some(&one)))
        })
    })
}

/// Makes the panel at the side wider, or as wide as it was.
pub fn widen() -> bool {
    if found(".facts, .thread").is_empty() {
        return false;
    }
    let root = document().document_element();
    root.is_some_and(|root| root.toggle_attribute("data-wide").is_ok())
}
