//! The question before everything counts as read.

use crate::{
    room::Pop,
    ui::{recall, store},
    workspaces::Unread,
};
use leptos::{ev, html, prelude::*};

const KEPT_AS: &str = "parlance.all-read.asks";

/// Whether to ask first: until somebody says not to, in this browser.
pub fn asks() -> bool {
    recall(KEPT_AS).as_deref() != Some("no")
}

/// Asks once.
#[component]
pub fn AskAllRead(
    /// Whether it is asked.
    asked: RwSignal<bool>,
) -> impl IntoView {
    let own = expect_context::<Unread>();
    let never_again = NodeRef::<html::Input>::new();
    let done = move |event: ev::SubmitEvent| {
        let chose = event.submitter().is_some_and(|button| button.has_attribute("data-all-read"));
        if !chose {
            return;
        }
        if never_again.get_untracked().is_some_and(|never_again| never_again.checked()) {
            store(KEPT_AS, "no");
        }
        own.mark_all_read();
    };
    view! {
        <Pop label="Mark everything as read?" class="pop-card" on_close=Callback::new(move |()| asked.set(false))>
            <h2>"Mark everything as read?"</h2>
            <p>"Every room and thread counts as read, on all your devices."</p>
            <form method="dialog" on:submit=done>
                <p>
                    <label class="choice">
                        <input type="checkbox" node_ref=never_again/>
                        "Do not ask again in this browser"
                    </label>
                </p>
                <p class="list-acts">
                    <button type="submit" class="button button-primary" data-all-read="">"Mark as read"</button>
                    <button type="submit" class="button">"Cancel"</button>
                </p>
            </form>
        </Pop>
    }
}
