//! The pages a browser sees: small ones, with what scripts and people need of ERPNext's.

use serde_json::Value;

const FRAME: &str = include_str!("page/frame.html");
const LOGIN: &str = include_str!("page/login.html");

/// A whole page around `body`.
pub(crate) fn whole(title: &str, body: &str) -> String {
    FRAME.replacen("{title}", &escaped(title), 1).replacen("{body}", body, 1)
}

/// The form that signs in and goes on to `redirect-to`.
pub(crate) fn login() -> String {
    whole("Login", LOGIN)
}

/// Whether a client may know who somebody is.
pub(crate) fn consent(app: &str, approve: &str, deny: &str) -> String {
    let body = format!(
        "<h1>Confirm Access</h1><p>{} wants to access your account</p><p><a id=\"allow\" href=\"{}\">Allow</a> <a id=\"deny\" href=\"{}\">Deny</a></p>",
        escaped(app),
        escaped(approve),
        escaped(deny)
    );
    whole("Confirm Access", &body)
}

/// Text within a page or an attribute.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A value within a script, whatever it holds.
pub(crate) fn in_script(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}
