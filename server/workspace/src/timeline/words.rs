//! The words of what ERPNext keeps as HTML: plain text, whatever a mail holds.

use erpnext::decode_entities;
use html5gum::{DefaultEmitter, Token, Tokenizer};
use serde_json::{Map, Value};
use store::timeline::RowText;
use vocabulary::EntryText;

/// Characters of a gist.
const GIST_CHARS: usize = 240;

/// The longest text that is shown; a mail may hold more.
const TEXT_CHARS: usize = 100_000;

/// Elements whose words nobody reads.
const SILENT: [&[u8]; 5] = [b"style", b"script", b"head", b"title", b"template"];

/// Elements that go on in the same line.
const INLINE: [&[u8]; 13] = [
    b"a", b"abbr", b"b", b"code", b"em", b"font", b"i", b"img", b"small", b"span", b"strong",
    b"sub", b"u",
];

/// A piece of HTML as plain text with its lines; text that ERPNext stored as it was typed comes back as it is.
pub(super) fn lines(html: &str) -> String {
    if !(html.contains("</") || html.contains("<br") || html.contains("<p")) {
        return decode_entities(html.trim());
    }
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut text = String::with_capacity(html.len() / 2);
    let mut silent: Option<Vec<u8>> = None;
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Token::StartTag(tag) => {
                let name: &[u8] = &tag.name;
                if silent.is_none() && SILENT.contains(&name) && !tag.self_closing {
                    silent = Some(name.to_vec());
                } else if !INLINE.contains(&name) {
                    new_line(&mut text, name == b"br");
                }
            }
            Token::EndTag(tag) => {
                let name: &[u8] = &tag.name;
                if silent.as_deref() == Some(name) {
                    silent = None;
                } else if !INLINE.contains(&name) {
                    new_line(&mut text, false);
                }
            }
            Token::String(words) if silent.is_none() => {
                push(&mut text, &String::from_utf8_lossy(&words));
            }
            _ => {}
        }
    }
    text.trim().to_owned()
}

/// A break is always one; the ends of blocks make one line of an empty one.
fn new_line(text: &mut String, always: bool) {
    while text.ends_with(' ') {
        text.pop();
    }
    if (always && !text.ends_with("\n\n")) || !(text.is_empty() || text.ends_with('\n')) {
        text.push('\n');
    }
}

/// Blanks and lines of the source are one blank.
fn push(text: &mut String, words: &str) {
    for character in words.chars() {
        let character = if character.is_whitespace() { ' ' } else { character };
        if character == ' ' && text.chars().next_back().is_none_or(char::is_whitespace) {
            continue;
        }
        text.push(character);
    }
}

/// How a piece of HTML begins, in one line. It may be cut anywhere.
pub(super) fn gist(html: &str) -> String {
    // Half a tag is not words.
    let whole = match (html.rfind('<'), html.rfind('>')) {
        (Some(open), close) if close.is_none_or(|close| close < open) => &html[..open],
        _ => html,
    };
    let text = lines(whole);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= GIST_CHARS {
        return text;
    }
    let mut short: String = text.chars().take(GIST_CHARS).collect();
    short.push('…');
    short
}

/// All of a mail, a comment or a file.
pub(super) fn whole(row: RowText) -> EntryText {
    let RowText { doctype, name, title, fields } = row;
    let mut told = Vec::new();
    for (label, field) in labels(&doctype) {
        told.extend(text_of(&fields, field).map(|text| ((*label).to_owned(), text)));
    }
    if let Some(title) = title.filter(|_| doctype == "Communication") {
        told.insert(0, ("Subject".to_owned(), decode_entities(&title)));
    }
    let content = fields.get("content").and_then(Value::as_str).unwrap_or_default();
    let text = lines(content).chars().take(TEXT_CHARS).collect();
    EntryText { doctype, name, lines: told, text }
}

fn labels(doctype: &str) -> &'static [(&'static str, &'static str)] {
    match doctype {
        "Communication" => &[
            ("From", "sender"),
            ("To", "recipients"),
            ("Cc", "cc"),
            ("Phone", "phone_no"),
            ("Date", "communication_date"),
            ("Delivery", "delivery_status"),
        ],
        "File" => &[
            ("File", "file_name"),
            ("Attached to", "attached_to_doctype"),
            ("Name", "attached_to_name"),
        ],
        _ => &[],
    }
}

fn text_of(fields: &Map<String, Value>, field: &str) -> Option<String> {
    let text = fields.get(field)?.as_str()?;
    // Fractions of seconds tell nobody anything.
    let text = if field == "communication_date" { text.get(..16).unwrap_or(text) } else { text };
    Some(decode_entities(text)).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_becomes_its_words() {
        let html = "<html><head><title>x</title><style>p { color: red }</style></head><body>\n<p>Dear Maya,</p>\n\
                    <p>the price &amp; the <b>date</b><br>are &eacute;qual&#33;</p><script>alert(1)</script><ul><li>one</li><li>two</li></ul></body></html>";
        assert_eq!(lines(html), "Dear Maya,\nthe price & the date\nare équal!\none\ntwo");
        assert_eq!(lines("<div>a<br><br>b</div>"), "a\n\nb");
    }

    #[test]
    fn what_was_stored_raw_stays_as_it_was_typed() {
        assert_eq!(lines("line <not html\n5 < 6 &amp; 7"), "line <not html\n5 < 6 & 7");
    }

    #[test]
    fn a_gist_is_one_line_and_no_half_tag() {
        assert_eq!(gist("<p>One</p><p>two</p><a href=\"https://x.exam"), "One two");
        let long = gist(&format!("<p>{}</p>", "word ".repeat(200)));
        assert_eq!(long.chars().count(), GIST_CHARS + 1);
        assert!(long.ends_with('…'));
    }
}
