//! Where to go after signing in.

use vocabulary::PersonKind;

/// What nobody wants to see after signing in: ways in, and what is no page.
const DOORS: [&str; 5] = ["/sign-in", "/embed", "/oauth/", "/panel/", "/api/"];

/// A path on this site. Anything a browser could read as another site is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextPath(String);

impl NextPath {
    /// Takes `path` if it stays here.
    #[must_use]
    pub fn new(path: &str) -> Option<Self> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | '~');
        let stays = path.starts_with('/') && !path.contains("//") && path.chars().all(plain);
        let door = DOORS.iter().any(|door| path.starts_with(door));
        (stays && !door).then(|| Self(path.to_owned()))
    }

    /// The path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The door, remembering `next` if it is a path on this site.
    #[must_use]
    pub fn sign_in(next: Option<&str>) -> String {
        match next.and_then(Self::new) {
            Some(next) if next.0 != "/" => format!("/sign-in?next={}", next.0),
            _ => "/sign-in".to_owned(),
        }
    }
}

/// `path`, if it stays on this site.
#[must_use]
pub fn next_path(path: &str) -> Option<String> {
    NextPath::new(path).map(|next| next.0)
}

/// The first page of somebody of this kind.
#[must_use]
pub const fn home_of(kind: PersonKind) -> &'static str {
    match kind {
        PersonKind::Member => "/workspaces",
        PersonKind::Client => "/portal",
        PersonKind::Administrator => "/admin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_followed() {
        assert!(NextPath::new("/w/018f0000-0000-7000-8000-000000000001").is_some());
        for elsewhere in [
            "https://example.org",
            "//example.org",
            "/\\example.org",
            "w/1",
            "",
            "/a\nb",
            "/a?b=//c",
            "/%2f",
        ] {
            assert_eq!(NextPath::new(elsewhere), None, "{elsewhere:?}");
        }
    }

    #[test]
    fn the_door_is_never_next() {
        for door in ["/sign-in", "/embed", "/oauth/start", "/panel/nonce"] {
            assert_eq!(NextPath::new(door), None, "{door}");
        }
        assert_eq!(NextPath::new("/api/sign_out"), None);
        assert_eq!(NextPath::sign_in(Some("/")), "/sign-in");
        assert_eq!(NextPath::sign_in(Some("/admin")), "/sign-in?next=/admin");
    }
}
