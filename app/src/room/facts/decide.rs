//! What ERPNext did not take, and the two ways on.

use super::{field::control_id, item::Sheet};
use crate::ui::{focus, icon::AlertIcon};
use leptos::prelude::*;
use vocabulary::{Edit, EditState, Resolve, WorkField};

/// Both values of a conflict, or ERPNext's words about a refusal; nothing typed is lost until somebody decides.
#[component]
pub(super) fn Decide(
    /// The open Task or Issue.
    sheet: Sheet,
    /// What waits.
    edit: Edit,
) -> impl IntoView {
    let (id, field) = (edit.id, edit.field);
    let decide = move |resolve| {
        move |_| {
            // The question goes when it is answered.
            focus(&control_id(field));
            sheet.resolve(id, resolve);
        }
    };
    let mine = shown(edit.value.as_deref());
    match edit.state {
        EditState::Pending => ().into_any(),
        EditState::Conflict { theirs } => view! {
            <div class="decide" role="alert">
                <p class="field-trouble"><AlertIcon/><span>"Somebody changed this in ERPNext meanwhile. Nothing was overwritten."</span></p>
                <dl class="decide-values">
                    <div><dt>"Yours"</dt><dd dir="auto">{mine}</dd></div>
                    <div><dt>"In ERPNext"</dt><dd dir="auto">{shown(theirs.as_deref())}</dd></div>
                </dl>
                <span class="decide-buttons">
                    <button type="button" class="button button-small" on:click=decide(Resolve::KeepMine)>"Keep mine"</button>
                    <button type="button" class="button button-small" on:click=decide(Resolve::TakeTheirs)>"Take theirs"</button>
                </span>
            </div>
        }
        .into_any(),
        EditState::Refused { words } => view! {
            <div class="decide" role="alert">
                <p class="field-trouble"><AlertIcon/><span>"ERPNext did not take this: " {words}</span></p>
                {(edit.field == WorkField::Assigned).then(|| view! { <p class="field-note">{mine}</p> })}
                <span class="decide-buttons">
                    <button type="button" class="button button-small" on:click=decide(Resolve::KeepMine)>"Try again"</button>
                    <button type="button" class="button button-small" on:click=decide(Resolve::TakeTheirs)>"Drop my change"</button>
                </span>
            </div>
        }
        .into_any(),
    }
}

fn shown(value: Option<&str>) -> String {
    value.map_or_else(|| "nothing".to_owned(), str::to_owned)
}
