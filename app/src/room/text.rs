//! The text of a message: Markdown as typed, read into a tree and drawn as elements, on the server and in the browser by
//! the same code. Nothing a person typed is ever parsed as HTML.

mod address;
mod chips;
mod code;
mod document;
mod draw;
#[cfg(feature = "hydrate")]
mod highlight;
#[cfg(all(test, feature = "ssr"))]
mod hostile;
mod links;
mod marks;
mod read;
mod tree;

pub use chips::Reader;
pub use document::Site;

use leptos::prelude::*;
use tree::{Block, Inline, words};
use vocabulary::Message;

/// Up to so many emoji alone stand large.
const LARGE_EMOJI: usize = 3;

/// A text as people read it.
#[component]
pub fn MessageText(
    /// As it was typed.
    #[prop(into)]
    body: String,
) -> impl IntoView {
    let blocks = read::read(&body);
    let large = is_only_emoji(&blocks);
    view! {
        <div class="msg-body" class:msg-large=large dir="auto">
            {draw::blocks(&blocks)}
        </div>
    }
    .into_any()
}

/// What a message says on one line, at most `limit` characters: its words, or what stands in their place.
#[must_use]
pub fn gist_of(message: &Message, limit: usize) -> String {
    match (&message.removed, message.words()) {
        (Some(_), _) => "Message removed".to_owned(),
        (None, "") => message.files.iter().map(|file| &*file.name).collect::<Vec<_>>().join(", "),
        (None, words) => one_line(words, limit),
    }
}

/// The words of a text on one line, at most `limit` characters; for where only its gist is shown.
#[must_use]
pub fn one_line(body: &str, limit: usize) -> String {
    let mut said = String::new();
    gist(&read::read(body), &mut said);
    let mut line = said.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(limit) {
        line.truncate(end);
        line.push('…');
    }
    line
}

fn gist(blocks: &[Block], said: &mut String) {
    for block in blocks {
        match block {
            Block::Paragraph(inside) | Block::Line(inside) | Block::Heading(_, inside) => {
                said.push_str(&words(inside));
            }
            Block::Quote(inside) => gist(inside, said),
            Block::List { items, .. } => items.iter().for_each(|item| gist(&item.blocks, said)),
            Block::Code { text, .. } => said.push_str(text),
            Block::Table { head, rows, .. } => {
                for cell in std::iter::once(head).chain(rows).flatten() {
                    said.push_str(&words(cell));
                    said.push(' ');
                }
            }
            Block::Rule => {}
        }
        said.push('\n');
    }
}

/// Whether there is nothing but one to three emoji.
fn is_only_emoji(blocks: &[Block]) -> bool {
    let [Block::Paragraph(inlines)] = blocks else { return false };
    let [Inline::Text(text)] = inlines.as_slice() else { return false };
    let mut emoji = 0;
    let mut joined = false;
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        match c {
            // Joins the next to the one before.
            '\u{200d}' => joined = true,
            // Colour of skin, presentation, tags of flags.
            '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}' => {}
            '\u{2600}'..='\u{27bf}' | '\u{2b50}' | '\u{2b55}' | '\u{1f000}'..='\u{1faff}' => {
                // Two letters make one flag.
                let half = matches!(c, '\u{1f1e6}'..='\u{1f1ff}');
                emoji += if joined { 0 } else { 2 - usize::from(half) };
                joined = false;
            }
            _ => return false,
        }
    }
    (1..=2 * LARGE_EMOJI).contains(&emoji)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gist_is_one_line_of_words() {
        assert_eq!(
            one_line("# Plan\n\n- **one** `two`\n- [three](https://a.example)\n\n> four\n", 100),
            "Plan one two three four"
        );
        assert_eq!(one_line(&"word ".repeat(50), 9), "word word…");
    }

    #[test]
    fn a_few_emoji_alone_stand_large() {
        for (text, large) in [
            ("🎉", true),
            ("👍🏽 👩‍💻 🇩🇪", true),
            ("❤️", true),
            ("🎉🎉🎉🎉", false),
            ("🎉 done", false),
            ("1", false),
            ("", false),
        ] {
            assert_eq!(is_only_emoji(&read::read(text)), large, "{text}");
        }
    }
}
