//! What the Markdown reader must not see: it would read other things into it, or swallow it. Each such piece is taken out
//! before and put back after, also where it stands in code.

use super::{
    links::{Piece, pieces},
    tree::Who,
};
use std::{borrow::Cow, ops::Range};

/// Around the number of a piece that was taken out. Unicode keeps it free of any meaning (a noncharacter); where
/// somebody typed it nevertheless, it is taken out itself.
const MARK: char = '\u{fdd0}';

/// The longest name of a person or a document that is looked for, in bytes; ERPNext allows 140 characters.
const NAME_LIMIT_BYTES: usize = 600;

/// The longest word after the name, in bytes: a doctype, or `person:` and a UUID.
const TARGET_LIMIT_BYTES: usize = 140;

/// A piece that was taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Words.
    Words,
    /// An address with letters that have a meaning in Markdown.
    Address,
    /// `@[Full Name](person:UUID)` or `@[team](team)`.
    Mention {
        /// The name.
        name: String,
        /// Who.
        who: Who,
    },
    /// `#[Name](Doctype)`.
    Tag {
        /// The doctype.
        doctype: String,
        /// The document's name.
        name: String,
    },
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
        b'@' | b'#' if before != Some('\\') => named(rest),
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

/// A mention or a tag, if it is well-formed.
fn named(rest: &str) -> Option<(Mark, usize)> {
    let name_from = 2;
    if rest.as_bytes().get(1) != Some(&b'[') {
        return None;
    }
    let name_len = bounded(&rest[name_from..], NAME_LIMIT_BYTES).find("](")?;
    let target_from = name_from + name_len + 2;
    let target_len = bounded(&rest[target_from..], TARGET_LIMIT_BYTES).find(')')?;
    let name = &rest[name_from..name_from + name_len];
    let target = &rest[target_from..target_from + target_len];
    let well_formed =
        |text: &str| !text.trim().is_empty() && !text.chars().any(|c| c.is_control() || c == MARK);
    if !well_formed(name) || !well_formed(target) {
        return None;
    }
    let mark = if rest.starts_with('@') {
        let who = match target.strip_prefix("person:") {
            Some(person) => Who::Person(person.parse().ok()?),
            None if target == "team" && name == "team" => Who::Team,
            None => return None,
        };
        Mark::Mention { name: name.to_owned(), who }
    } else {
        // ERPNext's doctypes are words with spaces between them.
        if !target.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_')) {
            return None;
        }
        Mark::Tag { doctype: target.to_owned(), name: name.to_owned() }
    };
    Some((mark, target_from + target_len + 1))
}

/// The first `limit` bytes of `text`, or a little less.
fn bounded(text: &str, limit: usize) -> &str {
    let mut end = limit.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::PersonId;

    fn marks(source: &str) -> Vec<Mark> {
        let marked = Marked::new(source);
        assert_eq!(marked.typed(&marked.text), source, "nothing is lost");
        marked.marks.into_iter().map(|(mark, _)| mark).collect()
    }

    #[test]
    fn mentions_and_tags_are_found_with_names_as_they_are() {
        let maya = PersonId::fresh();
        assert_eq!(
            marks(&format!(
                "@[Maya [ML] _L_](person:{maya}) and @[team](team): #[TASK-2026-00001](Task)"
            )),
            [
                Mark::Mention { name: "Maya [ML] _L_".into(), who: Who::Person(maya) },
                Mark::Mention { name: "team".into(), who: Who::Team },
                Mark::Tag { doctype: "Task".into(), name: "TASK-2026-00001".into() },
            ]
        );
        assert_eq!(
            marks("#[Müller & Söhne (Berlin)](Sales Order)"),
            [Mark::Tag { doctype: "Sales Order".into(), name: "Müller & Söhne (Berlin)".into() }]
        );
    }

    #[test]
    fn what_is_not_well_formed_stays_as_typed() {
        for text in [
            "@[Maya](person:1)",
            "@[Maya](javascript:alert)",
            "@[everybody](team)",
            "@[](team)",
            "#[x]()",
            "#[a\nb](Task)",
            "#[x](https://evil.example)",
            "\\#[x](Task)",
            "@ [Maya](team)",
        ] {
            assert_eq!(marks(text), [], "{text}");
        }
        assert_eq!(marks(&format!("#[{}](Task)", "x".repeat(NAME_LIMIT_BYTES))), []);
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
