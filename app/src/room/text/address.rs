//! Where a link may go.

/// A place that is safe to link to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    text: String,
    own: bool,
}

impl Address {
    /// Takes `http`, `https` and `mailto` addresses and paths of our own workspaces. Nothing else: no other scheme, no
    /// name before the host (`https://bank.example@evil.example/`), nothing that is not seen, no host that a browser
    /// reads otherwise than it is written (`bank。example`, `bank%2eexample`).
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
        let words = seen(shown);
        let Some(host) = host_of(&self.text) else {
            // A path of our own, or a mail, that looks like an address of the web.
            let other = shown != self.text && named_hosts(&words).next().is_some();
            return (other || shown.chars().any(turns)).then(|| self.text.clone());
        };
        let plain = plain_host(host);
        let other = !host.is_ascii()
            || shown.chars().any(turns)
            || named_hosts(&words).any(|named| plain_host(&named) != plain)
            || (words != shown && named_hosts(&words).next().is_some());
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

/// Whether `c` turns the direction of what follows: what is read is not what stands there.
const fn turns(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a browser reads `c` as a dot of a host (UTS 46).
const fn is_dot(c: char) -> bool {
    matches!(c, '.' | '\u{3002}' | '\u{ff0e}' | '\u{ff61}')
}

/// Whether a browser reads `c` as another letter: wide, small, raised, circled, ornate and joined ones.
const fn is_variant(c: char) -> bool {
    matches!(
        c,
        '\u{aa}'
            | '\u{b2}'..='\u{b3}'
            | '\u{b5}'
            | '\u{b9}'..='\u{ba}'
            | '\u{bc}'..='\u{be}'
            | '\u{132}'..='\u{133}'
            | '\u{13f}'..='\u{140}'
            | '\u{149}'
            | '\u{17f}'
            | '\u{1c4}'..='\u{1cc}'
            | '\u{1f1}'..='\u{1f3}'
            | '\u{2b0}'..='\u{2b8}'
            | '\u{2e0}'..='\u{2e4}'
            | '\u{1d2c}'..='\u{1d6a}'
            | '\u{1d78}'
            | '\u{1d9b}'..='\u{1dbf}'
            | '\u{2070}'..='\u{209f}'
            | '\u{2100}'..='\u{218b}'
            | '\u{2460}'..='\u{24ff}'
            | '\u{2c7c}'..='\u{2c7d}'
            | '\u{3200}'..='\u{33ff}'
            | '\u{a69c}'..='\u{a69d}'
            | '\u{a770}'
            | '\u{ab5c}'..='\u{ab5f}'
            | '\u{f900}'..='\u{fdff}'
            | '\u{fe70}'..='\u{feff}'
            | '\u{ff00}'..='\u{ffef}'
            | '\u{1d400}'..='\u{1d7ff}'
            | '\u{1ee00}'..='\u{1eeff}'
            | '\u{1f100}'..='\u{1f1ff}'
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

/// Whether it is a host, perhaps with a port, that is read as it is written: letters and digits with their accents.
fn is_host(host: &str) -> bool {
    let plain = |c: char| match c {
        '.' | '-' | '_' | ':' | '[' | ']' => true,
        c if c.is_ascii() => c.is_ascii_alphanumeric(),
        c => (c.is_alphanumeric() || is_accent(c)) && !is_variant(c),
    };
    !host.is_empty() && host.chars().all(plain) && !host.starts_with(['.', ':'])
}

/// Whether it stands on the letter before it.
const fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{34e}' | '\u{350}'..='\u{36f}' | '\u{93c}'..='\u{94d}' | '\u{3099}'..='\u{309a}')
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

/// The hosts that `shown` names, with or without a scheme, whatever stands around them.
fn named_hosts(shown: &str) -> impl Iterator<Item = String> {
    let within = |c: char| {
        c.is_alphanumeric()
            || is_dot(c)
            || is_accent(c)
            || matches!(c, '-' | '_' | ':' | '/' | '@' | '?' | '#' | '=' | '&' | '%' | '~' | '+')
    };
    shown.split(move |c| !within(c)).filter_map(host_named)
}

fn host_named(word: &str) -> Option<String> {
    let (sure, rest) = match word.split_once("://") {
        Some((_, rest)) => (true, rest),
        None => (false, word),
    };
    let host = rest.split(['/', '?', '#']).next()?;
    let host: String = host.chars().map(|c| if is_dot(c) { '.' } else { c }).collect();
    let host = host.trim_matches(['.', ':', '-', '_', '+', '=', '&', '%', '~']);
    if sure {
        return (!host.is_empty()).then(|| host.to_owned());
    }
    let (before, last) = host.rsplit_once('.')?;
    let last = last.split(':').next()?;
    let is_ending = last.chars().next().is_some_and(char::is_alphabetic)
        && last.chars().count() >= 2
        && last.chars().all(|c| c.is_alphanumeric() || is_accent(c) || c == '-');
    let is_number =
        host.split('.').count() == 4 && host.split('.').all(|part| part.parse::<u8>().is_ok());
    (!before.is_empty() && is_ending || is_number).then(|| host.to_owned())
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
            "https://good.example@evil.example",
            "https://good.example:443@evil.example/x",
            "https://good.example%2eevil.example",
            "https://good.example。evil.example",
            "https://good.example．evil.example",
            "https://ｇood.example",
            "https://𝐠ood.example",
            "https://good.example⁄x.evil.example",
            "https://good.example∕x.evil.example",
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
    fn whatever_stands_around_or_before_a_named_host_it_is_compared() {
        for shown in [
            "“bank.example”",
            "→bank.example←",
            "[bank.example]",
            "evil.example, bank.example",
            "https://evil.example@bank.example",
            "https://bank.example@evil.example",
            "bank.example@evil.example",
            "bank。example",
            "bank．example",
            "http://localhost:8080",
            "192.168.10.1",
            "пример.рф",
            "bank.xn--p1ai",
            "b\u{430}nk.example",
            "evil.example.bank.example",
        ] {
            let said = shown_beside("https://evil.example/x", shown);
            assert_eq!(said.as_deref(), Some("evil.example"), "{shown}");
        }
    }

    #[test]
    fn words_that_are_turned_round_always_say_where_they_go() {
        for shown in ["\u{202e}ten.1a", "\u{202e}the plan", "the\u{2066} plan", "\u{200f}x"] {
            let said = shown_beside("https://evil.example/x", shown);
            assert_eq!(said.as_deref(), Some("evil.example"), "{shown:?}");
            assert!(shown_beside("mailto:a@evil.example", shown).is_some());
        }
    }

    #[test]
    fn a_link_that_says_where_it_goes_needs_no_more() {
        for shown in [
            "https://www.Bank.example/login",
            "bank.example",
            "the minutes",
            "v1.2",
            "e.g. this",
            "at 10.30",
            "👩\u{200d}💻",
        ] {
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
