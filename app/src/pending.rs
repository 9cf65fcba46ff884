//! Unsent messages, kept in the browser until the server has them. One entry per message, so that two
//! tabs never overwrite each other; where storage is forbidden the page's memory has to do.

use serde::{Deserialize, Serialize};
use vocabulary::{
    Audience, MessageBody, MessageDraft, MessageKey, Moment, NewFile, PersonId, Reply, RoomId,
};

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

/// Keeps `unsent` until it is forgotten.
pub fn keep(person: PersonId, room: RoomId, unsent: &Unsent) {
    if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(unsent)) {
        let _ = storage.set_item(&place(person, room, unsent.key), &text);
    }
}

/// The server will not take it: keeps the reason beside it.
pub fn fail(person: PersonId, room: RoomId, key: MessageKey, reason: &str) {
    let found = all(person).into_iter().find(|(_, unsent)| unsent.key == key);
    if let Some((_, unsent)) = found {
        keep(person, room, &Unsent { failed: Some(reason.to_owned()), ..unsent });
    }
}

/// The server has it, or the person threw it away.
pub fn forget(person: PersonId, room: RoomId, key: MessageKey) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(&place(person, room, key));
    }
}

/// Everything of `person` the server does not have, in the order it was typed.
#[must_use]
pub fn all(person: PersonId) -> Vec<(RoomId, Unsent)> {
    let Some(storage) = storage() else { return Vec::new() };
    let mut found: Vec<_> = (0..storage.length().unwrap_or(0))
        .filter_map(|index| storage.key(index).ok().flatten())
        .filter_map(|name| Some((room_of(&name, person)?, storage.get_item(&name).ok()??)))
        .filter_map(|(room, text)| {
            Some((room, serde_json::from_slice::<Unsent>(text.as_bytes()).ok()?))
        })
        .collect();
    found.sort_by_key(|(_, unsent)| unsent.key);
    found
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
