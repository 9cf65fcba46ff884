//! Which tab of a browser cares for a file that is kept there. All of them see it; one sends it (the Web Locks API).

use futures::channel::oneshot;
use js_sys::{Function, Promise, Reflect};
use leptos::{
    prelude::window,
    task::spawn_local,
    wasm_bindgen::{JsCast, JsValue, closure::Closure},
};
use std::{cell::RefCell, collections::HashMap};
use vocabulary::FileId;
use wasm_bindgen_futures::JsFuture;

thread_local! {
    static CLAIMS: RefCell<HashMap<FileId, Claim>> = RefCell::default();
}

/// The file is this tab's, until it is let go or the tab is closed.
#[derive(Debug)]
struct Claim(Option<Function>);

impl Drop for Claim {
    fn drop(&mut self) {
        if let Some(over) = &self.0 {
            let _ = over.call0(&JsValue::UNDEFINED);
        }
    }
}

/// Waits until no other tab cares for the file, and takes it. A browser that knows no locks (a page without encryption)
/// gives it at once.
pub(super) async fn claim(id: FileId) {
    let claim = lock(&format!("parlance.file.{id}")).await.unwrap_or(Claim(None));
    CLAIMS.with_borrow_mut(|claims| claims.insert(id, claim));
}

/// Another tab may have it.
pub(super) fn let_go(id: FileId) {
    let claim = CLAIMS.with_borrow_mut(|claims| claims.remove(&id));
    drop(claim);
}

async fn lock(name: &str) -> Option<Claim> {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).ok()?;
    let request = Reflect::get(&locks, &"request".into()).ok()?.dyn_into::<Function>().ok()?;
    let (sender, receiver) = oneshot::channel();
    let mut sender = Some(sender);
    // The lock is held as long as the promise that is given back is open.
    let granted = Closure::once_into_js(move |_: JsValue| {
        Promise::new(&mut |resolve, _| {
            if let Some(Err(resolve)) = sender.take().map(|sender| sender.send(resolve)) {
                let _ = resolve.call0(&JsValue::UNDEFINED);
            }
        })
    });
    let asked = request.call2(&locks, &name.into(), &granted).ok()?;
    if let Ok(asked) = asked.dyn_into::<Promise>() {
        // A page that is closed while it waits is answered with an error that concerns nobody.
        spawn_local(async move {
            let _ = JsFuture::from(asked).await;
        });
    }
    receiver.await.ok().map(|over| Claim(Some(over)))
}
