//! Which cards stand in which column, and in which order. Pure.

use super::{
    change::name_of,
    wish::{Group, NOBODY, Sort, Wish},
};
use crate::clock::Day;
use std::cmp::{Ordering, Reverse};
use vocabulary::{BoardCard, Colleague, IssueStatus, Priority, TaskStatus, WorkDoctype};

/// A column of a board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What its cards have in common, as ERPNext writes it; empty for nobody and nothing.
    pub key: String,
    /// For people.
    pub label: String,
    /// Whether cards can be put there: ERPNext sets some statuses itself.
    pub takes: bool,
    /// Names of its cards.
    pub cards: Vec<String>,
}

impl Column {
    /// Part of the ids of its elements: no id has a space.
    pub fn id(&self) -> String {
        self.key.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect()
    }
}

/// What a board shows.
#[derive(Clone, Debug)]
pub struct Shown<'a> {
    /// Tasks or Issues.
    pub doctype: WorkDoctype,
    /// How somebody wants to see it.
    pub wish: &'a Wish,
    /// The Project's people.
    pub people: &'a [Colleague],
    /// The viewer's day, once known.
    pub today: Option<Day>,
}

impl Shown<'_> {
    /// The columns with their cards. Those ERPNext comes with always stand there; others where a card has them.
    pub fn columns(&self, cards: &[BoardCard]) -> Vec<Column> {
        let mut columns = self.usual();
        let mut found: Vec<&BoardCard> =
            cards.iter().filter(|card| self.lets_through(card)).collect();
        found.sort_by(|one, other| order(one, other, self.wish.sort));
        for card in found {
            for key in keys(card, self.wish.group) {
                let column = columns.iter_mut().find(|column| column.key == key);
                match column {
                    Some(column) => column.cards.push(card.name.clone()),
                    None => columns.push(Column {
                        label: self.label(&key),
                        takes: true,
                        cards: vec![card.name.clone()],
                        key,
                    }),
                }
            }
        }
        columns
    }

    fn usual(&self) -> Vec<Column> {
        let keys: Vec<(String, bool)> = match (self.wish.group, self.doctype) {
            (Group::Status, WorkDoctype::Task) => {
                const STATUSES: [TaskStatus; 6] = [
                    TaskStatus::Open,
                    TaskStatus::Working,
                    TaskStatus::PendingReview,
                    TaskStatus::Overdue,
                    TaskStatus::Completed,
                    TaskStatus::Cancelled,
                ];
                let column =
                    |one: &TaskStatus| (one.to_string(), TaskStatus::OFFERED.contains(one));
                STATUSES.iter().map(column).collect()
            }
            (Group::Status, WorkDoctype::Issue) => {
                IssueStatus::OFFERED.iter().map(|one| (one.to_string(), true)).collect()
            }
            (Group::Priority, doctype) => {
                let all = Priority::OFFERED.iter().rev();
                let offered = all
                    .filter(|one| doctype == WorkDoctype::Task || **one != Priority::Urgent)
                    .map(|one| (one.to_string(), true));
                offered.collect()
            }
            (Group::Assignee, _) => {
                let people = self.people.iter().map(|one| (one.user.to_lowercase(), true));
                std::iter::once((String::new(), true)).chain(people).collect()
            }
        };
        let column = |(key, takes): (String, bool)| Column {
            label: self.label(&key),
            key,
            takes,
            cards: Vec::new(),
        };
        keys.into_iter().map(column).collect()
    }

    fn label(&self, key: &str) -> String {
        match (self.wish.group, key) {
            (Group::Assignee, "") => "Nobody".to_owned(),
            (Group::Priority, "") => "No priority".to_owned(),
            (Group::Status, "") => "No status".to_owned(),
            (Group::Assignee, user) => name_of(self.people, user),
            (_, key) => key.to_owned(),
        }
    }

    fn lets_through(&self, card: &BoardCard) -> bool {
        let wish = self.wish;
        let is_theirs =
            || card.assigned.iter().any(|one| one.user.eq_ignore_ascii_case(&wish.assignee));
        let assignee = match wish.assignee.as_str() {
            "" => true,
            NOBODY => card.assigned.is_empty(),
            _ => is_theirs(),
        };
        assignee
            && (wish.priority.is_empty() || card.priority == wish.priority)
            && (!wish.overdue || is_late(self.doctype, card, self.today))
            && matches(card, &wish.text)
    }
}

/// Whether each word stands in the subject or the name.
fn matches(card: &BoardCard, text: &str) -> bool {
    let found_in = format!("{} {}", card.subject, card.name).to_lowercase();
    text.to_lowercase().split_whitespace().all(|word| found_in.contains(word))
}

/// Whether it should have been done before today.
pub fn is_late(doctype: WorkDoctype, card: &BoardCard, today: Option<Day>) -> bool {
    let due = card.due.as_deref().and_then(Day::parse);
    !is_over(doctype, &card.status) && due.zip(today).is_some_and(|(due, today)| due < today)
}

/// Whether nobody works on it any more.
pub fn is_over(doctype: WorkDoctype, status: &str) -> bool {
    match doctype {
        WorkDoctype::Task => TaskStatus::OVER.contains(&status),
        WorkDoctype::Issue => IssueStatus::OVER.contains(&status),
    }
}

/// The columns a card stands in.
pub fn keys(card: &BoardCard, group: Group) -> Vec<String> {
    match group {
        Group::Status => vec![card.status.clone()],
        Group::Priority => vec![card.priority.clone()],
        Group::Assignee if card.assigned.is_empty() => vec![String::new()],
        Group::Assignee => card.assigned.iter().map(|one| one.user.to_lowercase()).collect(),
    }
}

/// Which of two cards of a column stands first.
pub fn order(one: &BoardCard, other: &BoardCard, sort: Sort) -> Ordering {
    let due = |card: &BoardCard| (card.due.is_none(), card.due.clone());
    let by_name = || one.name.cmp(&other.name);
    match sort {
        Sort::Due => due(one).cmp(&due(other)).then_with(|| rank(one).cmp(&rank(other))),
        Sort::Priority => rank(one).cmp(&rank(other)).then_with(|| due(one).cmp(&due(other))),
        Sort::Changed => Reverse(&one.modified).cmp(&Reverse(&other.modified)),
        Sort::Created => Reverse(&one.creation).cmp(&Reverse(&other.creation)),
        Sort::Subject => one.subject.to_lowercase().cmp(&other.subject.to_lowercase()),
    }
    .then_with(by_name)
}

/// The most urgent has the lowest; what a site has added stands last.
fn rank(card: &BoardCard) -> usize {
    let priority = Priority::from(card.priority.as_str());
    let place = Priority::OFFERED.iter().rev().position(|one| *one == priority);
    place.unwrap_or(Priority::OFFERED.len())
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use vocabulary::Assigned;

    /// A card for tests.
    pub fn card(name: &str, status: &str) -> BoardCard {
        BoardCard {
            name: name.into(),
            subject: format!("Subject of {name}"),
            status: status.into(),
            priority: "Medium".into(),
            due: None,
            progress: None,
            assigned: vec![],
            talk: 0,
            waits_for: vec![],
            modified: "2026-11-01 10:00:00".into(),
            creation: "2026-11-01 10:00:00".into(),
            moved_by: None,
            edits: vec![],
        }
    }

    fn shown(wish: &Wish) -> Shown<'_> {
        let today = Day::parse("2026-11-20");
        Shown { doctype: WorkDoctype::Task, wish, people: &[], today }
    }

    fn names(columns: &[Column], key: &str) -> Vec<String> {
        columns.iter().find(|column| column.key == key).unwrap().cards.clone()
    }

    #[test]
    fn columns_are_erpnexts_statuses_and_whatever_else_a_card_has() {
        let wish = Wish::default();
        let columns = shown(&wish).columns(&[card("T-1", "Open"), card("T-2", "On ice")]);
        let labels: Vec<&str> = columns.iter().map(|column| column.label.as_str()).collect();
        let usual = ["Open", "Working", "Pending Review", "Overdue", "Completed", "Cancelled"];
        assert_eq!(labels[..6], usual);
        assert_eq!(labels[6..], ["On ice"]);
        let closed: Vec<&str> =
            columns.iter().filter(|one| !one.takes).map(|one| one.key.as_str()).collect();
        assert_eq!(closed, ["Overdue"], "only ERPNext says that something is late");
    }

    #[test]
    fn what_is_due_first_stands_first_and_what_has_no_date_last() {
        let mut cards = vec![card("T-1", "Open"), card("T-2", "Open"), card("T-3", "Open")];
        cards[1].due = Some("2026-12-24".into());
        cards[2].due = Some("2026-11-24".into());
        let wish = Wish::default();
        assert_eq!(names(&shown(&wish).columns(&cards), "Open"), ["T-3", "T-2", "T-1"]);
        let wish = Wish { sort: Sort::Priority, ..Wish::default() };
        cards[0].priority = "Urgent".into();
        assert_eq!(names(&shown(&wish).columns(&cards), "Open"), ["T-1", "T-3", "T-2"]);
    }

    #[test]
    fn filters_leave_out_what_they_name() {
        let mut cards = vec![card("T-1", "Open"), card("T-2", "Completed"), card("T-3", "Open")];
        cards[0].due = Some("2026-11-19".into());
        cards[1].due = Some("2026-11-19".into());
        cards[2].assigned = vec![Assigned { user: "Tom@x".into(), full_name: "Tom".into() }];
        let all = |wish: Wish| -> Vec<String> {
            shown(&wish).columns(&cards).into_iter().flat_map(|column| column.cards).collect()
        };
        let late = Wish { overdue: true, ..Wish::default() };
        assert_eq!(all(late), ["T-1"], "what is done is not late");
        let toms = Wish { assignee: "tom@x".into(), ..Wish::default() };
        assert_eq!(all(toms), ["T-3"]);
        let nobodys = Wish { assignee: NOBODY.into(), ..Wish::default() };
        assert_eq!(all(nobodys), ["T-1", "T-2"]);
        let text = Wish { text: "OF t-3".into(), ..Wish::default() };
        assert_eq!(all(text), ["T-3"]);
    }

    #[test]
    fn a_card_stands_in_the_column_of_each_who_shall_do_it() {
        let mut one = card("T-1", "Open");
        for user in ["tom@x", "lea@x"] {
            one.show_assigned(Assigned { user: user.into(), full_name: user.into() }, true);
        }
        let wish = Wish { group: Group::Assignee, ..Wish::default() };
        let columns = shown(&wish).columns(&[one, card("T-2", "Open")]);
        assert_eq!(names(&columns, ""), ["T-2"]);
        assert_eq!(names(&columns, "tom@x"), ["T-1"]);
        assert_eq!(names(&columns, "lea@x"), ["T-1"]);
    }
}
