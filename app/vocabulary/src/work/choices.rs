//! The values ERPNext offers for status and priority, and whatever else a site has added.

use std::fmt;

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$one:meta])* $variant:ident = $text:literal,)* } offers { $($offered:ident),* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$one])* $variant,)*
            /// One that this site has added; ERPNext knows whether it is one.
            Other(String),
        }

        impl $name {
            /// Those a person may choose; ERPNext sets the others itself.
            pub const OFFERED: &'static [Self] = &[$(Self::$offered),*];

            /// As ERPNext writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Other(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)*
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

choice!(
    /// `Task.status`.
    TaskStatus {
        /// Not begun.
        Open = "Open",
        /// Begun.
        Working = "Working",
        /// Somebody has to look at it.
        PendingReview = "Pending Review",
        /// Late; ERPNext's daily job says so.
        Overdue = "Overdue",
        /// A pattern for other Tasks.
        Template = "Template",
        /// Done.
        Completed = "Completed",
        /// Will not be done.
        Cancelled = "Cancelled",
    } offers { Open, Working, PendingReview, Completed, Cancelled }
);

choice!(
    /// `Issue.status`.
    IssueStatus {
        /// Waits for us.
        Open = "Open",
        /// Waits for the customer.
        Replied = "Replied",
        /// Waits for something else.
        OnHold = "On Hold",
        /// Solved.
        Resolved = "Resolved",
        /// Over.
        Closed = "Closed",
    } offers { Open, Replied, OnHold, Resolved, Closed }
);

choice!(
    /// `Task.priority`, and the Issue Priorities that ERPNext comes with.
    Priority {
        /// Low.
        Low = "Low",
        /// Medium.
        Medium = "Medium",
        /// High.
        High = "High",
        /// Urgent; only Tasks come with it.
        Urgent = "Urgent",
    } offers { Low, Medium, High, Urgent }
);

impl TaskStatus {
    /// Those of a Task that is over.
    pub const OVER: &'static [&'static str] = &["Completed", "Cancelled"];

    /// Those of a Task that there is nothing to do about: it is over, or a pattern for others.
    pub const AT_REST: &'static [&'static str] = &["Completed", "Cancelled", "Template"];
}

impl IssueStatus {
    /// Those of an Issue that is over.
    pub const OVER: &'static [&'static str] = &["Closed", "Resolved"];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_the_site_is_kept_as_it_is() {
        assert_eq!(TaskStatus::from("Pending Review"), TaskStatus::PendingReview);
        assert_eq!(TaskStatus::from("Waiting for Godot").as_str(), "Waiting for Godot");
    }
}
