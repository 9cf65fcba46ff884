//! The box itself: what stands in it and where the caret is. Browsers count in UTF-16, Rust in UTF-8.

use leptos::prelude::document;
use std::ops::Range;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDocument, HtmlTextAreaElement};

/// The byte at a place that a browser counted.
#[must_use]
pub fn byte_at(text: &str, units: u32) -> usize {
    let mut seen = 0;
    for (byte, c) in text.char_indices() {
        if seen >= units as usize {
            return byte;
        }
        seen += c.len_utf16();
    }
    text.len()
}

/// How a browser counts up to a byte.
#[must_use]
pub fn units_to(text: &str, byte: usize) -> u32 {
    let units = text.char_indices().take_while(|(at, _)| *at < byte).map(|(_, c)| c.len_utf16());
    u32::try_from(units.sum::<usize>()).unwrap_or(u32::MAX)
}

/// What is selected, in bytes of `text`, which is what stands in the box.
#[must_use]
pub fn selection(area: &HtmlTextAreaElement, text: &str) -> Range<usize> {
    let start = area.selection_start().ok().flatten().unwrap_or_default();
    let end = area.selection_end().ok().flatten().unwrap_or_default();
    byte_at(text, start)..byte_at(text, end.max(start))
}

/// Puts `with` in the place of `range`, so that the browser's own undo takes it back, and selects `select`.
pub fn replace(area: &HtmlTextAreaElement, range: Range<usize>, with: &str, select: Range<usize>) {
    let text = area.value();
    let _ = area.focus();
    let _ = area.set_selection_range(units_to(&text, range.start), units_to(&text, range.end));
    let typed = document().dyn_into::<HtmlDocument>().is_ok_and(|document| {
        let name = if with.is_empty() { "delete" } else { "insertText" };
        let nothing = with.is_empty() && range.is_empty();
        nothing || document.exec_command_with_show_ui_and_value(name, false, with).unwrap_or(false)
    });
    if !typed {
        let mut changed = text;
        changed.replace_range(range, with);
        area.set_value(&changed);
    }
    let now = area.value();
    let _ = area.set_selection_range(units_to(&now, select.start), units_to(&now, select.end));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_as_browsers_do() {
        let text = "a👍é";
        assert_eq!([0, 1, 3, 4, 9].map(|units| byte_at(text, units)), [0, 1, 5, 7, 7]);
        assert_eq!([0, 1, 5, 7].map(|byte| units_to(text, byte)), [0, 1, 3, 4]);
    }
}
