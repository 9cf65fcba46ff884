//! One field of an open Task or Issue, changed where it stands.

use super::{control::Control, decide::Decide, drafts::Stage, item::Sheet};
use crate::ui::{
    focus,
    icon::{AlertIcon, ClockIcon},
};
use leptos::prelude::*;
use vocabulary::{Edit, EditState, WorkField};

/// Label, control, and whatever stands between it and ERPNext.
#[component]
pub(super) fn Field(
    /// The open Task or Issue.
    sheet: Sheet,
    /// Which field.
    field: WorkField,
) -> impl IntoView {
    let id = control_id(field);
    // Their buttons go with what they decide.
    let save = move |_| {
        focus(&control_id(field));
        sheet.save(field);
    };
    let forget = move |_| {
        focus(&control_id(field));
        sheet.forget(field);
    };
    let trouble_id = format!("{id}-trouble");
    let value = Memo::new(move |_| sheet.shows(field).unwrap_or_default());
    let stage = Memo::new(move |_| sheet.typed(field).map(|typed| typed.stage));
    let typing = move || matches!(stage.get(), Some(Stage::Typing));
    let failed = move || match stage.get() {
        Some(Stage::Failed(why)) => Some(why),
        _ => None,
    };
    let edits = Memo::new(move |_| sheet.edits(field));
    let waits = move || {
        let mine = stage.get() == Some(Stage::Sending);
        let under_way = edits.with(|edits| edits.iter().rev().find(|one| is_pending(one)).cloned());
        match under_way {
            Some(edit) if edit.by.id != sheet.me() => {
                Some(format!("{} has changed this; it is on its way to ERPNext", edit.by.full_name))
            }
            Some(_) => Some("On its way to ERPNext".to_owned()),
            None => mine.then(|| "Saving".to_owned()),
        }
    };
    let to_decide = move || edits.with(|edits| edits.iter().find(|one| !is_pending(one)).cloned());
    view! {
        <div class="field">
            <label for=id.clone()>{field.label()}</label>
            <Control
                doctype=sheet.doctype() field id value=value
                readonly=Signal::derive(move || !sheet.may_change())
                invalid=Signal::derive(move || failed().is_some())
                typed=Callback::new(move |text| sheet.type_into(field, text))
                entered=Callback::new(move |()| sheet.save(field))
            />
            <Show when=move || field == WorkField::Description && typing() && sheet.has_formatting()>
                <p class="field-note">"Saving this keeps the words and drops their formatting in ERPNext."</p>
            </Show>
            <Show when=typing>
                <span class="decide-buttons">
                    <button type="button" class="button button-small button-primary" on:click=save>
                        "Save"
                    </button>
                    <button type="button" class="button button-small" on:click=forget>
                        "Cancel"
                    </button>
                </span>
            </Show>
            {move || failed().map(|why| view! {
                <p id=trouble_id.clone() class="field-trouble" role="alert"><AlertIcon/><span>{why}</span></p>
                <span class="decide-buttons">
                    <button type="button" class="button button-small" on:click=save>"Try again"</button>
                    <button type="button" class="button button-small" on:click=forget>"Drop it"</button>
                </span>
            })}
            {move || waits().map(|words| view! {
                <p class="field-note" role="status"><ClockIcon/>{words}</p>
            })}
            {move || to_decide().map(|edit| view! { <Decide sheet edit/> })}
        </div>
    }
}

/// The id of a field's control.
pub(super) fn control_id(field: WorkField) -> String {
    format!("field-{}", field.as_str())
}

fn is_pending(edit: &Edit) -> bool {
    edit.state == EditState::Pending
}
