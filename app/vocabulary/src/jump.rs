//! What the jump box looks for in all workspaces of a member, and what it finds.

use crate::{TagDoctype, WorkspaceId};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Known targets that are asked about at once.
pub const JUMP_KNOWN_LIMIT: usize = 20;

/// A name in ERPNext is shorter, in characters.
const NAME_LIMIT_CHARS: usize = 200;

/// How [`JumpTarget::Person`] begins when it is written.
const PERSON: &str = "Person";

/// A document or somebody that one can jump to. Written `Task:TASK-2026-00001` or `Person:maya@example.com`; it carries no
/// title: that is told only to whom ERPNext shows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum JumpTarget {
    /// A document, by its doctype and name.
    Document(TagDoctype, String),
    /// Somebody of a Project, by ERPNext's `User.name` in small letters.
    Person(String),
}

/// It is no [`JumpTarget`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotATarget;

impl fmt::Display for NotATarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a doctype and a name, such as Task:TASK-2026-00001")
    }
}

impl fmt::Display for JumpTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document(doctype, name) => write!(f, "{}:{name}", doctype.as_str()),
            Self::Person(user) => write!(f, "{PERSON}:{user}"),
        }
    }
}

impl FromStr for JumpTarget {
    type Err = NotATarget;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, name) = text.split_once(':').ok_or(NotATarget)?;
        let name = name.to_owned();
        if name.trim().is_empty() || name.chars().count() > NAME_LIMIT_CHARS {
            return Err(NotATarget);
        }
        match kind.parse::<TagDoctype>() {
            Ok(doctype) => Ok(Self::Document(doctype, name)),
            Err(()) if kind == PERSON => Ok(Self::Person(name)),
            Err(()) => Err(NotATarget),
        }
    }
}

impl TryFrom<String> for JumpTarget {
    type Error = NotATarget;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<JumpTarget> for String {
    fn from(target: JumpTarget) -> Self {
        target.to_string()
    }
}

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JumpWish {
    /// Whatever has these words in its title or its name.
    Words(String),
    /// These, at most [`JUMP_KNOWN_LIMIT`], as they are called now.
    Known(Vec<JumpTarget>),
}

/// Something that one can jump to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JumpFound {
    /// Which.
    pub target: JumpTarget,
    /// Its title, or the person's full name.
    pub title: String,
    /// ERPNext's `status`, where it has one.
    #[serde(default)]
    pub status: Option<String>,
    /// Whether it is one of the client's people.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_client: bool,
    /// The workspaces of the asker where it is met, at least one.
    pub workspaces: Vec<WorkspaceId>,
}

/// How well something of this title, with these other `words` to find it by, answers a query, the best first; `None` if it
/// does not. Each word of the query has to be in it. All texts are folded: without accents and in small letters.
#[must_use]
pub fn jump_rank(title: &str, words: &str, query: &str) -> Option<u8> {
    let query = query.trim();
    if query.is_empty() || title.starts_with(query) || words.split(' ').any(|one| one == query) {
        return Some(0);
    }
    let begins = |text: &str, part: &str| {
        text.starts_with(part)
            || text.split(|c: char| !c.is_alphanumeric()).any(|word| word.starts_with(part))
    };
    let parts = || query.split_whitespace();
    if parts().all(|part| begins(title, part)) {
        Some(1)
    } else if parts().all(|part| begins(title, part) || begins(words, part)) {
        Some(2)
    } else {
        parts().all(|part| title.contains(part) || words.contains(part)).then_some(3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_read_as_it_was_written() {
        for text in [
            "Task:TASK-2026-00001",
            "Customer:A:B",
            "Contact:Ines Duarte-X",
            "Person:maya@x.example",
        ] {
            assert_eq!(text.parse::<JumpTarget>().unwrap().to_string(), text);
        }
        for text in ["", "Task", "Task:", "Task: ", "User:maya", "task:T", "Person:"] {
            assert_eq!(text.parse::<JumpTarget>(), Err(NotATarget), "{text}");
        }
        assert!(
            format!("Task:{}", "x".repeat(NAME_LIMIT_CHARS + 1)).parse::<JumpTarget>().is_err()
        );
        let wish = JumpWish::Known(vec![JumpTarget::Person("maya@x.example".into())]);
        assert_eq!(serde_json::to_string(&wish).unwrap(), r#"{"known":["Person:maya@x.example"]}"#);
    }

    #[test]
    fn each_word_counts_in_any_order_and_a_beginning_is_best() {
        let rank = |query| jump_rank("new menu for the kitchen", "task-2026-00007 task", query);
        assert_eq!(rank(""), Some(0));
        assert_eq!(rank("new me"), Some(0));
        assert_eq!(rank("task-2026-00007"), Some(0));
        assert_eq!(rank("kit men"), Some(1));
        assert_eq!(rank("00007"), Some(2));
        assert_eq!(rank("task kitchen"), Some(2));
        assert_eq!(rank("itche 007"), Some(3));
        assert_eq!(rank("menu garden"), None);
    }
}
