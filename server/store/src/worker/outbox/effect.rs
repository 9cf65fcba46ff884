//! What ERPNext can be owed, and how it is written down.

use crate::StoreError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::str::FromStr;
use uuid::Uuid;
use vocabulary::{FileId, MessageId, WorkDoctype};

/// Something ERPNext is owed.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// A chat line as a Communication.
    Communication(ChatLine),
    /// The Communication of a chat line shall say what the line says by now.
    CommunicationUpdate(ChatLine),
    /// The Communication of a chat line shall go.
    CommunicationDelete(MessageId),
    /// A new Task or Issue.
    Insert(Insertion),
    /// Fields of a Task or Issue that somebody changed.
    Update(Update),
    /// A file, kept with documents.
    File(FileUpload),
    /// Somebody shall do it.
    Assign(Assignment),
    /// Somebody shall do it no longer.
    Unassign(Assignment),
}

/// The kind of an [`Effect`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EffectKind {
    /// [`Effect::Communication`].
    Communication,
    /// [`Effect::CommunicationUpdate`].
    CommunicationUpdate,
    /// [`Effect::CommunicationDelete`].
    CommunicationDelete,
    /// [`Effect::Insert`].
    Insert,
    /// [`Effect::Update`].
    Update,
    /// [`Effect::File`].
    File,
    /// [`Effect::Assign`].
    Assign,
    /// [`Effect::Unassign`].
    Unassign,
}

impl EffectKind {
    /// All there are.
    pub const ALL: [Self; 8] = [
        Self::Communication,
        Self::CommunicationUpdate,
        Self::CommunicationDelete,
        Self::Insert,
        Self::Update,
        Self::File,
        Self::Assign,
        Self::Unassign,
    ];

    /// The word used in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Communication => "communication",
            Self::CommunicationUpdate => "communication_update",
            Self::CommunicationDelete => "communication_delete",
            Self::Insert => "insert",
            Self::Update => "update",
            Self::File => "file",
            Self::Assign => "assign",
            Self::Unassign => "unassign",
        }
    }
}

impl FromStr for EffectKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(())
    }
}

/// What somebody said, as it stands now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatLine {
    /// Which message.
    pub message: MessageId,
    /// The text.
    pub body: String,
    /// `User.name` of the author.
    pub author_user: String,
    /// `User.full_name` of the author when it was said.
    pub author_name: String,
    /// When it was said, milliseconds since the epoch.
    pub sent_at: i64,
}

/// A document as ERPNext tells it from others: names are used again, the time of creation is not.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct WorkDocument {
    /// Of which doctype.
    pub doctype: WorkDoctype,
    /// Its name.
    pub name: String,
    /// `creation`, as ERPNext writes it.
    pub creation: String,
}

/// A document to be made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Insertion {
    /// Of which doctype.
    pub doctype: WorkDoctype,
    /// Its fields by ERPNext's names.
    pub fields: Map<String, Value>,
    /// Whether ERPNext said that the person may: only then the service account may do it for them.
    pub proven: bool,
}

/// Fields of a document to be changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Update {
    /// Which document.
    #[serde(flatten)]
    pub document: WorkDocument,
    /// What changes.
    pub changes: Vec<FieldChange>,
    /// As in [`Insertion`].
    pub proven: bool,
}

/// One field to be changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    /// ERPNext's name of the field.
    pub field: String,
    /// What the person saw before changing it, and what it was before changes of theirs that were still under way.
    pub bases: Vec<Value>,
    /// What it shall be; `null` empties it.
    pub value: Value,
}

/// Who shall do something, or no longer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// What is to be done.
    #[serde(flatten)]
    pub document: WorkDocument,
    /// `User.name` of who does it.
    pub user: String,
    /// As in [`Insertion`].
    pub proven: bool,
}

/// A file to be kept in ERPNext; what it holds stands beside the effect, or lies in the storage of files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileUpload {
    /// As people see it.
    pub file_name: String,
    /// The documents it is attached to, each by a File of its own with the same content.
    pub attached_to: Vec<Attachment>,
    /// The file that people sent, where it is one: what it holds is read from the storage when it is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stored: Option<FileId>,
}

/// What a file is attached to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attachment {
    /// The Communication of a chat line.
    Communication(MessageId),
    /// The Project of the workspace.
    Project,
    /// A Task or an Issue.
    Document {
        /// Of which doctype.
        doctype: WorkDoctype,
        /// Its name.
        name: String,
    },
}

impl Effect {
    /// Of which kind it is.
    #[must_use]
    pub const fn kind(&self) -> EffectKind {
        match self {
            Self::Communication(_) => EffectKind::Communication,
            Self::CommunicationUpdate(_) => EffectKind::CommunicationUpdate,
            Self::CommunicationDelete(_) => EffectKind::CommunicationDelete,
            Self::Insert(_) => EffectKind::Insert,
            Self::Update(_) => EffectKind::Update,
            Self::File(_) => EffectKind::File,
            Self::Assign(_) => EffectKind::Assign,
            Self::Unassign(_) => EffectKind::Unassign,
        }
    }

    /// The message it is about, and what is written down beside it: a chat line is read anew at each try.
    pub(super) fn written(&self) -> Result<(Option<Uuid>, Option<String>), StoreError> {
        let payload = match self {
            Self::Communication(line) | Self::CommunicationUpdate(line) => {
                return Ok((Some(line.message.as_uuid()), None));
            }
            Self::CommunicationDelete(message) => return Ok((Some(message.as_uuid()), None)),
            Self::Insert(insertion) => serde_json::to_string(insertion),
            Self::Update(update) => serde_json::to_string(update),
            Self::File(file) => serde_json::to_string(file),
            Self::Assign(assignment) | Self::Unassign(assignment) => {
                serde_json::to_string(assignment)
            }
        };
        let payload = payload.map_err(|_| StoreError::Unreadable { what: "outbox.payload" })?;
        Ok((None, Some(payload)))
    }

    /// Reads what [`Effect::written`] wrote.
    pub(super) fn read(
        kind: EffectKind,
        message: Option<Uuid>,
        line: Option<ChatLine>,
        payload: Option<&str>,
    ) -> Result<Self, Unreadable> {
        Ok(match kind {
            EffectKind::Communication => Self::Communication(line.ok_or(Unreadable)?),
            EffectKind::CommunicationUpdate => Self::CommunicationUpdate(line.ok_or(Unreadable)?),
            EffectKind::CommunicationDelete => {
                Self::CommunicationDelete(MessageId::from_uuid(message.ok_or(Unreadable)?))
            }
            EffectKind::Insert => Self::Insert(parsed(payload)?),
            EffectKind::Update => Self::Update(parsed(payload)?),
            EffectKind::File => Self::File(parsed(payload)?),
            EffectKind::Assign => Self::Assign(parsed(payload)?),
            EffectKind::Unassign => Self::Unassign(parsed(payload)?),
        })
    }
}

/// The row was written by another version, or what it is about is gone.
pub(super) struct Unreadable;

fn parsed<T: serde::de::DeserializeOwned>(payload: Option<&str>) -> Result<T, Unreadable> {
    serde_json::from_str(payload.ok_or(Unreadable)?).map_err(|_| Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_back_from_its_word() {
        for kind in EffectKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert_eq!("anything".parse::<EffectKind>(), Err(()));
    }

    #[test]
    fn what_is_written_down_is_read_back_whole() {
        let document = WorkDocument {
            doctype: WorkDoctype::Task,
            name: "TASK-2026-00001".into(),
            creation: "2026-11-20 16:05:00".into(),
        };
        let update = Effect::Update(Update {
            document: document.clone(),
            changes: vec![FieldChange {
                field: "exp_end_date".into(),
                bases: vec![Value::Null],
                value: "2026-12-01".into(),
            }],
            proven: true,
        });
        let assign =
            Effect::Assign(Assignment { document, user: "tom@x.example".into(), proven: false });
        let file = Effect::File(FileUpload {
            file_name: "brief.pdf".into(),
            attached_to: vec![Attachment::Communication(MessageId::fresh()), Attachment::Project],
            stored: Some(FileId::fresh()),
        });
        for effect in [update, assign, file] {
            let (message, payload) = effect.written().unwrap();
            let read = Effect::read(effect.kind(), message, None, payload.as_deref());
            assert_eq!(read.ok(), Some(effect));
        }
    }
}
