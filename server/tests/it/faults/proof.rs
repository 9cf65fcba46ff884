//! Each acknowledged change holds: here, with whoever listened all along, and once in ERPNext.

use crate::{
    call::{api, request},
    faults::deeds::{Said, contents},
    town::Place,
};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use standin::erpnext::Running;
use std::collections::HashMap;
use testkit::http::Session;
use vocabulary::{AttachedState, Message};

/// Everything said in a place, read back page by page, as it stands now.
pub async fn read_back(session: &Session, place: Place) -> Vec<Message> {
    let mut all: Vec<Message> = Vec::new();
    loop {
        let before = all.first().map_or(i64::MAX, |message| message.seq.get());
        let fields = [("room", place.room.to_string()), ("aim[before]", before.to_string())];
        let fields: Vec<_> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let page = api(session, "history", &fields).await.json();
        let mut messages: Vec<Message> = serde_json::from_value(page["messages"].clone()).unwrap();
        messages.append(&mut all);
        all = messages;
        if page["at_start"] == true {
            return all;
        }
    }
}

/// As it was acknowledged.
pub fn stands(said: &Said, message: &Message) {
    assert_eq!(message.id, said.id);
    assert_eq!(message.removed.is_some(), said.text.is_none(), "{message:?}");
    assert_eq!(message.words(), said.text.as_deref().unwrap_or_default());
    assert_eq!(message.edited_at.is_some(), said.edited, "{message:?}");
    let thumbs: usize = message.reactions.iter().map(|reaction| reaction.by.len()).sum();
    assert_eq!(thumbs, usize::from(said.thumbed), "{message:?}");
    let tags: Vec<_> = message.tags.iter().map(|tag| tag.name.clone()).collect();
    assert_eq!(tags, said.tags, "{message:?}");
    let files = if said.text.is_some() { said.files.len() } else { 0 };
    assert_eq!(message.files.len(), files, "{message:?}");
    for file in &message.files {
        assert_eq!((file.state, &file.note), (AttachedState::Ready, &None), "{message:?}");
    }
}

/// The files of a message are given as they were sent, and none of one that was removed.
pub async fn files_are_there(session: &Session, said: &Said) {
    for (id, name) in &said.files {
        let got = request(session, &Method::GET, &format!("/files/{id}")).send().await.unwrap();
        if said.text.is_some() {
            assert_eq!(got.status(), StatusCode::OK, "{name}");
            assert_eq!(got.text().await.unwrap(), contents(name));
        } else {
            assert_eq!(got.status(), StatusCode::NOT_FOUND, "{name}");
        }
    }
}

/// What is told of many differences.
const TOLD: usize = 5;

/// What ERPNext has otherwise than it was acknowledged, or the beginning of it.
pub fn differences(erpnext: &Running, all: &[Said]) -> Vec<String> {
    let by = |doctype: &str, field: &str| {
        let mut found: HashMap<String, Vec<Value>> = HashMap::new();
        for document in erpnext.documents(doctype) {
            let key = document[field].as_str().unwrap_or_default().to_owned();
            found.entry(key).or_default().push(document);
        }
        found
    };
    let (mut written, mut files) = (by("Communication", "parlance_key"), by("File", "file_name"));
    let mut differences = Vec::new();
    for said in all {
        if differences.len() >= TOLD {
            return differences;
        }
        let of_it = written.remove(&said.id.to_string()).unwrap_or_default();
        let communication = match (&said.text, &*of_it) {
            (Some(text), [one]) if agrees(one, text, &said.tags) => one,
            (None, []) => &Value::Null,
            _ => {
                differences.push(format!("{said:?} is {of_it:?}"));
                continue;
            }
        };
        for (_, name) in &said.files {
            let of_it = files.remove(name).unwrap_or_default();
            let is_right = match (&said.text, &*of_it) {
                (Some(_), [one]) => one["attached_to_name"] == communication["name"],
                (None, []) => true,
                _ => false,
            };
            if !is_right {
                differences.push(format!("{name} of {said:?} is {of_it:?}"));
            }
        }
    }
    // What is left belongs to none of them.
    let foreign = written.into_iter().filter(|(key, _)| !key.is_empty());
    differences.extend(foreign.map(|(key, found)| format!("nobody said {key}: {found:?}")));
    let foreign = files.into_iter().filter(|(name, _)| name.starts_with("writer "));
    differences.extend(foreign.map(|(name, found)| format!("nobody sent {name}: {found:?}")));
    differences
}

fn agrees(communication: &Value, text: &str, tags: &[String]) -> bool {
    let links = communication["timeline_links"].as_array().into_iter().flatten();
    let links: Vec<_> = links.filter_map(|row| row["link_name"].as_str()).collect();
    communication["content"] == format!("<div>{text}</div>") && links == *tags
}
