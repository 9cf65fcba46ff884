//! Comparing words as people do: without accents and case.

/// `text` without accents and in lower case. The browser knows how letters are made; on the server nothing is typed.
#[must_use]
pub fn folded(text: &str) -> String {
    let plain = if cfg!(target_arch = "wasm32") && !text.is_ascii() {
        js_sys::JsString::from(text).normalize("NFD").into()
    } else {
        text.to_owned()
    };
    plain
        .chars()
        .filter(|c| !matches!(u32::from(*c), 0x300..=0x36f))
        .flat_map(char::to_lowercase)
        .collect()
}

/// How well folded words answer a folded query, the best first; `None` if they do not.
#[must_use]
pub fn rank(words: &str, query: &str) -> Option<u8> {
    if query.is_empty() || words.starts_with(query) {
        return Some(0);
    }
    let begins =
        |part: &str| words.split(|c: char| !c.is_alphanumeric()).any(|word| word.starts_with(part));
    if query.split_whitespace().all(begins) {
        return Some(1);
    }
    words.contains(query).then_some(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_answers_best() {
        assert_eq!(rank("tom okafor", "to"), Some(0));
        assert_eq!(rank("tom okafor", "oka"), Some(1));
        assert_eq!(rank("tom okafor", "ok to"), Some(1));
        assert_eq!(rank("tom okafor", "kaf"), Some(2));
        assert_eq!(rank("tom okafor", "maya"), None);
    }
}
