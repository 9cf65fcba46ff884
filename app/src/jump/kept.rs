//! Where somebody went last, kept in this browser under their id. It holds ids and no titles: what they are called the server
//! says each time, to whom it may. The sign-in page empties it.

use super::spot::Spot;
use crate::ui;
use vocabulary::{JumpTarget, PersonId};

const PLACE: &str = "parlance.jump.";

/// So many are kept.
const KEPT: usize = 16;

/// Where `me` went, the last place first.
#[must_use]
pub fn of(me: PersonId) -> Vec<Spot> {
    let kept = ui::recall(&place(me));
    kept.and_then(|text| serde_json::from_slice(text.as_bytes()).ok()).unwrap_or_default()
}

/// Notes that `me` went to `spot`.
pub fn note(me: PersonId, spot: Spot) {
    put(me, &noted(of(me), spot));
}

/// Forgets a document or somebody.
pub fn drop_target(me: PersonId, target: &JumpTarget) {
    let mut kept = of(me);
    kept.retain(|spot| !matches!(spot, Spot::Target(one, _) if one == target));
    put(me, &kept);
}

/// Nobody is signed in: where somebody went is nobody's to see.
pub fn forget_kept() {
    ui::forget_all(PLACE);
}

fn noted(mut kept: Vec<Spot>, spot: Spot) -> Vec<Spot> {
    kept.retain(|known| !known.is_same(&spot));
    kept.insert(0, spot);
    kept.truncate(KEPT);
    kept
}

fn put(me: PersonId, kept: &[Spot]) {
    if let Ok(text) = serde_json::to_string(kept) {
        ui::store(&place(me), &text);
    }
}

fn place(me: PersonId) -> String {
    format!("{PLACE}{me}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::WorkspaceId;

    #[test]
    fn the_last_place_stands_first_and_each_once() {
        let page = |path: &str| Spot::Page(path.into());
        let target =
            |name: &str| Spot::Target(JumpTarget::Person(name.into()), WorkspaceId::fresh());
        let mut kept = Vec::new();
        let (here, there) = (target("tom"), target("tom"));
        for spot in [page("/saved"), here, page("/threads"), page("/saved"), there.clone()] {
            kept = noted(kept, spot);
        }
        assert_eq!(kept, [there, page("/saved"), page("/threads")]);
        for number in 0..40 {
            kept = noted(kept, target(&number.to_string()));
        }
        assert_eq!(kept.len(), KEPT);
    }
}
