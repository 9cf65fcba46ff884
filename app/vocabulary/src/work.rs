//! Tasks and Issues as members make and change them.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A doctype whose documents members make and change here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum WorkDoctype {
    /// A Task.
    Task,
    /// An Issue.
    Issue,
}

impl WorkDoctype {
    /// The name ERPNext knows it by.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Task => "Task",
            Self::Issue => "Issue",
        }
    }
}

impl fmt::Display for WorkDoctype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for WorkDoctype {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "Task" => Ok(Self::Task),
            "Issue" => Ok(Self::Issue),
            _ => Err(()),
        }
    }
}
