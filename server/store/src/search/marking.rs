//! What was looked for, marked in what was found. Ranges of a text: never markup.

use super::{
    asking::Sought,
    plain::in_one_line,
    words::{Token, stem, tokens},
};
use vocabulary::Marked;

/// Bytes of a text that are shown around what was looked for.
const SHOWN_BYTES: usize = 260;

/// Bytes before the first of it.
const BEFORE_BYTES: usize = 60;

/// The whole of a title, marked.
pub(super) fn whole(text: &str, sought: &[Sought]) -> Marked {
    let text = in_one_line(text);
    let marks = tokens(&text)
        .iter()
        .filter(|token| place(token, sought).is_some())
        .map(|token| range(token.from, token.to))
        .collect();
    Marked { text, marks }
}

/// The piece of a text that holds the most of what was looked for, marked.
pub(super) fn piece(text: &str, sought: &[Sought]) -> Marked {
    let text = in_one_line(text);
    let found: Vec<(Token, usize)> = tokens(&text)
        .into_iter()
        .filter_map(|token| place(&token, sought).map(|place| (token, place)))
        .collect();
    let first = best(&found);
    let from = match first {
        Some(from) if from > BEFORE_BYTES => word_begin(&text, from - BEFORE_BYTES),
        _ => 0,
    };
    let to = word_end(&text, from + SHOWN_BYTES);
    let lead = if from > 0 { "… " } else { "" };
    let tail = if to < text.len() { " …" } else { "" };
    let marks = found
        .iter()
        .filter(|(token, _)| token.from >= from && token.to <= to)
        .map(|(token, _)| range(token.from - from + lead.len(), token.to - from + lead.len()))
        .collect();
    Marked { text: format!("{lead}{}{tail}", &text[from..to]), marks }
}

/// Where the stretch begins that holds the most different ones.
fn best(found: &[(Token, usize)]) -> Option<usize> {
    let different = |start: usize| {
        let begin = found[start].0.from;
        let mut places: Vec<usize> = found[start..]
            .iter()
            .take_while(|(token, _)| token.to <= begin + SHOWN_BYTES - BEFORE_BYTES)
            .map(|(_, place)| *place)
            .take(64)
            .collect();
        places.sort_unstable();
        places.dedup();
        places.len()
    };
    // The first of equals.
    let starts = (0..found.len().min(2_000)).rev();
    starts.max_by_key(|start| different(*start)).map(|start| found[start].0.from)
}

/// Which of those sought a word is.
fn place(token: &Token, sought: &[Sought]) -> Option<usize> {
    sought.iter().position(|one| match one {
        Sought::Start(start) => token.folded.starts_with(start.as_str()),
        // A stem begins as its word does: most words need no stemming.
        Sought::Stem(sought) => {
            let begin: String = sought.chars().take(2).collect();
            token.folded == *sought
                || token.folded.starts_with(&begin) && stem(&token.folded) == *sought
        }
    })
}

fn range(from: usize, to: usize) -> (u32, u32) {
    (u32::try_from(from).unwrap_or(u32::MAX), u32::try_from(to).unwrap_or(u32::MAX))
}

/// Where the word begins that stands after `at`.
fn word_begin(text: &str, at: usize) -> usize {
    let at = floor(text, at);
    match text[at..].find(' ') {
        Some(blank) if blank < BEFORE_BYTES => at + blank + 1,
        _ => at,
    }
}

/// Where the word ends that stands before `at`.
fn word_end(text: &str, at: usize) -> usize {
    if at >= text.len() {
        return text.len();
    }
    let at = floor(text, at);
    match text[..at].rfind(' ') {
        Some(blank) if at - blank < BEFORE_BYTES => blank,
        _ => at,
    }
}

/// The last place not after `at` where a character begins.
fn floor(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stems(words: &[&str]) -> Vec<Sought> {
        words.iter().map(|word| Sought::Stem(stem(word))).collect()
    }

    fn marked(found: &Marked) -> Vec<&str> {
        found.pieces().into_iter().filter(|(_, is)| *is).map(|(piece, _)| piece).collect()
    }

    #[test]
    fn every_form_of_a_word_is_marked_where_it_stands() {
        let found = whole("Bookings:  the BOOKED\nrooms, <b>booking</b>", &stems(&["booking"]));
        assert_eq!(found.text, "Bookings: the BOOKED rooms, <b>booking</b>");
        assert_eq!(marked(&found), ["Bookings", "BOOKED", "booking"]);
        assert_eq!(
            marked(&whole("Küche kuchen", &[Sought::Start("kuch".into())])),
            ["Küche", "kuchen"]
        );
    }

    #[test]
    fn of_a_long_text_the_piece_with_the_most_of_it_is_shown() {
        let filler = "größer ist nicht immer schöner ".repeat(40);
        let text = format!("price {filler} the price of the menu {filler}");
        let found = piece(&text, &stems(&["price", "menu"]));
        assert_eq!(marked(&found), ["price", "menu"]);
        assert!(found.text.starts_with("… ") && found.text.ends_with(" …"), "{}", found.text);
        assert!(found.text.len() < 300);
        let nothing = piece(&filler, &stems(&["price"]));
        assert!(nothing.marks.is_empty() && nothing.text.starts_with("größer"));
    }

    #[test]
    fn whatever_it_is_made_of_a_piece_is_whole_characters() {
        for text in [
            "ä".repeat(900),
            "会議".repeat(300),
            format!("{}menu{}", "🎉".repeat(99), "é".repeat(400)),
        ] {
            let found = piece(&text, &stems(&["menu"]));
            assert_eq!(
                found.pieces().iter().map(|(piece, _)| *piece).collect::<String>(),
                found.text
            );
        }
        assert_eq!(piece("", &[]), Marked::default());
    }
}
