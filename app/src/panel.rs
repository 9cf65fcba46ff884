//! Parlance in a frame of the ERPNext desk: how it learns who looks, without a password.

mod api;
#[cfg(feature = "hydrate")]
mod desk;
mod page;

pub use page::EmbedPage;

/// Whether this page is shown in a frame of another page.
#[must_use]
pub fn is_framed() -> bool {
    let Some(window) = web_sys::window() else { return false };
    let parent = window.parent().ok().flatten();
    parent.is_some_and(|parent| !js_sys::Object::is(parent.as_ref(), window.as_ref()))
}
