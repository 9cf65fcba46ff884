//! Talking to the desk around the frame: only to ERPNext's origin, and only about one ticket.

use contract::PanelNonce;
use futures::channel::oneshot;
use leptos::{ev, prelude::*};
use serde::{Deserialize, Serialize};
use std::{cell::RefCell, rc::Rc, time::Duration};
use wasm_bindgen::JsValue;

/// The desk's script answers within this, or there is none.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the desk said about a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ticket {
    /// It is there.
    Made,
    /// ERPNext did not let the user make one.
    Refused,
    /// Nobody answered.
    Silence,
}

/// All there is to say on either side.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Word {
    r#type: String,
    nonce: String,
}

/// Asks the desk to make a ticket.
pub async fn ask_for_ticket(asked: &PanelNonce) -> Ticket {
    let Some(parent) = web_sys::window().and_then(|window| window.parent().ok().flatten()) else {
        return Ticket::Silence;
    };
    let (tell, told) = oneshot::channel();
    let tell = Rc::new(RefCell::new(Some(tell)));
    let answer = move |ticket| {
        if let Some(tell) = tell.borrow_mut().take() {
            let _ = tell.send(ticket);
        }
    };
    let (origin, nonce, desk) = (asked.erpnext_origin.clone(), asked.nonce.clone(), parent.clone());
    let heard = answer.clone();
    let listening = window_event_listener(ev::message, move |event| {
        let from_desk = event.origin() == origin
            && event.source().is_some_and(|source| js_sys::Object::is(&source, desk.as_ref()));
        if !from_desk {
            return;
        }
        match understood(&event.data()).filter(|word| word.nonce == nonce) {
            Some(word) if word.r#type == "parlance:ticket-made" => heard(Ticket::Made),
            Some(word) if word.r#type == "parlance:ticket-refused" => heard(Ticket::Refused),
            _ => {}
        }
    });
    set_timeout(move || answer(Ticket::Silence), PATIENCE);
    let word = Word { r#type: "parlance:ticket".into(), nonce: asked.nonce.clone() };
    let word = serde_json::to_string(&word).unwrap_or_default();
    if let Ok(word) = js_sys::JSON::parse(&word) {
        let _ = parent.post_message(&word, &asked.erpnext_origin);
    }
    let ticket = told.await.unwrap_or(Ticket::Silence);
    listening.remove();
    ticket
}

fn understood(data: &JsValue) -> Option<Word> {
    let text = js_sys::JSON::stringify(data).ok()?;
    serde_json::from_str(&String::from(text)).ok()
}
