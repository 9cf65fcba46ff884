//! Proofs that the policy was asked. Their fields are private and only this crate makes them.

use crate::{Hidden, Principal, Write};
use vocabulary::{Audience, PersonId, WorkspaceId};

/// One principal in one workspace, with the audiences whose items they may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    who: Principal,
    workspace: WorkspaceId,
    audiences: &'static [Audience],
}

impl Scope {
    pub(crate) const fn new(
        who: Principal,
        workspace: WorkspaceId,
        audiences: &'static [Audience],
    ) -> Self {
        Self { who, workspace, audiences }
    }

    /// Who.
    #[must_use]
    pub const fn who(&self) -> &Principal {
        &self.who
    }

    /// Where.
    #[must_use]
    pub const fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// Items of these audiences, no others.
    #[must_use]
    pub const fn audiences(&self) -> &'static [Audience] {
        self.audiences
    }

    /// Whether items of this audience are visible here.
    #[must_use]
    pub fn sees(&self, audience: Audience) -> bool {
        self.audiences.contains(&audience)
    }

    /// The same principal as one of the team.
    ///
    /// # Errors
    /// [`Hidden`] for clients: for them there is no path to what only the team may do.
    pub fn team(self) -> Result<TeamScope, Hidden> {
        if self.sees(Audience::Team) { Ok(TeamScope(self)) } else { Err(Hidden) }
    }
}

/// A scope of somebody who belongs to the team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamScope(Scope);

impl TeamScope {
    /// As an ordinary scope, for reading.
    #[must_use]
    pub const fn scope(&self) -> &Scope {
        &self.0
    }
}

/// One document of the workspace that ERPNext lets this member read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentScope {
    team: TeamScope,
    doctype: String,
    name: String,
    write: Write,
}

impl DocumentScope {
    pub(crate) fn new(team: TeamScope, doctype: &str, name: &str, write: Write) -> Self {
        Self { team, doctype: doctype.to_owned(), name: name.to_owned(), write }
    }

    /// Who, as one of the team of which workspace.
    #[must_use]
    pub const fn team(&self) -> &TeamScope {
        &self.team
    }

    /// Of which doctype.
    #[must_use]
    pub fn doctype(&self) -> &str {
        &self.doctype
    }

    /// Its name in ERPNext.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What ERPNext said about changing it.
    #[must_use]
    pub const fn write(&self) -> Write {
        self.write
    }

    /// Whether a change may be tried: ERPNext has not said no.
    #[must_use]
    pub const fn may_be_changed(&self) -> bool {
        !matches!(self.write, Write::No)
    }
}

/// What a member may list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberReach(PersonId);

impl MemberReach {
    pub(crate) const fn new(person: PersonId) -> Self {
        Self(person)
    }

    /// The member.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.0
    }
}

/// Leave to see connections and sync, never content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminScope(PersonId);

impl AdminScope {
    pub(crate) const fn new(person: PersonId) -> Self {
        Self(person)
    }

    /// The administrator.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.0
    }
}
