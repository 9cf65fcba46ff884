//! Where a link may go.

/// A place that is safe to link to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    text: String,
    own: bool,
}

impl Address {
    /// Takes `http`, `https` and `mailto` addresses and paths of our own workspaces. Nothing else: no other scheme, no
    /// name before the host (`https://bank.example@evil.example/`), nothing that is not seen.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let hidden = |c: char| c.is_control() || c.is_whitespace() || is_unseen(c) || c == '\\';
        if text.chars().any(hidden) {
            return None;
        }
        let own = is_own(text);
        let allowed = own
            || host_of(text).is_some_and(is_host)
            || strip_scheme(text, "mailto:").is_some_and(|rest| rest.contains('@'));
        allowed.then(|| Self { text: text.to_owned(), own })
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is a path of this site.
    #[must_use]
    pub const fn is_own(&self) -> bool {
        self.own
    }

    /// The host to show beside `shown`, if a reader of `shown` could expect another, or could mistake its letters.
    #[must_use]
    pub fn host_to_show(&self, shown: &str) -> Option<String> {
        let Some(host) = host_of(&self.text) else {
            // A path of our own, or a mail, that looks like an address of the web.
            return names_host(shown).filter(|_| shown != self.text).map(|_| self.text.clone());
        };
        let plain = plain_host(host);
        if !host.is_ascii() {
            return Some(plain);
        }
        let other = names_host(shown).is_some_and(|named| plain_host(named) != plain)
            || (shown.chars().any(is_unseen) && names_host(&seen(shown)).is_some());
        other.then_some(plain)
    }
}

/// Whether nobody sees `c`: it has no width, or only turns the direction of what follows.
#[must_use]
pub const fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// A path below our workspaces that stays there.
fn is_own(text: &str) -> bool {
    let plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '?' | '=' | '&' | '#');
    text.strip_prefix("/w/").is_some_and(|rest| rest.chars().all(plain))
}

fn seen(text: &str) -> String {
    text.chars().filter(|c| !is_unseen(*c)).collect()
}

fn strip_scheme<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let (begin, rest) = text.split_at_checked(scheme.len())?;
    begin.eq_ignore_ascii_case(scheme).then_some(rest)
}

/// The host of an address of the web, with what stands before and after it (`name@host:port`).
fn host_of(text: &str) -> Option<&str> {
    let rest = strip_scheme(text, "https://").or_else(|| strip_scheme(text, "http://"))?;
    rest.split(['/', '?', '#']).next()
}

fn is_host(host: &str) -> bool {
    !host.is_empty() && !host.contains('@') && !host.starts_with(['.', ':'])
}

/// In lower case, without port and `www.`, and other letters than Latin ones written out (RFC 3492).
fn plain_host(host: &str) -> String {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.to_lowercase();
    let name = name.strip_prefix("www.").unwrap_or(&name);
    name.split('.')
        .map(|label| match idna::punycode::encode_str(label) {
            Some(code) if !label.is_ascii() => format!("xn--{code}"),
            _ => label.to_owned(),
        })
        .collect::<Vec<_>>()
        .join(".")
}

/// The first host that `shown` names, with or without a scheme.
fn names_host(shown: &str) -> Option<&str> {
    shown.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '"')).find_map(
        |word| {
            let rest = word.find("://").map_or(word, |place| &word[place + "://".len()..]);
            let host = rest.split(['/', '?', '#']).next()?;
            let host = host.trim_end_matches(['.', ',', ';', ':', '!']);
            let (before, last) = host.rsplit_once('.')?;
            let name = last.split(':').next()?;
            let looks = !before.is_empty()
                && name.chars().count() >= 2
                && name.chars().all(char::is_alphabetic);
            looks.then_some(host)
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown_beside(to: &str, shown: &str) -> Option<String> {
        Address::new(to).unwrap().host_to_show(shown)
    }

    #[test]
    fn only_the_web_mail_and_our_own_rooms_are_linked_to() {
        for to in ["http://a.example", "HTTPS://a.example/x?y#z", "mailto:a@b.example", "/w/1?m=2"]
        {
            assert!(Address::new(to).is_some(), "{to}");
        }
        for to in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            " javascript:alert(1)",
            "java\tscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "data:text/html,<script>",
            "vbscript:x",
            "file:///etc/passwd",
            "blob:https://a.example/x",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https:\\\\evil.example",
            "https:/evil.example",
            "https://",
            "https:///evil.example",
            "https://bank.example@evil.example/",
            "https://bank.example\u{200b}.evil.example",
            "https://\u{202e}elpmaxe.live",
            "mailto:nobody",
            "/api/sign_out",
            "/admin",
            "/w/../admin",
            "/w/%2e%2e/admin",
            "relative",
            "#m",
            "",
        ] {
            assert_eq!(Address::new(to), None, "{to}");
        }
    }

    #[test]
    fn a_link_that_names_another_host_says_its_own() {
        for shown in
            ["https://bank.example", "bank.example/login", "www.bank.example", "at bank.example."]
        {
            assert_eq!(
                shown_beside("https://evil.example/x", shown).as_deref(),
                Some("evil.example")
            );
        }
        assert_eq!(
            shown_beside("mailto:a@b.example", "https://bank.example").as_deref(),
            Some("mailto:a@b.example")
        );
        assert_eq!(
            shown_beside("https://evil.example", "bank\u{200b}.exam\u{2060}ple").as_deref(),
            Some("evil.example")
        );
    }

    #[test]
    fn a_link_that_says_where_it_goes_needs_no_more() {
        for shown in
            ["https://www.Bank.example/login", "bank.example", "the minutes", "v1.2", "e.g. this"]
        {
            assert_eq!(shown_beside("https://bank.example:443/x", shown), None, "{shown}");
        }
    }

    #[test]
    fn letters_that_look_like_others_are_written_out() {
        assert_eq!(
            shown_beside("https://аpple.example", "https://аpple.example").as_deref(),
            Some("xn--pple-43d.example")
        );
    }
}
