//! Requests about files, with progress: only `XMLHttpRequest` tells how much of a body has gone.

use contract::AppError;
use leptos::wasm_bindgen::{JsCast, JsValue, closure::Closure};
use serde::de::DeserializeOwned;
use vocabulary::{Attached, FileId, FileRules, RoomId};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ProgressEvent, XmlHttpRequest};

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ending<T> {
    /// Done.
    Done(T),
    /// The server will not, and why.
    Refused(String),
    /// The server will not now or not from this person, and why: a right or a room may come back.
    Closed(String),
    /// Not now: no line, a busy or restarting server.
    Later,
}

/// Sends a file; `progress` hears how many bytes have gone. `request` can be aborted meanwhile.
pub(super) async fn send(
    request: &XmlHttpRequest,
    (id, room, name): (FileId, RoomId, &str),
    blob: &Blob,
    progress: impl Fn(f64) + 'static,
) -> Ending<Attached> {
    let name = String::from(js_sys::encode_uri_component(name));
    let address = format!("/files/{id}?room={room}&name={name}");
    let heard = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        progress(event.loaded());
    });
    if let Ok(upload) = request.upload() {
        upload.set_onprogress(Some(heard.as_ref().unchecked_ref()));
    }
    let opened = request.open("PUT", &address);
    let typed = request.set_request_header("content-type", "application/octet-stream");
    if opened.and(typed).is_err() {
        return Ending::Later;
    }
    ended(request, || request.send_with_opt_blob(Some(blob))).await
}

/// Takes a file back.
pub(super) async fn withdraw(id: FileId) {
    let Ok(request) = XmlHttpRequest::new() else { return };
    if request.open("DELETE", &format!("/files/{id}")).is_ok() {
        // What could not be taken back now is forgotten by the server by itself.
        let _: Ending<serde_json::Value> = ended(&request, || request.send()).await;
    }
}

/// What is taken here.
pub(super) async fn rules() -> Option<FileRules> {
    let request = XmlHttpRequest::new().ok()?;
    request.open("GET", "/files").ok()?;
    match ended(&request, || request.send()).await {
        Ending::Done(rules) => Some(rules),
        Ending::Refused(_) | Ending::Closed(_) | Ending::Later => None,
    }
}

async fn ended<T: DeserializeOwned>(
    request: &XmlHttpRequest,
    send: impl FnOnce() -> Result<(), JsValue>,
) -> Ending<T> {
    let over = js_sys::Promise::new(&mut |resolve, _| request.set_onloadend(Some(&resolve)));
    if send().is_err() || JsFuture::from(over).await.is_err() {
        return Ending::Later;
    }
    let text = request.response_text().ok().flatten().unwrap_or_default();
    match request.status().unwrap_or(0) {
        200..=299 => match serde_json::from_slice(text.as_bytes()) {
            Ok(answer) => Ending::Done(answer),
            Err(_) => Ending::Later,
        },
        // Signed out: what waits is sent after signing in again.
        0 | 401 | 408 | 429 | 500..=506 | 508..=599 => Ending::Later,
        status => {
            let why = match serde_json::from_slice::<AppError>(text.as_bytes()) {
                Ok(error) => error.to_string(),
                Err(_) => format!("The server refused it (status {status})."),
            };
            // No room on the server (507, RFC 4918) may end, but not by trying again at once.
            if matches!(status, 403 | 404 | 409 | 507) {
                Ending::Closed(why)
            } else {
                Ending::Refused(why)
            }
        }
    }
}
