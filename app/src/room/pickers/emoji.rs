//! Emoji by their names.

use super::choice::{Choice, Face, What};

/// Rows of the list.
const LISTED: usize = 12;

const KNOWN: [(&str, &str); 28] = [
    ("👍", "+1 thumbsup yes"),
    ("👎", "-1 thumbsdown no"),
    ("🙂", "smile slightly"),
    ("😀", "grinning"),
    ("😂", "joy laugh"),
    ("😅", "sweat_smile"),
    ("😉", "wink"),
    ("😍", "heart_eyes love"),
    ("🤔", "thinking"),
    ("😢", "cry sad"),
    ("😮", "open_mouth wow"),
    ("😎", "sunglasses cool"),
    ("🙏", "pray thanks"),
    ("👏", "clap"),
    ("🙌", "raised_hands"),
    ("💪", "muscle"),
    ("👀", "eyes look"),
    ("❤️", "heart"),
    ("🔥", "fire"),
    ("🎉", "tada party"),
    ("✅", "white_check_mark done"),
    ("❌", "x"),
    ("⚠️", "warning"),
    ("🚀", "rocket"),
    ("💡", "bulb idea"),
    ("🐛", "bug"),
    ("☕", "coffee"),
    ("👋", "wave hello"),
];

/// Those with a name that begins like this.
#[must_use]
pub(super) fn choices(query: &str) -> Vec<Choice> {
    let query = query.to_lowercase();
    KNOWN
        .iter()
        .filter(|(_, names)| names.split(' ').any(|name| name.starts_with(&query)))
        .take(LISTED)
        .map(|(emoji, names)| {
            let name = names.split(' ').next().unwrap_or_default();
            choice(emoji, name, name)
        })
        .collect()
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
        what: What::Text(format!("{emoji} ")),
    }
}
