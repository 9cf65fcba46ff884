//! Saying a message otherwise, in its place.

use super::{desk::Desk, pop};
use crate::ui;
use leptos::{ev, html, prelude::*, task::spawn_local};
use std::sync::Arc;
use vocabulary::{BodyProblem, Message, MessageAct, MessageBody, MessageKey};

/// The key code browsers send while an input method composes.
const IME_KEY_CODE: u32 = 229;

/// The box in place of the text. What is typed is kept in this browser until it is saved or put back.
#[component]
pub fn EditBox(
    /// What is edited.
    message: Arc<Message>,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let area = NodeRef::<html::Textarea>::new();
    let before = message.words().to_owned();
    let text = RwSignal::new(kept(message.key).unwrap_or_else(|| before.clone()));
    let saving = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let key = message.key;
    let id = message.id;

    Effect::new(move |_| {
        let Some(area) = area.get() else { return };
        let typed = text.get_untracked();
        area.set_value(&typed);
        let _ = area.focus();
        // In UTF-16, as browsers count.
        let end = u32::try_from(typed.encode_utf16().count()).ok();
        let _ = area.set_selection_start(end).and_then(|()| area.set_selection_end(end));
    });
    // The row keeps the focus, so that the next key works on it.
    let leave = move || {
        let row = area
            .get_untracked()
            .and_then(|area| area.closest("article").ok().flatten())
            .and_then(|row| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(row).ok());
        desk.leave_edit();
        if let Some(row) = row {
            let _ = row.focus();
        }
    };
    let save = {
        let before = before.clone();
        move || {
            if saving.get_untracked() {
                return;
            }
            let body = match text.with_untracked(|text| MessageBody::new(text)) {
                Ok(body) => body,
                Err(BodyProblem::Empty) => {
                    problem.set(Some("A message cannot be empty. Remove it instead.".to_owned()));
                    return;
                }
                Err(BodyProblem::TooLong { chars }) => {
                    let over = chars - vocabulary::BODY_LIMIT_CHARS;
                    problem.set(Some(format!("{over} characters too many.")));
                    return;
                }
            };
            if body.as_str() == before {
                forget(key);
                leave();
                return;
            }
            saving.set(true);
            problem.set(None);
            spawn_local(async move {
                let answer = desk.talk().act(id, MessageAct::Edit(body)).await;
                if saving.is_disposed() {
                    return;
                }
                saving.set(false);
                match answer {
                    Ok(()) => {
                        forget(key);
                        leave();
                    }
                    Err(trouble) => problem.set(Some(format!("Not saved. {trouble}"))),
                }
            });
        }
    };
    let on_key = {
        let save = save.clone();
        move |event: ev::KeyboardEvent| {
            let composing = event.is_composing() || event.key_code() == IME_KEY_CODE;
            match event.key().as_str() {
                "Enter" if !event.shift_key() && !composing => {
                    event.prevent_default();
                    save();
                }
                "Escape" if !composing => {
                    event.prevent_default();
                    event.stop_propagation();
                    leave();
                }
                _ => {}
            }
        }
    };
    let put_back = move |_| {
        forget(key);
        leave();
    };

    view! {
        <form
            class="msg-edit"
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
        >
            <div class="composer-grow" data-text=move || text.get()>
                <textarea
                    node_ref=area rows="1" dir="auto" aria-label="Edit message" aria-describedby="edit-keys" autocomplete="off"
                    on:input=move |event| {
                        let typed = event_target_value(&event);
                        keep(key, &typed);
                        text.set(typed);
                    }
                    on:keydown=on_key
                ></textarea>
            </div>
            {move || problem.get().map(|problem| view! { <p class="msg-edit-problem" role="alert">{problem}</p> })}
            <p class="msg-edit-row">
                <button type="submit" class="button button-small" disabled=move || saving.get()>"Save"</button>
                <button type="button" class="button button-small" on:click=put_back>"Cancel"</button>
                <span class="msg-edit-keys" id="edit-keys"><kbd>"Enter"</kbd>" saves, "<kbd>"Esc"</kbd>" leaves and keeps what you typed"</span>
            </p>
        </form>
    }
    .into_any()
}

/// Whether something was typed for this message and not saved.
#[must_use]
pub fn is_kept(key: MessageKey) -> bool {
    kept(key).is_some()
}

fn kept(key: MessageKey) -> Option<String> {
    ui::recall(&place(key))
}

fn keep(key: MessageKey, text: &str) {
    ui::store(&place(key), text);
}

fn forget(key: MessageKey) {
    pop::forget_focus();
    ui::forget(&place(key));
}

fn place(key: MessageKey) -> String {
    format!("parlance.edit.{key}")
}
