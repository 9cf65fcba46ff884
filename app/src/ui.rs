//! Parts without domain words: one component, one file.

mod avatar;
mod go;
pub mod icon;
mod logo;
mod ring;
mod sign_out;
mod status;
mod theme;
mod trouble;
mod when;

pub use avatar::Avatar;
pub use go::Go;
pub use logo::{Logo, Mark};
pub use ring::Ring;
pub use sign_out::SignOut;
pub use status::StatusPill;
pub use theme::{Theme, ThemeToggle};
pub use trouble::Trouble;
pub use when::When;

/// Keeps a choice of how things look in this browser, if it lets us.
pub fn store(name: &str, value: &str) {
    if let Some(storage) =
        web_sys::window().and_then(|window| window.local_storage().ok().flatten())
    {
        let _ = storage.set_item(name, value);
    }
}
