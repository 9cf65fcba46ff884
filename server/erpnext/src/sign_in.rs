//! Signing people in by their ERPNext user name and password.

use percent_encoding::percent_decode_str;
use reqwest::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE};
use secrecy::{ExposeSecret, SecretString};

use crate::{ErpError, Site, answer::Answer, gate::Kind};

/// A person who proved to ERPNext who they are.
#[derive(Clone, Debug)]
pub struct SignedInUser {
    /// `User.name`, however the person wrote it when signing in.
    pub user: String,
    /// `User.full_name`.
    pub full_name: String,
    /// Whether they may use the desk; `false` for portal users.
    pub system_user: bool,
    /// The session, until [`Site::sign_out`].
    pub sid: SecretString,
}

impl Site {
    /// Asks ERPNext whether `password` is that of `user`, and opens a session.
    ///
    /// # Errors
    /// [`ErpError::WrongPassword`], [`ErpError::UserDisabled`], [`ErpError::Locked`],
    /// [`ErpError::SignInUnfinished`], or whatever keeps the site from answering.
    pub async fn sign_in(
        &self,
        user: &str,
        password: &SecretString,
    ) -> Result<SignedInUser, ErpError> {
        let form = [("usr", user), ("pwd", password.expose_secret())];
        let request = self.http().post(self.url(["api", "method", "login"])).form(&form);
        let answer = self.for_a_person().once(Kind::Write, request).await;
        let answer = answer.map_err(as_sign_in_error)?;
        signed_in(&answer)
    }

    /// Ends the session; an expired one counts as ended.
    ///
    /// # Errors
    /// Whatever keeps the site from answering.
    pub async fn sign_out(&self, sid: &SecretString) -> Result<(), ErpError> {
        let cookie = format!("sid={}", sid.expose_secret());
        let mut cookie = HeaderValue::from_str(&cookie).map_err(|_| ErpError::SessionExpired)?;
        cookie.set_sensitive(true);
        // GET: a POST with a cookie would need the session's CSRF token.
        let request = self.http().get(self.url(["api", "method", "logout"])).header(COOKIE, cookie);
        match self.for_a_person().once(Kind::Write, request).await {
            Ok(_) | Err(ErpError::SessionExpired) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn as_sign_in_error(error: ErpError) -> ErpError {
    match error {
        ErpError::BadCredentials { message } if message.to_lowercase().contains("disabled") => {
            ErpError::UserDisabled { message }
        }
        ErpError::BadCredentials { message } => ErpError::WrongPassword { message },
        other => other,
    }
}

fn signed_in(answer: &Answer) -> Result<SignedInUser, ErpError> {
    let text = |field: &str| answer.body.get(field).and_then(|value| value.as_str());
    let sid = cookie(&answer.headers, "sid").filter(|sid| !sid.is_empty() && sid != "Guest");
    let user = cookie(&answer.headers, "user_id").filter(|user| user != "Guest");
    let (Some(sid), Some(user)) = (sid, user) else {
        // A second factor or a password that is too old: the answer says what, the cookies stay a guest's.
        let what = if answer.body.get("verification").is_some() {
            "a second factor"
        } else {
            text("message").unwrap_or("no session was opened")
        };
        return Err(ErpError::SignInUnfinished { message: what.to_owned() });
    };
    let full_name = text("full_name").map(str::to_owned);
    Ok(SignedInUser {
        full_name: full_name
            .or_else(|| cookie(&answer.headers, "full_name"))
            .unwrap_or_else(|| user.clone()),
        system_user: cookie(&answer.headers, "system_user").as_deref() == Some("yes"),
        user,
        sid: sid.into(),
    })
}

/// The last value of a cookie in the answer, decoded: ERPNext may set one and clear it again.
fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let values = headers.get_all(SET_COOKIE).into_iter();
    let last = values
        .filter_map(|value| {
            let (pair, _) =
                value.to_str().ok().map(|text| text.split_once(';').unwrap_or((text, "")))?;
            let (key, value) = pair.split_once('=')?;
            (key.trim() == name).then(|| value.trim().trim_matches('"').to_owned())
        })
        .next_back()?;
    Some(percent_decode_str(&last).decode_utf8_lossy().into_owned())
}
