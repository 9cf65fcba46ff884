//! What opens over the page: a `<dialog>`, so that the browser keeps the focus inside and closes it with Esc.

use crate::ui::closes;
use leptos::{ev, html, prelude::*};
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

thread_local! {
    static BACK: RefCell<Option<HtmlElement>> = const { RefCell::new(None) };
}

/// Where something opens, in CSS pixels of the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// From the right edge.
    right: f64,
    /// From the upper edge, or from the lower one.
    top: Result<f64, f64>,
}

impl Spot {
    /// Below `element`, or above it where there is more room.
    #[must_use]
    pub fn below(element: &Element) -> Self {
        let rect = element.get_bounding_client_rect();
        Self::around(rect.right(), rect.top().max(0.0), rect.bottom())
    }

    /// Where the mouse is.
    #[must_use]
    pub fn at(event: &ev::MouseEvent) -> Self {
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        Self::around(x + 200.0, y, y)
    }

    /// At the lower edge, for a finger.
    #[must_use]
    pub const fn low() -> Self {
        Self { right: 8.0, top: Err(8.0) }
    }

    fn around(right: f64, top: f64, bottom: f64) -> Self {
        let size = |value: Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>| {
            value.ok().and_then(|value| value.as_f64()).unwrap_or_default()
        };
        let (width, height) = (size(window().inner_width()), size(window().inner_height()));
        let right = (width - right).max(8.0);
        if bottom > height / 2.0 {
            // A row higher than the window still leaves something in view.
            Self { right, top: Err((height - top + 4.0).min(height * 0.6)) }
        } else {
            Self { right, top: Ok(bottom + 4.0) }
        }
    }

    fn style(self) -> String {
        match self.top {
            Ok(top) => format!("--right:{:.0}px;--top:{top:.0}px", self.right),
            Err(bottom) => format!("--right:{:.0}px;--bottom:{bottom:.0}px", self.right),
        }
    }
}

/// Something over the page.
#[component]
pub fn Pop(
    /// What it is called.
    #[prop(into)]
    label: String,
    /// How it looks: `pop-menu`, `pop-sheet` or `pop-card`.
    class: &'static str,
    /// Where, if not in the middle.
    #[prop(optional)]
    spot: Option<Spot>,
    /// It was closed.
    on_close: Callback<()>,
    /// What stands in it.
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    // The finger whose long press opened it lifts over it: only what was also put down here counts. Keys press without.
    let pressed = StoredValue::new(false);
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get()
            && !dialog.open()
        {
            let _ = dialog.show_modal();
        }
    });
    view! {
        <dialog
            node_ref=dialog class=format!("pop {class}") aria-label=label style=spot.map(Spot::style)
            on:close=move |_| on_close.run(())
            // The browser closes the dialog itself; what it stands in must not close as well.
            on:keydown=move |event| {
                if closes(&event) {
                    event.stop_propagation();
                }
            }
            on:pointerdown=move |_| pressed.set_value(true)
            on:click:capture=move |event| {
                if !pressed.get_value() && event.detail() != 0 {
                    event.prevent_default();
                    event.stop_propagation();
                }
            }
            on:click=move |event| {
                // On what lies behind it. Closing gives the focus back.
                if event.target() == event.current_target()
                    && let Some(dialog) = dialog.get_untracked()
                {
                    dialog.close();
                }
            }
        >
            <div class="pop-inside">{children()}</div>
        </dialog>
    }
    .into_any()
}

/// Notes what has the focus, unless that is something that opened over the page.
pub fn remember_focus() {
    let active =
        document().active_element().and_then(|active| active.dyn_into::<HtmlElement>().ok());
    let Some(active) = active else { return };
    let own = active.closest("dialog").ok().flatten().is_some();
    if own || active.tag_name() == "BODY" {
        return;
    }
    // A row's toolbar goes when the focus does: its row stays.
    let row = active
        .closest(".msg-tools")
        .ok()
        .flatten()
        .and_then(|tools| tools.closest("article").ok().flatten());
    BACK.set(row.and_then(|row| row.dyn_into().ok()).or(Some(active)));
}

/// The focus goes elsewhere this time.
pub fn forget_focus() {
    BACK.set(None);
}

/// Gives the focus back.
pub fn return_focus() {
    if let Some(back) = BACK.take() {
        let _ = back.focus();
    }
}

/// Copies `text`; whether the browser lets us.
pub fn copy(text: &str) -> bool {
    let navigator = window().navigator();
    let there = js_sys::Reflect::get(&navigator, &"clipboard".into())
        .is_ok_and(|clipboard| clipboard.is_object());
    if there {
        let _ = navigator.clipboard().write_text(text);
    }
    there
}

/// The element a key was pressed on.
pub fn current(event: &ev::KeyboardEvent) -> Option<Element> {
    event.current_target().and_then(|target| target.dyn_into().ok())
}
