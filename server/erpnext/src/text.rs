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

/// A piece of HTML as plain text with its lines, and whether it holds more than text in lines: what
/// [`plain_text_as_html`] made comes back as it was.
#[must_use]
pub fn html_as_lines(html: &str) -> (String, bool) {
    let mut text = String::with_capacity(html.len());
    let mut has_formatting = false;
    let mut rest = html;
    let is_markup = html.contains("</") || html.contains("<br");
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        push_text(&mut text, before, is_markup);
        let is_tag = tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || "/!".contains(c));
        match tag.find('>') {
            Some(end) if is_tag && is_markup => {
                let inside = &tag[1..end];
                match tag_name(inside) {
                    "br" => text.push('\n'),
                    "p" | "div" if inside.starts_with('/') && !text.ends_with('\n') => {
                        text.push('\n');
                    }
                    "p" | "div" | "span" => {}
                    _ => {
                        has_formatting = true;
                        if is_break(inside) && !text.ends_with('\n') {
                            text.push('\n');
                        }
                    }
                }
                rest = &tag[end + 1..];
            }
            _ => {
                text.push('<');
                rest = &tag[1..];
            }
        }
    }
    push_text(&mut text, rest, is_markup);
    (decode_entities(text.trim()), has_formatting)
}

/// In markup the lines of the source are none.
fn push_text(text: &mut String, source: &str, is_markup: bool) {
    if !is_markup {
        text.push_str(source);
    } else if !(source.trim().is_empty() && source.contains('\n')) {
        text.push_str(&source.replace(['\n', '\r'], " "));
    }
}

fn tag_name(tag: &str) -> &str {
    let name = tag.trim_start_matches('/');
    name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default()
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
    !matches!(tag_name(tag), "a" | "b" | "i" | "u" | "em" | "strong" | "span" | "code" | "small")
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
    fn lines_come_back_as_they_were_typed() {
        for text in ["one", "5 < 6 & \"7\"", "a\n\nb\n  c", "<script>x</script>", "it's &amp;"] {
            assert_eq!(html_as_lines(&plain_text_as_html(text)), (text.to_owned(), false));
        }
        // What another program stored raw.
        assert_eq!(html_as_lines("line <not html\n5 < 6").0, "line <not html\n5 < 6");
    }

    #[test]
    fn formatting_is_noticed_and_its_words_are_kept() {
        let html = "<div class=\"ql-editor\">\n<p>One <strong>two</strong></p>\n<ul><li>three</li></ul></div>";
        assert_eq!(html_as_lines(html), ("One two\nthree".to_owned(), true));
    }

    #[test]
    fn markup_becomes_words() {
        let html = "Not <strong>allowed</strong>.<br>See <a href=\"/app\">Task &amp; co</a>, 3 < 4";
        assert_eq!(html_as_plain_text(html), "Not allowed. See Task & co, 3 < 4");
    }
}
