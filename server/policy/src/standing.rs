//! How somebody stands to a workspace's Project, by ERPNext's own answer (rule 3).

/// ERPNext's answer about one person and one Project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// ERPNext lets this system user read the Project.
    ReadsProject,
    /// The person is an invited Contact of the Project's Customer.
    IsClient,
    /// Neither.
    None,
}

impl Standing {
    /// All there are, for the matrix.
    pub const ALL: [Self; 3] = [Self::ReadsProject, Self::IsClient, Self::None];
}
