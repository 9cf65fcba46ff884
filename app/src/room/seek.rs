//! Going to the message that the address names with `m`.

use super::{
    conversation::{Conversation, Sight},
    row::Desk,
};
use contract::AppError;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use vocabulary::{Aim, MessageId};

/// Where a room, or a thread of it, is to be opened for this address. A room leaves `m` to the thread, where one is named.
#[must_use]
pub fn aim_of(query: &ParamsMap, in_thread: bool) -> Option<Aim> {
    sought(query, in_thread).map(Aim::Around)
}

fn sought(query: &ParamsMap, in_thread: bool) -> Option<MessageId> {
    let elsewhere = !in_thread && query.get("thread").is_some();
    query.get("m").filter(|_| !elsewhere)?.parse().ok()
}

/// Shows the message the address names: it was opened there, or goes there now.
pub fn seek(talk: Conversation) {
    let desk = expect_context::<Desk>();
    let query = use_query_map();
    let wanted = Memo::new(move |_| query.with(|query| sought(query, talk.thread.is_some())));
    let missing = move || desk.say("The message of this link is not here.".into(), None);
    Effect::new(move |opened: Option<()>| {
        let Some(message) = wanted.get() else { return };
        let here = talk.find_by_id(message).map(|_| message);
        let first = opened.is_none();
        match here.or(talk.opened_at.filter(|_| first)) {
            Some(found) => talk.look_at(Sight::Marked(found)),
            None if first => missing(),
            None => spawn_local(async move {
                match talk.go(Aim::Around(message)).await {
                    Ok(landed) => {
                        if let Some(found) = landed.and_then(|landed| landed.found) {
                            talk.look_at(Sight::Marked(found));
                        }
                    }
                    Err(AppError::NotFound) => missing(),
                    Err(problem) => desk.say(problem.to_string(), None),
                }
            }),
        }
    });
}
