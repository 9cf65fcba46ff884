//! What the server shall have of one draft. It is told by one question at a time, and the last wish wins, whoever
//! wished it: a box that is gone, the same box opened again.

use std::collections::VecDeque;
use vocabulary::Moment;

/// What was sent to the server lately: an answer with it is no news of another device.
const REMEMBERED: usize = 30;

/// The wishes for one draft.
#[derive(Debug, Default)]
pub struct Wishes {
    wanted: Option<String>,
    asking: bool,
    lately: VecDeque<String>,
    answered: Option<Moment>,
}

impl Wishes {
    /// The server shall have `text`, and nothing that was wished before.
    pub fn wish(&mut self, text: Option<String>) {
        self.wanted = text;
    }

    /// What to ask of the server now, if there is something and nothing else is being asked. Before the first time the
    /// server has what `known` says: a list that was read earlier tells of that.
    pub fn next(&mut self, known: impl FnOnce() -> String) -> Option<String> {
        if self.asking {
            return None;
        }
        let text = self.wanted.take()?;
        self.asking = true;
        if self.lately.is_empty() {
            self.lately.push_back(known());
        }
        self.lately.push_back(text.clone());
        if self.lately.len() > REMEMBERED {
            self.lately.pop_front();
        }
        Some(text)
    }

    /// The server has answered at `at`. What it did not keep is wished for again, unless something else is by now.
    pub fn answered(&mut self, text: String, kept: bool, at: Moment) {
        self.asking = false;
        self.answered = Some(at);
        if !kept {
            self.wanted.get_or_insert(text);
        }
    }

    /// Whether the server may have a text: the last one it was told, also where its answer did not come.
    #[must_use]
    pub fn was_told(&self) -> bool {
        self.asking || self.lately.back().is_some_and(|text| !text.is_empty())
    }

    /// Whether the server has not heard of everything.
    #[must_use]
    pub const fn waits(&self) -> bool {
        self.asking || self.wanted.is_some()
    }

    /// Whether `text` was sent from here and an answer is so fresh that a list read before it may still hold it.
    #[must_use]
    pub fn is_echo(&self, text: &str, now: Moment, stale_millis: i64) -> bool {
        self.answered.is_some_and(|at| at.plus_millis(stale_millis) > now)
            && self.lately.iter().any(|sent| sent == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment::from_millis(10_000);

    fn wish(wishes: &mut Wishes, text: &str) -> Option<String> {
        wishes.wish(Some(text.to_owned()));
        wishes.next(String::new)
    }

    #[test]
    fn the_last_wish_wins_when_saves_overlap() {
        let mut wishes = Wishes::default();
        assert_eq!(wish(&mut wishes, "a").as_deref(), Some("a"));
        assert_eq!(wish(&mut wishes, "ab"), None, "one question at a time");
        assert_eq!(wish(&mut wishes, "abc"), None);
        wishes.answered("a".into(), true, NOW);
        assert_eq!(wishes.next(String::new).as_deref(), Some("abc"));
        wishes.answered("abc".into(), true, NOW);
        assert!(!wishes.waits());
    }

    #[test]
    fn what_was_not_kept_is_tried_again_unless_something_else_is_wished() {
        let mut wishes = Wishes::default();
        wish(&mut wishes, "a");
        wishes.answered("a".into(), false, NOW);
        assert_eq!(wishes.next(String::new).as_deref(), Some("a"));
        wish(&mut wishes, "");
        wishes.answered("a".into(), false, NOW);
        assert_eq!(
            wishes.next(String::new).as_deref(),
            Some(""),
            "it was sent meanwhile: nothing is kept"
        );
    }

    #[test]
    fn what_was_sent_from_here_is_no_news_for_a_moment() {
        let mut wishes = Wishes::default();
        wish(&mut wishes, "a");
        wishes.answered("a".into(), true, NOW);
        assert!(wishes.is_echo("a", NOW, 3_000));
        assert!(wishes.is_echo("", NOW, 3_000), "what stood there before is in an older list");
        assert!(!wishes.is_echo("b", NOW, 3_000));
        assert!(!wishes.is_echo("a", NOW.plus_millis(3_000), 3_000));
    }
}
