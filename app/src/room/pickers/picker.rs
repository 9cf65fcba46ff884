//! The list beside the caret: which rows, which of them is lit, and what keys do.

use super::{
    choice::{Choice, Face, appended, lit_at_first},
    query::{Query, Sign, at_caret},
    sources::Sources,
};
use crate::ui::Avatar;
use leptos::{ev, html, prelude::*};

/// Room that the list needs above the caret, in CSS pixels.
const HEIGHT: f64 = 296.0;

/// Its width, in CSS pixels; a narrow window has less.
const WIDTH: f64 = 384.0;

/// What a key did.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "it lives as long as one key press")]
pub enum Pressed {
    /// Nothing here.
    Not,
    /// It moved in the list or closed it.
    Done,
    /// It chose a row.
    Chose(Query, Choice),
}

/// The picker of one box.
#[derive(Clone, Copy)]
pub struct Picker {
    /// Tells the pickers of a page apart.
    name: StoredValue<String>,
    query: RwSignal<Option<Query>>,
    choices: RwSignal<Vec<Choice>>,
    more: RwSignal<bool>,
    /// The row that Enter chooses, if one is lit.
    lit: RwSignal<Option<usize>>,
    /// Where somebody closed it: there it stays closed.
    closed: StoredValue<Option<(Sign, usize)>>,
}

impl Picker {
    /// A closed one.
    #[must_use]
    pub fn of(sources: Sources, name: String) -> Self {
        let picker = Self {
            name: StoredValue::new(name),
            query: RwSignal::new(None),
            choices: RwSignal::new(Vec::new()),
            more: RwSignal::new(false),
            lit: RwSignal::new(None),
            closed: StoredValue::new(None),
        };
        // The query that the rows stand for: another one begins anew, what comes late for the same one is appended.
        let shown = StoredValue::new(None::<Query>);
        Effect::new(move |_| {
            let Some(query) = picker.query.get() else {
                shown.set_value(None);
                picker.choices.set(Vec::new());
                return;
            };
            let (new, more) = sources.choices(&query);
            let same = shown.with_value(|shown| shown.as_ref() == Some(&query));
            if same {
                let was_empty = picker.choices.with_untracked(Vec::is_empty);
                picker.choices.update(|choices| *choices = appended(choices, new));
                if was_empty {
                    picker.lit.set(picker.choices.with_untracked(|choices| lit_at_first(choices)));
                }
            } else {
                shown.set_value(Some(query));
                picker.lit.set(lit_at_first(&new));
                picker.choices.set(new);
            }
            picker.more.set(more);
        });
        picker
    }

    /// The text or the caret has changed.
    pub fn look(self, text: &str, caret: usize, in_mark: bool) {
        let query = at_caret(text, caret).filter(|_| !in_mark);
        let place = query.as_ref().map(|query| (query.sign, query.start));
        if self.closed.get_value() != place {
            self.closed.set_value(None);
        }
        let query = query.filter(|_| self.closed.with_value(Option::is_none));
        if self.query.with_untracked(|known| *known != query) {
            self.query.set(query);
        }
    }

    /// Where what is looked for begins; the list stands there.
    #[must_use]
    pub fn anchor(self) -> Option<usize> {
        self.query.with(|query| query.as_ref().map(|query| query.start))
    }

    /// Whether there is something to choose.
    #[must_use]
    pub fn is_open(self) -> bool {
        self.query.with(Option::is_some) && !self.choices.with(Vec::is_empty)
    }

    /// Closes it and leaves the text. A box that goes away with the focus in it loses the focus last.
    pub fn close(self) {
        let place = self
            .query
            .try_with_untracked(|query| query.as_ref().map(|query| (query.sign, query.start)));
        if let Some(place) = place {
            self.closed.set_value(place);
            self.query.set(None);
        }
    }

    /// The id of the list, for the box.
    #[must_use]
    pub fn list_id(self) -> String {
        self.name.with_value(|name| format!("picker-{name}"))
    }

    /// The id of the lit row, for the box.
    #[must_use]
    pub fn lit_id(self) -> Option<String> {
        self.lit.get().filter(|_| self.is_open()).map(|lit| self.row_id(lit))
    }

    /// What a key does while the list is open.
    pub fn press(self, event: &ev::KeyboardEvent) -> Pressed {
        if !untrack(|| self.is_open()) || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return Pressed::Not;
        }
        let count = self.choices.with_untracked(Vec::len);
        let lit = self.lit.get_untracked().map(|lit| lit.min(count - 1));
        match event.key().as_str() {
            "ArrowDown" => self.light(lit.map_or(0, |lit| (lit + 1) % count)),
            "ArrowUp" => self.light(lit.map_or(count - 1, |lit| (lit + count - 1) % count)),
            "Escape" => self.close(),
            "Enter" | "Tab" if !event.shift_key() => {
                // Nothing is lit: the key does what it does without a list.
                let Some(lit) = lit else { return Pressed::Not };
                let choice = self.choices.with_untracked(|choices| choices.get(lit).cloned());
                let query = self.query.get_untracked();
                if let (Some(query), Some(choice)) = (query, choice) {
                    return Pressed::Chose(query, choice);
                }
            }
            _ => return Pressed::Not,
        }
        Pressed::Done
    }

    fn light(self, place: usize) {
        self.lit.set(Some(place));
        let id = self.row_id(place);
        request_animation_frame(move || {
            if let Some(row) = document().get_element_by_id(&id) {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                row.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    }

    fn row_id(self, place: usize) -> String {
        self.name.with_value(|name| format!("picker-{name}-{place}"))
    }
}

/// The list. It stands above the caret, or below it where there is no room.
#[component]
pub fn PickerList(
    /// Which.
    picker: Picker,
    /// Where the sign stands on the screen: left, top and bottom.
    spot: Signal<Option<(f64, f64, f64)>>,
    /// Somebody chose a row.
    chose: Callback<(Query, Choice)>,
) -> impl IntoView {
    let list = NodeRef::<html::Div>::new();
    let open = Memo::new(move |_| picker.is_open());
    let style = move || {
        let (left, top, bottom) = spot.get()?;
        let (wide, high) = window_size();
        let left = left.min(wide - WIDTH.min(wide - 16.0) - 8.0).max(8.0);
        let above = top - 8.0;
        let below = high - bottom - 8.0;
        Some(if above >= HEIGHT || above >= below {
            let bottom = high - top + 6.0;
            format!("left:{left:.0}px;bottom:{bottom:.0}px;max-height:{:.0}px", above.min(HEIGHT))
        } else {
            let top = bottom + 6.0;
            format!("left:{left:.0}px;top:{top:.0}px;max-height:{:.0}px", below.min(HEIGHT))
        })
    };
    let count = move || {
        if !open.get() {
            return String::new();
        }
        match picker.choices.with(Vec::len) {
            1 => "1 suggestion".to_owned(),
            many => format!("{many} suggestions"),
        }
    };
    let title = move || picker.query.with(|query| query.as_ref().map_or("", |q| q.sign.title()));
    let rows = move || {
        picker.choices.with(|choices| {
            choices
                .iter()
                .cloned()
                .enumerate()
                .map(|(place, choice)| view! { <Row picker place choice chose/> })
                .collect_view()
        })
    };
    view! {
        <p class="unseen-words" role="status">{count}</p>
        <Show when=move || open.get()>
            <div
                class="picker" role="listbox" id=picker.list_id() aria-label=title style=style node_ref=list
                aria-busy=move || picker.more.get().to_string()
                // The box keeps the focus.
                on:mousedown=|event| event.prevent_default()
            >
                {rows}
            </div>
        </Show>
    }
    .into_any()
}

#[component]
fn Row(
    picker: Picker,
    place: usize,
    choice: Choice,
    chose: Callback<(Query, Choice)>,
) -> impl IntoView {
    let lit = move || picker.lit.get() == Some(place);
    let makes = choice.makes();
    let refused = choice.refused.clone();
    let is_refused = refused.is_some();
    let face = match choice.face.clone() {
        Face::Person(name) => view! { <Avatar name/> }.into_any(),
        Face::Sign(sign) => {
            view! { <span class="picker-sign" aria-hidden="true">{sign}</span> }.into_any()
        }
    };
    let Choice { title, more, aside, here, .. } = choice.clone();
    view! {
        <div
            class="picker-row" class:picker-lit=lit class:picker-refused=is_refused
            role="option" id=picker.row_id(place) aria-selected=move || lit().to_string()
            aria-disabled=is_refused.then_some("true")
            on:mousemove=move |_| {
                // A mouse that lies there decides nothing: what makes something is clicked, or gone to by the arrows.
                if !makes && picker.lit.get_untracked() != Some(place) {
                    picker.lit.set(Some(place));
                }
            }
            on:click=move |_| {
                if let Some(query) = picker.query.get_untracked() {
                    chose.run((query, choice.clone()));
                }
            }
        >
            {face}
            <span class="picker-words">
                <span class="picker-title">
                    <bdi>{title}</bdi>
                    {here.then(|| view! { <span class="picker-here">"here"</span> })}
                </span>
                <bdi class="picker-more">{more}</bdi>
                {refused.map(|reason| view! { <span class="picker-why">{reason}</span> })}
            </span>
            {aside.map(|aside| view! { <span class="picker-aside">{aside}</span> })}
        </div>
    }
    .into_any()
}

fn window_size() -> (f64, f64) {
    let size = |size: Result<wasm_bindgen::JsValue, _>| {
        size.ok().and_then(|size| size.as_f64()).unwrap_or(1_000.0)
    };
    (size(window().inner_width()), size(window().inner_height()))
}
