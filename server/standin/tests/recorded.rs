//! The stand-in is held to the exchanges recorded from a real site: the same status, the same shape of body.
//!
//! The recordings are not part of this repository; without them the test says that it is skipped.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may")]

#[path = "recorded/shape.rs"]
mod shape;
#[path = "recorded/table.rs"]
mod table;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use serde_json::Value;
use standin::erpnext::{Erpnext, Running, Seed};
use table::{GROUPS, LEFT_OUT, Step};

const SID: &str = "fakesid0000000000000000000000000000000000000000000000000";
const FORM: &str = "application/x-www-form-urlencoded";
const SERVICE: &str = "token fakekey-service:fakesecret-service";

struct Sent {
    status: u16,
    kind: String,
    location: String,
    text: String,
}

/// Where a redirect leads, without its query.
fn address(location: &str) -> &str {
    location.split('?').next().unwrap_or_default()
}

fn code_in(location: &str) -> Option<String> {
    let code = location.split("code=").nth(1)?;
    code.split('&').next().map(str::to_owned)
}

fn recordings() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/erpnext/exchanges");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("SKIPPED {}: no recorded exchanges beside this repository", module_path!());
    None
}

#[test]
fn every_recording_is_replayed_or_left_out_with_a_reason() {
    let Some(folder) = recordings() else { return };
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    let replayed = GROUPS.iter().flat_map(|group| group.iter()).filter_map(|step| match step {
        Step::Replay(name) | Step::Without(name, _) => Some((*name).to_owned()),
        _ => None,
    });
    let replayed: Vec<String> = replayed.collect();
    let left_out: Vec<String> = LEFT_OUT
        .iter()
        .flat_map(|(_, names)| names.iter().map(|name| (*name).to_owned()))
        .collect();
    let listed: BTreeSet<String> = replayed.iter().chain(&left_out).cloned().collect();
    assert_eq!(listed.len(), replayed.len() + left_out.len(), "a name is listed twice");
    let unlisted: Vec<_> = files.difference(&listed).collect();
    let vanished: Vec<_> = listed.difference(&files).collect();
    assert!(unlisted.is_empty(), "in neither list: {unlisted:?}");
    assert!(vanished.is_empty(), "listed but not recorded: {vanished:?}");
    println!("{} replayed, {} left out", replayed.len(), left_out.len());
}

#[tokio::test]
async fn the_stand_in_answers_as_the_real_site_did() {
    let Some(folder) = recordings() else { return };
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut problems = Vec::new();
    for group in GROUPS {
        let mut replay = Replay::start(&folder).await;
        for step in *group {
            problems.extend(replay.step(step).await);
        }
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

struct Replay<'a> {
    folder: &'a Path,
    running: Running,
    http: reqwest::Client,
    /// Recorded names, stamps and secrets, and what they are here.
    learned: BTreeMap<String, String>,
}

impl<'a> Replay<'a> {
    async fn start(folder: &'a Path) -> Self {
        let policy = reqwest::redirect::Policy::none();
        Self {
            folder,
            running: Erpnext::start(Seed::Recorded).await.unwrap(),
            http: reqwest::Client::builder().no_proxy().redirect(policy).build().unwrap(),
            learned: BTreeMap::new(),
        }
    }

    async fn step(&mut self, step: &Step) -> Vec<String> {
        match step {
            Step::Replay(name) => self.replay(name, &[]).await,
            Step::Without(name, keys) => self.replay(name, keys).await,
            Step::First(method, path, body) => {
                let headers = [("Authorization", SERVICE), ("Content-Type", "application/json")];
                let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
                // A wrong password is sent without a token.
                let skip = usize::from(path.ends_with("login"));
                self.send(method, path, &headers[skip..], body).await;
                Vec::new()
            }
            Step::SignIn(user, password) => {
                let form = [("usr", user), ("pwd", password)];
                let url = self.running.url().join("api/method/login").unwrap();
                let answer = self.http.post(url).form(&form).send().await.unwrap();
                let cookie = answer.headers()["set-cookie"].to_str().unwrap();
                let sid = cookie.split(['=', ';']).nth(1).unwrap();
                self.learned.insert(SID.into(), sid.into());
                Vec::new()
            }
            Step::OpenDesk => {
                let cookie = [("Cookie".to_owned(), format!("sid={SID}"))];
                let page = self.send("GET", "/app", &cookie, "").await;
                let token = page.text.split("csrf_token = \"").nth(1).unwrap();
                let token = token.split('"').next().unwrap();
                self.learned.insert("fakecsrftoken".into(), token.into());
                Vec::new()
            }
            Step::Approve(user, code) => {
                let cookies = [("Cookie".to_owned(), format!("sid={SID}; user_id={user}"))];
                let query = "client_id=g2569dmff1&response_type=code&redirect_uri=http%3A%2F%2Fhub.localhost%3A8398%2Foauth%2Fcallback&scope=all%20openid&nonce=n-1&code_challenge=44YIi9guH4eaWD4DbXgcU5j5wo0MwkTYF2N9i3rlEhM&code_challenge_method=S256";
                let path = format!("/api/method/frappe.integrations.oauth2.approve?{query}");
                let sent = self.send("GET", &path, &cookies, "").await;
                let ours = code_in(&sent.location).unwrap();
                self.learned.insert((*code).to_owned(), ours);
                Vec::new()
            }
            Step::GetToken(code, token) => {
                let form = [("Content-Type".to_owned(), FORM.to_owned())];
                let body = format!(
                    "grant_type=authorization_code&code={code}&redirect_uri=http%3A%2F%2Fhub.localhost%3A8398%2Foauth%2Fcallback&client_id=g2569dmff1&code_verifier=fakeverifier0123456789abcdefghijklmnopqrstuvwxyzABCDEF"
                );
                let path = "/api/method/frappe.integrations.oauth2.get_token";
                let sent = self.send("POST", path, &form, &body).await;
                let body: Value = serde_json::from_str(&sent.text).unwrap();
                let ours = body["access_token"].as_str().unwrap();
                self.learned.insert((*token).to_owned(), ours.to_owned());
                Vec::new()
            }
        }
    }

    async fn replay(&mut self, name: &str, without: &[&str]) -> Vec<String> {
        let file = std::fs::read(self.folder.join(format!("{name}.json"))).unwrap();
        let recorded: Value = serde_json::from_slice(&file).unwrap();
        let (request, response) = (&recorded["request"], &recorded["response"]);
        let headers: Vec<(String, String)> = request["headers"]
            .as_object()
            .unwrap()
            .iter()
            .filter(|(name, _)| *name != "Host")
            .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
            .collect();
        let body = match &request["body"] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            json => json.to_string(),
        };
        let path = request["path"].as_str().unwrap();
        let path = path.replace("x…[4200 times]", &"x".repeat(4200));
        let method = request["method"].as_str().unwrap();
        let Sent { status, kind, location, text } = self.send(method, &path, &headers, &body).await;

        let mut problems = Vec::new();
        if i64::from(status) != response["status"].as_i64().unwrap() {
            problems.push(format!("status {status} instead of {}: {text}", response["status"]));
        }
        let recorded_header = |name: &str| {
            let mut all = response["headers"].as_array().unwrap().iter();
            let found = all.find(|pair| pair[0] == name);
            found.map(|pair| pair[1].as_str().unwrap()).unwrap_or_default()
        };
        let recorded_kind = recorded_header("Content-Type");
        let recorded_location = recorded_header("Location");
        if address(recorded_location) != address(&location) {
            problems.push(format!("to {location} instead of {recorded_location}"));
        }
        if let (Some(theirs), Some(mine)) = (code_in(recorded_location), code_in(&location)) {
            self.learned.insert(theirs, mine);
        }
        if !recorded_kind.starts_with(kind.split(';').next().unwrap()) {
            problems.push(format!("{kind} instead of {recorded_kind}"));
        }
        if recorded_kind.starts_with("application/json") {
            let ours: Value = serde_json::from_str(&text).unwrap_or_default();
            self.learn(&response["body"], &ours);
            problems.extend(shape::differences(&response["body"], &ours, without));
        }
        problems.into_iter().map(|problem| format!("{name}: {problem}")).collect()
    }

    async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(String, String)],
        body: &str,
    ) -> Sent {
        let url = format!("{}{}", self.running.url(), self.translate(path).trim_start_matches('/'));
        let mut request = self.http.request(method.parse().unwrap(), url);
        for (name, value) in headers {
            request = request.header(name, self.translate(value));
        }
        let answer = request.body(self.translate(body)).send().await.unwrap();
        let status = answer.status().as_u16();
        let header = |name: &str| {
            let value = answer.headers().get(name);
            value.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
        };
        let (kind, location) = (header("content-type"), header("location"));
        Sent { status, kind, location, text: answer.text().await.unwrap() }
    }

    fn translate(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (recorded, ours) in &self.learned {
            text = text.replace(recorded, ours);
        }
        text
    }

    /// Names and stamps differ from run to run; later requests need ours.
    fn learn(&mut self, recorded: &Value, ours: &Value) {
        for field in ["access_token", "refresh_token"] {
            let pair = (recorded[field].as_str(), ours[field].as_str());
            if let (Some(theirs), Some(mine)) = pair {
                self.learned.insert(theirs.to_owned(), mine.to_owned());
            }
        }
        for part in ["data", "message"] {
            for field in ["name", "modified"] {
                let pair = (recorded[part][field].as_str(), ours[part][field].as_str());
                if let (Some(theirs), Some(mine)) = pair {
                    self.learned.insert(theirs.to_owned(), mine.to_owned());
                }
            }
        }
        let rows = |body: &Value| body["data"].as_array().cloned().unwrap_or_default();
        for (theirs, mine) in rows(recorded).iter().zip(rows(ours)) {
            let pair = (theirs["name"].as_str(), mine["name"].as_str());
            if let (Some(theirs), Some(mine)) = pair
                && theirs.len() == 10
                && theirs.chars().all(|letter| letter.is_ascii_alphanumeric())
            {
                self.learned.insert(theirs.to_owned(), mine.to_owned());
            }
        }
    }
}
