//! What is taken, as an operator decides it.

/// Programs are refused unless an operator says otherwise: sent on with good faith they do the most harm.
const PROGRAMS: [&str; 3] = [
    "application/vnd.microsoft.portable-executable",
    "application/x-executable",
    "application/x-mach-binary",
];

/// What of files is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest, in bytes.
    pub largest: u64,
    /// Only these; `None` for all.
    pub allowed: Option<Types>,
    /// None of these.
    pub refused: Types,
    /// What stays free of the disk files lie on, in bytes: the database, often on the same one, must go on.
    pub kept_free: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            largest: 50_000_000,
            allowed: None,
            refused: Types(PROGRAMS.map(str::to_owned).to_vec()),
            kept_free: 256 * 1024 * 1024,
        }
    }
}

impl Limits {
    /// Whether files of this media type are taken.
    #[must_use]
    pub fn take(&self, content_type: &str) -> bool {
        self.allowed.as_ref().is_none_or(|allowed| allowed.have(content_type))
            && !self.refused.have(content_type)
    }
}

/// Media types, such as `application/pdf` or `image/*`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Types(Vec<String>);

impl Types {
    /// Reads a list with commas between.
    ///
    /// # Errors
    /// The first of them that is no media type; the whole list if there is none in it.
    pub fn read(list: &str) -> Result<Self, String> {
        let types = list.split(',').map(|one| one.trim().to_ascii_lowercase());
        let types: Vec<String> = types
            .filter(|one| !one.is_empty())
            .map(|one| if is_type(&one) { Ok(one) } else { Err(one) })
            .collect::<Result<_, _>>()?;
        if types.is_empty() { Err(list.to_owned()) } else { Ok(Self(types)) }
    }

    fn have(&self, content_type: &str) -> bool {
        self.0.iter().any(|one| match one.strip_suffix('*') {
            Some(family) => content_type.starts_with(family),
            None => one == content_type,
        })
    }
}

/// `family/name` or `family/*` (RFC 6838 section 4.2).
fn is_type(one: &str) -> bool {
    let is_name = |part: &str| {
        !part.is_empty()
            && part.chars().all(|c| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c))
    };
    one.split_once('/')
        .is_some_and(|(family, name)| is_name(family) && (name == "*" || is_name(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_programs_is_taken_by_default() {
        let limits = Limits::default();
        assert!(
            limits.take("application/pdf")
                && limits.take("image/svg+xml")
                && limits.take("application/zip")
        );
        assert!(!limits.take("application/vnd.microsoft.portable-executable"));
    }

    #[test]
    fn a_list_of_what_is_taken_leaves_out_all_else() {
        let limits = Limits {
            allowed: Some(Types::read("image/*, application/pdf,").unwrap()),
            refused: Types::read("image/svg+xml").unwrap(),
            ..Limits::default()
        };
        assert!(limits.take("image/png") && limits.take("application/pdf"));
        assert!(!limits.take("image/svg+xml") && !limits.take("text/plain"));
    }

    #[test]
    fn what_is_no_media_type_is_named() {
        assert_eq!(Types::read("image/png, .exe"), Err(".exe".into()));
        assert_eq!(Types::read("*/*"), Err("*/*".into()));
        assert_eq!(Types::read(","), Err(",".into()), "nothing at all would be taken");
    }
}
