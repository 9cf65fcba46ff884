//! Which release the site is, and what that means for us.

use erpnext::{ErpError, Site};
use serde::Serialize;

/// A site's release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Release {
    /// `15.109.0`; empty where the site does not say.
    pub erpnext: String,
    /// `15.55.1`.
    pub frappe: String,
}

/// How far a release is known to work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Support {
    /// 15 and 16.
    Full,
    /// 14: no v2 API and no tab breaks by Custom Field that anybody has tried.
    Partly,
    /// 13 and older.
    None,
    /// Newer than what is known, or nothing said.
    Unknown,
}

impl Release {
    pub(crate) async fn of(site: &Site) -> Result<Self, ErpError> {
        let versions = site.read("frappe.utils.change_log.get_versions", &[]).await?;
        let of = |app: &str| {
            versions[app]["version"].as_str().unwrap_or_default().trim_start_matches('v').to_owned()
        };
        Ok(Self { erpnext: of("erpnext"), frappe: of("frappe") })
    }

    pub(crate) fn support(&self) -> Support {
        match self.frappe.split('.').next().and_then(|major| major.parse::<u32>().ok()) {
            Some(15 | 16) => Support::Full,
            Some(14) => Support::Partly,
            Some(0..14) => Support::None,
            _ => Support::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn support_follows_from_the_first_number() {
        let support =
            |frappe: &str| Release { erpnext: String::new(), frappe: frappe.to_owned() }.support();
        assert_eq!(support("15.55.1"), Support::Full);
        assert_eq!(support("16.4.0"), Support::Full);
        assert_eq!(support("14.80.2"), Support::Partly);
        assert_eq!(support("13.1.0"), Support::None);
        assert_eq!(support(""), Support::Unknown);
        assert_eq!(support("17.0.0-dev"), Support::Unknown);
    }
}
