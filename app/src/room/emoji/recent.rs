//! Which emoji somebody took last, kept in this browser.

use crate::ui;

const PLACE: &str = "parlance.emoji";

/// So many are kept.
const KEPT: usize = 24;

/// What is offered to who took none yet.
const USUAL: [&str; 8] = ["👍", "❤️", "😂", "🎉", "👀", "✅", "🙏", "🚀"];

/// Those taken, the last first, and the usual ones after them.
#[must_use]
pub fn often() -> Vec<String> {
    let mut often = taken();
    for usual in USUAL {
        if !often.iter().any(|taken| taken == usual) {
            often.push(usual.to_owned());
        }
    }
    often.truncate(KEPT);
    often
}

/// Notes that somebody took `emoji`.
pub fn remember(emoji: &str) {
    let mut often = taken();
    often.retain(|taken| taken != emoji);
    often.insert(0, emoji.to_owned());
    often.truncate(KEPT);
    if let Ok(text) = serde_json::to_string(&often) {
        ui::store(PLACE, &text);
    }
}

fn taken() -> Vec<String> {
    // The server has no such place to look at.
    #[cfg(feature = "hydrate")]
    let kept = ui::recall(PLACE);
    #[cfg(not(feature = "hydrate"))]
    let kept: Option<String> = None;
    kept.and_then(|text| serde_json::from_slice(text.as_bytes()).ok()).unwrap_or_default()
}
