//! What stands in HTML or in Markdown, as words: only to be searched and shown as text.

use vocabulary::readable;

/// What a message says without its marks.
pub(super) fn said_as_text(body: &str) -> String {
    let text = readable(body);
    text.chars().filter(|c| !matches!(c, '*' | '`' | '~')).collect()
}

/// Blanks and line ends joined.
pub(super) fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a piece of HTML in one line, at most so many characters.
pub(super) fn html_as_text(html: &str, limit_chars: usize) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        text.push_str(before);
        let is_tag = tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || "/!".contains(c));
        let Some(end) = tag.find('>').filter(|_| is_tag) else {
            text.push('<');
            rest = &tag[1..];
            continue;
        };
        let closes = tag[1..end].starts_with('/');
        let name: String = tag[1..end]
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        rest = &tag[end + 1..];
        if !closes && matches!(name.as_str(), "style" | "script") {
            rest = after_end(rest, &name);
        }
        // A word may be bold in its middle.
        if !matches!(name.as_str(), "b" | "i" | "em" | "strong" | "span" | "u" | "a") {
            text.push(' ');
        }
    }
    text.push_str(rest);
    let text = in_one_line(&decoded(&text));
    match text.char_indices().nth(limit_chars) {
        Some((end, _)) => text[..end].to_owned(),
        None => text,
    }
}

/// What comes after `</name`, or nothing.
fn after_end<'a>(text: &'a str, name: &str) -> &'a str {
    let end = format!("</{name}");
    let found = text.match_indices("</").find(|(at, _)| {
        text.get(*at..at + end.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(&end))
    });
    found.map_or("", |(at, _)| &text[at..])
}

fn decoded(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = rest
            .find(';')
            .filter(|end| *end <= 10)
            .and_then(|end| Some((character(&rest[1..end])?, end + 1)));
        let (c, length) = entity.unwrap_or(('&', 1));
        decoded.push(c);
        rest = &rest[length..];
    }
    decoded.push_str(rest);
    decoded
}

fn character(entity: &str) -> Option<char> {
    let code = match entity {
        "amp" => return Some('&'),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        "nbsp" => return Some(' '),
        other => other.strip_prefix('#')?,
    };
    let number = match code.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => code.parse().ok()?,
    };
    char::from_u32(number).filter(|c| *c != '\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_its_words() {
        for (html, text) in [
            ("<p>one</p><p>two</p>", "one two"),
            ("b<b>o</b>ld &amp; &#x41;&#66; &lt;b&gt; &unknown; &", "bold & AB <b> &unknown; &"),
            ("a<STYLE>p { x }</Style >b<script>alert(1)", "a b"),
            ("1 < 2 and <", "1 < 2 and <"),
            ("<!-- c -->x<br/>y", "x y"),
            ("ü<ü>", "ü<ü>"),
        ] {
            assert_eq!(html_as_text(html, 1_000), text, "{html}");
        }
        assert_eq!(html_as_text("äöü", 2), "äö");
    }

    #[test]
    fn a_message_is_read_without_its_marks() {
        let said = "**Done**: @[Maya Lindqvist](user:maya@x) see #[TASK-1](Task) `now`";
        assert_eq!(said_as_text(said), "Done: @Maya Lindqvist see TASK-1 now");
    }
}
