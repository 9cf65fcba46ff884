//! ERPNext as an OAuth2 provider, with PKCE. Whether it proves anybody's identity: [`crate::OauthVerdict`].
//!
//! None of these requests carries a cookie or the service account's key.

use std::{fmt, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::{TryRngCore, rngs::OsRng};
use reqwest::header::{AUTHORIZATION, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use url::Url;

use crate::{ErpError, Site, gate::Kind};

/// The scope names no rights: a token has all those of its user.
const SCOPE: &str = "all openid";

/// A verifier that we keep, and its challenge that ERPNext is shown first (RFC 7636, S256).
pub struct Pkce {
    /// Sent with the code; whoever has only the code cannot use it.
    pub verifier: SecretString,
    /// Sent along with the browser.
    pub challenge: String,
}

impl fmt::Debug for Pkce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pkce").field("challenge", &self.challenge).finish_non_exhaustive()
    }
}

impl Pkce {
    /// A new pair from the operating system's random numbers.
    ///
    /// # Errors
    /// [`ErpError::Configuration`] when the operating system has none.
    pub fn random() -> Result<Self, ErpError> {
        let mut bytes = [0; 32];
        OsRng.try_fill_bytes(&mut bytes).map_err(|error| ErpError::Configuration {
            problem: format!("the operating system gives no random numbers: {error}"),
        })?;
        Ok(Self::of(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The pair of a verifier that was kept.
    #[must_use]
    pub fn of(verifier: String) -> Self {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        Self { verifier: verifier.into(), challenge }
    }
}

/// What a code or a refresh token was exchanged for. ERPNext does not void the older pair.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// For [`crate::Identity::Bearer`].
    pub access: SecretString,
    /// For [`Site::refresh`].
    pub refresh: Option<SecretString>,
    /// How long `access` is good for.
    pub expires_in: Duration,
}

/// Whose token it is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct OauthProfile {
    /// An opaque name that stays.
    pub sub: String,
    /// The full name.
    #[serde(default)]
    pub name: String,
    /// The e-mail address, which is `User.name` for all but Administrator.
    pub email: String,
    /// A path on the site or a URL.
    #[serde(default)]
    pub picture: Option<String>,
    /// Automatic roles included.
    #[serde(default)]
    pub roles: Vec<String>,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    #[serde(default)]
    refresh_token: Option<String>,
    expires_in: u64,
}

impl Site {
    /// Where the browser must go, so that ERPNext asks its user and sends it back to `redirect_uri` with
    /// `code` and `state`.
    #[must_use]
    pub fn authorize_url(
        &self,
        client_id: &str,
        redirect_uri: &str,
        state: &str,
        nonce: &str,
        code_challenge: &str,
    ) -> Url {
        let mut url = self.url(["api", "method", "frappe.integrations.oauth2.authorize"]);
        url.query_pairs_mut()
            .append_pair("client_id", client_id)
            .append_pair("response_type", "code")
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("scope", SCOPE)
            .append_pair("state", state)
            .append_pair("nonce", nonce)
            .append_pair("code_challenge", code_challenge)
            .append_pair("code_challenge_method", "S256");
        url
    }

    /// The tokens for the code that the browser brought back.
    ///
    /// # Errors
    /// [`ErpError::InvalidGrant`] for a code that is used, foreign or too old, or a wrong verifier.
    pub async fn exchange_code(
        &self,
        client_id: &str,
        redirect_uri: &str,
        code: &str,
        verifier: &SecretString,
    ) -> Result<Tokens, ErpError> {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri),
            ("client_id", client_id),
            ("code_verifier", verifier.expose_secret()),
        ])
        .await
    }

    /// New tokens for a refresh token.
    ///
    /// # Errors
    /// [`ErpError::InvalidGrant`] for one that is unknown, revoked or too old.
    pub async fn refresh(
        &self,
        client_id: &str,
        refresh: &SecretString,
    ) -> Result<Tokens, ErpError> {
        let tokens = self
            .token(&[
                ("grant_type", "refresh_token"),
                ("refresh_token", refresh.expose_secret()),
                ("client_id", client_id),
            ])
            .await;
        match tokens {
            // Revoked: ERPNext says that the document of the token does not exist, and names the token.
            Err(ErpError::NotFound { .. }) => Err(ErpError::InvalidGrant),
            tokens => tokens,
        }
    }

    /// Voids a token; the refresh token of its pair goes with it. One that is unknown counts as voided.
    ///
    /// # Errors
    /// Whatever keeps the site from answering.
    pub async fn revoke(&self, token: &SecretString) -> Result<(), ErpError> {
        let url = self.url(["api", "method", "frappe.integrations.oauth2.revoke_token"]);
        let request = self.http().post(url).form(&[("token", token.expose_secret())]);
        match self.for_a_person().once(Kind::Write, request).await {
            Ok(_) | Err(ErpError::NotFound { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Whose access token this is.
    ///
    /// # Errors
    /// [`ErpError::SessionExpired`] for a token that is unknown, revoked or too old.
    pub async fn profile(&self, access: &SecretString) -> Result<OauthProfile, ErpError> {
        let mut bearer = HeaderValue::from_str(&format!("Bearer {}", access.expose_secret()))
            .map_err(|_| ErpError::SessionExpired)?;
        bearer.set_sensitive(true);
        let url = self.url(["api", "method", "frappe.integrations.oauth2.openid_profile"]);
        let answer = self.speaking_as_member((AUTHORIZATION, bearer)).get(url).await?;
        serde_json::from_value(answer.body)
            .map_err(|source| ErpError::Unexpected { problem: format!("profile: {source}") })
    }

    async fn token(&self, form: &[(&str, &str)]) -> Result<Tokens, ErpError> {
        let url = self.url(["api", "method", "frappe.integrations.oauth2.get_token"]);
        let request = self.http().post(url).form(form);
        let answer = self.for_a_person().once(Kind::Write, request).await?;
        let granted: Granted = serde_json::from_value(answer.body)
            .map_err(|source| ErpError::Unexpected { problem: format!("tokens: {source}") })?;
        Ok(Tokens {
            access: granted.access_token.into(),
            refresh: granted.refresh_token.map(Into::into),
            expires_in: Duration::from_secs(granted.expires_in),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_the_verifiers_hash() {
        // RFC 7636, appendix B.
        let pair = Pkce::of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into());
        assert_eq!(pair.challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn every_pair_is_new_and_hides_its_verifier() {
        let (one, other) = (Pkce::random().unwrap(), Pkce::random().unwrap());
        assert_ne!(one.challenge, other.challenge);
        assert_eq!(one.verifier.expose_secret().len(), 43);
        assert!(!format!("{one:?}").contains(one.verifier.expose_secret()));
    }
}
