//! Whether signing in by ERPNext's own page proves anything.

use erpnext::{ErpError, OauthIdentity, oauth_identity};
use serde_json::json;

use super::{Exam, finding::some};
use crate::look;

impl Exam<'_> {
    pub(super) async fn oauth(&mut self) {
        let release = match self.site.versions().await.map(|versions| versions.frappe) {
            Ok(release) => release,
            Err(error) => return self.unseen("oauth", "the version of Frappe", &error),
        };
        let clients = match look::names(&self.eyes, "OAuth Client", json!([])).await {
            Ok(clients) => clients,
            // Nothing more can be said of a site that does not show them.
            Err(ErpError::NotPermitted { .. } | ErpError::NotFound { .. }) => Vec::new(),
            Err(error) => return self.unseen("oauth", "OAuth Client", &error),
        };
        let is_set = self.setup.oauth_client.is_some();
        match (oauth_identity(&release), is_set) {
            (OauthIdentity::Forgeable, true) => self.fault(
                "oauth",
                format!("Frappe {release} gives anybody who is signed in a token of anybody else, so signing in by OAuth stays off."),
                "Update ERPNext to a release of March 2026 or later; until then remove the OAuth Client there and ERPNEXT_OAUTH_CLIENT_ID here.",
            ),
            (OauthIdentity::Forgeable, false) if !clients.is_empty() => self.warn(
                "oauth",
                format!("Frappe {release} has OAuth Clients ({}): with one, anybody who is signed in there gets a token of anybody else.", some(&clients)),
                "Update ERPNext to a release of March 2026 or later, or remove the OAuth Clients that are not needed.",
            ),
            (OauthIdentity::Forgeable, false) => self.ok(
                "oauth",
                format!("Signing in by OAuth is off, as Frappe {release} does not prove by it who somebody is."),
            ),
            (OauthIdentity::MustProbe, true) => self.ok(
                "oauth",
                format!("Frappe {release} may prove by OAuth who somebody is; a try at the next sign-in with a password decides."),
            ),
            (OauthIdentity::MustProbe, false) => {
                self.ok("oauth", "Signing in by OAuth is off, as no OAuth Client is set.");
            }
        }
    }
}
