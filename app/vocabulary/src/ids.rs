//! Identifiers as types, so that a room's id cannot be passed where a workspace's is meant.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new identifier (UUID version 7, RFC 9562): sorts by the time it was made.
            #[must_use]
            pub fn fresh() -> Self {
                Self(Uuid::now_v7())
            }

            /// The identifier with exactly these bits, as a store or a URL gave them.
            #[must_use]
            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            /// The bits themselves.
            #[must_use]
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

macro_rules! erpnext_name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The name as ERPNext wrote it.
            pub fn new(name: impl Into<String>) -> Self {
                Self(name.into())
            }

            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

uuid_id!(
    /// A workspace. Not the Project's name: ERPNext reuses names.
    WorkspaceId
);
uuid_id!(
    /// A room inside a workspace.
    RoomId
);
uuid_id!(
    /// A message as the server stored it.
    MessageId
);
uuid_id!(
    /// The sender's own key for a message: sending it twice stores it once.
    MessageKey
);
uuid_id!(
    /// One save of a Task or an Issue, by the key the browser gave it: sending it twice saves it once.
    SaveId
);
uuid_id!(
    /// A file, by the id its sender gave it: sending it twice keeps it once.
    FileId
);
uuid_id!(
    /// A notice of one person.
    NoticeId
);
uuid_id!(
    /// Somebody who can sign in: a member, a client or the local administrator.
    PersonId
);

erpnext_name!(
    /// `name` of an ERPNext Project, such as `PROJ-0001`.
    ProjectName
);
erpnext_name!(
    /// `name` of an ERPNext Task, such as `TASK-2026-00001`.
    TaskName
);
erpnext_name!(
    /// `name` of an ERPNext Issue, such as `ISS-2026-00001`.
    IssueName
);
erpnext_name!(
    /// `name` of an ERPNext Customer.
    CustomerName
);
