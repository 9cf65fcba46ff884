//! What ERPNext says when it does not do something.

use serde_json::{Map, Value, json};

/// An error.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub status: u16,
    pub session_expired: bool,
    parts: Box<Parts>,
}

/// What its v1 and v2 bodies are made of.
#[derive(Debug, Clone, Default)]
struct Parts {
    exc_type: String,
    /// `module.Class: words`; the 404s and CSRF errors have none.
    exception: Option<String>,
    told: Option<Value>,
    error_message: Option<String>,
    message: Option<String>,
    from_erpnext: bool,
}

impl Refusal {
    fn new(status: u16, exc_type: &str) -> Self {
        let parts = Parts { exc_type: exc_type.to_owned(), ..Parts::default() };
        Self { status, session_expired: false, parts: Box::new(parts) }
    }

    /// 404 for a document or a doctype, named.
    pub(crate) fn missing(what: &str, name: &str) -> Self {
        let words = format!("{what} {name} not found");
        Self::new(404, "DoesNotExistError").telling(&words, "Message", true)
    }

    /// 404 without words: paths, and deleting what is gone.
    pub(crate) fn no_such_path() -> Self {
        Self::new(404, "DoesNotExistError")
    }

    /// 417 of one of frappe's own classes.
    pub(crate) fn invalid(exc_type: &str, words: &str) -> Self {
        Self::new(417, exc_type).raised("frappe.exceptions", words).telling(words, "Message", true)
    }

    /// 417 of a rule of ERPNext, as against frappe.
    pub(crate) fn rule(exc_type: &str, words: &str) -> Self {
        let mut refusal = Self::invalid(exc_type, words);
        refusal.parts.from_erpnext = true;
        refusal
    }

    /// 417 whose exception says other things than its message.
    pub(crate) fn invalid_with(exc_type: &str, detail: &str, words: &str) -> Self {
        Self::new(417, exc_type)
            .raised("frappe.exceptions", detail)
            .telling(words, "Message", false)
    }

    /// 409: the name exists.
    pub(crate) fn duplicate_name(doctype: &str, name: &str) -> Self {
        let detail = format!(
            "('{doctype}', '{name}', IntegrityError(1062, \"Duplicate entry '{name}' for key 'PRIMARY'\"))"
        );
        let words = format!("{doctype} <strong>{name}</strong> already exists");
        Self::new(409, "DuplicateEntryError").raised("frappe.exceptions", &detail).telling(
            &words,
            "Duplicate Name",
            false,
        )
    }

    /// 403 with the sentence a person sees, if any, and the short reason, if any.
    pub(crate) fn not_permitted(words: Option<&str>, reason: Option<&str>) -> Self {
        let mut refusal = Self::new(403, "PermissionError").raised("frappe.exceptions", "");
        if let Some(words) = words {
            refusal = refusal.telling(words, "Message", false);
        }
        refusal.parts.error_message = reason.map(str::to_owned);
        refusal
    }

    /// 403 for a function that may not be called like this.
    pub(crate) fn not_whitelisted(function: &str) -> Self {
        let words = format!(
            "<details><summary>You are not permitted to access this resource.</summary>Function <strong>{function}</strong> is not whitelisted.</details>"
        );
        Self::new(403, "PermissionError").raised("frappe.exceptions", &words).telling(
            &words,
            "Method Not Allowed",
            true,
        )
    }

    /// 401: wrong keys, or a wrong password with its reason.
    pub(crate) fn unauthenticated(reason: Option<&str>) -> Self {
        let mut refusal = Self::new(401, "AuthenticationError").raised("frappe.exceptions", "");
        refusal.parts.message = reason.map(str::to_owned);
        refusal
    }

    /// 400: a cookie call without the session's token.
    pub(crate) fn csrf() -> Self {
        Self::new(400, "CSRFTokenError").telling("Invalid Request", "Message", true)
    }

    /// 500 as bad input gets it; `exception` as Python prints it.
    pub(crate) fn crash(exc_type: &str, exception: &str) -> Self {
        let mut refusal = Self::new(500, exc_type);
        refusal.parts.exception = Some(exception.to_owned());
        refusal
    }

    /// 500 as bad input gets it, with a sentence for people.
    pub(crate) fn crash_telling(exc_type: &str, exception: &str, words: &str) -> Self {
        Self::crash(exc_type, exception).telling(words, "Message", true)
    }

    /// 500: too many wrong passwords.
    pub(crate) fn locked(seconds: u64) -> Self {
        let words = format!("Your account has been locked and will resume after {seconds} seconds");
        Self::new(500, "SecurityException")
            .raised("frappe.exceptions", &words)
            .telling(&words, "Message", true)
    }

    /// 429 of the whole site.
    pub(crate) fn too_many_requests() -> Self {
        Self::new(429, "TooManyRequestsError").raised("frappe.exceptions", "")
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    fn raised(mut self, module: &str, words: &str) -> Self {
        let class = format!("{module}.{}", self.parts.exc_type);
        self.parts.exception =
            Some(if words.is_empty() { class } else { format!("{class}: {words}") });
        self
    }

    fn telling(mut self, words: &str, title: &str, raised: bool) -> Self {
        let mut told = json!({"message": words, "title": title});
        if raised {
            told["indicator"] = "red".into();
            told["raise_exception"] = 1.into();
            told["__frappe_exc_id"] = "standin".into();
        }
        self.parts.told = Some(told);
        self
    }

    /// The body under `/api/resource` and `/api/method`.
    pub(crate) fn v1(&self) -> Value {
        let mut body = Map::new();
        if self.session_expired {
            body.insert("session_expired".into(), 1.into());
        }
        if let Some(message) = &self.parts.message {
            body.insert("message".into(), message.as_str().into());
        }
        if let Some(exception) = &self.parts.exception {
            body.insert("exception".into(), exception.as_str().into());
        }
        body.insert("exc_type".into(), self.parts.exc_type.as_str().into());
        if self.parts.from_erpnext {
            body.insert("_exc_source".into(), "erpnext (app)".into());
        }
        if let Some(exception) = &self.parts.exception {
            body.insert("exc".into(), json!([traceback(exception)]).to_string().into());
        }
        if let Some(told) = &self.parts.told {
            let messages = json!([told.to_string()]).to_string();
            body.insert("_server_messages".into(), messages.into());
        }
        if let Some(reason) = &self.parts.error_message {
            body.insert("_error_message".into(), reason.as_str().into());
        }
        body.into()
    }

    /// The body under `/api/v2`.
    pub(crate) fn v2(&self) -> Value {
        let mut error = Map::new();
        error.insert("type".into(), self.parts.exc_type.as_str().into());
        if let Some(exception) = &self.parts.exception {
            error.insert("exception".into(), traceback(exception).into());
        }
        for field in ["message", "title", "indicator"] {
            if let Some(value) = self.parts.told.as_ref().and_then(|told| told.get(field)) {
                error.insert(field.into(), value.clone());
            }
        }
        json!({"errors": [error]})
    }
}

fn traceback(exception: &str) -> String {
    format!("Traceback (most recent call last):\n  [the stand-in]\n{exception}\n")
}
