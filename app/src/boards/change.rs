//! What somebody does to a card.

use super::wish::Group;
use vocabulary::{Assigned, BoardCard, Colleague, WorkField};

/// What somebody does to a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Gives a field another value.
    Field {
        /// Which.
        field: WorkField,
        /// What it was.
        base: Option<String>,
        /// What it shall be.
        value: Option<String>,
    },
    /// Gives it to somebody, or takes it from them.
    Assign {
        /// `User.name`.
        user: String,
        /// Whether they shall do it.
        shall: bool,
    },
}

impl Change {
    /// Gives `card` another value of a field; `None` if it has that already.
    pub fn field(card: &BoardCard, field: WorkField, value: &str) -> Option<Self> {
        let base = card.shown(field);
        (base.as_deref() != Some(value)).then(|| Self::Field {
            field,
            base,
            value: Some(value.to_owned()),
        })
    }

    /// Shows it on `card`.
    pub fn show_on(&self, card: &mut BoardCard, people: &[Colleague]) {
        match self {
            Self::Field { field, value, .. } => card.show(*field, value.clone()),
            Self::Assign { user, shall } => {
                let full_name = name_of(people, user);
                card.show_assigned(Assigned { user: user.clone(), full_name }, *shall);
            }
        }
    }

    /// What takes it back.
    pub fn back(&self) -> Self {
        match self.clone() {
            Self::Field { field, base, value } => Self::Field { field, base: value, value: base },
            Self::Assign { user, shall } => Self::Assign { user, shall: !shall },
        }
    }
}

/// The full name of a user, if the Project lists them.
pub fn name_of(people: &[Colleague], user: &str) -> String {
    let known = people.iter().find(|one| one.user.eq_ignore_ascii_case(user));
    known.map_or_else(|| user.to_owned(), |one| one.full_name.clone())
}

/// What moving `card` from one column to another does to it.
pub fn moved(card: &BoardCard, group: Group, from: &str, to: &str) -> Vec<Change> {
    match group {
        Group::Status => Change::field(card, WorkField::Status, to).into_iter().collect(),
        Group::Priority => Change::field(card, WorkField::Priority, to).into_iter().collect(),
        Group::Assignee => {
            let has =
                |user: &str| card.assigned.iter().any(|one| one.user.eq_ignore_ascii_case(user));
            let mut changes = Vec::new();
            if to.is_empty() {
                // Nobody shall do it: not those of the other columns it stands in either.
                let all = card.assigned.iter();
                changes
                    .extend(all.map(|one| Change::Assign { user: one.user.clone(), shall: false }));
                return changes;
            }
            if !from.is_empty() && has(from) {
                changes.push(Change::Assign { user: from.to_owned(), shall: false });
            }
            if !has(to) {
                changes.push(Change::Assign { user: to.to_owned(), shall: true });
            }
            changes
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boards::arrange::tests::card;

    #[test]
    fn a_change_and_what_takes_it_back_leave_nothing() {
        let before = card("TASK-1", "Open");
        for change in moved(&before, Group::Status, "Open", "Working").into_iter().chain(moved(
            &before,
            Group::Assignee,
            "",
            "tom@x.example",
        )) {
            let mut after = before.clone();
            change.show_on(&mut after, &[]);
            assert_ne!(after, before);
            change.back().show_on(&mut after, &[]);
            assert_eq!(after, before);
        }
    }

    #[test]
    fn where_it_stands_already_nothing_is_moved() {
        assert_eq!(moved(&card("TASK-1", "Open"), Group::Status, "Open", "Open"), []);
    }

    #[test]
    fn from_one_person_to_another_is_taking_and_giving() {
        let mut card = card("TASK-1", "Open");
        card.show_assigned(Assigned { user: "tom@x".into(), full_name: "Tom".into() }, true);
        let to_lea = moved(&card, Group::Assignee, "tom@x", "lea@x");
        let taken = Change::Assign { user: "tom@x".into(), shall: false };
        let given = Change::Assign { user: "lea@x".into(), shall: true };
        assert_eq!(to_lea, [taken.clone(), given]);
        assert_eq!(moved(&card, Group::Assignee, "tom@x", ""), [taken]);
    }
}
