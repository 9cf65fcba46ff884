//! Who somebody is, to clients that ask.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::erpnext::{
    answer::Answer,
    call::Call,
    site::Site,
    store::{Doc, text},
};

impl Site {
    /// Only a bearer token says who asks.
    pub(super) fn openid_profile(&self, call: &Call) -> Answer {
        let words: Vec<&str> = call.header("authorization").split_whitespace().collect();
        let user = match words.as_slice() {
            [scheme, token] if scheme.eq_ignore_ascii_case("bearer") => self.user_of_bearer(token),
            _ => None,
        };
        match user {
            Some(user) => Answer::json(200, &self.claims(call, &user)),
            None => Answer::json(401, &json!({"error": "invalid_token"})),
        }
    }

    pub(super) fn claims(&self, call: &Call, user: &str) -> Value {
        let nobody = Doc::new();
        let doc = self.store.get("User", user).unwrap_or(&nobody);
        let sub: String =
            Sha256::digest(user.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        json!({
            "sub": sub[..40], "name": text(doc, "full_name"),
            "given_name": doc.get("first_name"), "family_name": doc.get("last_name"),
            "email": user, "picture": doc.get("user_image"), "roles": self.roles(user),
            "iss": call.base(),
        })
    }

    /// Signed with the client's secret.
    pub(super) fn id_token(&self, call: &Call, client: &Doc, code: &Doc, access: &str) -> String {
        let hash = Sha256::digest(access.as_bytes());
        let now = self.store.now().timestamp();
        let mut claims = self.claims(call, text(code, "user"));
        claims["aud"] = text(client, "name").into();
        claims["iat"] = now.into();
        claims["exp"] = (now + 3600).into();
        claims["nonce"] = text(code, "nonce").into();
        claims["at_hash"] = BASE64_URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2]).into();
        let head = json!({"alg": "HS256", "typ": "jwt"});
        let [head, body] =
            [head, claims].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part.to_string()));
        let signed = format!("{head}.{body}");
        let key = text(client, "client_secret").as_bytes();
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
            return signed;
        };
        mac.update(signed.as_bytes());
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }
}
