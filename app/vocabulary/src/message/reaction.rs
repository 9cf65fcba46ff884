//! Answers without words.

use super::Author;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest sequence that is one picture: a family of four with skin tones has eleven.
const LONGEST_CHARS: usize = 16;

/// One emoji.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Emoji(String);

/// A text is no emoji.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnEmoji;

impl fmt::Display for NotAnEmoji {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is no emoji")
    }
}

impl std::error::Error for NotAnEmoji {}

impl Emoji {
    /// Takes one emoji: pictures, with the marks that join and colour them. Which pictures exist is not checked; that
    /// list grows every year.
    ///
    /// # Errors
    /// [`NotAnEmoji`] for letters, for nothing, and for more than one picture could need.
    pub fn new(text: &str) -> Result<Self, NotAnEmoji> {
        let chars = text.chars().count();
        let keycap = text.ends_with('\u{20e3}');
        let fits = (1..=LONGEST_CHARS).contains(&chars);
        let shows = text.chars().any(|c| is_picture(c) || c == '\u{20e3}');
        let all = text.chars().all(|c| is_picture(c) || is_mark(c) || (keycap && is_keycap(c)));
        if fits && shows && all { Ok(Self(text.to_owned())) } else { Err(NotAnEmoji) }
    }

    /// The emoji.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Blocks of Unicode that hold pictures.
fn is_picture(c: char) -> bool {
    matches!(u32::from(c),
        0xa9 | 0xae | 0x203c | 0x2049 | 0x2122 | 0x2139 | 0x2194..=0x21aa | 0x231a..=0x23ff | 0x24c2
        | 0x25aa..=0x27bf | 0x2934..=0x2935 | 0x2b05..=0x2b55 | 0x3030 | 0x303d | 0x3297 | 0x3299
        | 0x1f000..=0x1faff)
}

/// Joiner, looks, skin and the letters inside flags of regions.
fn is_mark(c: char) -> bool {
    matches!(u32::from(c), 0x200d | 0xfe0e | 0xfe0f | 0x20e3 | 0xe0020..=0xe007f)
}

fn is_keycap(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '#' | '*')
}

impl TryFrom<String> for Emoji {
    type Error = NotAnEmoji;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl From<Emoji> for String {
    fn from(emoji: Emoji) -> Self {
        emoji.0
    }
}

/// An emoji and who answered with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    /// Which.
    pub emoji: Emoji,
    /// Who, the first one first.
    pub by: Vec<Author>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_emoji_and_words_are_not() {
        for yes in ["👍", "👍🏽", "❤️", "👩‍👩‍👧‍👦", "🇩🇪", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "✅"]
        {
            assert!(Emoji::new(yes).is_ok(), "{yes}");
        }
        let long = "👍".repeat(17);
        for no in ["", "a", "1", "lol👍", "<b>", " ", "\u{202e}👍", "\u{200d}", long.as_str()] {
            assert_eq!(Emoji::new(no), Err(NotAnEmoji), "{no:?}");
        }
    }
}
