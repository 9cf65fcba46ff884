//! Notices: what happened that somebody wants to know of, when they hear of it, and on which devices.

mod device;
mod quiet;
mod rules;

pub use device::{DEVICES_LIMIT, NewDevice};
pub use quiet::{NotQuietHours, QuietHours};
pub use rules::{DocumentRule, RoomRule};

use crate::{Message, Moment, NoticeId, WorkDoctype, WorkspaceId, mine::words};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Notices on one page of them.
pub const NOTICES_PAGE: usize = 50;

words!(
    /// Why somebody is told.
    NoticeKind {
        /// A message calls them or the team.
        Mention = "mention",
        /// An answer in a thread they follow.
        Reply = "reply",
        /// A Task or an Issue was assigned to them.
        Assignment = "assignment",
        /// A message is about a Task or an Issue they follow.
        Followed = "followed",
        /// A message in a room of which they want to hear everything.
        Message = "message",
        /// What they changed did not reach ERPNext.
        Refused = "refused",
        /// What they wanted to send later was not sent.
        Unsent = "unsent",
    }
);

/// Something that happened, for one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Its identifier.
    pub id: NoticeId,
    /// Why they are told.
    pub kind: NoticeKind,
    /// Where it happened.
    pub workspace: WorkspaceId,
    /// ERPNext's `Project.project_name`.
    pub project_name: String,
    /// When it happened.
    pub at: Moment,
    /// Whether it was neither looked at here nor read where it happened.
    pub unread: bool,
    /// Whether they are done with it.
    pub done: bool,
    /// What happened.
    pub of: NoticeOf,
}

impl Notice {
    /// Where it happened: a path of the site.
    #[must_use]
    pub fn path(&self) -> String {
        let workspace = self.workspace;
        match &self.of {
            NoticeOf::Said { message } => match message.thread {
                Some(root) => format!("/w/{workspace}?thread={root}&m={}", message.id),
                None => format!("/w/{workspace}?m={}", message.id),
            },
            NoticeOf::Work { doctype, name: Some(name), .. } => {
                // Names of ERPNext's may hold any sign.
                let name: String = name.bytes().map(escaped).collect();
                match doctype {
                    WorkDoctype::Task => format!("/w/{workspace}?task={name}"),
                    WorkDoctype::Issue => format!("/w/{workspace}?issue={name}"),
                }
            }
            NoticeOf::Work { .. } => format!("/w/{workspace}"),
            NoticeOf::Unsent { .. } => "/drafts".to_owned(),
        }
    }

    /// Where one answers it, if one can: the thread, or a new one of the message.
    #[must_use]
    pub fn reply_path(&self) -> Option<String> {
        let NoticeOf::Said { message } = &self.of else { return None };
        let root = message.thread.unwrap_or(message.id);
        Some(format!("/w/{}?thread={root}", self.workspace))
    }
}

/// A byte as it stands in an address (RFC 3986).
fn escaped(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

/// What a notice tells of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "a message is what it nearly always carries")]
pub enum NoticeOf {
    /// Something was said.
    Said {
        /// What.
        message: Message,
    },
    /// Something about a Task or an Issue.
    Work {
        /// Which doctype.
        doctype: WorkDoctype,
        /// `name`; `None` for what ERPNext did not make.
        name: Option<String>,
        /// `subject`, where ERPNext lets them read it.
        subject: Option<String>,
        /// Who assigned it, or ERPNext's words.
        words: Option<String>,
    },
    /// A message that was to be sent later.
    Unsent {
        /// Why it was not.
        words: String,
    },
}

/// Which notices are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeFilter {
    /// Only of this kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<NoticeKind>,
    /// Those one is done with, else the others.
    #[serde(default)]
    pub done: bool,
    /// Only what came before this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<NoticeId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_found_whatever_its_name_holds() {
        let notice = Notice {
            id: NoticeId::fresh(),
            kind: NoticeKind::Assignment,
            workspace: WorkspaceId::fresh(),
            project_name: "Website".into(),
            at: Moment::from_millis(0),
            unread: true,
            done: false,
            of: NoticeOf::Work {
                doctype: WorkDoctype::Task,
                name: Some("TASK 1&x=ü".into()),
                subject: None,
                words: None,
            },
        };
        let path = format!("/w/{}?task=TASK%201%26x%3D%C3%BC", notice.workspace);
        assert_eq!(notice.path(), path);
        assert_eq!(notice.reply_path(), None);
    }
}
