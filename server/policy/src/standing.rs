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

/// ERPNext's answer about one person and one document of a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentStanding {
    /// ERPNext does not let them read it, or there is no such document, or nobody has asked yet.
    Hidden,
    /// ERPNext lets them read it.
    Read(Write),
}

/// Whether somebody who reads a document may change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// ERPNext said yes.
    Yes,
    /// ERPNext said no.
    No,
    /// Nobody could ask in their name; ERPNext says when it is tried.
    Unknown,
}

impl DocumentStanding {
    /// All there are, for the matrix.
    pub const ALL: [Self; 4] =
        [Self::Read(Write::Yes), Self::Read(Write::Unknown), Self::Read(Write::No), Self::Hidden];
}
