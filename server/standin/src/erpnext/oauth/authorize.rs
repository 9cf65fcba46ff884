//! From the request of a client to a code.

use serde_json::json;

use super::{MODULE, refused};
use crate::erpnext::{
    answer::Answer,
    auth::Caller,
    call::{Arguments, Call, encoded},
    page,
    refusal::Refusal,
    release::OauthIdentity,
    site::Site,
    store::{Doc, is_on, random_name, rows, text},
};

/// An error and its description.
struct Refused(&'static str, &'static str);

impl Site {
    /// Guests go to the login page and come back; others go on to `approve`, with or without being asked.
    pub(super) fn authorize(&self, caller: &Caller, call: &Call, arguments: &Arguments) -> Answer {
        let query = query(arguments);
        if caller.user == "Guest" {
            let here = format!("{}/api/method/{MODULE}authorize?{query}", call.base());
            return Answer::redirect(302, format!("/login?redirect-to={}", encoded(&here)));
        }
        let client = match self.checked_client(caller, arguments) {
            Ok(client) => client,
            Err(Refused(error, words)) => return refused(error, words),
        };
        let approve = format!("/api/method/{MODULE}approve?{query}");
        if is_on(client, "skip_authorization") {
            return Answer::redirect(302, approve);
        }
        let deny = with_query(&redirect_uri(client, arguments), "error=access_denied");
        Answer::page(200, page::consent(text(client, "app_name"), &approve, &deny))
    }

    /// Makes the code. Whose it is, an unrepaired release reads from a cookie that anybody can edit.
    pub(super) fn approve(
        &mut self,
        caller: &Caller,
        call: &Call,
        arguments: &Arguments,
    ) -> Result<Answer, Refusal> {
        let client = match self.checked_client(caller, arguments) {
            Ok(client) => client,
            Err(Refused(error, words)) => return Ok(refused(error, words)),
        };
        let (client_id, back) = (text(client, "name").to_owned(), redirect_uri(client, arguments));
        let user = match self.release.oauth_identity {
            OauthIdentity::Session => caller.user.clone(),
            OauthIdentity::UserIdCookie => call
                .cookies()
                .remove("user_id")
                .ok_or_else(|| Refusal::crash("KeyError", "KeyError: 'user_id'"))?,
        };
        if self.store.get("User", &user).is_none() {
            let words = format!("Could not find User: {user}");
            return Err(Refusal::invalid("LinkValidationError", &words));
        }
        let code = [(); 3].map(|()| random_name()).concat();
        let method = arguments.text("code_challenge_method").to_lowercase();
        let body = json!({
            "client": client_id, "user": user, "scopes": arguments.text("scope"),
            "authorization_code": code, "redirect_uri_bound_to_authorization_code": back,
            "expiration_time": self.later(600), "validity": "Valid",
            "nonce": arguments.text("nonce"), "code_challenge": arguments.text("code_challenge"),
            "code_challenge_method": method,
        });
        self.keep_oauth("OAuth Authorization Code", &code, &body);
        let state = arguments.text("state");
        let state = if state.is_empty() { state } else { format!("&state={}", encoded(&state)) };
        Ok(Answer::redirect(302, with_query(&back, &format!("code={code}{state}"))))
    }

    /// The client that asks rightly, or the 400.
    fn checked_client(&self, caller: &Caller, arguments: &Arguments) -> Result<&Doc, Refused> {
        let id = arguments.text("client_id");
        if id.is_empty() {
            return Err(Refused("invalid_request", "Missing client_id parameter."));
        }
        let roles = self.roles(&caller.user);
        let client = self.store.get("OAuth Client", &id).filter(|client| {
            rows(client, "allowed_roles").any(|row| roles.iter().any(|r| r == text(row, "role")))
        });
        let client =
            client.ok_or(Refused("invalid_request", "Invalid client_id parameter value."))?;
        if !has_redirect_uri(client, &redirect_uri(client, arguments)) {
            return Err(Refused("invalid_request", "Mismatching redirect URI."));
        }
        match arguments.text("response_type").as_str() {
            "code" => {}
            "" => return Err(Refused("invalid_request", "Missing response_type parameter.")),
            _ => return Err(Refused("unsupported_response_type", "")),
        }
        if !matches!(arguments.text("code_challenge_method").as_str(), "" | "S256" | "plain") {
            let words = "Transform algorithm not supported.";
            return Err(Refused("invalid_request", words));
        }
        let allowed: Vec<&str> = text(client, "scopes").split_whitespace().collect();
        if arguments.text("scope").split_whitespace().any(|scope| !allowed.contains(&scope)) {
            return Err(Refused("invalid_scope", ""));
        }
        Ok(client)
    }
}

pub(super) fn has_redirect_uri(client: &Doc, uri: &str) -> bool {
    let known = text(client, "redirect_uris").split_whitespace();
    known.chain([text(client, "default_redirect_uri")]).any(|one| one == uri)
}

fn redirect_uri(client: &Doc, arguments: &Arguments) -> String {
    let given = arguments.text("redirect_uri");
    if given.is_empty() { text(client, "default_redirect_uri").to_owned() } else { given }
}

fn with_query(uri: &str, query: &str) -> String {
    let joint = if uri.contains('?') { '&' } else { '?' };
    format!("{uri}{joint}{query}")
}

fn query(arguments: &Arguments) -> String {
    let pairs = arguments
        .object()
        .keys()
        .map(|name| format!("{}={}", encoded(name), encoded(&arguments.text(name))));
    pairs.collect::<Vec<_>>().join("&")
}
