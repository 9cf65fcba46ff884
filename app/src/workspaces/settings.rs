//! The page of `/settings`: what somebody chooses for all their devices.

use super::{found::ListPage, unread::Unread, writing_choices::WritingChoices};
use crate::notices::NoticeChoices;
use leptos::prelude::*;
use vocabulary::{Preference, Reading, Switch};

/// Each choice is kept at once.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let own = expect_context::<Unread>();
    let choice = move |reading: Reading, words: &'static str| {
        view! {
            <label class="choice">
                <input
                    type="radio" name="reading" prop:checked=move || own.reading() == reading
                    checked=untrack(|| own.reading()) == reading
                    on:change=move |_| own.prefer(Preference::Reading, reading.as_str())
                />
                {words}
            </label>
        }
    };
    let switch = move |preference: Preference, words: &'static str| {
        view! {
            <label class="choice">
                <input
                    type="checkbox" prop:checked=move || own.is_on(preference) checked=untrack(|| own.is_on(preference))
                    on:change=move |event| own.prefer(preference, Switch::from(event_target_checked(&event)).as_str())
                />
                {words}
            </label>
        }
    };
    view! {
        <ListPage title="Settings">
            <form class="settings" on:submit=|event| event.prevent_default()>
                <fieldset>
                    <legend>"Mark messages as read"</legend>
                    <p class="quiet">"For you, on all your devices. It changes at once."</p>
                    {choice(Reading::Always, "Always, when they are in view for a second, in the list of threads too")}
                    {choice(Reading::InConversation, "Only in their room or thread, when its end is in view for a second")}
                    {choice(Reading::Never, "Never by themselves: I press \"Mark as read\"")}
                </fieldset>
                <NoticeChoices/>
                <fieldset>
                    <legend>"Writing"</legend>
                    <WritingChoices/>
                </fieldset>
                <fieldset>
                    <legend>"Keyboard"</legend>
                    {switch(Preference::SingleLetterKeys, "Single letters do something on a message. Off: Enter, Esc, Tab, arrows and keys with Ctrl or Alt still work")}
                </fieldset>
            </form>
        </ListPage>
    }
    .into_any()
}
