//! Cookies as text (RFC 6265).

use http::{HeaderMap, header};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// The value of the cookie called `name`, if it is there and not empty.
pub fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

/// The line that sets a cookie; an age of nought removes it.
pub fn line(name: &str, value: &str, max_age_seconds: i64, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!("{name}={value}; HttpOnly; SameSite=Lax; Path=/; Max-Age={max_age_seconds}{secure}")
}

/// The same for a frame of another site: the browser keeps it for frames of that site alone (CHIPS).
pub fn framed_line(name: &str, value: &str, max_age_seconds: i64) -> String {
    format!(
        "{name}={value}; HttpOnly; SameSite=None; Secure; Partitioned; Path=/; Max-Age={max_age_seconds}"
    )
}

/// Text as a cookie value.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// A cookie value as text.
pub fn decode(value: &str) -> String {
    percent_decode_str(value).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn the_right_cookie_is_read_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; parlance_session=tok; b=2"));
        assert_eq!(read(&headers, "parlance_session").as_deref(), Some("tok"));
        assert_eq!(read(&headers, "session"), None);
    }

    #[test]
    fn an_emptied_cookie_is_no_cookie() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("parlance_session="));
        assert_eq!(read(&headers, "parlance_session"), None);
    }

    #[test]
    fn a_cookie_is_secure_only_over_https() {
        assert!(line("s", "v", 60, true).ends_with("; Secure"));
        assert_eq!(line("s", "v", 60, false), "s=v; HttpOnly; SameSite=Lax; Path=/; Max-Age=60");
    }

    #[test]
    fn any_text_survives_a_cookie() {
        let text = "{\"user\":\"zoë; a=b\"}";
        assert!(!encode(text).contains([';', ' ', '"']));
        assert_eq!(decode(&encode(text)), text);
    }
}
