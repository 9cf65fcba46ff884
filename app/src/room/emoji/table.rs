//! All emoji with their names. The file is part of the site and of the server; the browser loads it when the first name is
//! to be shown or chosen. `cargo run -p app --example emoji_table` makes it.

use std::{cmp::Reverse, sync::Arc};

/// Where the browser finds it.
#[cfg(feature = "hydrate")]
const PATH: &str = "/emoji.txt";

/// An emoji.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emoji {
    /// Itself.
    pub text: &'static str,
    /// Unicode's name of it.
    pub name: &'static str,
    /// Its names between colons, the usual one first; may be none.
    pub shortcodes: Vec<&'static str>,
    /// The place of its group in [`Table::groups`].
    pub group: usize,
}

/// All of them.
#[derive(Debug, Default)]
pub struct Table {
    /// What they are sorted by, in Unicode's order.
    pub groups: Vec<&'static str>,
    /// In Unicode's order.
    pub all: Vec<Emoji>,
    /// Places in `all` by shortcode, sorted.
    by_shortcode: Vec<(&'static str, usize)>,
}

impl Table {
    /// Reads the file: `# Group`, then a line for each emoji with tabs between itself, its name and its shortcodes.
    #[must_use]
    pub fn read(file: &'static str) -> Self {
        let mut table = Self::default();
        for line in file.lines() {
            if let Some(group) = line.strip_prefix("# ") {
                table.groups.push(group);
                continue;
            }
            let mut fields = line.split('\t');
            let (Some(text), Some(name)) = (fields.next(), fields.next()) else { continue };
            let shortcodes: Vec<_> = fields.next().unwrap_or_default().split_whitespace().collect();
            let place = table.all.len();
            table.by_shortcode.extend(shortcodes.iter().map(|code| (*code, place)));
            let group = table.groups.len().saturating_sub(1);
            table.all.push(Emoji { text, name, shortcodes, group });
        }
        table.by_shortcode.sort_unstable();
        table
    }

    /// The emoji of `:name:`.
    #[must_use]
    pub fn by_shortcode(&self, name: &str) -> Option<&Emoji> {
        let place = self.by_shortcode.binary_search_by_key(&name, |(code, _)| code).ok()?;
        self.all.get(self.by_shortcode.get(place)?.1)
    }

    /// The emoji itself, by its text.
    #[must_use]
    pub fn by_text(&self, text: &str) -> Option<&Emoji> {
        self.all.iter().find(|emoji| emoji.text == text)
    }

    /// Up to `limit` emoji whose name or shortcode has `query` in it; those that begin with it come first.
    #[must_use]
    pub fn search(&self, query: &str, limit: usize) -> Vec<&Emoji> {
        let query = query.trim().trim_matches(':').to_lowercase().replace(' ', "_");
        let in_words = query.replace('_', " ");
        let mut found: Vec<(u8, usize)> = self
            .all
            .iter()
            .enumerate()
            .filter_map(|(place, emoji)| {
                let worth = emoji
                    .shortcodes
                    .iter()
                    .map(|code| worth(code, &query, '_'))
                    .chain([worth(emoji.name, &in_words, ' ')])
                    .max()?;
                (worth > 0).then_some((worth, place))
            })
            .collect();
        found.sort_by_key(|(worth, place)| (Reverse(*worth), *place));
        found.into_iter().take(limit).map(|(_, place)| &self.all[place]).collect()
    }
}

/// How well a name answers a query: whole, its beginning, the beginning of a word of it, or anywhere.
fn worth(name: &str, query: &str, between: char) -> u8 {
    if name == query {
        4
    } else if name.starts_with(query) {
        3
    } else if name.match_indices(query).any(|(place, _)| name[..place].ends_with(between)) {
        2
    } else {
        u8::from(name.contains(query))
    }
}

/// The table, once it is here. Whoever reads it in the browser makes it come, and follows it.
#[cfg(feature = "ssr")]
#[must_use]
pub fn table() -> Option<Arc<Table>> {
    use std::sync::OnceLock;
    static TABLE: OnceLock<Arc<Table>> = OnceLock::new();
    let read = || Arc::new(Table::read(include_str!("../../../../public/emoji.txt")));
    Some(Arc::clone(TABLE.get_or_init(read)))
}

/// The table, once it is here. Whoever reads it in the browser makes it come, and follows it.
#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
#[must_use]
pub fn table() -> Option<Arc<Table>> {
    use leptos::prelude::*;
    thread_local! {
        static TABLE: std::cell::OnceCell<ArcRwSignal<Option<Arc<Table>>>> = const { std::cell::OnceCell::new() };
    }
    let signal = TABLE.with(|table| {
        table
            .get_or_init(|| {
                let signal = ArcRwSignal::new(None);
                let coming = signal.clone();
                leptos::task::spawn_local(async move {
                    if let Some(file) = load().await {
                        // Once for the page, and for as long as it lives.
                        coming.set(Some(Arc::new(Table::read(Box::leak(file.into_boxed_str())))));
                    }
                });
                signal
            })
            .clone()
    });
    signal.get()
}

/// Neither server nor browser.
#[cfg(not(any(feature = "ssr", feature = "hydrate")))]
#[must_use]
pub fn table() -> Option<Arc<Table>> {
    None
}

#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
async fn load() -> Option<String> {
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::JsFuture;
    let answer = JsFuture::from(leptos::prelude::window().fetch_with_str(PATH)).await.ok()?;
    let answer: web_sys::Response = answer.dyn_into().ok()?;
    if !answer.ok() {
        return None;
    }
    JsFuture::from(answer.text().ok()?).await.ok()?.as_string()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_what_its_source_says() {
        let mut group = None;
        let mut lines = Vec::new();
        for emoji in emojis::iter() {
            if group != Some(emoji.group()) {
                group = Some(emoji.group());
                lines.push("# ");
            }
            lines.push(emoji.as_str());
        }
        let file = include_str!("../../../../public/emoji.txt");
        let theirs: Vec<_> = file
            .lines()
            .map(
                |line| if line.starts_with("# ") { "# " } else { line.split('\t').next().unwrap() },
            )
            .collect();
        assert_eq!(theirs, lines);
    }

    #[test]
    fn every_shortcode_leads_to_one_emoji() {
        let table = table().unwrap();
        assert!(table.all.len() > 1_800 && table.groups.len() >= 9);
        for (code, _) in &table.by_shortcode {
            assert_eq!(
                table.by_shortcode(code).unwrap().text,
                emojis::get_by_shortcode(code).unwrap().as_str()
            );
        }
        assert_eq!(table.by_shortcode("nothing_like_it"), None);
    }

    #[test]
    fn a_search_puts_the_nearest_first() {
        let table = table().unwrap();
        let first = |query: &str| table.search(query, 3)[0].text;
        assert_eq!(first("tada"), "🎉");
        assert_eq!(first("+1"), "👍");
        assert_eq!(first("red heart"), "❤️");
        assert_eq!(first(":rocke"), "🚀");
        assert!(table.search("qqqq", 3).is_empty());
    }
}
