use sea_orm::entity::prelude::*;
use vocabulary::{CustomerName, ProjectName, WorkspaceId, WorkspaceSummary};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "workspaces")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub project: String,
    pub project_creation: String,
    pub project_name: String,
    pub status: String,
    pub customer: Option<String>,
    pub percent_complete: i32,
    pub expected_end_date: Option<String>,
    pub gone_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for WorkspaceSummary {
    fn from(row: Model) -> Self {
        Self {
            id: WorkspaceId::from_uuid(row.id),
            project: ProjectName::new(row.project),
            project_name: row.project_name,
            status: row.status,
            customer: row.customer.map(CustomerName::new),
            percent_complete: u8::try_from(row.percent_complete.clamp(0, 100)).unwrap_or(0),
            newest: None,
        }
    }
}
