//! What happened in a workspace, in one stream: what was said, mails, comments, files, and what became of Tasks and Issues.

mod filter;

pub use filter::{FilterProblem, TimelineFilter};

use crate::{Audience, Message, Moment, WorkDoctype, WorkField};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// What can be told apart. Others come with what they tell of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimelineKind {
    /// Something that was said in a room.
    Message,
    /// A Communication of ERPNext.
    Mail,
    /// A Task or an Issue was made or changed.
    Change,
    /// A comment made in ERPNext.
    Comment,
    /// A file: one attached in ERPNext, or one that came with a message.
    File,
}

impl TimelineKind {
    /// All there are, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Message, Self::Mail, Self::Change, Self::Comment, Self::File];

    /// The word used in the database and in addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Mail => "mail",
            Self::Change => "change",
            Self::Comment => "comment",
            Self::File => "file",
        }
    }

    /// Many of them, for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Message => "Messages",
            Self::Mail => "Mails",
            Self::Change => "Changes",
            Self::Comment => "Comments",
            Self::File => "Files",
        }
    }
}

impl FromStr for TimelineKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(())
    }
}

/// A row of the timeline, by an id that it keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryId(Uuid);

impl EntryId {
    /// The identifier with exactly these bits.
    #[must_use]
    pub const fn from_uuid(id: Uuid) -> Self {
        Self(id)
    }

    /// The bits themselves.
    #[must_use]
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The place of a row: rows stand by when they happened, the newest first. Of those of one moment messages come first, and
/// then the higher id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimelinePlace {
    /// When it happened.
    pub at: Moment,
    /// Whether it is a message.
    pub is_message: bool,
    /// Which row.
    pub id: EntryId,
}

impl From<TimelinePlace> for String {
    fn from(place: TimelinePlace) -> Self {
        let kind = if place.is_message { 'm' } else { 'e' };
        format!("{}.{kind}.{}", place.at.as_millis(), place.id)
    }
}

impl TryFrom<String> for TimelinePlace {
    type Error = NoPlace;

    fn try_from(text: String) -> Result<Self, NoPlace> {
        let mut parts = text.splitn(3, '.');
        let mut part = || parts.next().ok_or(NoPlace);
        let at = part()?.parse().map(Moment::from_millis).map_err(|_| NoPlace)?;
        let is_message = match part()? {
            "m" => true,
            "e" => false,
            _ => return Err(NoPlace),
        };
        let id = part()?.parse().map(EntryId::from_uuid).map_err(|_| NoPlace)?;
        Ok(Self { at, is_message, id })
    }
}

/// The text names no place of a timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoPlace;

impl fmt::Display for NoPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no place of a timeline")
    }
}

impl std::error::Error for NoPlace {}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// Which row it is.
    pub id: EntryId,
    /// When it happened.
    pub at: Moment,
    /// Who did it, if that is known.
    pub who: Option<TimelineWho>,
    /// Who knows of it: a mail from or to the outside is the client's too.
    pub audience: Audience,
    /// What it is about, where that is a Task, an Issue or another document than the Project.
    pub about: Option<TimelineAbout>,
    /// What happened.
    pub what: Happened,
}

impl TimelineEntry {
    /// Where it stands.
    #[must_use]
    pub const fn place(&self) -> TimelinePlace {
        let is_message = matches!(self.what, Happened::Said(_));
        TimelinePlace { at: self.at, is_message, id: self.id }
    }

    /// What kind of thing happened.
    #[must_use]
    pub const fn kind(&self) -> TimelineKind {
        match self.what {
            Happened::Said(_) => TimelineKind::Message,
            Happened::Mail { .. } => TimelineKind::Mail,
            Happened::Comment { .. } => TimelineKind::Comment,
            Happened::File { .. } => TimelineKind::File,
            Happened::Made | Happened::Changed(_) => TimelineKind::Change,
        }
    }
}

/// Somebody who did something, here or in ERPNext.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TimelineWho {
    /// `User.name`, or the address of somebody outside; in lower case.
    pub user: String,
    /// What they are called.
    pub full_name: String,
}

/// A document that something is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineAbout {
    /// Its doctype.
    pub doctype: String,
    /// Its name in ERPNext.
    pub name: String,
    /// What people call it.
    pub title: String,
}

impl TimelineAbout {
    /// The Task or Issue, where it is one.
    #[must_use]
    pub fn work(&self) -> Option<(WorkDoctype, &str)> {
        Some((self.doctype.parse().ok()?, &self.name))
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "a message is what it mostly carries")]
pub enum Happened {
    /// Somebody said something, as it stands now; one that was removed says nothing.
    Said(Message),
    /// A mail, or a call or a meeting that somebody noted in ERPNext.
    Mail {
        /// `Communication.subject`.
        subject: String,
        /// `Communication.communication_medium`.
        medium: String,
        /// Whether it came in.
        received: bool,
        /// How it begins.
        gist: String,
    },
    /// A comment made in ERPNext.
    Comment {
        /// How it begins.
        gist: String,
    },
    /// A file attached in ERPNext.
    File {
        /// `File.file_name`.
        file_name: String,
        /// `File.file_size`, in bytes.
        size: Option<u64>,
    },
    /// A Task or an Issue was made.
    Made,
    /// A Task or an Issue was changed in one go.
    Changed(Vec<FieldStep>),
}

/// A field that got another value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldStep {
    /// Which field.
    pub field: WorkField,
    /// What it was; people by their names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// A piece of a timeline.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelinePage {
    /// The rows, the newest first.
    pub entries: Vec<TimelineEntry>,
    /// Where older ones begin, if there are any.
    pub older: Option<TimelinePlace>,
    /// When the one who looks was last here, before this visit. Nothing: never.
    pub last_here: Option<Moment>,
}

/// All of a mail, a comment or a file attached in ERPNext.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryText {
    /// The doctype, for the address in ERPNext.
    pub doctype: String,
    /// Its name there.
    pub name: String,
    /// Sender, recipients and the like, as label and text.
    pub lines: Vec<(String, String)>,
    /// The words, as plain text.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_is_written() {
        for is_message in [true, false] {
            let id = EntryId::from_uuid(Uuid::now_v7());
            let place = TimelinePlace { at: Moment::from_millis(-5), is_message, id };
            assert_eq!(TimelinePlace::try_from(String::from(place)), Ok(place));
        }
        for wrong in ["", "1", "1.m", "1.x.018f0000-0000-7000-8000-000000000001", "x.m.1", "1.m.y"]
        {
            assert_eq!(TimelinePlace::try_from(wrong.to_owned()), Err(NoPlace), "{wrong}");
        }
    }

    #[test]
    fn kinds_are_written_by_their_words() {
        for kind in TimelineKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }
}
