//! Tasks, Issues, the Customer and its Contacts.

use super::{
    choice::{Choice, Face, What},
    fold::{folded, rank},
};
use vocabulary::{SUBJECT_LIMIT_CHARS, Tag, TagDoctype, Taggable, WorkspaceFacts, written_tag};

/// Rows of the list.
const LISTED: usize = 30;

/// What the page knows already: open Tasks and Issues.
#[must_use]
pub(super) fn known(facts: &WorkspaceFacts) -> Vec<Taggable> {
    let row = |doctype, name: String, title: &str, status: &str| Taggable {
        tag: Tag { doctype, name, making: false },
        title: title.to_owned(),
        status: Some(status.to_owned()),
        assigned: Vec::new(),
    };
    let tasks = facts
        .open_tasks
        .iter()
        .map(|task| row(TagDoctype::Task, task.name.to_string(), &task.subject, &task.status));
    let issues = facts
        .open_issues
        .iter()
        .map(|issue| row(TagDoctype::Issue, issue.name.to_string(), &issue.subject, &issue.status));
    tasks.chain(issues).collect()
}

/// Those that answer a query, of what the page knows.
#[must_use]
pub(super) fn matching(known: &[Taggable], query: &str) -> Vec<Choice> {
    let query = folded(query);
    let mut found: Vec<_> = known
        .iter()
        .filter_map(|one| {
            let by_title = rank(&folded(&one.title), &query);
            Some((by_title.or_else(|| rank(&folded(&one.tag.name), &query))?, one))
        })
        .collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().take(LISTED).filter_map(|(_, one)| choice(one)).collect()
}

/// What the server has found; in its order.
#[must_use]
pub(super) fn found(found: &[Taggable]) -> Vec<Choice> {
    found.iter().filter_map(choice).collect()
}

/// The last row: a new Task of these words.
#[must_use]
pub(super) fn make(words: &str) -> Option<Choice> {
    let subject = words.trim();
    let fits = subject.chars().count() <= SUBJECT_LIMIT_CHARS && !subject.contains(['[', ']']);
    (!subject.is_empty() && fits).then(|| Choice {
        key: "make".to_owned(),
        face: Face::Sign("+".to_owned()),
        title: format!("Create ‘{subject}’"),
        more: "A new Task in ERPNext".to_owned(),
        aside: None,
        here: false,
        refused: None,
        nameable: None,
        what: What::Make(subject.to_owned()),
    })
}

fn choice(one: &Taggable) -> Option<Choice> {
    let Taggable { tag, title, status, assigned } = one;
    let written = written_tag(tag)?;
    let mut more = format!("{} {}", tag.doctype.as_str(), tag.name);
    if !assigned.is_empty() {
        more.push_str(&format!(" · {}", assigned.join(", ")));
    }
    let sign = match tag.doctype {
        TagDoctype::Task => "T",
        TagDoctype::Issue => "I",
        TagDoctype::Customer => "C",
        TagDoctype::Contact => "P",
    };
    Some(Choice {
        key: format!("{}:{}", tag.doctype.as_str(), tag.name),
        face: Face::Sign(sign.to_owned()),
        title: title.clone(),
        more,
        aside: status.clone().filter(|status| !status.is_empty()),
        here: false,
        refused: None,
        nameable: None,
        what: What::Mark { label: format!("#{}", tag.name), written },
    })
}
