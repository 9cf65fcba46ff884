//! Keeping one's place in the list.
//!
//! The list is a column in reverse: the browser itself opens it at the end, with or without scripts, stays there, and
//! counts `scrollTop` from the end (0) upwards (negative). So rows added above move nothing; rows added below do.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Closer to the end than this is "at the end", in CSS pixels.
const END_NEARNESS: i32 = 48;

/// What stays in view above the line where the new begins, in CSS pixels.
const NEW_MARGIN: i32 = 48;

/// Closer to the beginning than this loads history, in CSS pixels.
const START_NEARNESS: i32 = 800;

/// Whether the end of the list is in view.
#[must_use]
pub fn is_at_end(list: &HtmlElement) -> bool {
    -list.scroll_top() < END_NEARNESS
}

/// Whether the beginning of the list is near.
#[must_use]
pub fn is_near_start(list: &HtmlElement) -> bool {
    list.scroll_height() - list.client_height() + list.scroll_top() < START_NEARNESS
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

/// Remembers the row that is being read and, once the change that follows is drawn, puts it back where it was.
pub fn keep_place(list: &HtmlElement) {
    if is_at_end(list) {
        return;
    }
    let Some((row, top)) = first_visible_row(list) else { return };
    let list = list.clone();
    request_animation_frame(move || {
        if row.is_connected() {
            let moved = row.get_bounding_client_rect().top() - top;
            if moved.abs() >= 0.5 {
                #[expect(clippy::cast_possible_truncation, reason = "a distance on the screen")]
                list.set_scroll_top(list.scroll_top() + moved.round() as i32);
            }
        }
    });
}

fn first_visible_row(list: &HtmlElement) -> Option<(Element, f64)> {
    let frame = list.get_bounding_client_rect();
    // The row under a point a little below the upper edge; a search through thousands would be slow.
    let (x, y) = ((frame.left() + frame.right()) / 2.0, frame.top() + 8.0);
    (0..12).find_map(|step| {
        #[expect(clippy::cast_possible_truncation, reason = "a place on the screen")]
        let element =
            document().element_from_point(x as f32, (y + f64::from(step) * 24.0) as f32)?;
        let row = element.closest("article").ok()??;
        let inside = list.contains(Some(row.unchecked_ref()));
        inside.then(|| {
            let top = row.get_bounding_client_rect().top();
            (row, top)
        })
    })
}
