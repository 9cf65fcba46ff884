//! Where the keyboard is.

use leptos::{prelude::*, wasm_bindgen::JsCast};

/// Puts the keyboard on the element with this id. Tells whether it is there now: what is missing or hidden takes none.
pub fn focus(id: &str) -> bool {
    let element = document().get_element_by_id(id);
    let Some(element) = element.and_then(|one| one.dyn_into::<web_sys::HtmlElement>().ok()) else {
        return false;
    };
    let _ = element.focus();
    document().active_element().is_some_and(|active| active == *element)
}

/// Whether the keyboard is on something inside the element with this id.
pub fn holds_focus(id: &str) -> bool {
    let element = document().get_element_by_id(id);
    element.is_some_and(|element| element.contains(document().active_element().as_deref()))
}

/// The key code browsers send while an input method composes.
const IME_KEY_CODE: u32 = 229;

/// Whether an input method composes: then a key is its own.
#[must_use]
pub fn composes(event: &web_sys::KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == IME_KEY_CODE
}

/// Whether a key closes what is open: Escape, unless it ends a composition of the input method.
#[must_use]
pub fn closes(event: &web_sys::KeyboardEvent) -> bool {
    event.key() == "Escape" && !composes(event)
}

/// Whether there is a mouse, and so a keyboard with more than one way to a new line.
#[must_use]
pub fn has_mouse() -> bool {
    window().match_media("(pointer: fine)").ok().flatten().is_some_and(|query| query.matches())
}
