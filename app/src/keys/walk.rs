//! Going from one thing to the next.

use super::table::Page;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Elements that `selector` finds, in the order of the page.
pub fn found(selector: &str) -> Vec<HtmlElement> {
    all(document().query_selector_all(selector).ok())
}

/// Goes to the workspace before or after the one that is open, or to the next that holds something unread.
pub fn conversation(down: bool, unread: bool) -> bool {
    let links = found(".workspace-link");
    let here = links.iter().position(|link| link.has_attribute("aria-current"));
    let wanted = |link: &HtmlElement| {
        !unread || link.closest(".workspace-unread").is_ok_and(|found| found.is_some())
    };
    let next = match (here, down) {
        (Some(here), true) => links.iter().skip(here + 1).find(|link| wanted(link)),
        (Some(here), false) => links.iter().take(here).rev().find(|link| wanted(link)),
        (None, true) => links.iter().find(|link| wanted(link)),
        (None, false) => links.iter().rev().find(|link| wanted(link)),
    };
    let Some(next) = next else { return false };
    next.click();
    true
}

/// Gives the focus to the message of `list` after `row`, or before it; from outside to the last.
pub fn message(list: &Element, row: Option<&Element>, down: bool) -> bool {
    let rows: Vec<HtmlElement> = all(list.query_selector_all("article[data-key]").ok());
    let here = row.and_then(|row| rows.iter().position(|other| other.is_same_node(Some(row))));
    let next = match (here, down) {
        (Some(here), true) => rows.get(here + 1),
        (Some(here), false) => here.checked_sub(1).and_then(|before| rows.get(before)),
        (None, _) => rows.last(),
    };
    // At either end the list scrolls as it always does.
    next.is_some_and(|next| next.focus().is_ok())
}

/// Goes to a page of the sidebar.
pub fn visit(page: Page) -> bool {
    press(match page {
        Page::Mentions => ".sidebar a[href='/mentions']",
        Page::Drafts => ".sidebar a[href='/drafts']",
    })
}

/// Gives the focus to the field of the search that is in view; where there is none, goes to its page.
pub fn to_search() -> bool {
    let fields = found(".search-box input, .sidebar-search input");
    let took = fields.into_iter().any(|field| {
        let _ = field.focus();
        document().active_element().is_some_and(|active| active.is_same_node(Some(&field)))
    });
    took || press(".room-head .room-search")
}

/// Closes the thread or, where none is open, goes to the newest message.
pub fn leave() -> bool {
    press(".thread-close") || press(".room .to-end")
}

/// Presses the first thing that `selector` finds; whether there was one.
pub fn press(selector: &str) -> bool {
    found(selector).first().map(|one| one.click()).is_some()
}

fn all(list: Option<web_sys::NodeList>) -> Vec<HtmlElement> {
    let Some(list) = list else { return Vec::new() };
    (0..list.length()).filter_map(|n| list.get(n)?.dyn_into().ok()).collect()
}
