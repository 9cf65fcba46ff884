//! Who acts.

use vocabulary::{PersonId, PersonKind};

/// Somebody whose session was checked just now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    person: PersonId,
    kind: PersonKind,
    full_name: String,
    system_manager: bool,
}

impl Principal {
    /// Only for `store::sessions`, which has just found the session (`clippy.toml` bans it elsewhere).
    #[must_use]
    pub const fn of_checked_session(person: PersonId, kind: PersonKind, full_name: String) -> Self {
        Self { person, kind, full_name, system_manager: false }
    }

    /// The same, with the role "System Manager" in ERPNext; only for who has ERPNext's word for it, as above.
    #[must_use]
    pub fn proven_system_manager(self) -> Self {
        Self { system_manager: true, ..self }
    }

    /// Whether ERPNext said that they look after the site.
    #[must_use]
    pub const fn is_system_manager(&self) -> bool {
        self.system_manager
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
