//! One thing that is offered.

use super::commands::Command;

/// What choosing it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Puts a mark into the text.
    Mark {
        /// As it stands in the box.
        label: String,
        /// As it is sent.
        written: String,
    },
    /// Puts this into the text.
    Text(String),
    /// Makes a Task with this subject and puts it into the text.
    Make(String),
    /// Does something.
    Command(Command),
}

/// What stands before its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Face {
    /// The initials of this name.
    Person(String),
    /// A sign or an emoji.
    Sign(String),
}

/// One row of a picker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Tells rows apart.
    pub key: String,
    /// Before the words.
    pub face: Face,
    /// What it is called.
    pub title: String,
    /// What helps to tell it from others.
    pub more: String,
    /// At the end of the row: a status, a time.
    pub aside: Option<String>,
    /// Whether they are in the room now.
    pub here: bool,
    /// Why it cannot be chosen, if it cannot.
    pub refused: Option<String>,
    /// What can be written in its place where it is refused: a name, without anybody being told.
    pub nameable: Option<String>,
    /// What choosing it does.
    pub what: What,
}

impl Choice {
    /// Whether choosing it makes something in ERPNext.
    #[must_use]
    pub const fn makes(&self) -> bool {
        matches!(self.what, What::Make(_))
    }
}

/// The row that is lit when the list opens. What makes something is never chosen by an Enter that was meant to send.
#[must_use]
pub fn lit_at_first(choices: &[Choice]) -> Option<usize> {
    choices.first().filter(|choice| !choice.makes()).map(|_| 0)
}

/// `new` in the order in which they should stand, but with what is shown already in its place: nothing that is looked at
/// moves.
#[must_use]
pub fn appended(shown: &[Choice], new: Vec<Choice>) -> Vec<Choice> {
    let mut all: Vec<Choice> = shown
        .iter()
        .map(|old| new.iter().find(|choice| choice.key == old.key).unwrap_or(old).clone())
        .collect();
    all.extend(new.into_iter().filter(|choice| shown.iter().all(|old| old.key != choice.key)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(key: &str) -> Choice {
        Choice {
            key: key.into(),
            face: Face::Sign(String::new()),
            title: String::new(),
            more: String::new(),
            aside: None,
            here: false,
            refused: None,
            nameable: None,
            what: What::Text(String::new()),
        }
    }

    #[test]
    fn a_lone_row_that_makes_something_is_not_lit() {
        let make = Choice { what: What::Make("Menu".into()), ..choice("make") };
        assert_eq!(lit_at_first(&[]), None);
        assert_eq!(lit_at_first(std::slice::from_ref(&make)), None);
        assert_eq!(lit_at_first(&[choice("a"), make]), Some(0));
    }

    #[test]
    fn late_results_stand_below_what_is_shown() {
        let shown = [choice("b"), choice("c")];
        let all = appended(&shown, vec![choice("a"), choice("b"), choice("c"), choice("d")]);
        let keys: Vec<_> = all.iter().map(|choice| choice.key.as_str()).collect();
        assert_eq!(keys, ["b", "c", "a", "d"]);
    }
}
