//! Emoji: their names, and choosing one.

mod picker;
mod recent;
mod table;

pub use picker::EmojiPicker;
pub use recent::{often, remember};
pub use table::{Emoji, table};

use leptos::prelude::*;

/// `:name:` as the emoji of that name, if there is one; else as it was typed.
#[component]
pub fn Shortcode(
    /// What stands between the colons.
    name: String,
) -> impl IntoView {
    move || {
        table()
            .and_then(|table| table.by_shortcode(&name).map(|emoji| emoji.text.to_owned()))
            .unwrap_or_else(|| format!(":{name}:"))
    }
}
