//! What the address shows beside the talk: `/w/{workspace}?beside=Task:TASK-2026-00001`.

use super::facts::Board;
use crate::jump::Jump;
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_query_map},
    params::ParamsMap,
};
use std::{fmt, str::FromStr};
use vocabulary::{JumpTarget, TagDoctype, WorkDoctype, WorkspaceId};

/// The name it has in an address.
const NAMED: &str = "beside";

/// How the form for a new one begins.
const NEW: &str = "New:";

/// Something beside the talk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Beside {
    /// A Task or an Issue.
    Item(WorkDoctype, String),
    /// The form for a new one.
    New(WorkDoctype),
    /// Somebody among the Project's people.
    Person(String),
}

impl fmt::Display for Beside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Item(doctype, name) => write!(f, "{doctype}:{name}"),
            Self::New(doctype) => write!(f, "{NEW}{doctype}"),
            Self::Person(user) => JumpTarget::Person(user.clone()).fmt(f),
        }
    }
}

impl FromStr for Beside {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.strip_prefix(NEW) {
            Some("Task") => return Ok(Self::New(WorkDoctype::Task)),
            Some("Issue") => return Ok(Self::New(WorkDoctype::Issue)),
            _ => {}
        }
        text.parse::<JumpTarget>().ok().and_then(Self::of).ok_or(())
    }
}

impl Beside {
    /// Where a target is shown beside the talk; Customers and Contacts are not.
    #[must_use]
    pub fn of(target: JumpTarget) -> Option<Self> {
        match target {
            JumpTarget::Document(TagDoctype::Task, name) => {
                Some(Self::Item(WorkDoctype::Task, name))
            }
            JumpTarget::Document(TagDoctype::Issue, name) => {
                Some(Self::Item(WorkDoctype::Issue, name))
            }
            JumpTarget::Document(TagDoctype::Customer | TagDoctype::Contact, _) => None,
            JumpTarget::Person(user) => Some(Self::Person(user)),
        }
    }

    /// The address of `workspace` with this beside its talk.
    #[must_use]
    pub fn path(&self, workspace: WorkspaceId) -> String {
        let query: ParamsMap = [(NAMED, self.to_string())].into_iter().collect();
        format!("/w/{workspace}{}", query.to_query_string())
    }
}

/// Shows in `board` what the address names; an address whose Task or Issue was closed names it no more.
pub fn show_beside(board: Board) {
    let jump = expect_context::<Jump>();
    let (query, path) = (use_query_map(), use_location().pathname);
    let navigate = use_navigate();
    let named = Memo::new(move |_| query.with(|query| query.get(NAMED)));
    Effect::new(move |_| {
        // The same address may be gone to again.
        jump.arrived();
        match named.get().and_then(|named| named.parse().ok()) {
            Some(Beside::Item(doctype, name)) => board.reveal(Some((doctype, name))),
            Some(Beside::New(doctype)) => board.reveal_new(doctype),
            Some(Beside::Person(user)) => board.reveal_person(&user),
            None => {}
        }
    });
    Effect::new(move |was_open: Option<bool>| {
        let is_open = board.shows_one();
        if was_open == Some(true) && !is_open && named.with_untracked(Option::is_some) {
            let replace = NavigateOptions { replace: true, scroll: false, ..Default::default() };
            navigate(&path.get_untracked(), replace);
        }
        is_open
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_an_address_is_read_as_it_was_written() {
        for text in
            ["Task:TASK-2026-00001", "Issue:ISS 1/2", "New:Task", "New:Issue", "Person:a@b.c"]
        {
            assert_eq!(text.parse::<Beside>().unwrap().to_string(), text);
        }
        for text in ["", "Customer:Casa", "New:Customer", "Task", "nonsense"] {
            assert_eq!(text.parse::<Beside>(), Err(()), "{text}");
        }
    }
}
