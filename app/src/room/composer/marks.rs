//! Marks as people read them while they write. In the box stands `@Tom Okafor`; what is kept and sent is
//! `@[Tom Okafor](user:tom@example.com)`. A mark that somebody changes by hand is plain text again.

use std::ops::Range;
use vocabulary::TagDoctype;

/// A mark that was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// As it stands in the box, with its sign.
    pub label: String,
    /// As it is sent.
    pub written: String,
}

/// The marks that were chosen for one text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks(Vec<Mark>);

impl Marks {
    /// Takes a mark; how it stands in the box. Two people of one name stand there differently.
    pub fn put(&mut self, label: &str, written: &str) -> String {
        if let Some(known) = self.0.iter().find(|mark| mark.written == written) {
            return known.label.clone();
        }
        let taken = |label: &str| self.0.iter().any(|mark| mark.label == label);
        let mut unique = label.to_owned();
        let mut number = 2;
        while taken(&unique) {
            unique = format!("{label} ({number})");
            number += 1;
        }
        self.0.push(Mark { label: unique.clone(), written: written.to_owned() });
        unique
    }

    /// Gives a mark that stands in the box another meaning.
    pub fn rewrite(&mut self, label: &str, written: &str) {
        if let Some(mark) = self.0.iter_mut().find(|mark| mark.label == label) {
            written.clone_into(&mut mark.written);
        }
    }

    /// Where marks stand in `text`, in order.
    #[must_use]
    pub fn places(&self, text: &str) -> Vec<(Range<usize>, &Mark)> {
        let mut places = Vec::new();
        let mut from = 0;
        while let Some(at) = text[from..].find(['@', '#']).map(|at| at + from) {
            let rest = &text[at..];
            let found = self
                .0
                .iter()
                .filter(|mark| rest.starts_with(&mark.label) && ends_there(rest, mark.label.len()))
                .max_by_key(|mark| mark.label.len());
            let begins = text[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
            match found.filter(|_| begins) {
                Some(mark) => {
                    from = at + mark.label.len();
                    places.push((at..from, mark));
                }
                None => from = at + 1,
            }
        }
        places
    }

    /// `text` as it is sent.
    #[must_use]
    pub fn write_out(&self, text: &str) -> String {
        let mut written = String::with_capacity(text.len());
        let mut from = 0;
        for (place, mark) in self.places(text) {
            written.push_str(&text[from..place.start]);
            written.push_str(&mark.written);
            from = place.end;
        }
        written.push_str(&text[from..]);
        written
    }

    /// A text that was written out, as it stands in the box, with its marks.
    #[must_use]
    pub fn read(written: &str) -> (String, Self) {
        let mut marks = Self::default();
        let mut text = String::with_capacity(written.len());
        let mut rest = written;
        while let Some(at) = rest.find(['@', '#']) {
            let (before, from) = rest.split_at(at);
            text.push_str(before);
            if let Some((label, length)) = mark_at(from) {
                let sign = &from[..1];
                text.push_str(&marks.put(&format!("{sign}{label}"), &from[..length]));
                rest = &from[length..];
            } else {
                text.push_str(&from[..1]);
                rest = &from[1..];
            }
        }
        text.push_str(rest);
        (text, marks)
    }
}

/// A text that was written out, as people read it.
#[must_use]
pub fn readable(written: &str) -> String {
    Marks::read(written).0
}

fn ends_there(text: &str, end: usize) -> bool {
    text[end..].chars().next().is_none_or(|c| !c.is_alphanumeric())
}

/// Label and length of the mark that `text` begins with.
fn mark_at(text: &str) -> Option<(&str, usize)> {
    let inner = text.get(1..)?.strip_prefix('[')?;
    let end = inner.find([']', '[', '\n'])?;
    let (label, after) = inner.split_at(end);
    let target = after.strip_prefix("](")?;
    let close = target.find([')', '(', ' ', '\n'])?;
    if !target[close..].starts_with(')') || label.is_empty() {
        return None;
    }
    let target = &target[..close];
    let known = if text.starts_with('@') {
        target == "team" || target.strip_prefix("user:").is_some_and(|user| !user.is_empty())
    } else {
        target.parse::<TagDoctype>().is_ok()
    };
    known.then_some((label, 2 + label.len() + 2 + target.len() + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOM: &str = "@[Tom Okafor](user:tom@parlance.demo)";
    const TASK: &str = "#[TASK-2026-00001](Task)";

    #[test]
    fn a_text_with_marks_is_read_and_written_the_same() {
        for written in [
            format!("{TOM} please look at {TASK}, and {TOM} again"),
            "@[team](team) hello".to_owned(),
            "no marks, maya@example.com, #1, [a](b) @[x](y) #[z](Sales Order) @[".to_owned(),
            "Ümlaut @[Léa Moreau](user:lea@parlance.demo)!".to_owned(),
            String::new(),
        ] {
            let (text, marks) = Marks::read(&written);
            assert_eq!(marks.write_out(&text), written);
        }
        assert_eq!(
            readable(&format!("ask {TOM} about {TASK}")),
            "ask @Tom Okafor about #TASK-2026-00001"
        );
    }

    #[test]
    fn what_is_changed_by_hand_is_plain_text() {
        let (_, marks) = Marks::read(TOM);
        for text in ["@Tom Okafo", "@Tom Okafors", "x@Tom Okafor", "@ Tom Okafor"] {
            assert_eq!(marks.write_out(text), text);
        }
        assert_eq!(marks.write_out("(@Tom Okafor)?"), format!("({TOM})?"));
    }

    #[test]
    fn two_of_one_name_are_told_apart() {
        let mut marks = Marks::default();
        assert_eq!(marks.put("@Tom", "@[Tom](user:a@x)"), "@Tom");
        assert_eq!(marks.put("@Tom", "@[Tom](user:b@x)"), "@Tom (2)");
        assert_eq!(marks.put("@Tom", "@[Tom](user:a@x)"), "@Tom");
        assert_eq!(marks.write_out("@Tom (2), @Tom"), "@[Tom](user:b@x), @[Tom](user:a@x)");
    }
}
