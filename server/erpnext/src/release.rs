//! Which releases run there, and what that means for signing in by OAuth.

use std::{fmt, str::FromStr};

use crate::{ErpError, Site};

const VERSIONS: &str = "frappe.utils.change_log.get_versions";

/// A release number, `15.55.1`; what follows the third number (`-beta.2`, `-dev`) is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Release {
    /// 15, 16, …
    pub major: u32,
    /// The second number.
    pub minor: u32,
    /// The third number.
    pub patch: u32,
}

/// What runs on the site, as it writes it (`15.55.1`); empty where it does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versions {
    /// The framework, which serves the API.
    pub frappe: String,
    /// ERPNext itself.
    pub erpnext: String,
}

/// Whether the site's OAuth provider takes the user from the session.
///
/// Releases up to early 2026 take them from the `user_id` cookie, which its owner can edit: whoever is signed in there
/// gets a token of anybody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OauthIdentity {
    /// It is known not to: nobody may be signed in by OAuth.
    Forgeable,
    /// It may; only a try tells ([`Site::code_under_false_name`]).
    MustProbe,
}

impl Release {
    /// The release with these numbers.
    #[must_use]
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self { major, minor, patch }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// The text is not a release number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a release number")]
pub struct NotARelease(String);

impl FromStr for Release {
    type Err = NotARelease;

    fn from_str(text: &str) -> Result<Self, NotARelease> {
        let wrong = || NotARelease(text.to_owned());
        let numbers = text.trim().trim_start_matches('v');
        let numbers = numbers.split(['-', '+', ' ']).next().unwrap_or_default();
        let mut parts = numbers.split('.');
        let major = parts.next().and_then(|part| part.parse().ok()).ok_or_else(wrong)?;
        let mut next = || match parts.next() {
            None | Some("x") => Ok(0),
            Some(part) => part.parse().map_err(|_| wrong()),
        };
        Ok(Self { major, minor: next()?, patch: next()? })
    }
}

/// What is known about a version of Frappe, such as `15.55.1`. Every version that was looked at is forgeable; the repair
/// (frappe pull request 37434) came after them.
#[must_use]
pub fn oauth_identity(frappe: &str) -> OauthIdentity {
    // Nobody knows what a text that is no number stands for, so it has to show.
    let Ok(release) = frappe.parse::<Release>() else { return OauthIdentity::MustProbe };
    let is_open = release <= Release::new(15, 55, 1)
        || (release >= Release::new(16, 0, 0) && release < Release::new(16, 5, 0));
    if is_open { OauthIdentity::Forgeable } else { OauthIdentity::MustProbe }
}

impl Site {
    /// The versions of framework and ERPNext.
    ///
    /// # Errors
    /// Whatever keeps the site from answering.
    pub async fn versions(&self) -> Result<Versions, ErpError> {
        let versions = self.read(VERSIONS, &[]).await?;
        let of = |app: &str| {
            let version = versions[app]["version"].as_str().unwrap_or_default();
            version.trim_start_matches('v').to_owned()
        };
        Ok(Versions { frappe: of("frappe"), erpnext: of("erpnext") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(text: &str) -> Release {
        text.parse().unwrap()
    }

    #[test]
    fn releases_are_compared_by_number_and_not_by_letter() {
        assert!(release("15.109.0") > release("15.55.1"));
        assert!(release("9.9.9") < release("15.0.0"));
        assert_eq!(release("v16.0.0-dev"), Release::new(16, 0, 0));
        assert_eq!(release("15.x.x-develop"), Release::new(15, 0, 0));
        assert_eq!(release("16"), Release::new(16, 0, 0));
        assert_eq!(release("15.55.1").to_string(), "15.55.1");
        for text in ["", "develop", "15.fifty", "-15"] {
            assert_eq!(text.parse::<Release>(), Err(NotARelease(text.into())), "{text:?}");
        }
    }

    #[test]
    fn what_was_seen_open_is_open_and_the_rest_has_to_show() {
        for open in ["13.58.4", "14.99.0", "15.0.0", "15.55.1", "16.0.0", "16.4.9", "v16.0.0-dev"] {
            assert_eq!(oauth_identity(open), OauthIdentity::Forgeable, "{open}");
        }
        for unknown in ["15.55.2", "15.107.0", "16.5.0", "16.10.0", "17.0.0-dev", "", "develop"] {
            assert_eq!(oauth_identity(unknown), OauthIdentity::MustProbe, "{unknown}");
        }
    }
}
