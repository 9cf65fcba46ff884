//! Looking a connection over, check by check, with the fix for each fault. Changes nothing in ERPNext.

mod account;
mod auditor;
mod deliveries;
mod desk;
mod fields;
mod finding;
mod frames;
mod knock;
mod oauth;
mod reach;
mod rights;
mod ticket;
mod tls;
mod version;
mod webhooks;

pub use finding::{Finding, Verdict};
pub use knock::KNOCK;

use erpnext::{ErpError, Site};
use secrecy::SecretString;
use url::Url;

/// What Parlance runs with.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Where people and ERPNext reach us.
    pub public_url: Url,
    /// The service user's API key.
    pub api_key: String,
    /// Whether there is an auditor's key.
    pub has_auditor: bool,
    /// What webhooks are signed with.
    pub webhook_secret: Option<SecretString>,
    /// The OAuth Client for signing in, if one is set.
    pub oauth_client: Option<String>,
}

/// What the running server knows about webhooks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WebhookState {
    /// When one last came with a good signature (Unix time, milliseconds).
    pub last_received: Option<i64>,
}

/// One look: whom to ask, and what was found so far.
struct Exam<'a> {
    setup: &'a Setup,
    /// Speaks as the service user.
    site: &'a Site,
    /// Speaks as the auditor, or as the service user where there is none that works.
    eyes: Site,
    /// The service user's name.
    user: String,
    findings: Vec<Finding>,
}

const CONNECT: &str = "Run `parlance connect` again.";
const NEW_KEYS: &str = "Run `parlance connect --new-keys`.";

/// Looks everything over. `webhooks` is what the running server knows, where it is the one who asks.
pub async fn doctor(site: &Site, setup: &Setup, webhooks: Option<WebhookState>) -> Vec<Finding> {
    let (mut findings, is_reached) = reach::findings(site).await;
    if !is_reached {
        return findings;
    }
    let (about_auditor, eyes) = auditor::eyes(site, setup).await;
    findings.extend(about_auditor);
    let user = match account::user(site, &eyes, setup).await {
        Ok((user, about_user)) => {
            findings.push(version::finding(site).await);
            findings.extend(about_user);
            user
        }
        Err(fault) => {
            findings.push(fault);
            return findings;
        }
    };
    let mut exam = Exam { setup, site, eyes, user, findings };
    exam.privileges().await;
    exam.rights().await;
    exam.auditor().await;
    exam.time_zone().await;
    exam.key_fields().await;
    exam.ticket().await;
    exam.desk().await;
    exam.webhooks().await;
    let knocked = exam.knock().await;
    exam.deliveries(knocked, webhooks).await;
    exam.frames().await;
    exam.oauth().await;
    exam.findings
}

impl Exam<'_> {
    fn ok(&mut self, check: &'static str, said: impl Into<String>) {
        self.findings.push(Finding::ok(check, said));
    }

    fn warn(&mut self, check: &'static str, said: impl Into<String>, fix: impl Into<String>) {
        self.findings.push(Finding::warning(check, said, fix));
    }

    fn fault(&mut self, check: &'static str, said: impl Into<String>, fix: impl Into<String>) {
        self.findings.push(Finding::fault(check, said, fix));
    }

    /// Something could not be looked at.
    fn unseen(&mut self, check: &'static str, what: &str, error: &ErpError) {
        let finding = match error {
            ErpError::NotPermitted { .. } if !self.setup.has_auditor => Finding::warning(
                check,
                format!("Without an auditor {what} cannot be read, so this was not checked."),
                "Run `parlance connect` without --no-auditor if this is to be checked.",
            ),
            ErpError::NotPermitted { .. } => Finding::warning(
                check,
                format!("The auditor may not read {what}, so this was not checked."),
                "Give the auditor the role System Manager.",
            ),
            error => Finding::fault(
                check,
                format!("{what} could not be read: {error}."),
                "Look at ERPNext's Error Log, then run `parlance doctor` again.",
            ),
        };
        self.findings.push(finding);
    }
}
