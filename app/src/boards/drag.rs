//! Cards that are held over the board: by a mouse, by a finger that rested on one, or by keys.

use super::{
    arrange::order,
    deck::{Deck, card_id},
};
use crate::ui::focus;
use leptos::{ev, leptos_dom::helpers::TimeoutHandle, prelude::*};
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// How far a mouse goes with its button down before the card comes along, in CSS pixels.
const PULL: f64 = 5.0;

/// How far a finger may tremble while it rests, in CSS pixels.
const TREMBLE: f64 = 10.0;

/// How long a finger rests on a card before it holds it.
const REST: Duration = Duration::from_millis(300);

/// From an edge inwards, in CSS pixels: there the board scrolls.
const EDGE: f64 = 56.0;

/// What it scrolls by in one frame, in CSS pixels.
const SCROLL: i32 = 14;

/// What is held.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// The cards.
    pub names: Vec<String>,
    /// The column they were taken from.
    pub from: String,
    /// The column they are over, if they can be put there.
    pub over: Option<String>,
    /// Whether keys hold them.
    pub by_keys: bool,
}

/// Where a column opens for what is held over it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The column.
    pub column: String,
    /// The card that will come after; at the end of the column there is none.
    pub before: Option<String>,
}

/// A card that the pointer is down on.
#[derive(Clone)]
struct Grasp {
    pointer: i32,
    name: String,
    from: String,
    /// Where the pointer went down.
    start: (f64, f64),
    /// From there to the card's corner.
    inside: (f64, f64),
    /// The card's width, in CSS pixels.
    width: f64,
    rest: Option<TimeoutHandle>,
    is_finger: bool,
}

/// What the pointer does with cards.
#[derive(Clone, Copy)]
pub struct Hand {
    deck: Deck,
    grasp: StoredValue<Option<Grasp>>,
    /// Where the pointer is, in CSS pixels of the window.
    at: RwSignal<(f64, f64)>,
    /// A click that ends a move opens nothing.
    swallows: StoredValue<bool>,
    gap: Memo<Option<Gap>>,
}

impl Hand {
    /// Listens to the pointer as long as the board is shown.
    pub fn of(deck: Deck) -> Self {
        let gap = Memo::new(move |_| {
            let held = deck.held.get()?;
            let column = deck.column(&held.over.filter(|over| *over != held.from)?)?;
            let first = deck.card(held.names.first()?)?;
            let sort = deck.wish.with(|wish| wish.sort);
            let before = column.cards.iter().find(|name| {
                !held.names.contains(*name)
                    && deck.card(name).is_some_and(|card| order(&first, &card, sort).is_lt())
            });
            Some(Gap { column: column.key, before: before.cloned() })
        });
        let hand = Self {
            deck,
            grasp: StoredValue::new(None),
            at: RwSignal::new((0.0, 0.0)),
            swallows: StoredValue::new(false),
            gap,
        };
        Effect::new(move |_| {
            let moves = window_event_listener(ev::pointermove, move |event| hand.moved(&event));
            let up = window_event_listener(ev::pointerup, move |event| hand.let_go(&event));
            let lost = window_event_listener(ev::pointercancel, move |event| {
                if hand.is_grasp_of(&event) {
                    hand.cancel();
                }
            });
            let keys = window_event_listener(ev::keydown, move |event| {
                if event.key() == "Escape" && hand.holds() {
                    event.prevent_default();
                    hand.cancel();
                    deck.say("Put back.".into());
                }
            });
            on_cleanup(move || {
                for listener in [moves, up, lost, keys] {
                    listener.remove();
                }
                deck.held.try_set(None);
            });
        });
        hand
    }

    /// Where the board opens for what is held.
    pub const fn gap(self) -> Memo<Option<Gap>> {
        self.gap
    }

    /// Where the card that follows the pointer stands, and how wide it is: as a style.
    pub fn ghost(self) -> Option<(String, String)> {
        let (x, y) = self.at.get();
        let grasp = self.grasp.get_value()?;
        let (left, top) = (x - grasp.inside.0, y - grasp.inside.1);
        Some((
            format!("translate({left:.0}px, {top:.0}px) rotate(2deg)"),
            format!("{:.0}px", grasp.width),
        ))
    }

    /// The pointer holds a card.
    fn holds(self) -> bool {
        self.deck.held.with_untracked(|held| held.as_ref().is_some_and(|held| !held.by_keys))
    }

    /// The pointer goes down on a card of a column.
    pub fn down(self, event: &ev::PointerEvent, name: &str, from: &str) {
        let on = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let has_own_use = on.is_some_and(|on| {
            on.closest("button, input, select, .card-trouble").ok().flatten().is_some()
        });
        if event.button() != 0 || !event.is_primary() || has_own_use {
            return;
        }
        let card = event.current_target().and_then(|card| card.dyn_into::<Element>().ok());
        let Some(frame) = card.map(|card| card.get_bounding_client_rect()) else { return };
        let start = (f64::from(event.client_x()), f64::from(event.client_y()));
        let is_finger = event.pointer_type() == "touch";
        let rest =
            is_finger.then(|| set_timeout_with_handle(move || self.begin(), REST).ok()).flatten();
        self.at.set(start);
        self.swallows.set_value(false);
        self.grasp.set_value(Some(Grasp {
            pointer: event.pointer_id(),
            name: name.to_owned(),
            from: from.to_owned(),
            start,
            inside: (start.0 - frame.left(), start.1 - frame.top()),
            width: frame.width(),
            rest,
            is_finger,
        }));
    }

    /// Whether a finger's move is the board's, so that the page does not scroll under it.
    pub fn takes_touch(self) -> bool {
        self.holds()
    }

    /// Whether the long press of a finger is the board's own.
    pub fn takes_press(self) -> bool {
        self.grasp.with_value(|grasp| grasp.as_ref().is_some_and(|grasp| grasp.is_finger))
    }

    /// Whether a click ends a move.
    pub fn takes_click(self) -> bool {
        self.swallows.get_value()
    }

    fn is_grasp_of(self, event: &ev::PointerEvent) -> bool {
        let pointer = event.pointer_id();
        let is_same =
            |grasp: &Option<Grasp>| grasp.as_ref().is_some_and(|grasp| grasp.pointer == pointer);
        self.grasp.try_with_value(is_same).unwrap_or(false)
    }

    fn begin(self) {
        let Some(Some(grasp)) = self.grasp.try_get_value() else { return };
        let deck = self.deck;
        let names = deck.chosen.with_untracked(|chosen| {
            if chosen.contains(&grasp.name) {
                chosen.iter().cloned().collect()
            } else {
                vec![grasp.name.clone()]
            }
        });
        let from = grasp.from;
        deck.held.set(Some(Held { names, over: Some(from.clone()), from, by_keys: false }));
        self.scroll_at_edges();
    }

    fn moved(self, event: &ev::PointerEvent) {
        if !self.is_grasp_of(event) {
            return;
        }
        let now = (f64::from(event.client_x()), f64::from(event.client_y()));
        if !self.holds() {
            let Some(grasp) = self.grasp.get_value() else { return };
            let far = (now.0 - grasp.start.0).hypot(now.1 - grasp.start.1);
            if grasp.is_finger {
                // It scrolls instead of resting.
                if far > TREMBLE {
                    self.release();
                }
                return;
            }
            if far < PULL {
                return;
            }
            self.begin();
        }
        self.at.set(now);
        self.look_below();
    }

    /// Which column is under the pointer.
    fn look_below(self) {
        let (x, y) = self.at.get_untracked();
        let over = column_at(x, y).filter(|key| {
            untrack(|| self.deck.column(key)).is_some_and(|column| column.takes)
                || self
                    .deck
                    .held
                    .with_untracked(|held| held.as_ref().is_some_and(|held| held.from == *key))
        });
        let is_new = self
            .deck
            .held
            .with_untracked(|held| held.as_ref().is_some_and(|held| held.over != over));
        if is_new {
            self.deck.held.update(|held| {
                if let Some(held) = held {
                    held.over = over;
                }
            });
        }
    }

    fn let_go(self, event: &ev::PointerEvent) {
        if !self.is_grasp_of(event) {
            return;
        }
        if self.holds() {
            self.at.set((f64::from(event.client_x()), f64::from(event.client_y())));
            self.look_below();
            self.swallow_click();
            put_down(self.deck);
        }
        self.release();
    }

    /// Everything stays where it was.
    fn cancel(self) {
        if self.holds() {
            self.swallow_click();
            self.deck.held.set(None);
        }
        self.release();
    }

    fn release(self) {
        if let Some(Some(rest)) =
            self.grasp.try_update_value(|grasp| grasp.take().and_then(|grasp| grasp.rest))
        {
            rest.clear();
        }
    }

    fn swallow_click(self) {
        self.swallows.set_value(true);
        // The click comes right after, if there is one.
        set_timeout(
            move || {
                self.swallows.try_set_value(false);
            },
            Duration::from_millis(50),
        );
    }

    fn scroll_at_edges(self) {
        if self.deck.held.try_with_untracked(|held| held.as_ref().is_some_and(|one| !one.by_keys))
            != Some(true)
        {
            return;
        }
        let (x, y) = self.at.get_untracked();
        if let Some(board) = document().query_selector(".board").ok().flatten() {
            let frame = board.get_bounding_client_rect();
            let by = towards(x, frame.left(), frame.right());
            board.set_scroll_left(board.scroll_left() + by);
            if is_list(&board) {
                board.set_scroll_top(board.scroll_top() + towards(y, frame.top(), frame.bottom()));
            }
        }
        let below = document().element_from_point(to_f32(x), to_f32(y));
        let column = below.and_then(|below| below.closest("[data-column]").ok().flatten());
        let cards = column.and_then(|column| column.query_selector(".column-cards").ok().flatten());
        if let Some(cards) = cards {
            let frame = cards.get_bounding_client_rect();
            cards.set_scroll_top(cards.scroll_top() + towards(y, frame.top(), frame.bottom()));
        }
        self.look_below();
        request_animation_frame(move || self.scroll_at_edges());
    }
}

/// Puts what is held into the column it is over.
pub fn put_down(deck: Deck) {
    let Some(held) = deck.held.try_update(Option::take).flatten() else { return };
    let Some(over) = held.over.filter(|over| *over != held.from) else {
        if held.by_keys {
            deck.say("Put back.".into());
        }
        return;
    };
    deck.move_cards(&held.names, &held.from, &over);
    if let Some(name) = held.names.first().cloned().filter(|_| held.by_keys) {
        // It is another element now, in another column.
        request_animation_frame(move || {
            focus(&card_id(&name));
        });
    }
}

fn is_list(board: &Element) -> bool {
    board.class_list().contains("board-list")
}

/// How far to scroll where the pointer is near an end, or beyond it.
fn towards(at: f64, low: f64, high: f64) -> i32 {
    if high - low < 3.0 * EDGE {
        0
    } else if at < low + EDGE {
        -SCROLL
    } else if at > high - EDGE {
        SCROLL
    } else {
        0
    }
}

fn column_at(x: f64, y: f64) -> Option<String> {
    let below = document().element_from_point(to_f32(x), to_f32(y))?;
    let column: HtmlElement = below.closest("[data-column]").ok()??.dyn_into().ok()?;
    column.get_attribute("data-column")
}

#[expect(clippy::cast_possible_truncation, reason = "a place in a window")]
const fn to_f32(at: f64) -> f32 {
    at as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_board_scrolls_at_its_ends_only() {
        assert_eq!(towards(10.0, 0.0, 1_000.0), -SCROLL);
        assert_eq!(towards(500.0, 0.0, 1_000.0), 0);
        assert_eq!(towards(990.0, 0.0, 1_000.0), SCROLL);
        assert_eq!(towards(10.0, 0.0, 100.0), 0, "what is all edge does not scroll");
    }
}
