//! Colours of code, by highlight.js: loaded when the first block with a language comes into view.

use super::code::Stretch;
use leptos::{html, prelude::*};
use std::cell::{Cell, RefCell};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{IntersectionObserver, IntersectionObserverEntry};

/// Where the build puts it.
const SCRIPT: &str = "/highlight/highlight.min.js";

/// Longer code stays plain, in bytes: its colours would cost more than they give.
const COLOUR_LIMIT_BYTES: usize = 20_000;

/// Code of more stretches stays plain: each is an element.
const STRETCHES_LIMIT: usize = 4_000;

/// Its tree is as deep as the code is; ours is flat from here on.
const DEPTH_LIMIT: usize = 24;

thread_local! {
    /// Whether the script is on its way.
    static COMING: Cell<bool> = const { Cell::new(false) };
    static WAITING: RefCell<Vec<Box<dyn FnOnce()>>> = const { RefCell::new(Vec::new()) };
}

/// Colours `text` once `block` is in view.
pub fn when_seen(
    block: NodeRef<html::Pre>,
    language: String,
    text: String,
    coloured: RwSignal<Option<Vec<Stretch>>>,
) {
    if text.len() > COLOUR_LIMIT_BYTES {
        return;
    }
    let wanted = StoredValue::new(Some((language, text)));
    Effect::new(move |_| {
        let Some(block) = block.get() else { return };
        let seen = Closure::<dyn FnMut(js_sys::Array, IntersectionObserver)>::new(
            move |entries: js_sys::Array, observer: IntersectionObserver| {
                let in_view = entries
                    .iter()
                    .filter_map(|entry| entry.dyn_into::<IntersectionObserverEntry>().ok())
                    .any(|entry| entry.is_intersecting());
                if !in_view {
                    return;
                }
                observer.disconnect();
                let taken = wanted.try_update_value(Option::take).flatten();
                let Some((language, text)) = taken else { return };
                with_colours(Box::new(move || {
                    if let Some(stretches) = stretches(&language, &text) {
                        coloured.try_set(Some(stretches));
                    }
                }));
            },
        )
        .into_js_value();
        if let Ok(observer) = IntersectionObserver::new(seen.unchecked_ref()) {
            observer.observe(&block);
        }
    });
}

/// Does `act` as soon as the script is there. Where it did not come, whoever needs it next asks for it again, and then
/// all that waits is done.
fn with_colours(act: Box<dyn FnOnce()>) {
    if library().is_some() {
        act();
        return;
    }
    WAITING.with_borrow_mut(|waiting| waiting.push(act));
    if COMING.get() {
        return;
    }
    let Ok(script) = document().create_element("script") else { return };
    let Some(head) = document().head() else { return };
    let _ = script.set_attribute("src", SCRIPT);
    let come = Closure::once_into_js(|| {
        for act in WAITING.take() {
            act();
        }
    });
    let failed = script.clone();
    let lost = Closure::once_into_js(move || {
        failed.remove();
        COMING.set(false);
    });
    let _ = script.add_event_listener_with_callback("load", come.unchecked_ref());
    let _ = script.add_event_listener_with_callback("error", lost.unchecked_ref());
    COMING.set(head.append_child(&script).is_ok());
}

fn library() -> Option<JsValue> {
    let library = get(&window(), "hljs");
    library.is_object().then_some(library)
}

/// The code by its colours; none if nobody knows the language.
fn stretches(language: &str, text: &str) -> Option<Vec<Stretch>> {
    let library = library()?;
    if !call(&library, "getLanguage", &[language.into()])?.is_object() {
        return None;
    }
    let options = js_sys::Object::new();
    js_sys::Reflect::set(&options, &"language".into(), &language.into()).ok()?;
    js_sys::Reflect::set(&options, &"ignoreIllegals".into(), &true.into()).ok()?;
    let result = call(&library, "highlight", &[text.into(), options.into()])?;
    // Not the HTML it would make, but the tree it makes that of.
    let root = get(&get(&result, "_emitter"), "rootNode");
    let mut stretches = Vec::new();
    add(&root, None, 0, &mut stretches);
    if stretches.len() > STRETCHES_LIMIT {
        return None;
    }
    let same: String = stretches.iter().map(|stretch| stretch.text.as_str()).collect();
    // Colours must not change a letter.
    (same == text).then_some(stretches)
}

fn add(node: &JsValue, scope: Option<&str>, depth: usize, stretches: &mut Vec<Stretch>) {
    if let Some(text) = node.as_string() {
        stretches.push(Stretch { scope: scope.map(str::to_owned), text });
        return;
    }
    let own = get(node, "scope").as_string().as_deref().and_then(class);
    let scope = own.as_deref().or(scope);
    let Ok(children) = get(node, "children").dyn_into::<js_sys::Array>() else { return };
    if depth < DEPTH_LIMIT {
        for child in children.iter() {
            add(&child, scope, depth + 1, stretches);
        }
    }
}

/// The first word of a scope such as `title.function`; none for a whole language inside another.
fn class(scope: &str) -> Option<String> {
    let word = scope.split('.').next()?;
    let plain = !word.is_empty()
        && word.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'_'));
    (plain && !scope.starts_with("language:")).then(|| word.to_owned())
}

fn get(object: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

fn call(object: &JsValue, name: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let function = get(object, name).dyn_into::<js_sys::Function>().ok()?;
    let list = js_sys::Array::new();
    for argument in arguments {
        list.push(argument);
    }
    function.apply(object, &list).ok()
}
