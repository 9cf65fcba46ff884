//! What somebody wants to hear of.

use crate::mine::words;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

words!(
    /// Of which messages of a room somebody is told.
    RoomRule {
        /// Each of them.
        All = "all",
        /// Those that call them, and answers in threads they follow.
        Mentions = "mentions",
        /// None. What calls them is listed all the same, and counts and rings nowhere.
        Nothing = "none",
    }
);

#[expect(clippy::derivable_impls, reason = "the macro that makes the words knows no default")]
impl Default for RoomRule {
    fn default() -> Self {
        Self::Mentions
    }
}

impl RoomRule {
    /// Whether it is what counts where nobody has chosen.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

words!(
    /// Of what about one Task or Issue somebody is told.
    DocumentRule {
        /// That it is assigned to them.
        Usual = "usual",
        /// Each message about it too.
        Follow = "follow",
        /// Nothing rings. What is assigned to them is listed all the same.
        Mute = "mute",
    }
);
