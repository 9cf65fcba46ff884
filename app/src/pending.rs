//! Unsent messages, kept in the browser until the server has them. One entry per message, so that two tabs never
//! overwrite each other. Each is written to the small storage at once, which a crash cannot undo, and then moved to the
//! browser's database, which has room for many. Where storage is forbidden the page's memory has to do.

use crate::shelf::Shelf;
use js_sys::{Object, Reflect};
use leptos::{task::spawn_local, wasm_bindgen::JsValue};
use serde::{Deserialize, Serialize};
use std::{cell::RefCell, collections::BTreeMap};
use vocabulary::{
    Audience, MessageBody, MessageDraft, MessageKey, Moment, NewFile, PersonId, Reply, RoomId,
};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent};

const SHELF: Shelf = Shelf { database: "parlance.unsent", table: "messages" };

/// What the tabs of one browser tell each other on.
const CHANNEL: &str = "parlance.unsent";

thread_local! {
    static TABS: RefCell<Option<BroadcastChannel>> = const { RefCell::new(None) };
}

/// A message the server does not have yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsent {
    /// The sender's key; keys sort by the time they were made.
    pub key: MessageKey,
    /// What to say; nothing where files speak for themselves.
    #[serde(default)]
    pub body: Option<MessageBody>,
    /// Who will see it.
    pub audience: Audience,
    /// What it answers, if it is said in a thread.
    #[serde(default)]
    pub reply: Option<Reply>,
    /// Files that come with it.
    #[serde(default)]
    pub files: Vec<NewFile>,
    /// When it was typed, by the browser's clock.
    pub typed_at: Moment,
    /// Why the server will not take it, if it said so; then only a person sends it again.
    #[serde(default)]
    pub failed: Option<String>,
}

impl Unsent {
    /// Whether the room itself shows it.
    #[must_use]
    pub fn in_room(&self) -> bool {
        self.reply.is_none_or(|reply| reply.also_in_room)
    }

    /// What goes over the line.
    #[must_use]
    pub fn draft(&self) -> MessageDraft {
        MessageDraft {
            key: self.key,
            body: self.body.clone(),
            audience: self.audience,
            reply: self.reply,
            files: self.files.clone(),
        }
    }
}

/// The browser has no room left: nothing was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// What one tab tells the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    person: PersonId,
    /// Where it goes.
    pub room: RoomId,
    /// The sender's key.
    pub key: MessageKey,
    /// The message as it is kept now; nothing if it was thrown away.
    pub kept: Option<Unsent>,
}

/// Keeps `unsent` until it is forgotten, and shows it to the other tabs.
///
/// # Errors
/// The browser has no room left.
pub fn keep(person: PersonId, room: RoomId, unsent: &Unsent) -> Result<(), Full> {
    let Ok(text) = serde_json::to_string(unsent) else { return Ok(()) };
    let place = place(person, room, unsent.key);
    if let Some(storage) = storage() {
        storage.set_item(&place, &text).map_err(|_| Full)?;
    }
    tell(&Told { person, room, key: unsent.key, kept: Some(unsent.clone()) });
    spawn_local(async move {
        // Where there is no database it stays where it is.
        if let Some(record) = record(&place, &text)
            && SHELF.put(&record).await.is_ok()
            && let Some(storage) = storage()
            && storage.get_item(&place) == Ok(Some(text))
        {
            let _ = storage.remove_item(&place);
        }
    });
    Ok(())
}

/// The server will not take it: keeps the reason beside it.
pub fn fail(person: PersonId, room: RoomId, key: MessageKey, reason: &str) {
    let reason = reason.to_owned();
    spawn_local(async move {
        let found = all(person).await.into_iter().find(|(_, unsent)| unsent.key == key);
        if let Some((_, unsent)) = found {
            // It stays as it was kept before if there is no room for the reason: then it is tried again.
            let _ = keep(person, room, &Unsent { failed: Some(reason), ..unsent });
        }
    });
}

/// The server has it.
pub fn forget(person: PersonId, room: RoomId, key: MessageKey) {
    let place = place(person, room, key);
    if let Some(storage) = storage() {
        let _ = storage.remove_item(&place);
    }
    spawn_local(async move {
        // What stays there is sent once more, which the server knows by its key.
        let _ = SHELF.remove(&place).await;
    });
}

/// The person threw it away: the other tabs do not show it either.
pub fn withdraw(person: PersonId, room: RoomId, key: MessageKey) {
    forget(person, room, key);
    tell(&Told { person, room, key, kept: None });
}

/// Everything of `person` the server does not have, in the order it was typed.
pub async fn all(person: PersonId) -> Vec<(RoomId, Unsent)> {
    // In this order: what moves meanwhile is found in one of them, or in both, and then the first knows better.
    let quick = quick(person);
    let mut found: BTreeMap<MessageKey, (RoomId, Unsent)> = SHELF
        .all()
        .await
        .unwrap_or_default()
        .iter()
        .filter_map(|record| {
            let text = |name: &str| Reflect::get(record, &name.into()).ok()?.as_string();
            let unsent: Unsent = serde_json::from_str(&text("text")?).ok()?;
            Some((unsent.key, (room_of(&text("id")?, person)?, unsent)))
        })
        .collect();
    found.extend(quick);
    found.into_values().collect()
}

/// Hears what other tabs of this person's keep and throw away, for as long as the page lives.
pub fn hear(person: PersonId, ear: impl Fn(Told) + 'static) {
    let Ok(channel) = BroadcastChannel::new(CHANNEL) else { return };
    let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let told = event.data().as_string().and_then(|text| serde_json::from_str(&text).ok());
        if let Some(told) = told.filter(|told: &Told| told.person == person) {
            ear(told);
        }
    });
    channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    heard.forget();
    TABS.set(Some(channel));
}

fn tell(told: &Told) {
    TABS.with_borrow(|tabs| {
        if let (Some(tabs), Ok(text)) = (tabs, serde_json::to_string(told)) {
            let _ = tabs.post_message(&text.into());
        }
    });
}

/// What was not moved to the database yet.
fn quick(person: PersonId) -> Vec<(MessageKey, (RoomId, Unsent))> {
    let Some(storage) = storage() else { return Vec::new() };
    (0..storage.length().unwrap_or(0))
        .filter_map(|index| storage.key(index).ok().flatten())
        .filter_map(|name| Some((room_of(&name, person)?, storage.get_item(&name).ok()??)))
        .filter_map(|(room, text)| {
            Some((room, serde_json::from_slice::<Unsent>(text.as_bytes()).ok()?))
        })
        .map(|(room, unsent)| (unsent.key, (room, unsent)))
        .collect()
}

fn record(place: &str, text: &str) -> Option<JsValue> {
    let record = Object::new();
    for (name, value) in [("id", place), ("text", text)] {
        Reflect::set(&record, &name.into(), &value.into()).ok()?;
    }
    Some(record.into())
}

fn place(person: PersonId, room: RoomId, key: MessageKey) -> String {
    format!("parlance.unsent.{person}.{room}.{key}")
}

/// The room in the name of an entry, if it is one of `person`.
fn room_of(name: &str, person: PersonId) -> Option<RoomId> {
    let rest = name.strip_prefix("parlance.unsent.")?;
    let mut parts = rest.split('.');
    (parts.next()? == person.to_string()).then(|| parts.next()?.parse().ok()).flatten()
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_names_its_person_and_room() {
        let (person, room, key) = (PersonId::fresh(), RoomId::fresh(), MessageKey::fresh());
        let name = place(person, room, key);
        assert_eq!(room_of(&name, person), Some(room));
        assert_eq!(room_of(&name, PersonId::fresh()), None);
        assert_eq!(room_of(&format!("parlance.draft.{person}.{room}"), person), None);
    }

    #[test]
    fn keys_sort_as_they_were_made() {
        let keys: Vec<_> = (0..100).map(|_| MessageKey::fresh()).collect();
        assert!(keys.is_sorted());
    }

    #[test]
    fn what_an_older_page_kept_is_read() {
        let text = format!(
            r#"{{"key":"{}","body":"hi","audience":"team","typed_at":5}}"#,
            MessageKey::fresh()
        );
        assert_eq!(serde_json::from_str::<Unsent>(&text).unwrap().failed, None);
    }
}
