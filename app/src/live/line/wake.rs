//! What the browser says about the network and the tab.

use super::{Event, tell};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventTarget, VisibilityState};

/// Reports to the line for as long as the page lives.
pub fn listen() {
    on(&window(), "online", || tell(Event::Wake));
    on(&window(), "pageshow", || tell(Event::Wake));
    on(&window(), "offline", || tell(Event::NetworkLost));
    on(&document(), "visibilitychange", || {
        if document().visibility_state() == VisibilityState::Visible {
            tell(Event::Wake);
        }
    });
}

fn on(target: &EventTarget, name: &str, act: impl Fn() + 'static) {
    let act = Closure::<dyn Fn()>::new(act);
    let _ = target.add_event_listener_with_callback(name, act.as_ref().unchecked_ref());
    act.forget();
}
