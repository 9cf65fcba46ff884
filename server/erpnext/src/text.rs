//! Plain text into the HTML that ERPNext stores, and back.

/// `text` as HTML that shows exactly it: characters escaped, lines kept, wrapped in one `div`.
///
/// ERPNext stores text that is not well-formed HTML raw, so nothing may be left to its cleaning.
#[must_use]
pub fn plain_text_as_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 16);
    html.push_str("<div>");
    for (number, line) in text.lines().enumerate() {
        if number > 0 {
            html.push_str("<br>");
        }
        for character in line.chars() {
            match character {
                '&' => html.push_str("&amp;"),
                '<' => html.push_str("&lt;"),
                '>' => html.push_str("&gt;"),
                '"' => html.push_str("&quot;"),
                '\'' => html.push_str("&#39;"),
                other => html.push(other),
            }
        }
    }
    html.push_str("</div>");
    html
}

/// The words of a piece of HTML in one line: tags dropped, the common entities decoded, blanks joined.
pub(crate) fn html_as_plain_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        text.push_str(before);
        let is_tag = tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || "/!".contains(c));
        match tag.find('>') {
            Some(end) if is_tag => {
                if is_break(&tag[1..end]) {
                    text.push(' ');
                }
                rest = &tag[end + 1..];
            }
            _ => {
                text.push('<');
                rest = &tag[1..];
            }
        }
    }
    text.push_str(rest);
    decode_entities(&text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_break(tag: &str) -> bool {
    let name = tag
        .trim_start_matches('/')
        .split(|c: char| !c.is_ascii_alphanumeric())
        .next()
        .unwrap_or_default();
    !matches!(name, "a" | "b" | "i" | "u" | "em" | "strong" | "span" | "code" | "small")
}

/// `text` with the entities decoded that ERPNext writes.
#[must_use]
pub fn decode_entities(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_typed_is_shown_and_never_run() {
        assert_eq!(
            plain_text_as_html("5 < 6 & \"7\"\n<script>x</script>"),
            "<div>5 &lt; 6 &amp; &quot;7&quot;<br>&lt;script&gt;x&lt;/script&gt;</div>"
        );
    }

    #[test]
    fn markup_becomes_words() {
        let html = "Not <strong>allowed</strong>.<br>See <a href=\"/app\">Task &amp; co</a>, 3 < 4";
        assert_eq!(html_as_plain_text(html), "Not allowed. See Task & co, 3 < 4");
    }
}
