//! Going to the message that the address names.

use super::{conversation::Conversation, row::Desk};
use leptos::{html, prelude::*};
use leptos_router::hooks::use_query_map;
use std::time::Duration;
use vocabulary::MessageId;

/// A message that somebody was sent to stays marked so long.
const MARKED: Duration = Duration::from_millis(2_500);

/// Pages of history that are loaded on the way back to it.
const PAGES: u32 = 60;

/// How far the search is: what was found is not shown again by each change of the list.
struct Sought {
    message: Option<MessageId>,
    done: bool,
}

/// Shows the message the address names with `m`: loads back to it, brings it into view and marks it for a moment. In the
/// room only where no thread is named, which then has it.
pub fn seek(talk: Conversation, list: NodeRef<html::Div>) {
    let desk = expect_context::<Desk>();
    let query = use_query_map();
    let wanted = Memo::new(move |_| {
        query.with(|query| {
            let elsewhere = talk.thread.is_none() && query.get("thread").is_some();
            query.get("m").filter(|_| !elsewhere).and_then(|id| id.parse::<MessageId>().ok())
        })
    });
    let pages = StoredValue::new(0);
    Effect::new(move |before: Option<Sought>| {
        let wanted = wanted.get();
        let mut sought = before.filter(|before| before.message == wanted).unwrap_or_else(|| {
            pages.set_value(0);
            Sought { message: wanted, done: wanted.is_none() }
        });
        let Some(message) = wanted.filter(|_| !sought.done) else { return sought };
        if talk.holds(message) {
            sought.done = true;
            request_animation_frame(move || show(list, message));
        } else if talk.stuck.get() || talk.loading.get() {
            // Asked again when the page has come, or when somebody tries again.
        } else if talk.has_earlier() && pages.get_value() < PAGES {
            pages.update_value(|pages| *pages += 1);
            talk.load_earlier();
        } else {
            sought.done = true;
            desk.say(
                "The message of this link is not here, or further back than can be shown at once."
                    .into(),
                None,
            );
        }
        sought
    });
}

fn show(list: NodeRef<html::Div>, message: MessageId) {
    let row = list.get_untracked().and_then(|list| {
        list.query_selector(&format!("article[data-id='{message}']")).ok().flatten()
    });
    let Some(row) = row.filter(|row| !row.class_list().contains("msg-sought")) else { return };
    row.scroll_into_view_with_bool(false);
    let _ = row.class_list().add_1("msg-sought");
    set_timeout(
        move || {
            let _ = row.class_list().remove_1("msg-sought");
        },
        MARKED,
    );
}
