//! Saying a message otherwise, in its place.

use super::{desk::Desk, pop};
use crate::{
    room::composer::{self, Enter, Held, Marks, on_enter},
    ui::{self, composes, has_mouse},
    workspaces::Unread,
};
use leptos::{ev, html, prelude::*, task::spawn_local};
use std::sync::Arc;
use vocabulary::{BodyProblem, Message, MessageAct, MessageBody, MessageKey, Preference};

/// The box in place of the text. What is typed is kept in this browser until it is saved or put back.
#[component]
pub fn EditBox(
    /// What is edited.
    message: Arc<Message>,
) -> impl IntoView {
    let desk = expect_context::<Desk>();
    let own = expect_context::<Unread>();
    let area = NodeRef::<html::Textarea>::new();
    let before = message.words().to_owned();
    // As in the composer, marks stand there as people read them.
    let (shown, marks) = Marks::read(&kept(message.key).unwrap_or_else(|| before.clone()));
    let (text, marks) = (RwSignal::new(shown), StoredValue::new(marks));
    let written =
        move || text.with_untracked(|text| marks.with_value(|marks| marks.write_out(text)));
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
            let body = match MessageBody::new(&written()) {
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
            let sent = written();
            spawn_local(async move {
                let answer = desk.talk().act(id, MessageAct::Edit(body)).await;
                // What was typed meanwhile is not saved: it stays.
                let all = kept(key).is_none_or(|kept| kept == sent);
                if answer.is_ok() && all {
                    forget(key);
                }
                if saving.try_set(false).is_some() {
                    return;
                }
                match answer {
                    Ok(()) if all => leave(),
                    Ok(()) => {}
                    Err(trouble) => problem.set(Some(format!("Not saved. {trouble}"))),
                }
            });
        }
    };
    let typed = move |typed: String| {
        text.set(typed);
        keep(key, &written());
    };
    let go_on = move || {
        let Some(area) = area.get_untracked() else { return false };
        let text = area.value();
        let selected = composer::selection(&area, &text);
        let change = selected.is_empty().then(|| on_enter(&text, selected.end)).flatten();
        let Some(change) = change else { return false };
        composer::replace(&area, change.range, &change.with, change.select);
        typed(area.value());
        true
    };
    let on_key = {
        let save = save.clone();
        move |event: ev::KeyboardEvent| {
            if composes(&event) {
                return;
            }
            match event.key().as_str() {
                "Enter" => {
                    let wish = untrack(|| own.is_on(Preference::EnterSends));
                    let enter = Enter::with(Held::of(&event), wish, has_mouse());
                    let goes_on = matches!(enter, Enter::GoesOn | Enter::GoesOnOrSends);
                    if goes_on && go_on() {
                        event.prevent_default();
                    } else if matches!(enter, Enter::Sends | Enter::GoesOnOrSends) {
                        event.prevent_default();
                        save();
                    }
                }
                "Escape" => {
                    event.prevent_default();
                    event.stop_propagation();
                    leave();
                }
                _ => {}
            }
        }
    };
    let saves_with = move || {
        if own.is_on(Preference::EnterSends) && has_mouse() {
            view! { <kbd>"Enter"</kbd> }.into_any()
        } else {
            view! { <kbd>"Ctrl"</kbd>" "<kbd>"Enter"</kbd> }.into_any()
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
                    on:input=move |event| typed(event_target_value(&event))
                    on:keydown=on_key
                ></textarea>
            </div>
            {move || problem.get().map(|problem| view! { <p class="msg-edit-problem" role="alert">{problem}</p> })}
            <p class="msg-edit-row">
                <button type="submit" class="button button-small" disabled=move || saving.get()>"Save"</button>
                <button type="button" class="button button-small" on:click=put_back>"Cancel"</button>
                <span class="msg-edit-keys" id="edit-keys">{saves_with}" saves, "<kbd>"Esc"</kbd>" leaves and keeps what you typed"</span>
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
