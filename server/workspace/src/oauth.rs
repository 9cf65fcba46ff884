//! Signing in by OAuth2 with PKCE, only where ERPNext proves who somebody is.

mod verdict;

pub use verdict::OauthVerdict;
pub(crate) use verdict::Verdict;

use crate::{
    Services,
    errors::{app_error, from_store},
};
use contract::{AppError, SessionToken, SignedIn};
use erpnext::{Authorization, ErpError, Identity, OauthClient, Tokens};
use rand::{TryRngCore, rngs::OsRng};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::error::Error;
use store::{
    credentials::{Credential, CredentialKind, REFRESH_PURPOSE},
    oauth::{self, Begun},
    people, sessions,
};
use url::Url;
use vocabulary::{Moment, PersonKind};

/// What a begun sign-in is sealed for.
const PURPOSE: &str = "oauth start";

/// A sign-in that has just begun.
pub struct OauthStart {
    /// Where the browser goes.
    pub to: Url,
    /// What binds the callback to this browser: for its cookie.
    pub browser: SecretString,
}

/// A sign-in that has ended well.
pub struct OauthEnd {
    /// The session.
    pub signed_in: SignedIn,
    /// Where the person wanted to go.
    pub next: Option<String>,
}

/// What only we know between start and callback.
#[derive(Serialize, Deserialize)]
struct Kept {
    nonce: String,
    verifier: String,
}

impl Services {
    /// Begins a sign-in; `next` is a path on this site.
    ///
    /// # Errors
    /// `Refused` while OAuth is off here; `TooMuch` while far too many are under way.
    pub async fn begin_oauth(&self, next: Option<String>) -> Result<OauthStart, AppError> {
        let client = self.oauth_client()?;
        let (state, browser) = (random()?, random()?);
        let kept = Kept { nonce: random()?, verifier: random()? };
        let text = serde_json::to_string(&kept).map_err(|error| app_error(&error))?;
        let sealed = self.vault.seal(PURPOSE, &text.into()).map_err(|error| app_error(&error))?;
        let begun = Begun { sealed, next };
        if !oauth::begin(&self.db, &state, &browser, &begun).await.map_err(from_store)? {
            return Err(AppError::TooMuch { retry_after_seconds: 60 });
        }
        let asked = Authorization { state: &state, nonce: &kept.nonce, verifier: &kept.verifier };
        Ok(OauthStart { to: self.site.authorize_url(client, asked), browser: browser.into() })
    }

    /// Ends a sign-in that began in the browser with this secret.
    ///
    /// # Errors
    /// `Refused`, with the same words, for everything that is not the answer to what this browser began; `Waiting` if
    /// ERPNext is away.
    pub async fn end_oauth(
        &self,
        state: &str,
        code: &str,
        browser: &str,
    ) -> Result<OauthEnd, AppError> {
        let client = self.oauth_client()?;
        let begun = oauth::take(&self.db, state, browser).await.map_err(from_store)?;
        let Some(begun) = begun else { return Err(refused("it did not begin in this browser")) };
        let kept = self.vault.open(PURPOSE, &begun.sealed).map_err(|error| app_error(&error))?;
        let kept: Kept =
            serde_json::from_str(kept.expose_secret()).map_err(|error| app_error(&error))?;
        let tokens =
            self.site.exchange_code(client, code, &kept.verifier).await.map_err(unproved)?;
        if tokens.nonce.as_deref() != Some(&kept.nonce) {
            return Err(refused("the id token lacks our nonce"));
        }
        let user = self.user_of(&tokens).await.map_err(unproved)?;
        let known = self.known_user(&user).await.map_err(unproved)?;
        let Some((full_name, kind)) = known else { return Err(refused("the user is disabled")) };
        let person =
            people::remember(&self.db, &user, &full_name, kind).await.map_err(from_store)?;
        let credential = self.sealed(&tokens)?;
        if kind == PersonKind::Member {
            self.hold(person.id, &credential).await?;
            self.ask_standing(&person).await?;
        } else {
            self.give_back(credential);
        }
        let token = sessions::begin(&self.db, person.id).await.map_err(from_store)?;
        tracing::info!(person.id = %person.id, kind = kind.as_str(), "signed in by OAuth");
        let signed_in = SignedIn {
            token: SessionToken::new(token),
            max_age_seconds: sessions::LIFETIME_MILLIS / 1000,
            person,
        };
        Ok(OauthEnd { signed_in, next: begun.next })
    }

    /// The client, while OAuth proves who somebody is.
    fn oauth_client(&self) -> Result<&OauthClient, AppError> {
        match (&self.settings.oauth, self.oauth_verdict()) {
            (Some(client), OauthVerdict::On { .. }) => Ok(client),
            _ => Err(AppError::Refused {
                reason: "Signing in by ERPNext's own page is switched off here. Use your ERPNext address and password instead.".into(),
            }),
        }
    }

    /// Whom ERPNext takes the bearer of these tokens for.
    pub(crate) async fn user_of(&self, tokens: &Tokens) -> Result<String, ErpError> {
        let site = self.site.acting_as(&Identity::Bearer(tokens.access.clone()))?;
        let user = site.whoami().await?;
        if user.is_empty() || user == "Guest" {
            return Err(ErpError::Unexpected { problem: "the token is nobody's".into() });
        }
        Ok(user)
    }

    /// Tokens as they are kept.
    pub(crate) fn sealed(&self, tokens: &Tokens) -> Result<Credential, AppError> {
        let kind = CredentialKind::Token;
        let seal = |purpose: &str, secret: &SecretString| {
            self.vault.seal(purpose, secret).map_err(|error| app_error(&error))
        };
        let millis = i64::try_from(tokens.expires_in.as_millis()).unwrap_or(0);
        Ok(Credential {
            kind,
            sealed: seal(kind.purpose(), &tokens.access)?,
            refresh_sealed: match &tokens.refresh {
                Some(refresh) => Some(seal(REFRESH_PURPOSE, refresh)?),
                None => None,
            },
            expires_at: Moment::now().plus_millis(millis),
        })
    }
}

/// One answer for all of them.
fn refused(why: &str) -> AppError {
    tracing::warn!(why, "a sign-in by OAuth was refused");
    AppError::Refused {
        reason: "ERPNext did not confirm who you are. Nothing was changed; try to sign in again."
            .into(),
    }
}

fn unproved(error: ErpError) -> AppError {
    if error.is_site_down() {
        return AppError::Waiting { on: "ERPNext".into() };
    }
    tracing::info!(error = &error as &dyn Error, "ERPNext did not take a code or token");
    refused("ERPNext refused")
}

/// 256 random bits in hexadecimal.
fn random() -> Result<String, AppError> {
    let mut bits = [0_u8; 32];
    OsRng.try_fill_bytes(&mut bits).map_err(|error| app_error(&error))?;
    Ok(bits.iter().map(|byte| format!("{byte:02x}")).collect())
}
