//! The site as an OAuth2 provider (RFC 6749 with PKCE, RFC 7636). Whether its tokens prove whose they are:
//! [`crate::oauth_identity`].
//!
//! Requests here carry no credentials of ours: a cookie or a key beside them would decide whose token it is.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{
    StatusCode,
    header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderValue, LOCATION},
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use url::Url;

use crate::{
    ErpError, Site,
    gate::{Kind, Lane},
};

const PROVIDER: &str = "frappe.integrations.oauth2";

/// An access token and an id token with our nonce; scopes limit nothing, the token has all the rights of its user.
const SCOPE: &str = "all openid";

/// Our registration with the site.
#[derive(Clone, Debug)]
pub struct OauthClient {
    /// `OAuth Client.client_id`.
    pub id: String,
    /// `OAuth Client.client_secret`; the releases that were looked at do not check it.
    pub secret: Option<SecretString>,
    /// Where people come back to; one of `OAuth Client.redirect_uris`.
    pub redirect_uri: Url,
}

/// One sign-in that has begun.
#[derive(Clone, Copy, Debug)]
pub struct Authorization<'a> {
    /// Comes back with the code.
    pub state: &'a str,
    /// Comes back within the id token.
    pub nonce: &'a str,
    /// The PKCE verifier, 43 to 128 characters; only its hash is sent before the code is exchanged.
    pub verifier: &'a str,
}

/// What the site gave for a code or a refresh token. It does not void the older pair.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// For [`crate::Identity::Bearer`].
    pub access: SecretString,
    /// For [`Site::refresh_tokens`].
    pub refresh: Option<SecretString>,
    /// How long the access token is good for.
    pub expires_in: Duration,
    /// The nonce in the id token, if there was one for this client; a refresh brings none.
    pub nonce: Option<String>,
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
struct TokenAnswer {
    access_token: String,
    #[serde(default)]
    refresh_token: Option<String>,
    #[serde(default)]
    expires_in: Option<u64>,
    #[serde(default)]
    id_token: Option<String>,
}

impl Site {
    /// Where a person's browser goes to begin.
    #[must_use]
    pub fn authorize_url(&self, client: &OauthClient, asked: Authorization<'_>) -> Url {
        self.oauth_url("authorize", client, asked)
    }

    /// The tokens for the code that the browser brought back. Sent once: a code is good for one use.
    ///
    /// # Errors
    /// [`ErpError::InvalidGrant`] for a code that is used, foreign or too old, or a wrong verifier.
    pub async fn exchange_code(
        &self,
        client: &OauthClient,
        code: &str,
        verifier: &str,
    ) -> Result<Tokens, ErpError> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", client.redirect_uri.as_str()),
            ("code_verifier", verifier),
        ];
        self.tokens(client, &form).await
    }

    /// New tokens for a refresh token.
    ///
    /// # Errors
    /// [`ErpError::InvalidGrant`] for one that is unknown, revoked or too old.
    pub async fn refresh_tokens(
        &self,
        client: &OauthClient,
        refresh: &SecretString,
    ) -> Result<Tokens, ErpError> {
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.expose_secret())];
        match self.tokens(client, &form).await {
            // Revoked: ERPNext says that the document of the token does not exist, and names the token.
            Err(ErpError::NotFound { .. }) => Err(ErpError::InvalidGrant),
            tokens => tokens,
        }
    }

    /// Ends a token; the other one of its pair goes with it. One that is unknown counts as ended.
    ///
    /// # Errors
    /// Whatever keeps the site from answering.
    pub async fn revoke_token(&self, token: &SecretString) -> Result<(), ErpError> {
        let form = [("token", token.expose_secret())];
        let request = self.http().post(self.provider("revoke_token")).form(&form);
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
        let bearer = self.speaking_as_member((AUTHORIZATION, bearer));
        let answer = bearer.get(self.provider("openid_profile")).await?;
        serde_json::from_value(answer.body)
            .map_err(|source| ErpError::Unexpected { problem: format!("profile: {source}") })
    }

    /// The code the site makes in the session `sid` when the browser's `user_id` cookie names somebody else; `None` if it
    /// makes none. Only for finding out whom the site takes for the one who asks.
    ///
    /// # Errors
    /// Whatever keeps the site from answering.
    pub async fn code_under_false_name(
        &self,
        client: &OauthClient,
        asked: Authorization<'_>,
        sid: &SecretString,
        user_id: &str,
    ) -> Result<Option<String>, ErpError> {
        let user_id = utf8_percent_encode(user_id, NON_ALPHANUMERIC);
        let cookies = format!("sid={}; user_id={user_id}", sid.expose_secret());
        let mut cookies = HeaderValue::from_str(&cookies).map_err(|_| ErpError::SessionExpired)?;
        cookies.set_sensitive(true);
        let url = self.oauth_url("approve", client, asked);
        let mut pass = self.gate().enter(Lane::Person, Kind::Write).await?;
        let answer = self.http().get(url).header(COOKIE, cookies).send().await;
        let answer = answer.map_err(|source| ErpError::from_transport(source, false));
        pass.settle(answer.as_ref().err());
        let answer = answer?;
        Ok((answer.status() == StatusCode::FOUND)
            .then(|| code_in(answer.headers(), &client.redirect_uri))
            .flatten())
    }

    async fn tokens(
        &self,
        client: &OauthClient,
        form: &[(&str, &str)],
    ) -> Result<Tokens, ErpError> {
        let mut form = form.to_vec();
        form.push(("client_id", &client.id));
        if let Some(secret) = &client.secret {
            form.push(("client_secret", secret.expose_secret()));
        }
        let request = self.http().post(self.provider("get_token")).form(&form);
        let answer = self.for_a_person().once(Kind::Write, request).await?;
        let answer: TokenAnswer = serde_json::from_value(answer.body)
            .map_err(|source| ErpError::Unexpected { problem: format!("tokens: {source}") })?;
        Ok(Tokens {
            nonce: answer.id_token.as_deref().and_then(|token| nonce_for(token, &client.id)),
            access: answer.access_token.into(),
            refresh: answer.refresh_token.map(SecretString::from),
            expires_in: Duration::from_secs(answer.expires_in.unwrap_or(3600)),
        })
    }

    fn oauth_url(&self, step: &str, client: &OauthClient, asked: Authorization<'_>) -> Url {
        let challenge = challenge(asked.verifier);
        let mut url = self.provider(step);
        url.query_pairs_mut().extend_pairs([
            ("client_id", client.id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", client.redirect_uri.as_str()),
            ("scope", SCOPE),
            ("state", asked.state),
            ("nonce", asked.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        url
    }

    fn provider(&self, step: &str) -> Url {
        self.url(["api", "method", &format!("{PROVIDER}.{step}")])
    }
}

/// Of the method S256.
fn challenge(verifier: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// The code in a redirect to us, and to nobody else.
fn code_in(headers: &HeaderMap, redirect_uri: &Url) -> Option<String> {
    let back = Url::parse(headers.get(LOCATION)?.to_str().ok()?).ok()?;
    if back.origin() != redirect_uri.origin() || back.path() != redirect_uri.path() {
        return None;
    }
    let code = back.query_pairs().find(|(name, _)| name == "code");
    code.map(|(_, code)| code.into_owned())
}

/// The nonce of an id token for this client. Its signature is not looked at: it came from the token endpoint itself
/// (OpenID Connect Core 1.0, section 3.1.3.7, point 6).
fn nonce_for(id_token: &str, client_id: &str) -> Option<String> {
    let claims = id_token.split('.').nth(1)?;
    let claims = BASE64_URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    let ours = match claims.get("aud")? {
        Value::String(audience) => audience == client_id,
        Value::Array(audiences) => audiences.iter().any(|one| one == client_id),
        _ => false,
    };
    let nonce = claims.get("nonce")?.as_str()?.to_owned();
    ours.then_some(nonce)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_challenge_is_the_verifiers_hash() {
        // RFC 7636, appendix B.
        assert_eq!(
            challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn a_code_counts_only_in_a_redirect_to_us() {
        let us: Url = "https://parlance.example/oauth/callback".parse().unwrap();
        let code = |location: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(LOCATION, location.parse().unwrap());
            code_in(&headers, &us)
        };
        assert_eq!(
            code("https://parlance.example/oauth/callback?code=c%2F1&state=s").as_deref(),
            Some("c/1")
        );
        for other in [
            "https://parlance.example.evil.example/oauth/callback?code=c",
            "https://parlance.example/oauth/callback2?code=c",
            "https://parlance.example/oauth/callback?error=denied",
            "/login?code=c",
        ] {
            assert_eq!(code(other), None, "{other}");
        }
    }

    #[test]
    fn a_nonce_counts_only_in_an_id_token_for_us() {
        let token = |claims: Value| {
            format!("e30.{}.sig", BASE64_URL_SAFE_NO_PAD.encode(claims.to_string()))
        };
        let ours = token(json!({"aud": "us", "nonce": "n"}));
        assert_eq!(nonce_for(&ours, "us").as_deref(), Some("n"));
        assert_eq!(nonce_for(&ours, "them"), None);
        let many = token(json!({"aud": ["them", "us"], "nonce": "n"}));
        assert_eq!(nonce_for(&many, "us").as_deref(), Some("n"));
        assert_eq!(nonce_for(&token(json!({"aud": "us"})), "us"), None);
        assert_eq!(nonce_for("nonsense", "us"), None);
    }
}
