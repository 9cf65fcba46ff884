//! Which release the site is, and what that means for us.

use erpnext::{ErpError, Site, Versions};
use serde::Serialize;
use std::fmt;

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

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.erpnext.as_str(), self.frappe.as_str()) {
            ("", "") => f.write_str("ERPNext of unknown version"),
            ("", frappe) => write!(f, "Frappe {frappe} without ERPNext"),
            (erpnext, frappe) => write!(f, "ERPNext {erpnext} on Frappe {frappe}"),
        }
    }
}

impl Release {
    pub(crate) async fn of(site: &Site) -> Result<Self, ErpError> {
        let Versions { frappe, erpnext } = site.versions().await?;
        Ok(Self { erpnext, frappe })
    }

    pub(crate) fn support(&self) -> Support {
        match self.frappe.parse::<erpnext::Release>().map(|release| release.major) {
            Ok(15 | 16) => Support::Full,
            Ok(14) => Support::Partly,
            Ok(0..14) => Support::None,
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
