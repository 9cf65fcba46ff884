//! What the Markdown reader must not see: it would read other things into it, or swallow it. Each such piece is taken out
//! before and put back after, also where it stands in code.

use super::links::{Piece, pieces};
use std::{borrow::Cow, ops::Range};
use vocabulary::{Mention, Tag};

/// Around the number of a piece that was taken out. Unicode keeps it free of any meaning (a noncharacter); where
/// somebody typed it nevertheless, it is taken out itself.
const MARK: char = '\u{fdd0}';

/// The longest label and the longest target that are looked for, in bytes; ERPNext allows 140 characters.
const LABEL_LIMIT_BYTES: usize = 600;

/// A piece that was taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Words.
    Words,
    /// An address with letters that have a meaning in Markdown.
    Address,
    /// `@[Full Name](user:…)` or `@[team](team)`: the name, and who.
    Mention(String, Mention),
    /// `#[Name](Doctype)`.
    Tag(Tag),
}

/// A text whose pieces were taken out.
#[derive(Debug)]
pub struct Marked<'a> {
    source: &'a str,
    /// What the Markdown reader reads.
    pub text: String,
    marks: Vec<(Mark, Range<usize>)>,
}

/// A part of a text whose pieces are put back.
#[derive(Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Words as they were typed.
    Words(&'a str),
    /// A piece, and how it was typed.
    Piece(&'a Mark, &'a str),
}

impl<'a> Marked<'a> {
    /// Takes the pieces out of `source`.
    #[must_use]
    pub fn new(source: &'a str) -> Self {
        let mut marked =
            Self { source, text: String::with_capacity(source.len() + 64), marks: Vec::new() };
        let mut place = 0;
        let mut before = None;
        while let Some(c) = source[place..].chars().next() {
            let rest = &source[place..];
            let (mark, len) = match found(rest, before) {
                Some(found) => found,
                None => {
                    marked.text.push(c);
                    before = Some(c);
                    place += c.len_utf8();
                    continue;
                }
            };
            marked.text.push(MARK);
            marked.text.push_str(&marked.marks.len().to_string());
            marked.text.push(MARK);
            marked.marks.push((mark, place..place + len));
            place += len;
            before = source[..place].chars().next_back();
        }
        marked
    }

    /// Cuts a part of [`Self::text`] into words and pieces.
    pub fn parts<'b>(&'b self, text: &'b str) -> impl Iterator<Item = Part<'b>> {
        text.split(MARK).enumerate().filter_map(move |(n, part)| {
            // Marks stand in pairs: every second part is a number.
            if n % 2 == 0 {
                return (!part.is_empty()).then_some(Part::Words(part));
            }
            let (mark, place) = part.parse::<usize>().ok().and_then(|n| self.marks.get(n))?;
            Some(Part::Piece(mark, &self.source[place.clone()]))
        })
    }

    /// A part of [`Self::text`] as it was typed.
    #[must_use]
    pub fn typed<'b>(&'b self, text: &'b str) -> Cow<'b, str> {
        if !text.contains(MARK) {
            return Cow::Borrowed(text);
        }
        self.parts(text)
            .map(|part| match part {
                Part::Words(typed) | Part::Piece(_, typed) => typed,
            })
            .collect()
    }
}

/// The piece at the beginning of `rest`, and its length in bytes.
fn found(rest: &str, before: Option<char>) -> Option<(Mark, usize)> {
    let words = |len| Some((Mark::Words, len));
    match rest.as_bytes().first()? {
        b'@' | b'#' => named(rest),
        // No HTML is ever shown, so none is read: `<b>` is three letters, and what stands in it is Markdown.
        b'<' if !is_angle_link(rest) && before != Some('(') => words(1),
        // `[name]: address` defines something and is not shown; in a chat it is just what was typed.
        b']' if rest[1..].starts_with(':') && before != Some('\\') => words(1),
        b'h' if before.is_none_or(char::is_whitespace) => address(rest),
        _ if rest.starts_with(MARK) => words(MARK.len_utf8()),
        _ => None,
    }
}

fn is_angle_link(rest: &str) -> bool {
    ["<http://", "<https://", "<mailto:"].iter().any(|begin| rest.starts_with(begin))
}

/// An address that Markdown would read something into.
fn address(rest: &str) -> Option<(Mark, usize)> {
    if !rest.starts_with("http://") && !rest.starts_with("https://") {
        return None;
    }
    let word = &rest[..rest.find(char::is_whitespace).unwrap_or(rest.len())];
    let Some(Piece::Link(address)) = pieces(word).into_iter().next() else { return None };
    let address = address.trim_end_matches(['*', '_', '~', '`']);
    let meant = address.contains(['*', '_', '~', '&', '[', '\\'])
        && !address.contains(['|', '`', MARK])
        && !address.contains("](");
    meant.then_some((Mark::Address, address.len()))
}

/// A mention or a tag, if it is well-formed: by the same rules as [`vocabulary::marks_in`], which says what they do.
fn named(rest: &str) -> Option<(Mark, usize)> {
    let inner = rest[1..].strip_prefix('[')?;
    let label = &inner[..bounded(inner).find([']', '[', '\n'])?];
    let after = inner[label.len()..].strip_prefix("](")?;
    let target = &after[..bounded(after).find([')', '(', ' ', '\n'])?];
    if !after[target.len()..].starts_with(')') {
        return None;
    }
    let len = "@[](".len() + label.len() + target.len() + ")".len();
    let found = vocabulary::marks_in(&rest[..len]);
    let mark = match (found.mentions.into_iter().next(), found.tags.into_iter().next()) {
        (Some(mention), _) => Mark::Mention(label.to_owned(), mention),
        (None, Some(tag)) => Mark::Tag(tag),
        (None, None) => return None,
    };
    Some((mark, len))
}

/// The beginning of `text`, as far as is looked.
fn bounded(text: &str) -> &str {
    let mut end = LABEL_LIMIT_BYTES.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::TagDoctype;

    fn marks(source: &str) -> Vec<Mark> {
        let marked = Marked::new(source);
        assert_eq!(marked.typed(&marked.text), source, "nothing is lost");
        marked.marks.into_iter().map(|(mark, _)| mark).collect()
    }

    fn tag(doctype: TagDoctype, name: &str) -> Mark {
        Mark::Tag(Tag { doctype, name: name.into(), making: false })
    }

    #[test]
    fn mentions_and_tags_are_found_with_names_as_they_are() {
        assert_eq!(
            marks(
                "@[Maya _L_ (ML)](user:maya@example.com) and @[team](team): #[TASK-2026-00001](Task)"
            ),
            [
                Mark::Mention("Maya _L_ (ML)".into(), Mention::User("maya@example.com".into())),
                Mark::Mention("team".into(), Mention::Team),
                tag(TagDoctype::Task, "TASK-2026-00001"),
            ]
        );
        assert_eq!(
            marks("#[Müller & *Söhne* (Berlin)](Customer)"),
            [tag(TagDoctype::Customer, "Müller & *Söhne* (Berlin)")]
        );
    }

    #[test]
    fn what_is_not_well_formed_stays_as_typed() {
        for text in [
            "@[Maya](person:1)",
            "@[Maya](javascript:alert)",
            "@[](team)",
            "#[x]()",
            "#[a\nb](Task)",
            "#[x](https://evil.example)",
            "#[x](System Settings)",
            "@ [Maya](team)",
            "@",
            "#[",
        ] {
            assert_eq!(marks(text), [], "{text}");
        }
        assert_eq!(marks(&format!("#[{}](Task)", "x".repeat(LABEL_LIMIT_BYTES))), []);
    }

    #[test]
    fn the_sign_of_this_module_may_be_typed() {
        assert_eq!(marks("\u{fdd0}7\u{fdd0}").len(), 2);
    }

    #[test]
    fn an_address_keeps_its_letters() {
        assert_eq!(marks("see https://example.org/_a_/*b*"), [Mark::Address]);
        assert_eq!(marks("https://example.org/plain"), []);
    }
}
