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
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

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
