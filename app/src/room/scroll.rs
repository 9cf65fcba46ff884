//! Keeping one's place in the list.
//!
//! The list is a column in reverse: the browser itself opens it at the end, with or without scripts, stays there, and
//! counts `scrollTop` from the end (0) upwards (negative). So rows added above move nothing; rows added below do.

use leptos::prelude::*;
use std::time::Duration;
use vocabulary::MessageId;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition};

/// Closer to the end than this is "at the end", in CSS pixels.
const END_NEARNESS: i32 = 48;

/// What stays in view above the line where the new begins, in CSS pixels.
const NEW_MARGIN: i32 = 48;

/// Closer to the beginning or to the end of what is loaded than this loads more, in CSS pixels.
const NEARNESS: i32 = 800;

/// A message that somebody was sent to stays marked so long.
const MARKED: Duration = Duration::from_millis(2_500);

/// Whether the end of the list is in view.
#[must_use]
pub fn is_at_end(list: &HtmlElement) -> bool {
    -list.scroll_top() < END_NEARNESS
}

/// Whether the beginning of the list is near.
#[must_use]
pub fn is_near_start(list: &HtmlElement) -> bool {
    list.scroll_height() - list.client_height() + list.scroll_top() < NEARNESS
}

/// Whether the end of the list is near.
#[must_use]
pub fn is_near_end(list: &HtmlElement) -> bool {
    -list.scroll_top() < NEARNESS
}

/// Whether the view is nearer to the end of the list than to its beginning.
#[must_use]
pub fn is_in_lower_half(list: &HtmlElement) -> bool {
    -list.scroll_top() * 2 < list.scroll_height() - list.client_height()
}

/// Goes to the end.
pub fn to_end(list: &HtmlElement) {
    list.set_scroll_top(0);
}

/// Shows where the new begins, if that is above the view; whether there is something new at all.
pub fn to_new(list: &HtmlElement) -> bool {
    new_line(list).is_some_and(|distance| {
        if distance < 0 {
            list.set_scroll_top(list.scroll_top() + distance - NEW_MARGIN);
        }
        true
    })
}

/// Goes down to where the new begins, unless that is in view or above; whether it went.
pub fn down_to_new(list: &HtmlElement) -> bool {
    new_line(list).filter(|distance| *distance > NEW_MARGIN).is_some_and(|distance| {
        list.set_scroll_top(list.scroll_top() + distance - NEW_MARGIN);
        true
    })
}

/// How far below the upper edge the new begins.
fn new_line(list: &HtmlElement) -> Option<i32> {
    let line = list.query_selector(".new-line").ok()??;
    let distance = line.get_bounding_client_rect().top() - list.get_bounding_client_rect().top();
    #[expect(clippy::cast_possible_truncation, reason = "a distance on the screen")]
    Some(distance.round() as i32)
}

/// Shows a message with what stands around it, and marks it for a moment.
pub fn to_middle(list: &HtmlElement, message: MessageId) {
    let Some(row) = row_of(list, message) else { return };
    let middle = ScrollIntoViewOptions::new();
    middle.set_block(ScrollLogicalPosition::Center);
    row.scroll_into_view_with_scroll_into_view_options(&middle);
    mark(row);
}

/// Shows a message at the top, marks it for a moment, and gives it the focus.
pub fn to_top(list: &HtmlElement, message: MessageId) {
    let Some(row) = row_of(list, message) else { return };
    let top = row.get_bounding_client_rect().top() - list.get_bounding_client_rect().top();
    scroll_by(list, top - f64::from(NEW_MARGIN));
    if let Some(row) = row.dyn_ref::<HtmlElement>() {
        let _ = row.focus();
    }
    mark(row);
}

fn row_of(list: &HtmlElement, message: MessageId) -> Option<Element> {
    list.query_selector(&format!("article[data-id='{message}']")).ok().flatten()
}

fn mark(row: Element) {
    let marks = row.class_list();
    if marks.contains("msg-sought") || marks.add_1("msg-sought").is_err() {
        return;
    }
    set_timeout(
        move || {
            let _ = marks.remove_1("msg-sought");
        },
        MARKED,
    );
}

fn scroll_by(list: &HtmlElement, distance: f64) {
    #[expect(clippy::cast_possible_truncation, reason = "a distance on the screen")]
    list.set_scroll_top(list.scroll_top() + distance.round() as i32);
}

/// Remembers the row that is being read and, once the change that follows is drawn, puts it back where it was. A list that
/// `follows_end` stays at its end instead, if it is there.
pub fn keep_place(list: &HtmlElement, follows_end: bool) {
    let focused = document().active_element().filter(|active| list.contains(Some(active)));
    let stays = follows_end && is_at_end(list);
    let read = top_row(list).filter(|_| !stays);
    let read = read.map(|row| (row.get_bounding_client_rect().top(), row));
    let (list, scrolled) = (list.clone(), list.scroll_top());
    request_animation_frame(move || {
        if let Some(focused) = focused {
            keep_focus(&focused);
        }
        let Some((top, row)) = read.filter(|(_, row)| row.is_connected()) else { return };
        let mut moved = row.get_bounding_client_rect().top() - top;
        // The reader may have scrolled on meanwhile; at the very beginning it was the browser, because what is left is shorter.
        let range = list.scroll_height() - list.client_height();
        if -list.scroll_top() < range - 1 {
            moved += f64::from(list.scroll_top() - scrolled);
        }
        if moved.abs() >= 0.5 {
            scroll_by(&list, moved);
        }
    });
}

/// Rows that others were put before have been taken out and put in again: whatever had the focus in them lost it.
fn keep_focus(focused: &Element) {
    let nowhere = document().active_element().is_none_or(|active| active.tag_name() == "BODY");
    if nowhere && let Some(focused) = focused.dyn_ref::<HtmlElement>() {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = focused.focus_with_options(&options);
    }
}

/// The row at the top of what is in view.
#[must_use]
pub fn top_row(list: &HtmlElement) -> Option<Element> {
    let frame = list.get_bounding_client_rect();
    // The row under a point a little below the upper edge; a search through all would be slow.
    let (x, y) = ((frame.left() + frame.right()) / 2.0, frame.top() + 8.0);
    (0..12).find_map(|step| {
        #[expect(clippy::cast_possible_truncation, reason = "a place on the screen")]
        let element =
            document().element_from_point(x as f32, (y + f64::from(step) * 24.0) as f32)?;
        let row = element.closest("article").ok()??;
        list.contains(Some(row.unchecked_ref())).then_some(row)
    })
}
