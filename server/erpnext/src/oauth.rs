//! The site as an OAuth2 provider (RFC 6749 with PKCE, RFC 7636). Requests here carry no credentials of ours: a cookie or a
//! key beside them would decide whose token it is.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use reqwest::{
    RequestBuilder, StatusCode,
    header::{COOKIE, HeaderValue, LOCATION},
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use url::Url;

use crate::{ErpError, Site, answer::Answer};

const PROVIDER: &str = "frappe.integrations.oauth2";

/// What is asked for: an access token that speaks as the user, and an id token with our nonce.
const SCOPE: &str = "all openid";

/// Our registration with the site.
#[derive(Clone, Debug)]
pub struct OauthClient {
    /// `OAuth Client.client_id`.
    pub id: String,
    /// `OAuth Client.client_secret`; the site does not check it.
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
    /// The PKCE verifier; only its hash is sent before the code is exchanged.
    pub verifier: &'a str,
}

/// What the site gave for a code or a refresh token.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// Speaks as the user.
    pub access: SecretString,
    /// Renews it.
    pub refresh: Option<SecretString>,
    /// How long the access token is good for.
    pub expires_in: Duration,
    /// The nonce in the id token, if there was one for this client.
    pub nonce: Option<String>,
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

    /// Exchanges a code. Sent once: a code is good for one use.
    ///
    /// # Errors
    /// [`ErpError::Invalid`] for a code that is wrong, used, too old or another verifier's.
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

    /// Renews an access token. The old pair stays valid.
    ///
    /// # Errors
    /// [`ErpError::Invalid`] or [`ErpError::NotFound`] for a refresh token that is revoked or too old.
    pub async fn refresh_tokens(
        &self,
        client: &OauthClient,
        refresh: &SecretString,
    ) -> Result<Tokens, ErpError> {
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.expose_secret())];
        self.tokens(client, &form).await
    }

    /// Ends a token; an unknown one counts as ended.
    ///
    /// # Errors
    /// Whatever keeps the site from answering.
    pub async fn revoke_token(&self, token: &SecretString) -> Result<(), ErpError> {
        let form = [("token", token.expose_secret())];
        let request = self.http().post(self.provider("revoke_token")).form(&form);
        match self.once(request).await {
            Ok(_) | Err(ErpError::NotFound { .. }) => Ok(()),
            Err(error) => Err(error),
        }
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
        let user_id: String = url::form_urlencoded::byte_serialize(user_id.as_bytes()).collect();
        let cookies = format!("sid={}; user_id={user_id}", sid.expose_secret());
        let mut cookies = HeaderValue::from_str(&cookies).map_err(|_| ErpError::SessionExpired)?;
        cookies.set_sensitive(true);
        let url = self.oauth_url("approve", client, asked);
        let response = self
            .http()
            .get(url)
            .header(COOKIE, cookies)
            .send()
            .await
            .map_err(|source| ErpError::from_transport(source, false))?;
        if response.status() != StatusCode::FOUND {
            return Ok(None);
        }
        let back = response.headers().get(LOCATION).and_then(|back| back.to_str().ok());
        let back = back.and_then(|back| Url::parse(back).ok());
        Ok(back.filter(|back| back.as_str().starts_with(client.redirect_uri.as_str())).and_then(
            |back| {
                let code = back.query_pairs().find(|(name, _)| name == "code");
                code.map(|(_, code)| code.into_owned())
            },
        ))
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
        let request: RequestBuilder = self.http().post(self.provider("get_token")).form(&form);
        let answer: Answer = self.once(request).await?;
        let answer: TokenAnswer = serde_json::from_value(answer.body).map_err(|source| {
            ErpError::Unexpected { problem: format!("the token endpoint: {source}") }
        })?;
        Ok(Tokens {
            nonce: answer.id_token.as_deref().and_then(|token| nonce_for(token, &client.id)),
            access: answer.access_token.into(),
            refresh: answer.refresh_token.map(SecretString::from),
            expires_in: Duration::from_secs(answer.expires_in.unwrap_or(3600)),
        })
    }

    fn oauth_url(&self, step: &str, client: &OauthClient, asked: Authorization<'_>) -> Url {
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(asked.verifier.as_bytes()));
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
    use super::*;
    use serde_json::json;

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
