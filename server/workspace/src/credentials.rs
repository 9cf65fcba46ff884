//! What members act with in ERPNext: kept sealed while they are signed in here, given back after.

use crate::{
    Services,
    errors::{app_error, from_store},
};
use contract::AppError;
use erpnext::{Identity, Site};
use secrecy::SecretString;
use std::error::Error;
use store::{
    StoreError,
    credentials::{self, Credential, CredentialKind},
};
use vocabulary::{Moment, Person, PersonId, PersonKind};

/// How long ERPNext takes a `sid` that nobody uses: `session_expiry`, 170 h unless an administrator changed it.
const SESSION_MILLIS: i64 = 170 * 60 * 60 * 1000;

/// The site, spoken to as a member.
pub(crate) struct Speaker {
    pub(crate) site: Site,
    /// What it speaks with, to be forgotten when ERPNext takes it no longer.
    pub(crate) credential: Credential,
}

impl Services {
    /// The site as `person` sees it, if we hold something they act with.
    pub(crate) async fn speaker(&self, person: PersonId) -> Result<Option<Speaker>, StoreError> {
        let Some(credential) = self.live.worker().credential_of(person).await? else {
            return Ok(None);
        };
        let secret = match self.vault.open(credential.kind.purpose(), &credential.sealed) {
            Ok(secret) => secret,
            Err(error) => {
                tracing::warn!(%person, %error, "a credential was sealed with another secret");
                self.forget_expired(person, &credential).await?;
                return Ok(None);
            }
        };
        let identity = match credential.kind {
            CredentialKind::Session => Identity::Session(secret),
            CredentialKind::Token => Identity::Bearer(secret),
        };
        Ok(self.site.acting_as(&identity).ok().map(|site| Speaker { site, credential }))
    }

    /// ERPNext takes `credential` no longer.
    pub(crate) async fn forget_expired(
        &self,
        person: PersonId,
        credential: &Credential,
    ) -> Result<(), StoreError> {
        tracing::info!(%person, "what a member acts with in ERPNext has expired");
        credentials::forget(&self.db, person, credential).await
    }

    /// Keeps the session that a member's password opened. That of a portal user opens nothing we do in their name, so
    /// it is given back at once.
    pub(crate) async fn take_over(
        &self,
        person: &Person,
        sid: SecretString,
    ) -> Result<(), AppError> {
        if person.kind != PersonKind::Member {
            self.close_session(&sid).await;
            return Ok(());
        }
        let kind = CredentialKind::Session;
        let sealed = self.vault.seal(kind.purpose(), &sid).map_err(|error| app_error(&error))?;
        let expires_at = Moment::now().plus_millis(SESSION_MILLIS);
        let credential = Credential { kind, sealed, refresh_sealed: None, expires_at };
        self.hold(person.id, &credential).await
    }

    /// Keeps a credential; the one before goes back.
    pub(crate) async fn hold(
        &self,
        person: PersonId,
        credential: &Credential,
    ) -> Result<(), AppError> {
        let before = credentials::keep(&self.db, person, credential).await.map_err(from_store)?;
        if let Some(before) = before {
            self.give_back(before);
        }
        Ok(())
    }

    /// After the last session of somebody nobody acts in their name any more.
    pub(crate) async fn give_back_after_last_session(
        &self,
        person: PersonId,
    ) -> Result<(), AppError> {
        let held = credentials::take_after_last_session(&self.db, person).await;
        if let Some(credential) = held.map_err(from_store)? {
            self.give_back(credential);
        }
        Ok(())
    }

    /// Ends a credential in ERPNext, in the background: nobody who signs out waits for ERPNext.
    fn give_back(&self, credential: Credential) {
        let services = self.clone();
        tokio::spawn(async move {
            match services.vault.open(credential.kind.purpose(), &credential.sealed) {
                Ok(secret) => match credential.kind {
                    CredentialKind::Session => services.close_session(&secret).await,
                    CredentialKind::Token => {}
                },
                Err(error) => tracing::warn!(%error, "a credential could not be given back"),
            }
        });
    }

    async fn close_session(&self, sid: &SecretString) {
        if let Err(error) = self.site.sign_out(sid).await {
            tracing::debug!(
                error = &error as &dyn Error,
                "the ERPNext session of a sign-in could not be given back"
            );
        }
    }
}
