//! Whether the release is one that Parlance knows.

use erpnext::Site;

use super::Finding;
use crate::{Release, release::Support};

pub(super) async fn finding(site: &Site) -> Finding {
    let release = match Release::of(site).await {
        Ok(release) => release,
        Err(error) => {
            return Finding::warning(
                "version",
                format!("ERPNext does not say its version: {error}."),
                "Look at the other findings; Parlance needs ERPNext 15 or 16.",
            );
        }
    };
    let update = "Update ERPNext to 15 or 16.";
    match release.support() {
        Support::None => {
            Finding::fault("version", format!("{release} is too old for Parlance."), update)
        }
        _ if release.erpnext.is_empty() && !release.frappe.is_empty() => Finding::fault(
            "version",
            format!("{release} has no Projects to show."),
            "Install ERPNext on the site, or correct ERPNEXT_URL.",
        ),
        Support::Full => Finding::ok("version", format!("{release} is supported.")),
        Support::Partly => Finding::warning(
            "version",
            format!("{release} is known in part only; the tab in the desk may be missing."),
            update,
        ),
        Support::Unknown => Finding::warning(
            "version",
            format!("{release} is not a release that Parlance was tried with."),
            "Use ERPNext 15 or 16, or look for a newer Parlance.",
        ),
    }
}
