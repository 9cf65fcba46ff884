//! People who can sign in.

use crate::PersonId;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// What somebody is to Parlance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PersonKind {
    /// An ERPNext system user: sees the workspaces whose Project ERPNext lets them read.
    Member,
    /// A portal user of a Customer: sees only what is shared with the client.
    Client,
    /// The local break-glass account: connections and sync, no private content.
    Administrator,
}

impl PersonKind {
    /// The word used in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Client => "client",
            Self::Administrator => "administrator",
        }
    }
}

impl FromStr for PersonKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "member" => Ok(Self::Member),
            "client" => Ok(Self::Client),
            "administrator" => Ok(Self::Administrator),
            _ => Err(()),
        }
    }
}

/// Somebody, as their own page shows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Our identifier.
    pub id: PersonId,
    /// ERPNext's `User.name`: the sign-in address.
    pub user: String,
    /// ERPNext's `User.full_name`.
    pub full_name: String,
    /// Member, client or administrator.
    pub kind: PersonKind,
}
