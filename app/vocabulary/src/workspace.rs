//! Workspaces as pages show them.

use crate::{
    CustomerName, EditState, IssueName, Message, MessageId, Outlook, Person, PersonId, ProjectName,
    Room, SaveId, TaskName, Window, WorkDoctype, WorkFields, WorkspaceId,
};
use serde::{Deserialize, Serialize};

/// A row of "my workspaces".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceSummary {
    /// Its identifier.
    pub id: WorkspaceId,
    /// ERPNext's `Project.name`.
    pub project: ProjectName,
    /// ERPNext's `Project.project_name`: the title.
    pub project_name: String,
    /// ERPNext's `Project.status`: Open, Completed or Cancelled.
    pub status: String,
    /// ERPNext's `Project.customer`, if any.
    pub customer: Option<CustomerName>,
    /// ERPNext's `Project.percent_complete`, 0 to 100, rounded.
    pub percent_complete: u8,
    /// The newest thing said, for the list.
    pub newest: Option<Message>,
}

/// Somebody on the Project's `users` table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleague {
    /// `Project User.user`.
    pub user: String,
    /// `Project User.full_name`.
    pub full_name: String,
    /// Who that is here, if they have ever signed in.
    #[serde(default)]
    pub person: Option<PersonId>,
}

/// A Task that is not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenTask {
    /// `Task.name`.
    pub name: TaskName,
    /// `Task.subject`.
    pub subject: String,
    /// `Task.status`.
    pub status: String,
    /// `Task.priority`.
    pub priority: String,
    /// `Task.exp_end_date` as `YYYY-MM-DD`, if set.
    pub exp_end_date: Option<String>,
    /// Whether a change of it is not in ERPNext yet.
    #[serde(default)]
    pub mark: Option<Mark>,
}

/// What stands between the list and ERPNext.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// A change is on its way.
    Pending,
    /// The one who looks has to decide on a change of theirs.
    Decide,
}

/// A Task or an Issue that the one who looks has made and ERPNext does not have yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Making {
    /// What it was saved with.
    pub save: SaveId,
    /// Which doctype.
    pub doctype: WorkDoctype,
    /// What was typed.
    pub fields: WorkFields,
    /// Pending or refused.
    pub state: EditState,
    /// The message it is made of, if it is made of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<MessageId>,
}

/// An Issue that is not closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenIssue {
    /// `Issue.name`.
    pub name: IssueName,
    /// `Issue.subject`.
    pub subject: String,
    /// `Issue.status`.
    pub status: String,
    /// `Issue.priority`.
    pub priority: String,
    /// As of an [`OpenTask`].
    #[serde(default)]
    pub mark: Option<Mark>,
}

/// What the mirror knows of the Project beside the talk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceFacts {
    /// How often they had changed when they were read: [`crate::protocol::ServerFrame::Facts`] tells of later changes.
    #[serde(default)]
    pub changes: i64,
    /// The Project's `users`.
    pub colleagues: Vec<Colleague>,
    /// Tasks neither Completed nor Cancelled, due first.
    pub open_tasks: Vec<OpenTask>,
    /// Issues neither Closed nor Resolved, newest first.
    pub open_issues: Vec<OpenIssue>,
    /// What the one who looks has made, oldest first, until ERPNext has it.
    #[serde(default)]
    pub making: Vec<Making>,
    /// How the Project stands, for its header.
    #[serde(default)]
    pub outlook: Outlook,
}

/// A workspace as its page opens: enough for the first paint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceView {
    /// The workspace.
    pub summary: WorkspaceSummary,
    /// Its team room.
    pub room: Room,
    /// Who is looking.
    pub me: Person,
    /// People, tasks and issues.
    pub facts: WorkspaceFacts,
    /// What the room shows first: where one was sent to, or has not read on, or the newest.
    pub window: Window,
    /// How the connection to ERPNext stands.
    pub sync: SyncState,
    /// ERPNext's origin: addresses that people copy from its desk begin with it.
    #[serde(default)]
    pub erpnext: String,
}

/// Whether what is said here also reaches ERPNext by now (rule 7: ERPNext down is a state).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SyncState {
    /// ERPNext answers.
    Flowing,
    /// ERPNext does not answer or is not set up; this many effects wait.
    Paused {
        /// Effects waiting in the outbox.
        waiting: u64,
    },
}
