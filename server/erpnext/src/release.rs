//! Which release the site is, as far as the sign-in depends on it.

use crate::{ErpError, Site};

/// Whether the site's OAuth provider takes the user from the session.
///
/// Releases up to early 2026 take them from the `user_id` cookie, which anybody can edit: whoever is signed in there
/// gets a token of anybody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OauthIdentity {
    /// It is known not to.
    Forgeable,
    /// It may; only a try tells.
    MustProbe,
}

impl Site {
    /// The version of Frappe, such as `15.55.1`; empty where the site does not say.
    ///
    /// # Errors
    /// Whatever keeps the site from answering.
    pub async fn frappe_version(&self) -> Result<String, ErpError> {
        let versions = self.read("frappe.utils.change_log.get_versions", &[]).await?;
        let version = versions["frappe"]["version"].as_str().unwrap_or_default();
        Ok(version.trim_start_matches('v').to_owned())
    }
}

/// What is known about a version of Frappe. Every version that was looked at is forgeable; the repair (frappe pull request
/// 37434) came after them.
#[must_use]
pub fn oauth_identity(frappe: &str) -> OauthIdentity {
    let mut numbers = frappe.split('.').map(|number| number.parse::<u32>().ok());
    match (numbers.next().flatten(), numbers.next().flatten()) {
        (Some(0..=14), _) | (Some(15), Some(0..=55)) | (Some(16), Some(0..=4)) => {
            OauthIdentity::Forgeable
        }
        _ => OauthIdentity::MustProbe,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_open_is_open_and_the_rest_has_to_show() {
        for open in ["13.58.4", "14.99.0", "15.0.0", "15.55.1", "16.0.0", "16.4.0"] {
            assert_eq!(oauth_identity(open), OauthIdentity::Forgeable, "{open}");
        }
        for unknown in ["15.107.0", "16.10.0", "17.0.0-dev", "", "develop"] {
            assert_eq!(oauth_identity(unknown), OauthIdentity::MustProbe, "{unknown}");
        }
    }
}
