//! What was made here and ERPNext does not have yet.

use super::{
    api::drop_new_work,
    board::{Board, Open, opener},
    drafts,
};
use crate::ui::{
    focus,
    icon::{AlertIcon, ClockIcon},
};
use leptos::{prelude::*, task::spawn_local};
use vocabulary::{EditState, Making, NewWork, SaveId, WorkField};

/// A row for it: on its way, or refused with ERPNext's words and what was typed.
#[component]
pub fn MakingRow(
    /// Where it is listed.
    board: Board,
    /// What is being made.
    making: Memo<Making>,
) -> impl IntoView {
    let subject = move || making.get().fields.get(&WorkField::Subject).cloned().unwrap_or_default();
    view! {
        <li class="fact fact-making">
            <bdi class="fact-subject">{subject}</bdi>
            {move || match making.get().state {
                EditState::Refused { words } => {
                    view! { <Refused board making=making.get_untracked() words/> }.into_any()
                }
                EditState::Pending | EditState::Conflict { .. } => {
                    view! { <p class="field-note"><ClockIcon/>"On its way to ERPNext"</p> }.into_any()
                }
            }}
        </li>
    }
}

#[component]
fn Refused(board: Board, making: Making, words: String) -> impl IntoView {
    let (doctype, save) = (making.doctype, making.save);
    let away = move || {
        spawn_local(async move {
            // A failure leaves the row where it is.
            if drop_new_work(board.workspace, save).await.is_ok() {
                board.read_again();
            }
        });
    };
    let again = move |_| {
        let new = NewWork {
            save: SaveId::fresh(),
            doctype,
            fields: making.fields.clone(),
            about: making.about,
        };
        drafts::keep_new(board.me, board.workspace, &new);
        board.show(Open::New(doctype));
        away();
    };
    let drop = move |_| {
        // The row goes, and its buttons with it.
        focus(&opener(&Open::New(doctype)));
        away();
    };
    view! {
        <p class="field-trouble"><AlertIcon/><span>"ERPNext did not take it: " {words}</span></p>
        <span class="decide-buttons">
            <button type="button" class="button button-small" on:click=again>"Change it"</button>
            <button type="button" class="button button-small" on:click=drop>"Drop it"</button>
        </span>
    }
}
