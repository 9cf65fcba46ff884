//! From a code to tokens, and to more tokens.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{Duration, NaiveDateTime};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{authorize::has_redirect_uri, refused};
use crate::erpnext::{
    answer::Answer,
    call::{Arguments, Call},
    refusal::Refusal,
    site::Site,
    store::{Doc, random_name, text},
};

const CODES: &str = "OAuth Authorization Code";
const TOKENS: &str = "OAuth Bearer Token";
const LIFE_SECONDS: i64 = 3600;

impl Site {
    /// The client's secret is asked for, but never compared.
    pub(super) fn get_token(
        &mut self,
        call: &Call,
        arguments: &Arguments,
    ) -> Result<Answer, Refusal> {
        match arguments.text("grant_type").as_str() {
            "authorization_code" => Ok(self.token_for_code(call, arguments)),
            "refresh_token" => self.token_for_refresh(&arguments.text("refresh_token")),
            _ => Ok(bare(400, "unsupported_grant_type")),
        }
    }

    fn token_for_code(&mut self, call: &Call, arguments: &Arguments) -> Answer {
        let Some(client) = self.store.get("OAuth Client", &arguments.text("client_id")).cloned()
        else {
            return bare(401, "invalid_client");
        };
        let name = arguments.text("code");
        let code = self.store.get(CODES, &name).filter(|code| {
            text(code, "client") == text(&client, "name") && text(code, "validity") == "Valid"
        });
        let Some(mut code) = code.cloned() else {
            return bare(400, "invalid_grant");
        };
        let verifier = arguments.text("code_verifier");
        let challenge = text(&code, "code_challenge");
        if !challenge.is_empty() && verifier.is_empty() {
            // Only a missing verifier destroys the code; after a wrong one it can be tried again.
            self.store.remove(CODES, &name);
            return bare(400, "invalid_grant");
        }
        let answered = match text(&code, "code_challenge_method") {
            "s256" => BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())),
            _ => verifier,
        };
        if !challenge.is_empty() && challenge != answered {
            return bare(400, "invalid_grant");
        }
        if !has_redirect_uri(&client, &arguments.text("redirect_uri")) {
            return refused("invalid_request", "Mismatching redirect URI.");
        }
        code.insert("validity".into(), "Invalid".into());
        self.store.put(CODES, code.clone());
        let mut body = self.new_token(&client, text(&code, "user"), text(&code, "scopes"));
        if text(&code, "scopes").split_whitespace().any(|scope| scope == "openid") {
            let access = body["access_token"].as_str().unwrap_or_default();
            body["id_token"] = self.id_token(call, &client, &code, access).into();
        }
        Answer::json(200, &body)
    }

    /// The old pair stays as it was.
    fn token_for_refresh(&mut self, refresh: &str) -> Result<Answer, Refusal> {
        let old = self.store.all(TOKENS).find(|token| {
            text(token, "refresh_token") == refresh && text(token, "status") == "Active"
        });
        let client = old.and_then(|old| self.store.get("OAuth Client", text(old, "client")));
        let (Some(old), Some(client)) = (old.cloned(), client.cloned()) else {
            let asked = format!("{{'refresh_token': '{refresh}', 'status': 'Active'}}");
            return Err(Refusal::missing(TOKENS, &asked));
        };
        let body = self.new_token(&client, text(&old, "user"), text(&old, "scopes"));
        Ok(Answer::json(200, &body))
    }

    fn new_token(&mut self, client: &Doc, user: &str, scopes: &str) -> Value {
        let [access, refresh] = [(); 2].map(|()| [(); 3].map(|()| random_name()).concat());
        let body = json!({
            "client": text(client, "name"), "user": user, "scopes": scopes,
            "access_token": access, "refresh_token": refresh,
            "expiration_time": self.later(LIFE_SECONDS), "expires_in": LIFE_SECONDS,
            "status": "Active",
        });
        self.keep_oauth(TOKENS, &access, &body);
        json!({
            "access_token": access, "expires_in": LIFE_SECONDS, "token_type": "Bearer",
            "scope": scopes, "refresh_token": refresh,
        })
    }

    /// The user of a bearer token that still holds.
    pub(crate) fn user_of_bearer(&self, access: &str) -> Option<String> {
        let token = self.store.get(TOKENS, access)?;
        self.is_live(token).then(|| text(token, "user").to_owned())
    }

    fn is_live(&self, token: &Doc) -> bool {
        text(token, "status") == "Active" && text(token, "expiration_time") > self.later(0).as_str()
    }

    pub(super) fn revoke(&mut self, secret: &str) {
        self.change_tokens(
            |token| [text(token, "access_token"), text(token, "refresh_token")].contains(&secret),
            |token| {
                token.insert("status".into(), "Revoked".into());
            },
        );
    }

    /// Lets the access tokens of `user` run out, and on request the refresh tokens too.
    pub(crate) fn expire_tokens(&mut self, user: &str, refresh_too: bool) {
        let past = self.later(-1);
        self.change_tokens(
            |token| text(token, "user") == user,
            |token| {
                token.insert("expiration_time".into(), past.as_str().into());
                if refresh_too {
                    token.insert("status".into(), "Revoked".into());
                }
            },
        );
    }

    fn change_tokens(&mut self, is_one: impl Fn(&Doc) -> bool, change: impl Fn(&mut Doc)) {
        let found: Vec<Doc> = self.store.all(TOKENS).filter(|one| is_one(one)).cloned().collect();
        for mut token in found {
            change(&mut token);
            self.store.put(TOKENS, token);
        }
    }

    /// Nobody needs to say who asks.
    pub(super) fn introspect(&self, call: &Call, arguments: &Arguments) -> Answer {
        let secret = arguments.text("token");
        let field = match arguments.text("token_type_hint").as_str() {
            "refresh_token" => "refresh_token",
            _ => "access_token",
        };
        let Some(token) = self.store.all(TOKENS).find(|token| text(token, field) == secret) else {
            let missing = Refusal::missing(TOKENS, &format!("{{'{field}': '{secret}'}}")).v1();
            let messages = &missing["_server_messages"];
            return Answer::json(200, &json!({"active": false, "_server_messages": messages}));
        };
        if !self.is_live(token) {
            return Answer::json(200, &json!({"active": false}));
        }
        let client = self.store.get("OAuth Client", text(token, "client"));
        let trusted = client.and_then(|client| client.get("skip_authorization")).cloned();
        // The site's local time is taken for UTC here.
        let local = text(token, "expiration_time");
        let exp = NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M:%S%.f");
        let exp = exp.map(|local| local.and_utc().timestamp()).unwrap_or(0);
        let mut body = self.claims(call, text(token, "user"));
        body["client_id"] = text(token, "client").into();
        body["trusted_client"] = trusted.unwrap_or_else(|| 0.into());
        body["active"] = true.into();
        body["exp"] = exp.into();
        body["scope"] = text(token, "scopes").into();
        Answer::json(200, &body)
    }

    /// The stamp of so many seconds from now.
    pub(super) fn later(&self, seconds: i64) -> String {
        self.store.format(self.store.now() + Duration::seconds(seconds))
    }

    pub(super) fn keep_oauth(&mut self, doctype: &str, name: &str, body: &Value) {
        let stamp = self.store.stamp();
        let body = body.as_object().cloned().unwrap_or_default();
        let mut doc = self.fill("Guest", doctype, &body, &stamp);
        doc.insert("name".into(), name.into());
        self.store.put(doctype, doc);
    }
}

/// An error of the token endpoint, without a description.
fn bare(status: u16, error: &str) -> Answer {
    Answer::json(status, &json!({"error": error}))
}
