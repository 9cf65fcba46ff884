//! Tasks and Issues as members make and change them.

mod checked;
mod choices;

pub use checked::{DESCRIPTION_LIMIT_CHARS, FieldProblem, SUBJECT_LIMIT_CHARS, checked};
pub use choices::{IssueStatus, Priority, TaskStatus};

use crate::{Author, MessageId, SaveId};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt, str::FromStr};

/// A doctype whose documents members make and change here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum WorkDoctype {
    /// A Task.
    Task,
    /// An Issue.
    Issue,
}

impl WorkDoctype {
    /// The name ERPNext knows it by.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Task => "Task",
            Self::Issue => "Issue",
        }
    }

    /// The fields that can be changed here, in the order of the form.
    #[must_use]
    pub const fn fields(self) -> &'static [WorkField] {
        match self {
            Self::Task => &[
                WorkField::Subject,
                WorkField::Status,
                WorkField::Priority,
                WorkField::ExpStartDate,
                WorkField::ExpEndDate,
                WorkField::Progress,
                WorkField::Description,
            ],
            Self::Issue => &[
                WorkField::Subject,
                WorkField::Status,
                WorkField::Priority,
                WorkField::Description,
            ],
        }
    }
}

impl fmt::Display for WorkDoctype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for WorkDoctype {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "Task" => Ok(Self::Task),
            "Issue" => Ok(Self::Issue),
            _ => Err(()),
        }
    }
}

/// A field that can be changed here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum WorkField {
    /// What it is called.
    #[serde(rename = "subject")]
    Subject,
    /// How far it is.
    #[serde(rename = "status")]
    Status,
    /// How urgent it is.
    #[serde(rename = "priority")]
    Priority,
    /// The first day of a Task.
    #[serde(rename = "exp_start_date")]
    ExpStartDate,
    /// The last day of a Task.
    #[serde(rename = "exp_end_date")]
    ExpEndDate,
    /// How much of a Task is done, in percent.
    #[serde(rename = "progress")]
    Progress,
    /// What it is about.
    #[serde(rename = "description")]
    Description,
    /// Who shall do it.
    #[serde(rename = "_assign")]
    Assigned,
}

impl WorkField {
    /// All there are.
    pub const ALL: [Self; 8] = [
        Self::Subject,
        Self::Status,
        Self::Priority,
        Self::ExpStartDate,
        Self::ExpEndDate,
        Self::Progress,
        Self::Description,
        Self::Assigned,
    ];

    /// ERPNext's name of it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Status => "status",
            Self::Priority => "priority",
            Self::ExpStartDate => "exp_start_date",
            Self::ExpEndDate => "exp_end_date",
            Self::Progress => "progress",
            Self::Description => "description",
            Self::Assigned => "_assign",
        }
    }

    /// ERPNext's label of it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Subject => "Subject",
            Self::Status => "Status",
            Self::Priority => "Priority",
            Self::ExpStartDate => "Expected start date",
            Self::ExpEndDate => "Expected end date",
            Self::Progress => "% Progress",
            Self::Description => "Description",
            Self::Assigned => "Assigned to",
        }
    }
}

impl FromStr for WorkField {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|field| field.as_str() == text).ok_or(())
    }
}

/// Values by field: dates as `YYYY-MM-DD`, `progress` as a whole number, `description` as plain text. What is empty is
/// left out.
pub type WorkFields = BTreeMap<WorkField, String>;

/// Number of an [`Edit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EditId(i64);

impl EditId {
    /// The edit with this number.
    #[must_use]
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

/// One field that a member changed, as long as somebody has to know of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// Its number.
    pub id: EditId,
    /// What it was saved with.
    pub save: SaveId,
    /// Which field.
    pub field: WorkField,
    /// Who changed it.
    pub by: Author,
    /// What they saw before.
    pub base: Option<String>,
    /// What they want it to be; of [`WorkField::Assigned`] whom they gave it to, or `None` and `base` is who lost it.
    pub value: Option<String>,
    /// How it stands.
    pub state: EditState,
}

/// How it stands with an [`Edit`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum EditState {
    /// On its way to ERPNext.
    Pending,
    /// Somebody gave the field another value meanwhile: its author chooses.
    Conflict {
        /// The other value.
        theirs: Option<String>,
    },
    /// ERPNext does not take it.
    Refused {
        /// ERPNext's own words.
        words: String,
    },
}

/// Somebody who shall do it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assigned {
    /// `User.name`.
    pub user: String,
    /// `User.full_name`, if the Project lists them.
    pub full_name: String,
}

/// A Task or an Issue as its form opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkItem {
    /// Which doctype.
    pub doctype: WorkDoctype,
    /// Its name in ERPNext.
    pub name: String,
    /// What ERPNext has.
    pub fields: WorkFields,
    /// Who shall do it.
    pub assigned: Vec<Assigned>,
    /// Whether the description holds more than plain text, which changing it here would drop.
    pub has_formatting: bool,
    /// Whether the one who looks may try to change it.
    pub may_change: bool,
    /// What is on its way, of everybody; and what the one who looks has to decide on.
    pub edits: Vec<Edit>,
}

impl WorkItem {
    /// What a field shows: what is on its way, else what ERPNext has.
    #[must_use]
    pub fn shown(&self, field: WorkField) -> Option<&str> {
        let under_way = self
            .edits
            .iter()
            .rev()
            .find(|edit| edit.field == field && edit.state == EditState::Pending);
        match under_way {
            Some(edit) => edit.value.as_deref(),
            None => self.fields.get(&field).map(String::as_str),
        }
    }
}

/// A field somebody has just changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChanged {
    /// Which field.
    pub field: WorkField,
    /// What they saw before.
    #[serde(default)]
    pub base: Option<String>,
    /// What they want it to be.
    #[serde(default)]
    pub value: Option<String>,
}

/// Fields of a Task or an Issue that were saved together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkChange {
    /// The browser's key.
    pub save: SaveId,
    /// Which doctype.
    pub doctype: WorkDoctype,
    /// Its name in ERPNext.
    pub name: String,
    /// What was changed.
    pub changes: Vec<FieldChanged>,
    /// Whether it shall also be written over what others have just changed, as far as it is known here: so the last move
    /// of a card counts. What somebody changed in ERPNext and is not known here yet stays theirs all the same.
    #[serde(default)]
    pub last_wins: bool,
}

/// A Task or an Issue to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewWork {
    /// The browser's key.
    pub save: SaveId,
    /// Which doctype.
    pub doctype: WorkDoctype,
    /// Its values; the subject is needed.
    pub fields: WorkFields,
    /// The message it is made of: that one is tagged with it at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<MessageId>,
}

/// Who shall do something, or no longer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assign {
    /// The browser's key.
    pub save: SaveId,
    /// Which doctype.
    pub doctype: WorkDoctype,
    /// Its name in ERPNext.
    pub name: String,
    /// `User.name`.
    pub user: String,
    /// Whether they shall.
    pub shall: bool,
}

/// What to do about an edit that ERPNext did not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resolve {
    /// Write it over what is there now.
    KeepMine,
    /// Leave what is there; the edit is dropped.
    TakeTheirs,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_written_by_erpnexts_names() {
        for field in WorkField::ALL {
            assert_eq!(field.as_str().parse(), Ok(field));
            assert_eq!(serde_json::to_value(field).unwrap(), field.as_str());
        }
    }

    #[test]
    fn what_is_on_its_way_is_shown_on_top_of_what_erpnext_has() {
        let edit = |number, value: &str, state| Edit {
            id: EditId::new(number),
            save: SaveId::fresh(),
            field: WorkField::Priority,
            by: Author { id: crate::PersonId::fresh(), full_name: "Tom".into() },
            base: Some("Low".into()),
            value: Some(value.into()),
            state,
        };
        let mut item = WorkItem {
            doctype: WorkDoctype::Task,
            name: "TASK-1".into(),
            fields: [(WorkField::Priority, "Low".to_owned())].into(),
            assigned: vec![],
            has_formatting: false,
            may_change: true,
            edits: vec![],
        };
        assert_eq!(item.shown(WorkField::Priority), Some("Low"));
        item.edits.push(edit(1, "Medium", EditState::Pending));
        item.edits.push(edit(2, "High", EditState::Pending));
        item.edits.push(edit(3, "Urgent", EditState::Conflict { theirs: None }));
        assert_eq!(item.shown(WorkField::Priority), Some("High"));
    }
}
