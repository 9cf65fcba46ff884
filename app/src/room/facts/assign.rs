//! Who shall do it.

use super::{decide::Decide, field::control_id, item::Sheet};
use crate::ui::{
    Avatar, focus,
    icon::{ClockIcon, CloseIcon},
};
use leptos::{html, prelude::*};
use vocabulary::{EditState, WorkField};

/// Whom it is given to, and a choice of the Project's people.
#[component]
pub(super) fn Assignees(
    /// The open Task or Issue.
    sheet: Sheet,
) -> impl IntoView {
    let assigned = Memo::new(move |_| sheet.assigned());
    let edits = Memo::new(move |_| sheet.edits(WorkField::Assigned));
    let name_of = move |user: &str| {
        let known = sheet.colleagues().into_iter().find(|one| one.user.eq_ignore_ascii_case(user));
        known.map_or_else(|| user.to_owned(), |one| one.full_name)
    };
    let under_way = move || {
        let pending = edits.get().into_iter().filter(|edit| edit.state == EditState::Pending);
        let words = pending.filter_map(|edit| match (edit.value, edit.base) {
            (Some(user), _) => Some(format!("{} is being given it", name_of(&user))),
            (None, Some(user)) => Some(format!("It is being taken from {}", name_of(&user))),
            (None, None) => None,
        });
        words
            .map(|words| view! { <p class="field-note" role="status"><ClockIcon/>{words}</p> })
            .collect_view()
    };
    let to_decide = move || {
        let waiting = edits.get().into_iter().filter(|edit| edit.state != EditState::Pending);
        waiting.map(|edit| view! { <Decide sheet edit/> }).collect_view()
    };
    let others = move || {
        let has = assigned.get();
        let mut others = sheet.colleagues();
        others.retain(|one| {
            !has.iter().any(|assigned| assigned.user.eq_ignore_ascii_case(&one.user))
        });
        others
    };
    let id = control_id(WorkField::Assigned);
    let chosen = NodeRef::<html::Select>::new();
    let assign = move |_| {
        let Some(chosen) = chosen.get_untracked() else { return };
        let user = chosen.value();
        let _ = chosen.focus();
        if !user.is_empty() {
            chosen.set_value("");
            sheet.assign(user, true);
        }
    };
    view! {
        <div class="field" role="group" aria-label="Assigned to">
            <span class="field-label">"Assigned to"</span>
            <ul class="assignees">
                <For each=move || assigned.get() key=|one| one.user.clone() let:one>
                    <li class="assignee">
                        <Avatar name=one.full_name.clone()/>
                        <bdi>{one.full_name.clone()}</bdi>
                        <Show when=move || sheet.may_change()>
                            <button
                                type="button" class="icon-button" aria-label=format!("Take it from {}", one.full_name)
                                on:click={
                                    let user = one.user.clone();
                                    move |_| {
                                        focus(&control_id(WorkField::Assigned));
                                        sheet.assign(user.clone(), false);
                                    }
                                }
                            >
                                <CloseIcon/>
                            </button>
                        </Show>
                    </li>
                </For>
            </ul>
            <Show when=move || sheet.may_change()>
                <div class="assign">
                    <select node_ref=chosen id=id.clone() class="control" aria-label="Give it to">
                        <option value="">"Give it to…"</option>
                        <For each=others key=|one| one.user.clone() let:one>
                            <option value=one.user.clone()>{one.full_name}</option>
                        </For>
                    </select>
                    <button type="button" class="button button-small" on:click=assign>"Assign"</button>
                </div>
            </Show>
            {under_way}
            {to_decide}
        </div>
    }
}
