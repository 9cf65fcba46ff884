use crate::StoreError;
use sea_orm::entity::prelude::*;
use vocabulary::{Person, PersonId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "people")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(unique)]
    pub user: String,
    pub full_name: String,
    pub kind: String,
    pub enabled: bool,
    pub password_hash: Option<String>,
    pub standing_asked_at: Option<i64>,
    pub user_image: Option<String>,
    pub roles: Option<String>,
    pub ask_again_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Whether ERPNext said that they have this role.
    pub(crate) fn has_role(&self, role: &str) -> bool {
        let roles = self.roles.as_deref().and_then(|roles| serde_json::from_str(roles).ok());
        roles.is_some_and(|roles: Vec<String>| roles.iter().any(|one| one == role))
    }
}

impl TryFrom<Model> for Person {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: PersonId::from_uuid(row.id),
            kind: row.kind.parse().map_err(|()| StoreError::Unreadable { what: "people.kind" })?,
            user: row.user,
            full_name: row.full_name,
        })
    }
}
