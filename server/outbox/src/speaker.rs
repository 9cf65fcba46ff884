//! As whom an effect is done: as the member who caused it where we hold what they act with, else as the service account,
//! which then names them on the document.

use crate::{Outbox, ending::Failure};
use erpnext::{ErpError, Identity, Site};
use store::{
    credentials::{self, Credential, CredentialKind},
    worker::{Actor, Owed},
};
use vocabulary::Moment;

/// Who speaks.
pub(crate) enum Speaker {
    /// The member.
    Member { site: Site, actor: Actor, credential: Credential },
    /// The service account.
    Service(Site),
}

impl Speaker {
    pub(crate) const fn site(&self) -> &Site {
        match self {
            Self::Member { site, .. } | Self::Service(site) => site,
        }
    }

    pub(crate) const fn is_service(&self) -> bool {
        matches!(self, Self::Service(_))
    }
}

impl Outbox {
    /// Who speaks for `owed`. `proven`: whether ERPNext said that its actor may do this.
    pub(crate) async fn speaker(&self, owed: &Owed, proven: bool) -> Result<Speaker, Failure> {
        if let Some(actor) = &owed.actor
            && let Some(speaker) = self.member(actor).await?
        {
            return Ok(speaker);
        }
        self.service(owed, proven)
    }

    /// Who speaks after `error`, if it was about what the member spoke with; the error itself if it was not.
    pub(crate) async fn speaker_after(
        &self,
        error: ErpError,
        speaker: Speaker,
        owed: &Owed,
        proven: bool,
    ) -> Result<Speaker, Failure> {
        match (&error, speaker) {
            (ErpError::SessionExpired, Speaker::Member { actor, credential, .. }) => {
                // A token may be renewed by whoever holds what that takes.
                if credential.kind == CredentialKind::Session {
                    credentials::forget(self.worker.db(), actor.person, &credential).await?;
                }
                self.service(owed, proven)
            }
            // A session in which somebody has opened a desk page wants a token that only the page has.
            (ErpError::Forged, Speaker::Member { .. }) => self.service(owed, proven),
            _ => Err(error.into()),
        }
    }

    async fn member(&self, actor: &Actor) -> Result<Option<Speaker>, Failure> {
        let Some(credential) = self.worker.credential_of(actor.person).await? else {
            return Ok(None);
        };
        if credential.expires_at <= Moment::now() {
            return Ok(None);
        }
        let secret = match self.vault.open(credential.kind.purpose(), &credential.sealed) {
            Ok(secret) => secret,
            Err(error) => {
                tracing::warn!(%error, "a credential was sealed with another secret");
                return Ok(None);
            }
        };
        let identity = match credential.kind {
            CredentialKind::Session => Identity::Session(secret),
            CredentialKind::Token => Identity::Bearer(secret),
        };
        let site = self.site.acting_as(&identity).ok();
        Ok(site.map(|site| Speaker::Member { site, actor: actor.clone(), credential }))
    }

    /// Nobody gets more through the service account than ERPNext gives them.
    fn service(&self, owed: &Owed, proven: bool) -> Result<Speaker, Failure> {
        if proven || owed.actor.is_none() {
            return Ok(Speaker::Service(self.site.clone()));
        }
        Err(Failure::Hopeless(
            "ERPNext could not be asked whether you may do this. Sign in again with your ERPNext password, then send it once more.".into(),
        ))
    }
}
