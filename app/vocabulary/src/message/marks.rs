//! Who a text calls and what it is about: `@[Maya Lindqvist](user:maya@example.com)`, `@[team](team)`,
//! `#[TASK-2026-00001](Task)`. They are written like links of Markdown, so that a text stays readable anywhere.

use crate::{IssueStatus, TaskStatus};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Mentions and tags that count in one text.
pub const MARKS_LIMIT: usize = 50;

/// Who is called.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mention {
    /// Somebody, by ERPNext's `User.name`.
    User(String),
    /// Everybody of the team.
    Team,
}

/// The doctypes a message can be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TagDoctype {
    /// ERPNext's Task.
    Task,
    /// ERPNext's Issue.
    Issue,
    /// ERPNext's Customer.
    Customer,
    /// ERPNext's Contact.
    Contact,
}

impl TagDoctype {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::Task, Self::Issue, Self::Customer, Self::Contact];

    /// ERPNext's name of it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Task => "Task",
            Self::Issue => "Issue",
            Self::Customer => "Customer",
            Self::Contact => "Contact",
        }
    }

    /// Whether a document of this doctype is over, by its `status`; some never are.
    #[must_use]
    pub fn is_over(self, status: &str) -> bool {
        match self {
            Self::Task => TaskStatus::OVER.contains(&status),
            Self::Issue => IssueStatus::OVER.contains(&status),
            Self::Customer | Self::Contact => false,
        }
    }
}

impl FromStr for TagDoctype {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|doctype| doctype.as_str() == text).ok_or(())
    }
}

/// A document a message is about. It carries no title: that is told only to whom ERPNext shows the document.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Tag {
    /// Of which doctype.
    pub doctype: TagDoctype,
    /// Its name in ERPNext; while ERPNext does not have it yet, the key it was saved with.
    pub name: String,
    /// Whether ERPNext does not have it yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub making: bool,
}

/// What a text marks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Who it calls, each once, in order.
    pub mentions: Vec<Mention>,
    /// What it is about, each once, in order.
    pub tags: Vec<Tag>,
}

/// The first [`MARKS_LIMIT`] marks of a text.
#[must_use]
pub fn marks_in(text: &str) -> Marks {
    let mut marks = Marks::default();
    let mut rest = text;
    while let Some(at) = rest.find(['@', '#']) {
        let sign = rest.as_bytes()[at];
        rest = &rest[at + 1..];
        let Some((label, target, after)) = bracketed(rest) else { continue };
        if sign == b'@' {
            let mention = match target.strip_prefix("user:") {
                Some(user) if !user.is_empty() => Some(Mention::User(user.to_lowercase())),
                None if target == "team" => Some(Mention::Team),
                _ => None,
            };
            let Some(mention) = mention else { continue };
            keep(&mut marks.mentions, mention);
        } else {
            let Ok(doctype) = target.parse() else { continue };
            keep(&mut marks.tags, Tag { doctype, name: label.to_owned(), making: false });
        }
        rest = after;
    }
    marks
}

/// `text` as people read it where nothing draws its marks: `@Maya Lindqvist`, `TASK-2026-00001`.
#[must_use]
pub fn readable(text: &str) -> String {
    let mut said = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['@', '#']) {
        let (before, sign) = rest.split_at(at);
        said.push_str(before);
        let marked = bracketed(&sign[1..]);
        let is_mention = sign.starts_with('@');
        match marked {
            Some((label, target, after))
                if is_mention && (target == "team" || target.starts_with("user:")) =>
            {
                said.push('@');
                said.push_str(label);
                rest = after;
            }
            Some((label, target, after)) if !is_mention && target.parse::<TagDoctype>().is_ok() => {
                said.push_str(label);
                rest = after;
            }
            _ => {
                said.push_str(&sign[..1]);
                rest = &sign[1..];
            }
        }
    }
    said.push_str(rest);
    said
}

fn keep<T: PartialEq>(known: &mut Vec<T>, new: T) {
    if known.len() < MARKS_LIMIT && !known.contains(&new) {
        known.push(new);
    }
}

/// Label, target and what follows of `[label](target)…`.
fn bracketed(text: &str) -> Option<(&str, &str, &str)> {
    let inner = text.strip_prefix('[')?;
    let end = inner.find([']', '[', '\n'])?;
    let (label, after) = inner.split_at(end);
    let target = after.strip_prefix("](")?;
    let close = target.find([')', '(', ' ', '\n'])?;
    let (target, after) = target.split_at(close);
    let rest = after.strip_prefix(')')?;
    (!label.is_empty() && !target.is_empty()).then_some((label, target, rest))
}

/// How a mention is written into a text; `label` is the name that people read.
#[must_use]
pub fn written_mention(mention: &Mention, label: &str) -> String {
    match mention {
        Mention::User(user) => format!("@[{}](user:{user})", without_brackets(label)),
        Mention::Team => "@[team](team)".to_owned(),
    }
}

/// How a tag is written into a text. A name with brackets cannot stand in a text; such a tag is added beside it.
#[must_use]
pub fn written_tag(tag: &Tag) -> Option<String> {
    let writable = !tag.name.contains(['[', ']', '\n']) && !tag.making;
    writable.then(|| format!("#[{}]({})", tag.name, tag.doctype.as_str()))
}

fn without_brackets(label: &str) -> String {
    label.chars().filter(|c| !matches!(c, '[' | ']' | '\n' | '\r')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_found_again() {
        let mentions = [Mention::User("maya@example.com".into()), Mention::Team];
        let tag = Tag { doctype: TagDoctype::Task, name: "TASK-2026-00001".into(), making: false };
        let text = format!(
            "Hello {} and {}: {} is due, {} too",
            written_mention(&mentions[0], "Maya [the] Lindqvist"),
            written_mention(&mentions[1], ""),
            written_tag(&tag).unwrap(),
            written_tag(&tag).unwrap()
        );
        assert_eq!(marks_in(&text), Marks { mentions: mentions.into(), tags: vec![tag] });
    }

    #[test]
    fn marks_are_read_as_what_they_name() {
        let text = "@[Maya Lindqvist](user:maya@x.example), see #[TASK-1](Task) @[team](team) #1 @[x](y) # [a](b)";
        let said = "@Maya Lindqvist, see TASK-1 @team #1 @[x](y) # [a](b)";
        assert_eq!(readable(text), said);
    }

    #[test]
    fn what_only_looks_like_a_mark_is_none() {
        for text in [
            "maya@example.com",
            "#1 and @ all",
            "@[Maya]",
            "@[](user:maya@example.com)",
            "@[Maya](https://example.com)",
            "#[TASK-1](Sales Order)",
            "#[a\nb](Task)",
            "[Maya](user:maya@example.com)",
            "@[Maya](user:)",
        ] {
            assert_eq!(marks_in(text), Marks::default(), "{text}");
        }
    }

    #[test]
    fn a_flood_of_marks_counts_up_to_the_limit() {
        let text: String = (0..500).map(|n| format!("#[TASK-{n}](Task)")).collect();
        assert_eq!(marks_in(&text).tags.len(), MARKS_LIMIT);
    }
}
