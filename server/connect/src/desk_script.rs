//! The Client Script behind the tab in the desk.

use serde_json::Value;
use url::Url;

const SCRIPT: &str = include_str!("desk_script.js");

/// The script for forms of `doctype`, showing pages of `public_url`.
pub(crate) fn text(doctype: &str, public_url: &Url) -> String {
    let home = public_url.origin().ascii_serialization();
    let quoted = |text: &str| Value::from(text).to_string();
    SCRIPT
        .replace("__DOCTYPE__", &quoted(doctype))
        .replace("__HOME__", &quoted(&home))
        .replace("__TICKET__", &quoted(crate::TICKET))
        .replace("__VERSION__", env!("CARGO_PKG_VERSION"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn every_placeholder_is_filled_and_the_origin_has_no_path() {
        let script = text("Project", &Url::parse("https://talk.example.com/").unwrap());
        assert!(script.contains("frappe.ui.form.on(\"Project\""));
        assert!(script.contains("home = \"https://talk.example.com\""));
        assert!(!script.contains("__"), "{script}");
    }
}
