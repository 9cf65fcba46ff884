//! What somebody is looking for: a sign and the words after it, up to the caret.

/// What a sign stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sign {
    /// `@`
    People,
    /// `#`
    Documents,
    /// `:`
    Emoji,
    /// `/` at the beginning
    Commands,
}

/// A sign with what follows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Query {
    /// Which.
    pub sign: Sign,
    /// Where the sign stands, in bytes.
    pub start: usize,
    /// Where the caret is, in bytes.
    pub end: usize,
    /// What stands between.
    pub words: String,
}

/// Longer than this nobody looks for something.
const LONGEST_CHARS: usize = 60;

impl Sign {
    /// What the list is called.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::People => "People",
            Self::Documents => "Tasks, Issues and contacts",
            Self::Emoji => "Emoji",
            Self::Commands => "Commands",
        }
    }
}

/// What is being looked for where the caret is, if anything.
#[must_use]
pub fn at_caret(text: &str, caret: usize) -> Option<Query> {
    let before = text.get(..caret)?;
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let mut found = None;
    for (at, c) in before[line..].char_indices().map(|(at, c)| (at + line, c)) {
        let begins = text[..at]
            .chars()
            .next_back()
            .is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '[' | '{' | '"' | '\'' | '/'));
        let sign = match c {
            '@' if begins => Sign::People,
            '#' if begins => Sign::Documents,
            ':' if begins => Sign::Emoji,
            '/' if at == 0 => Sign::Commands,
            _ => continue,
        };
        let words = &before[at + 1..];
        if fits(sign, words) {
            found = Some(Query { sign, start: at, end: caret, words: words.to_owned() });
        }
    }
    found
}

fn fits(sign: Sign, words: &str) -> bool {
    let spaces = words.chars().filter(|c| *c == ' ').count();
    let plain = words.chars().count() <= LONGEST_CHARS && !words.starts_with(' ');
    plain
        && match sign {
            Sign::People => spaces <= 2 && !words.contains("  ") && !words.starts_with('['),
            // A heading has a space after its signs, and so has a text that only begins like one.
            Sign::Documents => {
                spaces <= 6 && !words.contains("  ") && !words.starts_with(['#', '['])
            }
            Sign::Emoji => {
                words.len() >= 2
                    && words.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '+' | '-'))
            }
            Sign::Commands => words.chars().all(|c| c.is_ascii_lowercase()),
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<(Sign, String)> {
        at_caret(text, text.len()).map(|query| (query.sign, query.words))
    }

    #[test]
    fn a_sign_at_the_beginning_of_a_word_looks_for_something() {
        assert_eq!(found("hi @to"), Some((Sign::People, "to".into())));
        assert_eq!(found("@"), Some((Sign::People, String::new())));
        assert_eq!(found("(@tom ok"), Some((Sign::People, "tom ok".into())));
        assert_eq!(found("see #new menu"), Some((Sign::Documents, "new menu".into())));
        assert_eq!(found("@tom #"), Some((Sign::Documents, String::new())));
        assert_eq!(found("so :sm"), Some((Sign::Emoji, "sm".into())));
        assert_eq!(found("/ta"), Some((Sign::Commands, "ta".into())));
    }

    #[test]
    fn what_only_looks_like_it_opens_nothing() {
        for text in [
            "maya@x",
            "# Title",
            "## a",
            "at 10:30",
            "a :s",
            "a/b",
            "say /task",
            "@ x",
            "@tom and then he went",
            "",
            "http://x:80",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}
