//! What a text consists of, once it is read. Nothing in here can hold markup of a person: only words and places to go.

use super::address::Address;
use vocabulary::{Mention, Tag};

/// A part that begins on a line of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A paragraph; line breaks stand in its words.
    Paragraph(Vec<Inline>),
    /// Words of a list item that need no paragraph of their own.
    Line(Vec<Inline>),
    /// A heading, 1 to 6.
    Heading(u8, Vec<Inline>),
    /// Somebody else's words.
    Quote(Vec<Block>),
    /// A list.
    List {
        /// The first number, if it is numbered.
        start: Option<u64>,
        /// Its items.
        items: Vec<Item>,
    },
    /// Code on lines of its own.
    Code {
        /// The language named after the fence, in lower case.
        language: Option<String>,
        /// The code.
        text: String,
    },
    /// A table.
    Table {
        /// How each column stands.
        sides: Vec<Side>,
        /// Its first row.
        head: Vec<Vec<Inline>>,
        /// The others.
        rows: Vec<Vec<Vec<Inline>>>,
    },
    /// A line across.
    Rule,
}

/// One item of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// Whether its box is ticked, if it has one.
    pub done: Option<bool>,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// How a column of a table stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Side {
    /// Where the script begins.
    #[default]
    Start,
    /// In the middle.
    Center,
    /// Where the script ends.
    End,
}

/// A part inside a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    /// Words, with line breaks as `\n`.
    Text(String),
    /// Bold.
    Strong(Vec<Inline>),
    /// Italic.
    Emphasis(Vec<Inline>),
    /// Struck out.
    Strike(Vec<Inline>),
    /// Code.
    Code(String),
    /// A link.
    Link {
        /// Where it goes.
        to: Address,
        /// What is shown.
        inside: Vec<Inline>,
        /// The host it really goes to, where what is shown might say another.
        host: Option<String>,
    },
    /// `:name:`, which may be an emoji.
    Shortcode(String),
    /// Somebody, or everybody, is called; with the name as it was when it was written.
    Mention(String, Mention),
    /// A document of ERPNext is meant.
    Tag(Tag),
}

/// The words of `inlines` alone.
#[must_use]
pub fn words(inlines: &[Inline]) -> String {
    let mut said = String::new();
    add_words(inlines, &mut said);
    said
}

fn add_words(inlines: &[Inline], said: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(text) | Inline::Code(text) => said.push_str(text),
            Inline::Strong(inside)
            | Inline::Emphasis(inside)
            | Inline::Strike(inside)
            | Inline::Link { inside, .. } => add_words(inside, said),
            Inline::Shortcode(name) => {
                said.push(':');
                said.push_str(name);
                said.push(':');
            }
            Inline::Mention(name, _) => {
                said.push('@');
                said.push_str(name);
            }
            Inline::Tag(tag) => {
                said.push('#');
                said.push_str(&tag.name);
            }
        }
    }
}
