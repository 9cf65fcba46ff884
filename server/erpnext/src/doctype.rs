//! The doctypes Parlance mirrors.

use std::fmt;

/// A doctype whose documents are mirrored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Doctype {
    /// A Project.
    Project,
    /// A Task.
    Task,
    /// An Issue.
    Issue,
    /// A Customer.
    Customer,
}

impl Doctype {
    /// The name ERPNext knows it by.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Project => "Project",
            Self::Task => "Task",
            Self::Issue => "Issue",
            Self::Customer => "Customer",
        }
    }
}

impl fmt::Display for Doctype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
