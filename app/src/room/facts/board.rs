//! What the panel shows of one Project, kept as fresh as the server's word.

use super::api::facts;
use crate::{live::Live, ui::focus};
use leptos::{prelude::*, task::spawn_local};
use vocabulary::{
    Colleague, PersonId, RoomId, Tag, TagDoctype, WorkDoctype, WorkspaceFacts, WorkspaceId,
};

/// What is open in place of the lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Open {
    /// A Task or an Issue.
    Item(WorkDoctype, String),
    /// The form for a new one.
    New(WorkDoctype),
}

/// The facts of one Project.
#[derive(Clone, Copy)]
pub struct Board {
    pub(super) workspace: WorkspaceId,
    pub(super) me: PersonId,
    facts: RwSignal<WorkspaceFacts>,
    open: RwSignal<Option<Open>>,
    /// What the button is called that closes what is open.
    pub(super) back: &'static str,
}

impl Board {
    /// The facts as the page opened with them; read again when the server says that they changed.
    #[must_use]
    pub fn of(workspace: WorkspaceId, room: RoomId, me: PersonId, facts: WorkspaceFacts) -> Self {
        let live = expect_context::<Live>();
        let (facts, open) = (RwSignal::new(facts), RwSignal::new(None));
        let board = Self { workspace, me, facts, open, back: "Back to the lists" };
        Effect::new(move |_| {
            let Some(changes) = live.facts_changes(room) else { return };
            if changes > board.facts.with_untracked(|facts| facts.changes) {
                board.read_again();
            }
        });
        board
    }

    /// The same where what is open does not stand in place of lists.
    #[must_use]
    pub const fn closed_by(mut self, back: &'static str) -> Self {
        self.back = back;
        self
    }

    /// Asks the server for the facts as they are now.
    pub fn read_again(self) {
        spawn_local(async move { self.read_now().await });
    }

    /// The same, and waits for them.
    pub async fn read_now(self) {
        // Should it fail, the next change or the next joining tries again.
        if let Ok(now) = facts(self.workspace).await {
            self.facts.try_update(|shown| {
                if now.changes >= shown.changes {
                    *shown = now;
                }
            });
        }
    }

    /// The workspace of the Project.
    #[must_use]
    pub const fn workspace(self) -> WorkspaceId {
        self.workspace
    }

    /// Part of the facts.
    pub fn facts<T>(self, part: impl FnOnce(&WorkspaceFacts) -> T) -> T {
        self.facts.with(part)
    }

    /// The people of the Project.
    #[must_use]
    pub fn colleagues(self) -> Vec<Colleague> {
        self.facts(|facts| facts.colleagues.clone())
    }

    /// The open Tasks and Issues with their subjects, as tags.
    #[must_use]
    pub fn choices(self) -> Vec<(Tag, String)> {
        let tag = |doctype, name: String| Tag { doctype, name, making: false };
        self.facts(|facts| {
            let tasks = facts
                .open_tasks
                .iter()
                .map(|task| (tag(TagDoctype::Task, task.name.to_string()), task.subject.clone()));
            let issues = facts.open_issues.iter().map(|issue| {
                (tag(TagDoctype::Issue, issue.name.to_string()), issue.subject.clone())
            });
            tasks.chain(issues).collect()
        })
    }

    /// Shows a Task or an Issue, or the lists, also where the panel is closed.
    pub fn reveal(self, item: Option<(WorkDoctype, String)>) {
        self.open.set(item.map(|(doctype, name)| Open::Item(doctype, name)));
        super::reveal();
    }

    /// Whether something is open.
    #[must_use]
    pub fn is_open(self) -> bool {
        self.open.with(Option::is_some)
    }

    /// The name of the Task or the Issue that is open.
    #[must_use]
    pub fn open_item(self) -> Option<String> {
        self.open.with(|open| match open {
            Some(Open::Item(_, name)) => Some(name.clone()),
            Some(Open::New(_)) | None => None,
        })
    }

    /// Opens a Task or an Issue, or closes the one that is open.
    pub fn show_item(self, item: Option<(WorkDoctype, String)>) {
        let now = item.map(|(doctype, name)| Open::Item(doctype, name));
        let is_new = self.open.with_untracked(|open| *open != now);
        let is_form = self.open.with_untracked(|open| matches!(open, Some(Open::New(_))));
        if is_new && (now.is_some() || !is_form) {
            self.open.set(now);
        }
    }

    pub(super) fn open(self) -> Option<Open> {
        self.open.get()
    }

    pub(super) fn show(self, what: Open) {
        self.open.set(Some(what));
    }

    /// Back to the lists, and to where one came from.
    pub(super) fn close(self) {
        let from = self.open.get_untracked();
        self.open.set(None);
        let Some(from) = from else { return };
        let (Open::Item(doctype, _) | Open::New(doctype)) = from;
        request_animation_frame(move || {
            // What is done now is listed no more, and a list may be shut.
            if !focus(&opener(&from)) {
                focus(&opener(&Open::New(doctype)));
            }
        });
    }
}

/// The id of the element that opens it.
pub(super) fn opener(open: &Open) -> String {
    match open {
        Open::Item(_, name) => format!("fact-{name}"),
        Open::New(doctype) => format!("new-{doctype}"),
    }
}
