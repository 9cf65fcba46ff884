//! Who may see an item (rule 1: explicit on everything, `team` by default).

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Who an item is for.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// Members of the workspace only.
    #[default]
    Team,
    /// The client sees it too.
    Client,
}

impl Audience {
    /// The word used in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::Client => "client",
        }
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Audience {
    type Err = UnknownAudience;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "team" => Ok(Self::Team),
            "client" => Ok(Self::Client),
            _ => Err(UnknownAudience),
        }
    }
}

/// The text names no audience.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownAudience;

impl fmt::Display for UnknownAudience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an audience is `team` or `client`")
    }
}

impl std::error::Error for UnknownAudience {}
