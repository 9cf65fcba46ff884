//! The page's half of what works without a line: it has the service worker (`public/sw.js`) keep the pages that somebody
//! has seen, and says which build of the page it is.

use contract::AppError;
use leptos::{ev, prelude::*, task::spawn_local};
use leptos_router::NavigateOptions;
use std::{sync::Arc, time::Duration};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageEvent, ServiceWorkerContainer, ServiceWorkerRegistration, VisibilityState};

/// How long somebody has to be on a page before it is kept: whoever only passes by does not cost the server a second one.
const STAYS: Duration = Duration::from_secs(2);

/// Which build of the page the server has; it provides it as context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageBuild(pub Arc<str>);

/// The build this page is of, if its server said so.
#[must_use]
pub fn page_build() -> Option<String> {
    document().document_element()?.get_attribute("data-build").filter(|build| !build.is_empty())
}

/// Starts the worker. Not in a frame of the desk: what is kept for a frame is another one's.
pub fn begin() {
    if crate::panel::is_framed() {
        return;
    }
    if let Some(workers) = workers() {
        spawn_local(async move {
            // Without it everything works but opening a page offline.
            let _ = JsFuture::from(workers.register("/sw.js")).await;
            tell("keep", "/workspaces").await;
        });
    }
}

/// Has the worker keep the page at `path` as the server makes it now, and again when somebody looks away from it.
pub fn keep_page(path: String) {
    Effect::new(move |_| {
        if crate::panel::is_framed() || workers().is_none() {
            return;
        }
        let keep = {
            let path = path.clone();
            move || {
                let path = path.clone();
                spawn_local(async move { tell("keep", &path).await });
            }
        };
        let soon = set_timeout_with_handle(keep.clone(), STAYS).ok();
        let away = window_event_listener(ev::visibilitychange, move |_| {
            if document().visibility_state() == VisibilityState::Hidden {
                keep();
            }
        });
        on_cleanup(move || {
            away.remove();
            if let Some(soon) = soon {
                soon.clear();
            }
        });
    });
}

/// Has the worker show no more what was read elsewhere.
pub fn close_read_notices() {
    if crate::panel::is_framed() || workers().is_none() {
        return;
    }
    spawn_local(tell("tidy", ""));
}

/// Where somebody has pressed on a notice that the worker showed, goes there. The page stays, with what was typed.
pub fn go_where_told(navigate: impl Fn(&str, NavigateOptions) + 'static) {
    let Some(workers) = workers() else { return };
    let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let words: Option<js_sys::Array> = event.data().dyn_into().ok();
        let Some(words) = words.filter(|words| words.get(0) == JsValue::from_str("go")) else {
            return;
        };
        // The worker is our own, and the path one of this site.
        if let Some(path) = words.get(1).as_string().filter(|path| path.starts_with('/')) {
            navigate(&path, NavigateOptions::default());
        }
    });
    workers.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    // As long as the page.
    heard.forget();
}

/// Nobody is signed in: what is kept is nobody's to see.
pub fn forget_pages() {
    if workers().is_some_and(|workers| workers.controller().is_some()) {
        spawn_local(tell("forget", ""));
    }
}

/// Where the line is cut, the worker opens the page at `path` as it was last seen.
#[cfg_attr(feature = "ssr", expect(unused_variables, reason = "on the server there is a line"))]
pub fn open_kept(problem: &AppError, path: Option<String>) {
    #[cfg(feature = "hydrate")]
    if matches!(problem, AppError::Waiting { on } if on == contract::THE_SERVER)
        && workers().is_some_and(|workers| workers.controller().is_some())
        && let Some(path) = path
    {
        let _ = window().location().replace(&path);
    }
}

async fn tell(what: &'static str, path: &str) {
    let Some(ready) = workers().and_then(|workers| workers.ready().ok()) else { return };
    let Ok(ready) = JsFuture::from(ready).await else { return };
    let active = ready.dyn_into::<ServiceWorkerRegistration>().ok().and_then(|all| all.active());
    if let Some(worker) = active {
        let words = js_sys::Array::of2(&what.into(), &path.into());
        let _ = worker.post_message(&words);
    }
}

/// Browsers have workers only for pages that came safely (https, or this machine).
fn workers() -> Option<ServiceWorkerContainer> {
    let navigator = web_sys::window()?.navigator();
    let has = js_sys::Reflect::has(&navigator, &JsValue::from_str("serviceWorker"));
    (has == Ok(true)).then(|| navigator.service_worker())
}
