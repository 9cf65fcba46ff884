//! Signing in and out.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use serde_json::json;

use super::{
    answer::{Answer, cleared, cookies},
    auth::Caller,
    call::Arguments,
    refusal::Refusal,
    site::{Session, Site},
    store::{is_on, random_hex, random_name, text},
};

pub(crate) const WRONG_PASSWORDS: u32 = 11;
const LOCK: Duration = Duration::from_secs(60);

/// What stands between a right password and a session.
#[derive(Default)]
pub(crate) struct Hurdles {
    pub expired_passwords: HashSet<String>,
    pub second_factor: HashSet<String>,
}

impl Site {
    /// `POST /api/method/login`.
    pub(crate) fn log_in(&mut self, arguments: &Arguments) -> Result<Answer, Refusal> {
        let (given, password) = (arguments.text("usr"), arguments.text("pwd"));
        let user = self.store.all("User").find(|doc| {
            text(doc, "name").eq_ignore_ascii_case(&given)
                || (!given.is_empty() && text(doc, "username") == given)
        });
        let Some(user) = user else {
            return Err(Refusal::unauthenticated(Some("Invalid login credentials")));
        };
        let name = text(user, "name").to_owned();
        let (enabled, full_name) = (is_on(user, "enabled"), text(user, "full_name").to_owned());
        let system_user = text(user, "user_type") == "System User";
        self.check_lock(&name)?;
        if !enabled {
            return Err(Refusal::unauthenticated(Some("User disabled or missing")));
        }
        if self.passwords.get(&name) != Some(&password) {
            let failures = self.wrong_passwords.entry(name).or_insert((0, Instant::now()));
            *failures = (failures.0 + 1, Instant::now());
            return Err(Refusal::unauthenticated(Some("Invalid login credentials")));
        }
        self.wrong_passwords.remove(&name);
        if self.hurdles.expired_passwords.contains(&name) {
            let key = random_hex(32);
            let way = format!("/update-password?key={key}&password_expired=true");
            let body = json!({"message": "Password Reset", "redirect_to": way});
            return Ok(Answer::json(200, &body));
        }
        if self.hurdles.second_factor.contains(&name) {
            let body = json!({
                "verification": {"method": "OTP App", "setup": true, "prompt": "Enter Code displayed in OTP App."},
                "tmp_id": random_hex(8),
            });
            return Ok(Answer::json(200, &body));
        }
        let sid = format!("{}{}{}", random_name(), random_name(), random_name());
        self.sessions.insert(sid.clone(), Session { user: name.clone(), csrf: None });
        let (message, home) =
            if system_user { ("Logged In", "/app/home") } else { ("No App", "/me") };
        let body = json!({"message": message, "home_page": home, "full_name": full_name});
        let mut answer = Answer::json(200, &body);
        answer.cookies = self.session_cookies(&sid, &name);
        Ok(answer)
    }

    /// After too many failures even the right password is refused for a while.
    fn check_lock(&mut self, user: &str) -> Result<(), Refusal> {
        let Some((failures, last)) = self.wrong_passwords.get(user) else {
            return Ok(());
        };
        if last.elapsed() >= LOCK {
            self.wrong_passwords.remove(user);
            return Ok(());
        }
        if *failures >= WRONG_PASSWORDS {
            return Err(Refusal::locked(LOCK.as_secs()));
        }
        Ok(())
    }

    /// `GET /api/method/logout`.
    pub(crate) fn log_out(&mut self, caller: &Caller) -> Result<Answer, Refusal> {
        if caller.user == "Guest" {
            return Err(Refusal::not_whitelisted("frappe.handler.logout"));
        }
        if let Some(sid) = &caller.sid {
            self.sessions.remove(sid);
        }
        let body = json!({"message": "No App", "home_page": "/login", "full_name": "Guest"});
        let mut answer = Answer::json(200, &body);
        answer.cookies = cookies("Guest", "Guest", "Guest", false);
        answer.cookies.extend(cleared());
        Ok(answer)
    }
}
