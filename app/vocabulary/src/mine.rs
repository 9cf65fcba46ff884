//! What belongs to one person alone: how far they have read, the threads they follow, what they saved and prefer.

use crate::{
    Message, MessageAct, MessageId, Moment, QuietHours, RoomId, RoomRule, Seq, WorkspaceId,
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// More than this is not counted: "100" then means "100 or more".
pub const UNREAD_LIMIT: u32 = 100;

/// Followed threads that are told at once.
pub const THREADS_LIMIT: usize = 200;

/// How long a message can be taken back with one press where nobody has chosen, in seconds.
const UNDO_SECONDS: u8 = 5;

/// What is one person's own, as their pages show it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mine {
    /// How often it had changed when it was read: [`crate::protocol::ServerFrame::Mine`] tells of later changes.
    pub changes: i64,
    /// Each room of their workspaces.
    pub rooms: Vec<RoomRead>,
    /// The threads they follow, those with something unread first, at most [`THREADS_LIMIT`].
    pub threads: Vec<ThreadRead>,
    /// What they saved, at most a thousand, the last saved first.
    pub saved: Vec<MessageId>,
    /// What they have chosen, where it is not the usual.
    pub preferences: Vec<(Preference, String)>,
    /// Notices that are neither read nor done, counted up to [`UNREAD_LIMIT`].
    #[serde(default)]
    pub notices: u32,
    /// Devices that notices are pushed to.
    #[serde(default)]
    pub devices: u32,
}

impl Mine {
    /// What was chosen for `preference`, if something was.
    #[must_use]
    pub fn preference(&self, preference: Preference) -> Option<&str> {
        self.preferences.iter().find(|(name, _)| *name == preference).map(|(_, value)| &**value)
    }

    /// What makes messages count as read.
    #[must_use]
    pub fn reading(&self) -> Reading {
        self.preference(Preference::Reading)
            .and_then(|value| value.parse().ok())
            .unwrap_or_default()
    }

    /// Whether a switch is on; each is, unless this person turned it off.
    #[must_use]
    pub fn is_on(&self, switch: Preference) -> bool {
        self.preference(switch) != Some(Switch::Off.as_str())
    }

    /// How long a message can be taken back with one press, in seconds.
    #[must_use]
    pub fn undo_seconds(&self) -> u8 {
        self.preference(Preference::UndoSeconds)
            .and_then(|value| value.parse().ok())
            .unwrap_or(UNDO_SECONDS)
    }

    /// When nothing rings, if they have chosen such hours.
    #[must_use]
    pub fn quiet_hours(&self) -> Option<QuietHours> {
        self.preference(Preference::QuietHours).and_then(|value| value.parse().ok())
    }

    /// What calls this person anywhere: the number on the app's icon. What is muted calls nobody.
    #[must_use]
    pub fn calls(&self) -> u32 {
        let heard = |room| self.rooms.iter().any(|read| read.room == room && !read.muted);
        let rooms = self.rooms.iter().filter(|read| !read.muted).map(|read| read.mentions);
        let threads = self.threads.iter().filter(|read| heard(read.room)).map(|read| read.mentions);
        rooms.chain(threads).sum()
    }

    /// Chooses `value` for `preference`.
    pub fn choose(&mut self, preference: Preference, value: String) {
        self.preferences.retain(|(name, _)| *name != preference);
        self.preferences.push((preference, value));
    }
}

/// How far somebody has read in a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomRead {
    /// The workspace of the room.
    pub workspace: WorkspaceId,
    /// Which room.
    pub room: RoomId,
    /// Everything up to this place was read.
    pub read: Seq,
    /// Messages of others after it that the room shows, counted up to [`UNREAD_LIMIT`].
    pub unread: u32,
    /// Those of them that call this person or the team, counted likewise.
    pub mentions: u32,
    /// Whether this person said themselves that it is unread: then it stays so until they open the room again.
    pub marked_unread: bool,
    /// The last place that was counted: whoever hears of a later one counts on.
    pub counted: Seq,
    /// Whether this person wants to see neither that something is unread here nor how much calls them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub muted: bool,
    /// Of which messages they are told.
    #[serde(default, skip_serializing_if = "RoomRule::is_usual")]
    pub rule: RoomRule,
}

/// How far somebody has read in a thread they follow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadRead {
    /// The workspace of the thread.
    pub workspace: WorkspaceId,
    /// The room it is in.
    pub room: RoomId,
    /// The message that began it.
    pub thread: MessageId,
    /// Every reply up to this place was read.
    pub read: Seq,
    /// Replies of others after it, counted up to [`UNREAD_LIMIT`].
    pub unread: u32,
    /// Those of them that call this person or the team and that the room itself does not show.
    pub mentions: u32,
    /// The last place that was counted.
    pub counted: Seq,
}

/// A message of any of one's rooms, with where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundMessage {
    /// The workspace it was said in.
    pub workspace: WorkspaceId,
    /// ERPNext's `Project.project_name`.
    pub project_name: String,
    /// When it was saved; of one that was not, when it was said.
    pub at: Moment,
    /// What was said.
    pub message: Message,
}

/// A thread somebody follows, for the list of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowedThread {
    /// The message that began it, and where it stands.
    pub root: FoundMessage,
    /// The last replies, oldest first.
    pub newest: Vec<Message>,
    /// How far it was read.
    pub read: ThreadRead,
}

/// An enum of words as they are stored and sent.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$one:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$one])* $variant,)*
        }

        impl $name {
            /// All there are.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word it is stored as.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = ();

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => Err(()),
                }
            }
        }
    };
}
pub(crate) use words;

words!(
    /// Something a person can choose for all their devices.
    Preference {
        /// What makes messages count as read: a [`Reading`].
        Reading = "reading",
        /// Whether Enter alone sends, else only Ctrl or Command with it: a [`Switch`].
        EnterSends = "enter_sends",
        /// Whether others see that one is writing: a [`Switch`].
        ShowTyping = "show_typing",
        /// How long a message can be taken back with one press, in seconds.
        UndoSeconds = "undo_seconds",
        /// Whether keys without Ctrl or Alt that are letters or signs do something outside of texts: a [`Switch`].
        SingleLetterKeys = "single_letter_keys",
        /// When nothing rings: [`QuietHours`], or [`Switch::Off`].
        QuietHours = "quiet_hours",
    }
);

words!(
    /// What makes messages count as read.
    Reading {
        /// Being in view, in lists of threads too.
        Always = "always",
        /// Being in view in their room or their thread.
        InConversation = "in_conversation",
        /// Only that the person says so.
        Never = "never",
    }
);

words!(
    /// Something that is on or off.
    Switch {
        /// As it is as long as nobody chooses.
        On = "on",
        /// Not so.
        Off = "off",
    }
);

impl From<bool> for Switch {
    fn from(on: bool) -> Self {
        if on { Self::On } else { Self::Off }
    }
}

#[expect(clippy::derivable_impls, reason = "the macro that makes the words knows no default")]
impl Default for Reading {
    fn default() -> Self {
        Self::InConversation
    }
}

impl Preference {
    /// The longest value, in bytes.
    pub const VALUE_LIMIT_BYTES: usize = 2_000;

    /// Whether `value` can be chosen.
    #[must_use]
    pub fn takes(self, value: &str) -> bool {
        match self {
            Self::Reading => value.parse::<Reading>().is_ok(),
            Self::EnterSends | Self::ShowTyping | Self::SingleLetterKeys => {
                value.parse::<Switch>().is_ok()
            }
            Self::UndoSeconds => {
                value.parse::<u8>().is_ok_and(|seconds| seconds <= MessageAct::UNDO_LIMIT_SECONDS)
            }
            Self::QuietHours => {
                value == Switch::Off.as_str() || value.parse::<QuietHours>().is_ok()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_never_chosen_is_the_usual() {
        let mut mine = Mine::default();
        assert_eq!(mine.reading(), Reading::InConversation);
        mine.preferences.push((Preference::Reading, "never".into()));
        assert_eq!(mine.reading(), Reading::Never);
    }

    #[test]
    fn a_switch_is_on_until_it_is_turned_off_and_the_last_choice_counts() {
        let mut mine = Mine::default();
        assert!(mine.is_on(Preference::EnterSends));
        assert_eq!(mine.undo_seconds(), UNDO_SECONDS);
        for value in ["off", "on", "off"] {
            mine.choose(Preference::EnterSends, value.into());
        }
        mine.choose(Preference::UndoSeconds, "30".into());
        assert!(!mine.is_on(Preference::EnterSends) && mine.is_on(Preference::ShowTyping));
        assert_eq!(mine.undo_seconds(), 30);
        assert_eq!(mine.preferences.len(), 2);
    }

    #[test]
    fn a_preference_takes_its_own_values_only() {
        for reading in Reading::ALL {
            assert!(Preference::Reading.takes(reading.as_str()));
        }
        assert!(!Preference::Reading.takes("sometimes"));
        for switch in [Preference::EnterSends, Preference::ShowTyping, Preference::SingleLetterKeys]
        {
            assert!(switch.takes("on") && switch.takes("off") && !switch.takes("true"));
        }
        assert!(Preference::UndoSeconds.takes("60"));
        for wrong in ["61", "-1", "5.5", ""] {
            assert!(!Preference::UndoSeconds.takes(wrong), "{wrong}");
        }
        assert!(Preference::QuietHours.takes("22:00-07:00 UTC"));
        assert!(Preference::QuietHours.takes("off") && !Preference::QuietHours.takes("on"));
        assert_eq!(serde_json::to_value(Preference::Reading).unwrap(), "reading");
    }

    #[test]
    fn the_number_on_the_icon_leaves_out_what_is_muted_with_its_threads() {
        let (loud, muted) = (RoomId::fresh(), RoomId::fresh());
        let room = |room, muted| RoomRead {
            workspace: WorkspaceId::fresh(),
            room,
            read: Seq::START,
            unread: 5,
            mentions: 2,
            marked_unread: false,
            counted: Seq::START,
            muted,
            rule: RoomRule::default(),
        };
        let thread = |room| ThreadRead {
            workspace: WorkspaceId::fresh(),
            room,
            thread: MessageId::fresh(),
            read: Seq::START,
            unread: 4,
            mentions: 1,
            counted: Seq::START,
        };
        let mine = Mine {
            rooms: vec![room(loud, false), room(muted, true)],
            threads: vec![thread(loud), thread(muted)],
            ..Mine::default()
        };
        assert_eq!(mine.calls(), 3);
    }
}
