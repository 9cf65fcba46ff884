//! Where every query for people starts: there is no other `find`.

use crate::rows;
use policy::Scope;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Select};

/// A row that belongs to one workspace and has an audience.
pub(crate) trait Scoped: EntityTrait {
    /// The column with the workspace's id.
    const WORKSPACE: Self::Column;
    /// The column with the audience.
    const AUDIENCE: Self::Column;
}

impl Scoped for rows::file::Entity {
    const WORKSPACE: Self::Column = rows::file::Column::WorkspaceId;
    const AUDIENCE: Self::Column = rows::file::Column::Audience;
}

impl Scoped for rows::message::Entity {
    const WORKSPACE: Self::Column = rows::message::Column::WorkspaceId;
    const AUDIENCE: Self::Column = rows::message::Column::Audience;
}

impl Scoped for rows::room::Entity {
    const WORKSPACE: Self::Column = rows::room::Column::WorkspaceId;
    const AUDIENCE: Self::Column = rows::room::Column::Audience;
}

/// The rows of `E` that `scope` may see.
#[expect(clippy::disallowed_methods, reason = "this is the one place where such a query starts")]
pub(crate) fn find<E: Scoped>(scope: &Scope) -> Select<E> {
    E::find()
        .filter(E::WORKSPACE.eq(scope.workspace().as_uuid()))
        .filter(E::AUDIENCE.is_in(scope.audiences().iter().map(|audience| audience.as_str())))
}
