//! Rows of the store as people read them.

use super::words;
use crate::work::values;
use erpnext::decode_entities;
use serde_json::{Map, Value};
use std::collections::HashMap;
use store::timeline::{Row, Step};
use vocabulary::{
    FieldStep, Happened, TimelineAbout, TimelineEntry, TimelineKind, TimelineWho, WorkField,
};

/// `row`, with people called as `names` calls them.
pub(super) fn told(row: Row, names: &HashMap<String, String>) -> TimelineEntry {
    let place = row.place();
    match row {
        Row::Said(message, user) => TimelineEntry {
            id: place.id,
            at: place.at,
            who: Some(TimelineWho { user, full_name: message.author.full_name.clone() }),
            audience: message.audience,
            about: None,
            what: Happened::Said(message),
        },
        Row::Noted {
            kind,
            audience,
            who,
            about,
            title,
            medium,
            received,
            content,
            size,
            steps,
            ..
        } => {
            let gist = || words::gist(content.as_deref().unwrap_or_default());
            let title = decode_entities(&title.unwrap_or_default());
            let what = match kind {
                TimelineKind::Comment => Happened::Comment { gist: gist() },
                TimelineKind::File => Happened::File { file_name: title, size },
                TimelineKind::Change if steps.is_empty() => Happened::Made,
                TimelineKind::Change => {
                    Happened::Changed(steps.into_iter().map(|step| said(step, names)).collect())
                }
                TimelineKind::Mail | TimelineKind::Message => Happened::Mail {
                    subject: title,
                    medium: medium.unwrap_or_default(),
                    received,
                    gist: gist(),
                },
            };
            let who = who.map(|(user, name)| {
                let full_name = names.get(&user).cloned().or(name);
                let full_name =
                    full_name.map_or_else(|| user.clone(), |name| decode_entities(&name));
                TimelineWho { user, full_name }
            });
            // What is about the Project itself is what everything here is about.
            let about =
                about.filter(|(doctype, ..)| doctype != "Project").map(|(doctype, name, title)| {
                    let title = decode_entities(&title.unwrap_or_else(|| name.clone()));
                    TimelineAbout { doctype, name, title }
                });
            TimelineEntry { id: place.id, at: place.at, who, audience, about, what }
        }
    }
}

fn said(step: Step, names: &HashMap<String, String>) -> FieldStep {
    let Step { field, from, to } = step;
    let read = |value: Option<Value>| {
        let value = value?;
        if field != WorkField::Assigned {
            return values::said(field, &value);
        }
        let fields = Map::from_iter([(field.as_str().to_owned(), value)]);
        let people: Vec<String> = values::assigned(&fields)
            .into_iter()
            .map(|user| names.get(&user.to_lowercase()).cloned().unwrap_or(user))
            .collect();
        Some(people.join(", ")).filter(|people| !people.is_empty())
    };
    FieldStep { field, from: read(from), to: read(to) }
}
