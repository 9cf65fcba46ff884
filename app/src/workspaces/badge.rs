//! How much calls somebody, where it is seen without the page: in the title and on the app's icon.

use super::unread::Unread;
use leptos::prelude::*;

/// The number. A context of the whole app, as the title is.
#[derive(Clone, Copy)]
pub struct Badge(RwSignal<u32>);

impl Badge {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self(RwSignal::new(0))
    }

    /// A title with the number before it, if there is one.
    #[must_use]
    pub fn before(self, title: &str) -> String {
        match self.0.try_get().unwrap_or_default() {
            0 => title.to_owned(),
            number => format!("({number}) {title}"),
        }
    }

    /// Shows what calls this person.
    pub fn follow(self, unread: Unread) {
        self.0.set(untrack(|| unread.all_mentions()));
        Effect::new(move |_| {
            let number = unread.all_mentions();
            if self.0.get_untracked() != number {
                self.0.set(number);
            }
            #[cfg(feature = "hydrate")]
            put_on_icon(number);
        });
        on_cleanup(move || {
            self.0.try_set(0);
        });
    }
}

/// Installed apps of some browsers have a number on their icon.
#[cfg(feature = "hydrate")]
fn put_on_icon(number: u32) {
    use wasm_bindgen::{JsCast, JsValue};
    let navigator = window().navigator();
    let Ok(set) = js_sys::Reflect::get(&navigator, &JsValue::from_str("setAppBadge")) else {
        return;
    };
    let Ok(set) = set.dyn_into::<js_sys::Function>() else { return };
    if let Ok(promise) = set.call1(&navigator, &JsValue::from(number))
        && let Ok(promise) = promise.dyn_into::<js_sys::Promise>()
    {
        leptos::task::spawn_local(async move {
            // A browser that does not want to is no fault.
            let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
        });
    }
}
