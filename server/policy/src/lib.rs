//! The one policy (rules 1 to 3): who may see and do what. Pure: no I/O, no async.
//!
//! Code that has not asked it cannot reach data: every query of `store` takes one of the proofs made here, their
//! fields are private and nothing else makes them.
//!
//! ```compile_fail
//! // Nobody can write a scope by hand.
//! let scope = policy::Scope { who: todo!(), workspace: todo!(), audiences: &[] };
//! ```
//! ```compile_fail
//! // A scope of a workspace is not a scope of its team: it has to be asked for.
//! fn call_the_client(_: policy::TeamScope) {}
//! fn from_any_scope(scope: policy::Scope) { call_the_client(scope) }
//! ```
//! ```compile_fail
//! // Being of the team does not open a Task or an Issue: ERPNext decides on each.
//! fn edit(_: policy::DocumentScope) {}
//! fn from_any_team(team: policy::TeamScope) { edit(team) }
//! ```

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed unwrap is a failed test")
)]

mod deeds;
mod matrix;
mod principal;
mod scope;
mod standing;

pub use deeds::{MessageDeed, MessageStanding, NotThis, change_message};
pub use matrix::matrix;
pub use principal::Principal;
pub use scope::{AdminScope, DocumentScope, MemberReach, Scope, TeamScope};
pub use standing::{DocumentStanding, Standing, Write};

use thiserror::Error;
use vocabulary::{Audience, PersonKind, WorkspaceId};

/// Hidden and missing are the same to the one who asks (rule 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not found")]
pub struct Hidden;

/// Lets `who` into `workspace`, as far as `standing` (ERPNext's own answer) allows.
///
/// # Errors
/// [`Hidden`] for everybody ERPNext did not let read the Project, and for the administrator, whose role opens no
/// private content.
pub fn enter(who: Principal, workspace: WorkspaceId, standing: Standing) -> Result<Scope, Hidden> {
    let audiences: &'static [Audience] = match (who.kind(), standing) {
        (PersonKind::Member, Standing::ReadsProject) => &[Audience::Team, Audience::Client],
        (PersonKind::Client, Standing::IsClient) => &[Audience::Client],
        (PersonKind::Member, Standing::IsClient | Standing::None)
        | (PersonKind::Client, Standing::ReadsProject | Standing::None)
        | (PersonKind::Administrator, _) => return Err(Hidden),
    };
    Ok(Scope::new(who, workspace, audiences))
}

/// What a member may list: the workspaces where ERPNext lets them read the Project.
///
/// # Errors
/// [`Hidden`] for anybody but members.
pub fn reach(who: &Principal) -> Result<MemberReach, Hidden> {
    match who.kind() {
        PersonKind::Member => Ok(MemberReach::new(who.person())),
        PersonKind::Client | PersonKind::Administrator => Err(Hidden),
    }
}

/// Lets an administrator see connections and sync: the local one, and members who are System Managers of the ERPNext
/// site. The role opens no private content.
///
/// # Errors
/// [`Hidden`] for anybody else.
pub fn administer(who: &Principal) -> Result<AdminScope, Hidden> {
    match who.kind() {
        PersonKind::Administrator => Ok(AdminScope::new(who.person())),
        PersonKind::Member if who.is_system_manager() => Ok(AdminScope::new(who.person())),
        PersonKind::Member | PersonKind::Client => Err(Hidden),
    }
}

/// Opens one document of the workspace to one of its team, as far as ERPNext lets this member read it.
///
/// # Errors
/// [`Hidden`] for a document ERPNext does not let them read.
pub fn open_document(
    team: TeamScope,
    doctype: &str,
    name: &str,
    standing: DocumentStanding,
) -> Result<DocumentScope, Hidden> {
    match standing {
        DocumentStanding::Hidden => Err(Hidden),
        DocumentStanding::Read(write) => Ok(DocumentScope::new(team, doctype, name, write)),
    }
}
