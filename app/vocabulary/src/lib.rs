//! The nouns of Parlance, shared by the browser and the server: plain data, no I/O and no framework.
//!
//! ERPNext's own doctype and field names are kept as they are (`project_name`, `subject`, `exp_end_date`, …).

mod audience;
mod file;
mod ids;
mod message;
mod mine;
mod moment;
mod outlook;
mod person;
pub mod protocol;
mod room;
mod timeline;
mod work;
mod workspace;
mod writing;

pub use audience::Audience;
pub use file::{FILE_NAME_LIMIT_CHARS, FileName, FileRules, file_size};
pub use ids::{
    CustomerName, FileId, IssueName, MessageId, MessageKey, PersonId, ProjectName, RoomId, SaveId,
    TaskName, WorkspaceId,
};
pub use message::{
    Aim, Attached, AttachedState, Author, BODY_LIMIT_CHARS, BodyProblem, CHIPS_LIMIT, Card, Chip,
    Deed, Emoji, FILES_LIMIT, Known, MARKS_LIMIT, Marks, Mention, Message, MessageAct, MessageBody,
    MessageDraft, MessageKind, NewFile, NotAnEmoji, Reaction, Removal, Replies, Reply, Seq, Tag,
    TagDoctype, Thread, Version, Window, marks_in, readable, written_mention, written_tag,
};
pub use mine::{
    FollowedThread, FoundMessage, Mine, Preference, Reading, RoomRead, Switch, THREADS_LIMIT,
    ThreadRead, UNREAD_LIMIT,
};
pub use moment::Moment;
pub use outlook::{Flag, FlagSource, Health, Outlook, RadarRow};
pub use person::{Person, PersonKind};
pub use room::{Room, RoomKind};
pub use timeline::{
    EntryId, EntryText, FieldStep, FilterProblem, Happened, NoPlace, TimelineAbout, TimelineEntry,
    TimelineFilter, TimelineKind, TimelinePage, TimelinePlace, TimelineWho,
};
pub use work::{
    Assign, Assigned, DESCRIPTION_LIMIT_CHARS, Edit, EditId, EditState, FieldChanged, FieldProblem,
    IssueStatus, NewWork, Priority, Resolve, SUBJECT_LIMIT_CHARS, TaskStatus, WorkChange,
    WorkDoctype, WorkField, WorkFields, WorkItem, checked,
};
pub use workspace::{
    Colleague, Making, Mark, OpenIssue, OpenTask, SyncState, WorkspaceFacts, WorkspaceSummary,
    WorkspaceView,
};
pub use writing::{
    Begun, DRAFT_LIMIT_CHARS, DRAFTS_LIMIT, Draft, MentionStanding, Mentionable, SCHEDULED_LIMIT,
    Scheduled, Taggable,
};
