//! Where one writes.

use super::{
    conversation::Conversation,
    files::{AttachBox, AttachButton, Attachments, DropVeil},
    row::Desk,
    sync::SyncChip,
};
use crate::{
    pending,
    ui::icon::{EyeIcon, LockIcon, SendIcon},
};
use leptos::{ev, html, prelude::*};
use vocabulary::{Audience, BODY_LIMIT_CHARS, SyncState};

/// From this many characters on the counter shows.
const COUNTER_FROM: usize = BODY_LIMIT_CHARS - 500;

/// The key code browsers send while an input method composes.
const IME_KEY_CODE: u32 = 229;

/// The box, who will see it, and the button.
#[component]
pub fn Composer(
    /// The open room.
    talk: Conversation,
    /// How the connection to ERPNext stood when the page opened.
    sync: SyncState,
) -> impl IntoView {
    let area = NodeRef::<html::Textarea>::new();
    let text = RwSignal::new(String::new());
    let person = talk.me().id;
    let (room, thread) = (talk.room, talk.thread);
    let (name, hint, send_name) = match thread {
        Some(_) => ("Reply", "Reply in the thread", "Send reply"),
        None => ("Message", "Write to the team", "Send"),
    };
    let audience_id = if thread.is_some() { "reply-audience" } else { "composer-audience" };
    let attach = AttachBox::of(room, person);
    let chars = Memo::new(move |_| text.with(|text| text.chars().count()));
    let too_long = move || chars.get() > BODY_LIMIT_CHARS;
    let near_limit = move || chars.get() >= COUNTER_FROM;
    let blank = Memo::new(move |_| text.with(|text| text.trim().is_empty()));

    // What was typed before the page was alive wins over the draft kept from before.
    Effect::new(move |_| {
        let Some(area) = area.get() else { return };
        match area.value() {
            early if early.is_empty() => {
                area.set_value(&pending::draft(person, room, thread).unwrap_or_default());
            }
            early => pending::keep_draft(person, room, thread, &early),
        }
        text.set(area.value());
        if has_mouse() {
            let _ = area.focus();
        }
    });
    let typed = move |_| {
        if let Some(area) = area.get_untracked() {
            let now = area.value();
            pending::keep_draft(person, room, thread, &now);
            text.set(now);
        }
    };
    // A quote, or a text that is to be said otherwise, goes before what stands there.
    let desk = expect_context::<Desk>();
    desk.write_with(Callback::new(move |more: String| {
        if let Some(area) = area.get_untracked() {
            area.set_value(&format!("{more}{}", area.value()));
            pending::keep_draft(person, room, thread, &area.value());
            text.set(area.value());
            let _ = area.focus();
        }
    }));
    let send = move || {
        let Some(area) = area.get_untracked() else { return };
        if talk.say(&area.value(), || attach.take()).is_ok() {
            area.set_value("");
            text.set(String::new());
            pending::keep_draft(person, room, thread, "");
            talk.to_end();
        }
        let _ = area.focus();
    };
    let key = move |event: ev::KeyboardEvent| {
        let composing = event.is_composing() || event.key_code() == IME_KEY_CODE;
        if event.key() == "Enter" && !event.shift_key() && !composing && has_mouse() {
            event.prevent_default();
            send();
        }
        if event.key() == "ArrowUp" && blank.get_untracked() && !composing && desk.edit_last() {
            event.prevent_default();
        }
    };

    view! {
        <form
            class="composer"
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <div class="composer-top">
                <p class="composer-audience" id=audience_id><WhoSees audience=talk.audience/></p>
                <SyncChip sync/>
            </div>
            <Attachments attach/>
            <DropVeil attach/>
            <div class="composer-box">
                <AttachButton attach/>
                // The box is as high as this copy of its text (see style/composer.css).
                <div class="composer-grow" data-text=move || text.get()>
                    <textarea
                        node_ref=area rows="1" dir="auto" aria-label=name aria-describedby=audience_id
                        placeholder=hint enterkeyhint="enter" autocomplete="off"
                        on:input=typed on:keydown=key
                    ></textarea>
                </div>
                <button
                    type="submit" class="send" aria-label=send_name title=send_name
                    disabled=move || blank.get() && !attach.has_files() || too_long()
                    on:mousedown=|event| event.prevent_default()
                >
                    <SendIcon/>
                </button>
            </div>
            <p class="composer-hint">
                <span class="composer-keys"><kbd>"Enter"</kbd>" sends, "<kbd>"Shift"</kbd>" "<kbd>"Enter"</kbd>" makes a new line"</span>
                <Show when=near_limit>
                    <span class="composer-counter" class:composer-over=too_long aria-live="polite">
                        {move || {
                            let chars = chars.get();
                            if chars > BODY_LIMIT_CHARS {
                                format!("{} characters too many", chars - BODY_LIMIT_CHARS)
                            } else {
                                format!("{} characters left", BODY_LIMIT_CHARS - chars)
                            }
                        }}
                    </span>
                </Show>
            </p>
        </form>
    }
    .into_any()
}

/// Who will see it, in words and with a picture.
#[component]
fn WhoSees(
    /// Who.
    audience: Audience,
) -> impl IntoView {
    match audience {
        Audience::Team => view! {
            <span class="audience audience-team"><LockIcon/>"Team only"</span>
            <span class="audience-more">"The client does not see this"</span>
        }
        .into_any(),
        Audience::Client => {
            view! { <span class="audience audience-client"><EyeIcon/>"Client will see this"</span> }
                .into_any()
        }
    }
}

/// Whether Enter can send: with a touch keyboard it is the only way to a new line.
fn has_mouse() -> bool {
    window().match_media("(pointer: fine)").ok().flatten().is_some_and(|query| query.matches())
}
