//! How wide the panel is: drawn with a pointer or set with the arrow keys, and kept in this browser.

use crate::ui::{recall, store};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

const KEPT_AS: &str = "parlance.thread.width";

/// In CSS pixels.
const USUAL: i32 = 416;
const LEAST: i32 = 320;
const MOST: i32 = 760;

/// One press of an arrow key, in CSS pixels.
const STEP: i32 = 32;

/// The edge of the panel.
#[component]
pub fn WidthHandle() -> impl IntoView {
    let width = RwSignal::new(USUAL);
    Effect::new(move |_| {
        if let Some(kept) = recall(KEPT_AS).and_then(|kept| kept.parse().ok()) {
            width.set(kept);
        }
    });
    Effect::new(move |_| {
        let root = document().document_element();
        if let Some(root) = root.and_then(|root| root.dyn_into::<web_sys::HtmlElement>().ok()) {
            let width = format!("{}px", width.get().clamp(LEAST, MOST));
            let _ = js_sys::Reflect::get(&root, &"style".into()).and_then(|style| {
                let set = js_sys::Reflect::get(&style, &"setProperty".into())?;
                let set: js_sys::Function = set.dyn_into()?;
                set.call2(&style, &"--thread-width".into(), &width.into())
            });
        }
    });
    let set = move |wanted: i32| {
        let now = wanted.clamp(LEAST, MOST);
        width.set(now);
        store(KEPT_AS, &now.to_string());
    };
    let inner = || window().inner_width().ok().and_then(|width| width.as_f64()).unwrap_or_default();
    view! {
        <div
            class="thread-edge" role="separator" tabindex="0" aria-orientation="vertical" aria-label="Width of the thread"
            aria-valuemin=LEAST aria-valuemax=MOST aria-valuenow=move || width.get()
            on:keydown=move |event: ev::KeyboardEvent| {
                let step = match event.key().as_str() {
                    "ArrowLeft" => STEP,
                    "ArrowRight" => -STEP,
                    _ => return,
                };
                event.prevent_default();
                set(width.get_untracked() + step);
            }
            on:pointerdown=|event: ev::PointerEvent| {
                if let Some(edge) = event.current_target().and_then(|edge| edge.dyn_into::<web_sys::Element>().ok()) {
                    let _ = edge.set_pointer_capture(event.pointer_id());
                }
            }
            on:pointermove=move |event: ev::PointerEvent| {
                if event.buttons() == 1 {
                    #[expect(clippy::cast_possible_truncation, reason = "a width of the screen")]
                    set(inner() as i32 - event.client_x());
                }
            }
        ></div>
    }
}
