//! Addresses inside a text.

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Words.
    Text(&'a str),
    /// An address of the web.
    Link(&'a str),
}

/// Cuts `text` at its `http://` and `https://` addresses; put together again the pieces are `text`.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut plain_until = 0;
    while let Some(start) = next_address(rest, plain_until) {
        let end = start
            + rest[start..]
                .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"'))
                .unwrap_or(rest.len() - start);
        let address = trim_end(&rest[start..end]);
        if address.len() <= "https://".len() {
            plain_until = end;
            continue;
        }
        if start > 0 {
            found.push(Piece::Text(&rest[..start]));
        }
        found.push(Piece::Link(address));
        rest = &rest[start + address.len()..];
        plain_until = 0;
    }
    if !rest.is_empty() {
        found.push(Piece::Text(rest));
    }
    found
}

/// Where the next address begins at or after `from`, at the beginning of a word.
fn next_address(text: &str, from: usize) -> Option<usize> {
    let begins = |place: usize| {
        text[..place].chars().next_back().is_none_or(|before| !before.is_alphanumeric())
    };
    text[from..].match_indices("http").map(|(place, _)| place + from).find(|place| {
        let tail = &text[*place..];
        (tail.starts_with("https://") || tail.starts_with("http://")) && begins(*place)
    })
}

/// Without the punctuation of the sentence around it, and without brackets that were opened before it.
fn trim_end(address: &str) -> &str {
    let closes = if address.contains('(') { None } else { Some(')') };
    address.trim_end_matches(|c| {
        matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '\'') || Some(c) == closes
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_cut_out_of_its_sentence() {
        assert_eq!(
            pieces("See https://example.org/a?b=1, (http://example.org/x) please."),
            [
                Piece::Text("See "),
                Piece::Link("https://example.org/a?b=1"),
                Piece::Text(", ("),
                Piece::Link("http://example.org/x"),
                Piece::Text(") please."),
            ]
        );
    }

    #[test]
    fn brackets_that_belong_to_it_stay() {
        assert_eq!(pieces("https://example.org/A_(b)"), [Piece::Link("https://example.org/A_(b)")]);
    }

    #[test]
    fn any_number_of_brackets_after_it_is_cut_off() {
        let brackets = ").".repeat(40_000);
        let text = format!("(http://example.org{brackets}");
        assert_eq!(
            pieces(&text),
            [Piece::Text("("), Piece::Link("http://example.org"), Piece::Text(&brackets)]
        );
    }

    #[test]
    fn words_alone_are_no_address() {
        for text in ["http", "https://", "xhttps://example.org", "javascript:alert(1)", "grüße"] {
            assert_eq!(pieces(text), [Piece::Text(text)]);
        }
    }
}
