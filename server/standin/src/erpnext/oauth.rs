//! The OAuth2 provider: authorize, approve, tokens, and who a token is.

mod authorize;
mod claims;
mod tokens;

use serde_json::{Value, json};

use super::{
    answer::Answer,
    auth::Caller,
    call::{Arguments, Call},
    refusal::Refusal,
    site::Site,
    store::{Doc, rows, text},
};

const MODULE: &str = "frappe.integrations.oauth2.";

impl Site {
    /// The answer to a call of the provider's; `None` for all others, and for guests where these may not ask.
    pub(crate) fn oauth(
        &mut self,
        caller: &Caller,
        call: &Call,
        method: &str,
        arguments: &Arguments,
    ) -> Option<Result<Answer, Refusal>> {
        let is_guest = caller.user == "Guest";
        Some(match method.strip_prefix(MODULE)? {
            "authorize" => Ok(self.authorize(caller, call, arguments)),
            "approve" if !is_guest => self.approve(caller, call, arguments),
            "get_token" => self.get_token(call, arguments),
            "openid_profile" if !is_guest => Ok(self.openid_profile(call)),
            "introspect_token" => Ok(self.introspect(call, arguments)),
            "revoke_token" => {
                self.revoke(&arguments.text("token"));
                Ok(Answer::json(200, &json!({})))
            }
            "openid_configuration" => Ok(Answer::json(200, &configuration(&call.base()))),
            _ => return None,
        })
    }

    /// A new client is its own id, has a secret, and lets in whoever may use the desk.
    pub(crate) fn before_oauth_client(&self, doc: &mut Doc) {
        if text(doc, "client_id").is_empty() {
            doc.insert("client_id".into(), text(doc, "name").into());
        }
        if text(doc, "client_secret").is_empty() {
            doc.insert("client_secret".into(), super::store::random_hex(10).into());
        }
        if rows(doc, "allowed_roles").next().is_none() {
            let roles = json!({"allowed_roles": [{"role": "Desk User"}]});
            let roles = roles.as_object().cloned().unwrap_or_default();
            let (owner, stamp) = (text(doc, "owner").to_owned(), text(doc, "modified").to_owned());
            let filled = self.fill(&owner, "OAuth Client", &roles, &stamp);
            doc.extend(filled.into_iter().filter(|(field, _)| field == "allowed_roles"));
            self.set_parents("OAuth Client", doc);
        }
    }
}

/// An OAuth error as this provider words it.
fn refused(error: &str, description: &str) -> Answer {
    let body = json!({"description": description, "status_code": 400, "error": error});
    Answer::json(400, &body)
}

fn configuration(base: &str) -> Value {
    let at = |step: &str| format!("{base}/api/method/{MODULE}{step}");
    json!({
        "issuer": base, "authorization_endpoint": at("authorize"),
        "token_endpoint": at("get_token"), "userinfo_endpoint": at("openid_profile"),
        "revocation_endpoint": at("revoke_token"),
        "introspection_endpoint": at("introspect_token"),
        "response_types_supported": [
            "code", "token", "code id_token", "code token id_token", "id_token", "id_token token",
        ],
        "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["HS256"],
    })
}
