//! Turns of this browser's tabs (Web Locks): what one of them does, the others leave alone until it has ended, with it
//! or without it.

use futures::channel::oneshot;
use js_sys::{Function, Object, Promise, Reflect};
use leptos::task::spawn_local;
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::{JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = ["navigator", "locks"], js_name = request)]
    fn request(name: &str, options: &Object, granted: &JsValue) -> Result<Promise, JsValue>;
}

/// A turn, until it is dropped.
#[derive(Debug)]
pub struct Turn {
    end: Function,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let _ = self.end.call0(&JsValue::NULL);
    }
}

/// How a tab comes to its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// When all who asked before have ended theirs.
    Waits,
    /// At once: it is taken from whoever has it.
    Takes,
}

/// The turn at `name`, once it is this tab's; nothing where the browser knows no turns, and then everybody may.
/// `lost` hears when another tab takes it.
pub async fn turn(name: &str, manner: Manner, lost: impl FnOnce() + 'static) -> Option<Turn> {
    let mut end = None;
    let until = Promise::new(&mut |resolve, _| end = Some(resolve));
    let (come, came) = oneshot::channel();
    let come = Rc::new(Cell::new(Some(come)));
    let granted = Rc::clone(&come);
    let granted = Closure::once_into_js(move || {
        if let Some(come) = granted.take() {
            let _ = come.send(());
        }
        until
    });
    let options = Object::new();
    if manner == Manner::Takes {
        let _ = Reflect::set(&options, &"steal".into(), &true.into());
    }
    let over = request(name, &options, &granted).ok()?;
    spawn_local(async move {
        if JsFuture::from(over).await.is_err() {
            match come.take() {
                // It was never given: whoever waits for it goes on without.
                Some(come) => drop(come),
                None => lost(),
            }
        }
    });
    came.await.ok()?;
    Some(Turn { end: end? })
}
