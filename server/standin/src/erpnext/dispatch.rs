//! From a request to its answer.

use axum::http::Method;
use serde_json::{Value, json};

use super::{
    answer::{Answer, cleared, cookies},
    auth::Caller,
    call::Call,
    refusal::Refusal,
    site::Site,
};

/// The application server's limit on one request line.
const LONGEST_LINE_BYTES: usize = 4094;
/// ERPNext's default for a whole request.
const LARGEST_BODY_BYTES: usize = 25 << 20;

impl Site {
    /// Answers `call` as the real site would.
    pub(crate) fn answer(&mut self, call: &Call, body_bytes: usize) -> Answer {
        if call.line_bytes > LONGEST_LINE_BYTES {
            let mut page = Answer::html(400, "Bad Request");
            let words = format!(
                "Request Line is too large ({} &gt; {LONGEST_LINE_BYTES})",
                call.line_bytes
            );
            page.body.push_str(&words);
            return page;
        }
        if body_bytes > LARGEST_BODY_BYTES {
            return Answer::html(413, "413 Request Entity Too Large");
        }
        let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
        let is_v2 = path.get(..2) == Some(&["api", "v2"]);
        let caller = match self.caller(call) {
            Ok(caller) => caller,
            Err(refusal) => {
                let mut answer = refused(&refusal, is_v2);
                answer.cookies = cookies("Guest", "Guest", "Guest", false);
                answer.cookies.extend(cleared());
                return answer;
            }
        };
        self.store.begin();
        let mut answer = match self.route(&caller, call, &path) {
            Ok(answer) => {
                self.commit();
                answer
            }
            Err(mut refusal) => {
                self.roll_back();
                refusal.session_expired = caller.expired && refusal.status == 403;
                refused(&refusal, is_v2)
            }
        };
        if answer.cookies.is_empty() {
            answer.cookies = self.cookies_for(&caller);
        }
        answer
    }

    /// Successes may carry messages too.
    fn server_messages(&mut self) -> Option<String> {
        let told: Vec<String> = std::mem::take(&mut self.notices)
            .into_iter()
            .map(|words| json!({"message": words, "title": "Message", "indicator": "green", "alert": 1}))
            .map(|message| message.to_string())
            .collect();
        (!told.is_empty()).then(|| json!(told).to_string())
    }

    fn route(&mut self, caller: &Caller, call: &Call, path: &[&str]) -> Result<Answer, Refusal> {
        if let Some(page) = self.page(caller, call, path) {
            return Ok(page);
        }
        if let ["files", ..] | ["private", "files", ..] = path {
            return Ok(self.download(caller, path));
        }
        self.check_csrf(caller, call)?;
        let arguments = call.arguments()?;
        if let ["api", "method", name] = path
            && let Some(done) = self.oauth(caller, call, name, &arguments)
        {
            return done;
        }
        match path {
            ["api", "method", "login"] if call.method == Method::POST => self.log_in(&arguments),
            ["api", "method", "upload_file"] => {
                let file = self.upload(caller, arguments.object(), call.upload.as_ref())?;
                Ok(Answer::json(200, &json!({"message": file})))
            }
            ["api", "method", "frappe.desk.form.load.get_docinfo"] => {
                let docinfo = self.docinfo(caller, &arguments)?;
                Ok(Answer::json(200, &json!({"docinfo": docinfo})))
            }
            ["api", "method", "logout"] => self.log_out(caller),
            ["api", "method", name] | ["api", "v1", "method", name] => {
                let message = self.method(caller, name, call, &arguments)?;
                let mut body = json!({});
                if !message.is_null() {
                    body["message"] = message;
                }
                if let Some(messages) = self.server_messages() {
                    body["_server_messages"] = messages.into();
                }
                Ok(Answer::json(200, &body))
            }
            ["api", "v2", "method", name] => {
                let data = self.method(caller, name, call, &arguments)?;
                Ok(data_answer(200, data))
            }
            ["api", "v2", "doctype", doctype, "count"] => {
                let count = self.count(&caller.user, doctype, &arguments.text("filters"))?;
                Ok(data_answer(200, count.into()))
            }
            ["api", "resource", doctype, name @ ..]
            | ["api", "v1", "resource", doctype, name @ ..] => {
                let name = name_of(name);
                let (status, data) =
                    self.resource(caller, call, &arguments, doctype, name.as_deref(), false)?;
                Ok(data_answer(status, data))
            }
            ["api", "v2", "document", doctype, name @ ..] => {
                let name = name_of(name);
                let (status, data) =
                    self.resource(caller, call, &arguments, doctype, name.as_deref(), true)?;
                Ok(data_answer(status, data))
            }
            _ => Err(Refusal::no_such_path()),
        }
    }
}

/// A slash in a name may come raw.
fn name_of(segments: &[&str]) -> Option<String> {
    (!segments.is_empty()).then(|| segments.join("/"))
}

fn data_answer(status: u16, data: Value) -> Answer {
    Answer::json(status, &json!({"data": data}))
}

fn refused(refusal: &Refusal, is_v2: bool) -> Answer {
    let body = if is_v2 { refusal.v2() } else { refusal.v1() };
    Answer::json(refusal.status, &body)
}
