//! Boards: a workspace's Tasks or Issues as cards.

use crate::{
    Assigned, Edit, EditState, Message, Moment, Person, PersonId, Room, WorkField, WorkspaceFacts,
    WorkspaceSummary,
};
use serde::{Deserialize, Serialize};

/// A Task or an Issue as a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardCard {
    /// Its name in ERPNext.
    pub name: String,
    /// `subject`.
    pub subject: String,
    /// `status`.
    pub status: String,
    /// `priority`.
    pub priority: String,
    /// A Task's `exp_end_date`, the day of an Issue's `sla_resolution_by`; `YYYY-MM-DD`, if set.
    pub due: Option<String>,
    /// A Task's `progress`, in percent.
    pub progress: Option<u8>,
    /// Who shall do it.
    pub assigned: Vec<Assigned>,
    /// Messages of the workspace that are about it.
    pub talk: u32,
    /// The Tasks in a Task's `depends_on`, as far as ERPNext shows them.
    pub waits_for: Vec<Dependency>,
    /// `modified` as ERPNext writes it: sorts by time.
    pub modified: String,
    /// `creation` as ERPNext writes it: sorts by time.
    pub creation: String,
    /// Who gave it its status, where that is known.
    pub moved_by: Option<Mover>,
    /// What is on its way, of everybody, laid over the fields above; and what the one who looks has to decide on.
    pub edits: Vec<Edit>,
}

impl BoardCard {
    /// Whether a change of it is on its way.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        self.edits.iter().any(|edit| edit.state == EditState::Pending)
    }

    /// What the one who looks has to decide on.
    pub fn to_decide(&self) -> impl Iterator<Item = &Edit> {
        self.edits.iter().filter(|edit| edit.state != EditState::Pending)
    }

    /// What a field shows. Dates and choices only; other fields show nothing on a card.
    #[must_use]
    pub fn shown(&self, field: WorkField) -> Option<String> {
        match field {
            WorkField::Subject => Some(self.subject.clone()),
            WorkField::Status => Some(self.status.clone()),
            WorkField::Priority => Some(self.priority.clone()),
            WorkField::ExpEndDate => self.due.clone(),
            WorkField::Progress => self.progress.map(|percent| percent.to_string()),
            WorkField::ExpStartDate | WorkField::Description | WorkField::Assigned => None,
        }
    }

    /// Shows another value of a field.
    pub fn show(&mut self, field: WorkField, value: Option<String>) {
        match field {
            WorkField::Subject => self.subject = value.unwrap_or_default(),
            WorkField::Status => self.status = value.unwrap_or_default(),
            WorkField::Priority => self.priority = value.unwrap_or_default(),
            WorkField::ExpEndDate => self.due = value,
            WorkField::Progress => self.progress = value.and_then(|value| value.parse().ok()),
            WorkField::ExpStartDate | WorkField::Description | WorkField::Assigned => {}
        }
    }

    /// Shows that somebody shall do it, or no longer.
    pub fn show_assigned(&mut self, one: Assigned, shall: bool) {
        let is_same = |other: &Assigned| other.user.eq_ignore_ascii_case(&one.user);
        if !shall {
            self.assigned.retain(|other| !is_same(other));
        } else if !self.assigned.iter().any(is_same) {
            self.assigned.push(one);
        }
    }
}

/// A Task that another one waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dependency {
    /// Its name in ERPNext.
    pub name: String,
    /// `subject`.
    pub subject: String,
    /// Whether it is Completed or Cancelled.
    pub is_over: bool,
}

/// Who moved a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mover {
    /// Who that is here, if they did it here.
    pub person: Option<PersonId>,
    /// Their full name.
    pub full_name: String,
}

/// The cards of a board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cards {
    /// How often the Project's facts had changed when they were read.
    pub changes: i64,
    /// At most [`Cards::LIMIT`]: what is not over comes first, then what changed last.
    pub cards: Vec<BoardCard>,
    /// Whether there are more.
    pub is_cut: bool,
}

impl Cards {
    /// The most cards that a board shows.
    pub const LIMIT: usize = 500;
}

/// A board as its page opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardView {
    /// The workspace.
    pub summary: WorkspaceSummary,
    /// Its team room.
    pub room: Room,
    /// Who is looking.
    pub me: Person,
    /// People, and what is being made.
    pub facts: WorkspaceFacts,
    /// The cards.
    pub cards: Cards,
    /// ERPNext's origin.
    pub erpnext: String,
}

/// What is known around a Task or an Issue beside its fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkStory {
    /// Comments made in ERPNext, oldest first.
    pub comments: Vec<StoryLine>,
    /// The last messages of the workspace that are about it, oldest first, at most fifty.
    pub messages: Vec<Message>,
    /// Its attachments in ERPNext.
    pub files: Vec<StoryFile>,
    /// What was changed of it, oldest first, as far as it is known here.
    pub history: Vec<StoryLine>,
}

/// Something that somebody wrote or did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoryLine {
    /// Who.
    pub who: String,
    /// What, in words.
    pub words: String,
    /// When.
    pub at: StoryTime,
}

/// When something happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoryTime {
    /// Here.
    Here(Moment),
    /// In ERPNext: `YYYY-MM-DD HH:MM` in the site's own time.
    Site(String),
}

/// A file that is attached in ERPNext.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoryFile {
    /// `File.file_name`.
    pub file_name: String,
    /// Where ERPNext has it, an address on its site.
    pub file_url: String,
    /// In bytes, if ERPNext says so.
    pub file_size: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_given_it_twice_has_it_once() {
        let mut card = BoardCard {
            name: "TASK-1".into(),
            subject: "Paint".into(),
            status: "Open".into(),
            priority: "Low".into(),
            due: None,
            progress: None,
            assigned: vec![],
            talk: 0,
            waits_for: vec![],
            modified: String::new(),
            creation: String::new(),
            moved_by: None,
            edits: vec![],
        };
        let tom = |user: &str| Assigned { user: user.into(), full_name: "Tom".into() };
        card.show_assigned(tom("tom@x.example"), true);
        card.show_assigned(tom("Tom@x.example"), true);
        assert_eq!(card.assigned.len(), 1);
        card.show_assigned(tom("TOM@x.example"), false);
        assert!(card.assigned.is_empty());
        card.show(WorkField::Status, Some("Working".into()));
        assert_eq!(card.shown(WorkField::Status).as_deref(), Some("Working"));
    }
}
