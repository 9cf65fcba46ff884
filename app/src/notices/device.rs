//! This browser as one that notices are pushed to (W3C Push API, Notifications API).

use super::api::{add_device, push_key, remove_device};
use crate::{panel, ui};
use js_sys::{JSON, Reflect};
use serde::Deserialize;
use vocabulary::{NewDevice, PersonId};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Notification, NotificationPermission, PushManager, PushSubscription,
    PushSubscriptionOptionsInit, ServiceWorkerRegistration,
};

/// Under this name it is kept who has turned notices on here: nobody else gets theirs by coming after them.
const WHO: &str = "parlance.push";

/// How it stands with this browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Here {
    /// Nobody has looked yet.
    Looking,
    /// It shows no notices of closed pages.
    Cannot,
    /// Nobody has turned them on.
    Off,
    /// It was told to show none.
    Denied,
    /// It shows them.
    On,
}

/// A `PushSubscription` as it writes itself.
#[derive(Deserialize)]
struct Written {
    endpoint: String,
    keys: Keys,
}

#[derive(Deserialize)]
struct Keys {
    p256dh: String,
    auth: String,
}

/// How it stands with this browser for `me`. Asks nobody for anything.
pub(super) async fn look(me: PersonId) -> Here {
    let Some(manager) = manager().await else { return Here::Cannot };
    match Notification::permission() {
        NotificationPermission::Denied => Here::Denied,
        NotificationPermission::Granted
            if is_mine(me) && subscription(&manager).await.is_some() =>
        {
            Here::On
        }
        _ => Here::Off,
    }
}

/// Turns notices on. Called by a press: only then does the browser ask.
pub(super) async fn turn_on(me: PersonId) -> Result<(), String> {
    const NOT_ON: &str = "Notices are not turned on.";
    // First of all: some browsers ask only while the press lasts.
    let asked = Notification::request_permission().map(JsFuture::from);
    if let Ok(asked) = asked {
        let _ = asked.await;
    }
    if Notification::permission() != NotificationPermission::Granted {
        return Err(format!("{NOT_ON} This browser was not allowed to show them."));
    }
    let manager =
        manager().await.ok_or_else(|| format!("{NOT_ON} This browser cannot show them."))?;
    let subscribed = subscribe(&manager).await.map_err(|why| format!("{NOT_ON} {why}"))?;
    register(subscribed).await.map_err(|why| format!("{NOT_ON} {why}"))?;
    ui::store(WHO, &me.to_string());
    Ok(())
}

/// Turns them off again.
pub(super) async fn turn_off() -> Result<(), String> {
    ui::forget(WHO);
    let Some(manager) = manager().await else { return Ok(()) };
    let Some(subscribed) = subscription(&manager).await else { return Ok(()) };
    let endpoint = subscribed.endpoint();
    if let Ok(gone) = subscribed.unsubscribe() {
        let _ = JsFuture::from(gone).await;
    }
    remove_device(endpoint).await.map(drop).map_err(|problem| {
        format!("This browser takes no notices any more, and the server was not told. {problem}")
    })
}

/// Where `me` has turned notices on in this browser, says so again: the session may be another one, and browsers give up what
/// they subscribed to without a word.
pub async fn restore(me: PersonId) {
    if panel::is_framed() || !is_mine(me) {
        return;
    }
    let Some(manager) = manager().await else { return };
    if Notification::permission() != NotificationPermission::Granted {
        return;
    }
    let subscribed = match subscription(&manager).await {
        Some(known) => Ok(known),
        None => subscribe(&manager).await,
    };
    if let Ok(subscribed) = subscribed {
        // The next page tries again.
        let _ = register(subscribed).await;
    }
}

fn is_mine(me: PersonId) -> bool {
    ui::recall(WHO) == Some(me.to_string())
}

async fn register(subscribed: PushSubscription) -> Result<(), String> {
    let written = JSON::stringify(&subscribed).ok().and_then(|text| text.as_string());
    let written = written.and_then(|text| serde_json::from_slice::<Written>(text.as_bytes()).ok());
    let Some(Written { endpoint, keys: Keys { p256dh, auth } }) = written else {
        return Err("This browser did not say where to push them.".into());
    };
    let device = NewDevice { endpoint, p256dh, auth, before: None };
    add_device(device).await.map(drop).map_err(|problem| problem.to_string())
}

async fn subscribe(manager: &PushManager) -> Result<PushSubscription, String> {
    let key = push_key().await.map_err(|problem| problem.to_string())?;
    // Of another key: the server has a new one.
    if let Some(old) = subscription(manager).await
        && let Ok(gone) = old.unsubscribe()
    {
        let _ = JsFuture::from(gone).await;
    }
    let options = PushSubscriptionOptionsInit::new();
    options.set_user_visible_only(true);
    options.set_application_server_key(&JsValue::from_str(&key));
    let refused = || "Its push service did not take it. Try again when you are online.".to_owned();
    let subscribed = manager.subscribe_with_options(&options).map_err(|_| refused())?;
    let subscribed = JsFuture::from(subscribed).await.map_err(|_| refused())?;
    subscribed.dyn_into().map_err(|_| refused())
}

async fn subscription(manager: &PushManager) -> Option<PushSubscription> {
    let found = JsFuture::from(manager.get_subscription().ok()?).await.ok()?;
    found.dyn_into().ok()
}

/// What subscribes; `None` where there is nothing of the kind.
async fn manager() -> Option<PushManager> {
    let window = web_sys::window()?;
    let has = |what: &str| Reflect::has(&window, &what.into()) == Ok(true);
    if panel::is_framed() || !has("PushManager") || !has("Notification") {
        return None;
    }
    let navigator = window.navigator();
    if Reflect::has(&navigator, &"serviceWorker".into()) != Ok(true) {
        return None;
    }
    let ready = JsFuture::from(navigator.service_worker().ready().ok()?).await.ok()?;
    ready.dyn_into::<ServiceWorkerRegistration>().ok()?.push_manager().ok()
}
