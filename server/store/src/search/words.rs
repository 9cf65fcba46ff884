//! Words of a text, as they are looked for: without accents and in lower case, and their stems. One way for both databases, for
//! what is asked and for what is marked.

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Words of one text that count.
const WORDS_LIMIT: usize = 30_000;

/// Letters of a word that count.
const LETTERS_LIMIT: usize = 64;

/// A word where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// Without accents and in lower case.
    pub(crate) folded: String,
    /// The first byte of it.
    pub(crate) from: usize,
    /// The byte after it.
    pub(crate) to: usize,
}

/// The words of `text`, in order. Where no blanks stand between words, as in Chinese and Japanese, each pair of signs is one.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut word = Token { folded: String::new(), from: 0, to: 0 };
    let mut run: Vec<(usize, char)> = Vec::new();
    for (at, c) in text.char_indices() {
        if found.len() >= WORDS_LIMIT {
            return found;
        }
        if is_sign(c) {
            end_word(&mut word, &mut found);
            run.push((at, c));
            continue;
        }
        end_run(&mut run, &mut found);
        if is_combining_mark(c) && !word.folded.is_empty() {
            word.to = at + c.len_utf8();
        } else if c.is_alphanumeric() {
            if word.folded.is_empty() {
                word.from = at;
            }
            word.to = at + c.len_utf8();
            if word.folded.len() < LETTERS_LIMIT {
                word.folded.extend(folded(c));
            }
        } else {
            end_word(&mut word, &mut found);
        }
    }
    end_word(&mut word, &mut found);
    end_run(&mut run, &mut found);
    found
}

fn folded(c: char) -> impl Iterator<Item = char> {
    std::iter::once(c)
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .filter(|c| c.is_alphanumeric())
        .collect::<Vec<_>>()
        .into_iter()
}

fn end_word(word: &mut Token, found: &mut Vec<Token>) {
    if !word.folded.is_empty() {
        let folded = std::mem::take(&mut word.folded);
        found.push(Token { folded, ..*word });
    }
}

fn end_run(run: &mut Vec<(usize, char)>, found: &mut Vec<Token>) {
    let token = |signs: &[(usize, char)]| {
        let (from, _) = *signs.first()?;
        let (last, sign) = *signs.last()?;
        let folded = signs.iter().map(|(_, sign)| *sign).collect();
        Some(Token { folded, from, to: last + sign.len_utf8() })
    };
    if run.len() == 1 {
        found.extend(token(run));
    } else {
        found.extend(run.windows(2).filter_map(token));
    }
    run.clear();
}

/// Whether it is a sign of a script that puts no blanks between words.
pub(crate) fn is_sign(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{2ffff}')
}

/// What the forms of a word have in common (English, by Snowball); other words stay as they are.
pub(crate) fn stem(folded: &str) -> String {
    let is_english = folded.len() > 2 && folded.bytes().all(|byte| byte.is_ascii_lowercase());
    if is_english {
        Stemmer::create(Algorithm::English).stem(folded).into_owned()
    } else {
        folded.to_owned()
    }
}

/// The stems of a text, in order.
pub(crate) fn stems(text: &str) -> Vec<String> {
    tokens(text).iter().map(|token| stem(&token.folded)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded_words(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|token| token.folded).collect()
    }

    #[test]
    fn words_are_found_without_accents_and_case_where_they_stand() {
        let text = "Menü—für die KÜCHE (v2): re\u{301}sume\u{301}s!";
        let found = tokens(text);
        let words: Vec<_> = found.iter().map(|token| token.folded.as_str()).collect();
        assert_eq!(words, ["menu", "fur", "die", "kuche", "v2", "resumes"]);
        let stands: Vec<_> = found.iter().map(|token| &text[token.from..token.to]).collect();
        assert_eq!(stands, ["Menü", "für", "die", "KÜCHE", "v2", "re\u{301}sume\u{301}s"]);
    }

    #[test]
    fn signs_without_blanks_come_in_pairs() {
        assert_eq!(folded_words("会議室 x 会"), ["会議", "議室", "x", "会"]);
        assert_eq!(folded_words("ab会議"), ["ab", "会議"]);
    }

    #[test]
    fn forms_of_a_word_have_one_stem() {
        for forms in [["booking", "bookings"], ["invoice", "invoices"], ["delayed", "delays"]] {
            assert_eq!(stem(forms[0]), stem(forms[1]), "{forms:?}");
        }
        assert_eq!(stem("2026"), "2026");
        assert_eq!(stem("straße"), "straße");
    }

    #[test]
    fn whatever_comes_has_an_end() {
        assert_eq!(tokens(&"a ".repeat(WORDS_LIMIT + 9)).len(), WORDS_LIMIT);
        let long = tokens(&"x".repeat(5_000));
        assert!(long.len() == 1 && long[0].folded.len() <= LETTERS_LIMIT + 4);
        assert_eq!(tokens("\u{301}\u{0}!"), []);
    }
}
