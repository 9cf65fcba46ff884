//! The people and things of the demo, so that a name in a failing test is a person in the demo.

/// Everybody's password.
pub const PASSWORD: &str = "demo";

/// A person who can sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    /// `User.name`.
    pub user: &'static str,
    /// First name.
    pub first_name: &'static str,
    /// Last name.
    pub last_name: &'static str,
    /// Roles in ERPNext beside the automatic ones.
    pub roles: &'static [&'static str],
    /// May use the desk; portal users may not.
    pub system_user: bool,
}

impl Person {
    /// First and last name.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// Project manager: reads every project.
pub const MAYA: Person = Person {
    user: "maya@parlance.demo",
    first_name: "Maya",
    last_name: "Lindqvist",
    roles: &["Projects Manager", "Projects User", "Support Team", "Sales User", "Inbox User"],
    system_user: true,
};

/// Frontend developer: reads every project.
pub const TOM: Person = Person {
    user: "tom@parlance.demo",
    first_name: "Tom",
    last_name: "Okafor",
    roles: &["Projects User"],
    system_user: true,
};

/// Designer.
pub const PRIYA: Person = Person {
    user: "priya@parlance.demo",
    first_name: "Priya",
    last_name: "Raman",
    roles: &["Projects User"],
    system_user: true,
};

/// Backend developer, looks after support.
pub const JONAS: Person = Person {
    user: "jonas@parlance.demo",
    first_name: "Jonas",
    last_name: "Weber",
    roles: &["Projects User", "Support Team"],
    system_user: true,
};

/// Content and photography.
pub const LEA: Person = Person {
    user: "lea@parlance.demo",
    first_name: "Léa",
    last_name: "Moreau",
    roles: &["Projects User"],
    system_user: true,
};

/// The stranger: a User Permission lets him read [`INTRANET`] and nothing else.
pub const NILS: Person = Person {
    user: "nils@parlance.demo",
    first_name: "Nils",
    last_name: "Berg",
    roles: &["Projects User"],
    system_user: true,
};

/// System Manager.
pub const SOFIA: Person = Person {
    user: "sofia@parlance.demo",
    first_name: "Sofia",
    last_name: "Brandt",
    roles: &["System Manager"],
    system_user: true,
};

/// The client: a portal user of [`CUSTOMER`].
pub const INES: Person = Person {
    user: "ines@client.demo",
    first_name: "Ines",
    last_name: "Duarte",
    roles: &["Customer"],
    system_user: false,
};

/// Parlance's own account.
pub const SERVICE: Person = Person {
    user: "parlance.service@parlance.demo",
    first_name: "Parlance",
    last_name: "Service",
    roles: &[
        "System Manager",
        "Projects Manager",
        "Projects User",
        "Support Team",
        "Sales User",
        "Inbox User",
        "Super Email User",
        "Parlance Integration",
    ],
    system_user: true,
};

/// Everybody but the service account.
pub const PEOPLE: [Person; 8] = [MAYA, TOM, PRIYA, JONAS, LEA, NILS, SOFIA, INES];

/// `User.api_key` of [`SERVICE`].
pub const SERVICE_KEY: &str = "demo-service-key";
/// Its secret.
pub const SERVICE_SECRET: &str = "demo-service-secret";

/// The agency everybody at `parlance.demo` works for.
pub const COMPANY: &str = "Fjord & Field Studio";
/// The customer of [`WEBSITE`]: three small hotels.
pub const CUSTOMER: &str = "Casa Duarte Hotels";
/// The customer of [`WINE_SHOP`].
pub const OTHER_CUSTOMER: &str = "Weinhaus Keller";

/// The project the demo is about.
pub const WEBSITE: &str = "PROJ-0001";
/// A smaller one.
pub const WINE_SHOP: &str = "PROJ-0002";
/// An internal one, the only one [`NILS`] may read.
pub const INTRANET: &str = "PROJ-0003";
