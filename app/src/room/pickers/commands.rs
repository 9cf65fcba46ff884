//! What a `/` at the beginning of a text does.

use super::{
    choice::{Choice, Face, What},
    fold::rank,
};

/// A command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Makes a Task of the words that follow.
    Task,
    /// Makes an Issue of the words that follow.
    Issue,
    /// Begins a code block.
    Code,
    /// Sends later.
    Later,
    /// Opens what was begun.
    Drafts,
}

const ALL: [(Command, &str, &str); 5] = [
    (Command::Task, "task", "Make a Task in ERPNext: /task and its subject"),
    (Command::Issue, "issue", "Make an Issue in ERPNext: /issue and its subject"),
    (Command::Code, "code", "Begin a code block"),
    (Command::Later, "later", "Choose when this is sent"),
    (Command::Drafts, "drafts", "See everything you have begun"),
];

/// Those whose name begins like this.
#[must_use]
pub(super) fn choices(query: &str) -> Vec<Choice> {
    ALL.iter()
        .filter(|(_, name, _)| rank(name, query) == Some(0))
        .map(|(command, name, more)| Choice {
            key: (*name).to_owned(),
            face: Face::Sign("/".to_owned()),
            title: format!("/{name}"),
            more: (*more).to_owned(),
            aside: None,
            here: false,
            refused: None,
            nameable: None,
            what: What::Command(*command),
        })
        .collect()
}

impl Command {
    /// The command and its words, if a text is one that is done by sending it.
    #[must_use]
    pub fn sent(text: &str) -> Option<(Self, &str)> {
        let rest = text.trim();
        let (command, words) = [(Self::Task, "/task "), (Self::Issue, "/issue ")]
            .into_iter()
            .find_map(|(command, name)| Some((command, rest.strip_prefix(name)?.trim())))?;
        (!words.is_empty() && !words.contains('\n')).then_some((command, words))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_needs_words_on_one_line() {
        assert_eq!(Command::sent("/task New menu"), Some((Command::Task, "New menu")));
        assert_eq!(Command::sent(" /issue  It is slow "), Some((Command::Issue, "It is slow")));
        for text in ["/task", "/task ", "/tasks a", "a /task b", "/task a\nb", "/me waves"] {
            assert_eq!(Command::sent(text), None, "{text}");
        }
    }

    #[test]
    fn typing_narrows_the_list() {
        let titles = |query| choices(query).into_iter().map(|c| c.title).collect::<Vec<_>>();
        assert_eq!(titles("").len(), ALL.len());
        assert_eq!(titles("ta"), ["/task"]);
        assert_eq!(titles("x"), Vec::<String>::new());
    }
}
