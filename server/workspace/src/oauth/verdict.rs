//! Whether OAuth proves who somebody is on this site: by its release, and by a try with a false name.

use super::random;
use crate::Services;
use contract::AppError;
use erpnext::{Authorization, ErpError, OauthClient, OauthIdentity, oauth_identity};
use secrecy::SecretString;
use std::{
    error::Error,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use store::oauth::{self, Probed};
use thiserror::Error;
use tokio_util::sync::CancellationToken;

/// Between two looks at the release, and at what other replicas have found out about it.
const EVERY: Duration = Duration::from_secs(60);

/// Whether people may sign in by OAuth, with the reason for an administrator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OauthVerdict {
    /// Nobody has configured it.
    NotConfigured,
    /// The site does not prove who somebody is, or nobody could ask it yet.
    Off {
        /// Why, in full sentences.
        reason: String,
    },
    /// The release may prove it; the next password sign-in of a member tries.
    MustProbe {
        /// Which release.
        release: String,
    },
    /// It is on.
    On {
        /// How we know.
        reason: String,
    },
}

/// The verdict of now.
pub(crate) struct Verdict(Mutex<OauthVerdict>);

impl Default for Verdict {
    fn default() -> Self {
        Self(Mutex::new(OauthVerdict::NotConfigured))
    }
}

#[derive(Debug, Error)]
enum ProbeError {
    #[error(transparent)]
    Erpnext(#[from] ErpError),
    #[error(transparent)]
    Store(#[from] store::StoreError),
    #[error(transparent)]
    App(#[from] AppError),
}

impl Services {
    /// Whether people may sign in by OAuth, and why or why not.
    #[must_use]
    pub fn oauth_verdict(&self) -> OauthVerdict {
        self.oauth.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Decides about OAuth at the start and every minute, until `stop`.
    pub async fn watch_oauth(&self, stop: CancellationToken) {
        if self.settings.oauth.is_none() {
            return;
        }
        let mut look = tokio::time::interval(EVERY);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = look.tick() => self.decide().await,
            }
        }
    }

    async fn decide(&self) {
        let verdict = match self.judged().await {
            Ok(verdict) => verdict,
            // What was true a minute ago may not be: the site may have been changed while it was away.
            Err(error) => OauthVerdict::Off {
                reason: format!("ERPNext's release could not be asked: {error}."),
            },
        };
        let mut now = self.oauth.0.lock().unwrap_or_else(PoisonError::into_inner);
        if *now != verdict {
            tracing::info!(?verdict, "signing in by OAuth");
            *now = verdict;
        }
    }

    async fn judged(&self) -> Result<OauthVerdict, ProbeError> {
        let release = self.site.versions().await?.frappe;
        if oauth_identity(&release) == OauthIdentity::Forgeable {
            return Ok(OauthVerdict::Off {
                reason: format!(
                    "Frappe {release} gives anybody who is signed in a token of anybody else. Update ERPNext to a release of March 2026 or later; until then remove the OAuth Client from it."
                ),
            });
        }
        Ok(match oauth::probed(&self.db, &self.probe_key(&release)).await? {
            Some(Probed { proves_identity: true, reason }) => OauthVerdict::On { reason },
            Some(Probed { proves_identity: false, reason }) => OauthVerdict::Off { reason },
            None => OauthVerdict::MustProbe { release },
        })
    }

    /// A result is about one release of one site.
    fn probe_key(&self, release: &str) -> String {
        format!("{} {release}", self.site.base_url())
    }

    /// Tries in the background, in the session of somebody whose password was right just now, if that is still to be
    /// found out.
    pub(crate) fn probe_if_due(&self, user: &str, sid: &SecretString) {
        let OauthVerdict::MustProbe { release } = self.oauth_verdict() else { return };
        let Some(client) = self.settings.oauth.clone() else { return };
        let (services, user, sid) = (self.clone(), user.to_owned(), sid.clone());
        tokio::spawn(async move {
            match services.probe(&client, &user, &sid).await {
                Ok(Some(shown)) => {
                    let key = services.probe_key(&release);
                    if let Err(error) = oauth::note_probe(&services.db, &key, &shown).await {
                        tracing::warn!(error = &error as &dyn Error, "a probe is not kept");
                    }
                    services.decide().await;
                }
                Ok(None) => tracing::info!("the OAuth provider made no code to look at"),
                Err(error) => {
                    tracing::info!(error = &error as &dyn Error, "the OAuth probe did not end");
                }
            }
        });
    }

    /// Asks for a token in the session of `user` while the cookie names our service account, and looks whose it is.
    async fn probe(
        &self,
        client: &OauthClient,
        user: &str,
        sid: &SecretString,
    ) -> Result<Option<Probed>, ProbeError> {
        let other = self.site.whoami().await?;
        if other.eq_ignore_ascii_case(user) {
            return Ok(None);
        }
        let (state, nonce, verifier) = (random()?, random()?, random()?);
        let asked = Authorization { state: &state, nonce: &nonce, verifier: &verifier };
        let code = self.site.code_under_false_name(client, asked, sid, &other).await?;
        let Some(code) = code else { return Ok(None) };
        let tokens = self.site.exchange_code(client, &code, &verifier).await?;
        let whose = self.user_of(&tokens).await;
        for token in std::iter::once(&tokens.access).chain(&tokens.refresh) {
            if let Err(error) = self.site.revoke_token(token).await {
                tracing::debug!(%error, "a token of the probe was not revoked");
            }
        }
        Ok(Some(if whose?.eq_ignore_ascii_case(user) {
            Probed {
                proves_identity: true,
                reason: "A try with a false name got the token of who was signed in.".into(),
            }
        } else {
            Probed {
                proves_identity: false,
                reason: "A try with a false name got somebody else's token: this release gives anybody who is signed in a token of anybody. Update ERPNext; until then remove the OAuth Client from it.".into(),
            }
        }))
    }
}
