//! Emoji by their names.

use super::choice::{Choice, Face, What};
use crate::room::emoji::table;

/// Rows of the list.
const LISTED: usize = 12;

/// Those with such a name. The table comes when the first is looked for; whoever reads this follows it.
#[must_use]
pub(super) fn choices(query: &str) -> Vec<Choice> {
    let Some(table) = table() else { return Vec::new() };
    let found = table.search(query, LISTED);
    let row = |emoji: &crate::room::emoji::Emoji| {
        let code = emoji.shortcodes.first().copied().unwrap_or(emoji.name);
        choice(emoji.text, code, emoji.name)
    };
    found.into_iter().map(row).collect()
}

fn choice(emoji: &str, title: &str, more: &str) -> Choice {
    Choice {
        key: emoji.to_owned(),
        face: Face::Sign(emoji.to_owned()),
        title: format!(":{title}:"),
        more: more.to_owned(),
        aside: None,
        here: false,
        refused: None,
        nameable: None,
        what: What::Text(format!("{emoji} ")),
    }
}
