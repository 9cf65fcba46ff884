//! Words that are nearly the same: what two of them become when letters are left out of both meets.

use std::collections::BTreeSet;

/// Letters of a word that are looked at for its variants; the whole word is compared afterwards.
const LETTERS: usize = 7;

/// Whether a word can be mistyped: letters only, neither very short nor very long.
pub(super) fn can_be_mistyped(word: &str) -> bool {
    (4..=24).contains(&word.chars().count()) && word.chars().all(char::is_alphabetic)
}

/// How many letters of a word can be wrong.
fn tolerance(word: &str) -> usize {
    match word.chars().count() {
        0..=3 => 0,
        4..=6 => 1,
        _ => 2,
    }
}

/// What the word becomes when as many letters are left out as can be wrong.
pub(super) fn variants(word: &str) -> BTreeSet<String> {
    let begin: String = word.chars().take(LETTERS).collect();
    let mut variants = BTreeSet::from([begin.clone()]);
    let mut last = vec![begin];
    for _ in 0..tolerance(word) {
        let mut next = Vec::new();
        for variant in &last {
            for (at, letter) in variant.char_indices() {
                let mut shorter = variant.clone();
                shorter.replace_range(at..at + letter.len_utf8(), "");
                if variants.insert(shorter.clone()) {
                    next.push(shorter);
                }
            }
        }
        last = next;
    }
    variants
}

/// How far `known` is from `typed` in letters put in, left out, taken for another or swapped; `None` if too far.
pub(super) fn distance(typed: &str, known: &str) -> Option<usize> {
    let distance = strsim::osa_distance(typed, known);
    (distance <= tolerance(typed)).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_mistyped_meets_what_was_meant() {
        for (typed, meant) in [
            ("bokking", "booking"),
            ("bookign", "booking"),
            ("calender", "calendar"),
            ("recieve", "receive"),
            ("invoce", "invoice"),
            ("menuu", "menu"),
            ("kuhce", "kuche"),
            ("fotograhy", "photography"),
            ("accomodation", "accommodation"),
        ] {
            let meet = !variants(typed).is_disjoint(&variants(meant));
            let near = distance(typed, meant).is_some();
            // Three letters are too many.
            assert_eq!(meet && near, typed != "fotograhy", "{typed} and {meant}");
        }
    }

    #[test]
    fn other_words_are_other_words() {
        assert_eq!(distance("menu", "mend"), Some(1));
        assert_eq!(distance("cat", "car"), None);
        assert_eq!(distance("house", "mouth"), None);
        assert!(!can_be_mistyped("abc") && !can_be_mistyped("v2024") && can_be_mistyped("küche"));
    }

    #[test]
    fn a_word_has_few_variants() {
        assert!(variants("internationalisation").len() <= 29);
        assert_eq!(variants("abc").len(), 1);
    }
}
