//! Who acts.

use vocabulary::{PersonId, PersonKind};

/// Somebody whose session was checked just now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    person: PersonId,
    kind: PersonKind,
    full_name: String,
}

impl Principal {
    /// Only for `store::sessions`, which has just found the session (`clippy.toml` bans it elsewhere).
    #[must_use]
    pub const fn of_checked_session(person: PersonId, kind: PersonKind, full_name: String) -> Self {
        Self { person, kind, full_name }
    }

    /// The person.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// Member, client or administrator.
    #[must_use]
    pub const fn kind(&self) -> PersonKind {
        self.kind
    }

    /// The name on what they say.
    #[must_use]
    pub fn full_name(&self) -> &str {
        &self.full_name
    }
}
