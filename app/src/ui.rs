//! Parts without domain words: one component, one file.

mod avatar;
mod empty;
mod focus;
mod go;
pub mod icon;
mod logo;
mod ring;
mod sign_out;
mod status;
mod theme;
mod trouble;

pub use avatar::Avatar;
pub use empty::Empty;
pub use focus::{closes, composes, focus, has_mouse, holds_focus};
pub use go::Go;
pub use logo::{Logo, Mark};
pub use ring::Ring;
pub use sign_out::SignOut;
pub use status::StatusPill;
pub use theme::{Theme, ThemeToggle};
pub use trouble::Trouble;

/// Keeps a small thing in this browser, if it lets us.
pub fn store(name: &str, value: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(name, value);
    }
}

/// What was kept under this name.
#[must_use]
pub fn recall(name: &str) -> Option<String> {
    storage()?.get_item(name).ok().flatten()
}

/// Keeps nothing under this name any more.
pub fn forget(name: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(name);
    }
}

/// Keeps nothing under names that begin like this any more.
pub fn forget_all(beginning: &str) {
    let Some(storage) = storage() else { return };
    let count = storage.length().unwrap_or_default();
    let names: Vec<String> = (0..count).filter_map(|n| storage.key(n).ok().flatten()).collect();
    for name in names.iter().filter(|name| name.starts_with(beginning)) {
        let _ = storage.remove_item(name);
    }
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}
