//! Who shall do it.

use super::{decide::Decide, item::Sheet};
use crate::ui::{
    Avatar,
    icon::{ClockIcon, CloseIcon},
};
use leptos::prelude::*;
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
        let others = sheet.colleagues().into_iter().filter(move |one| {
            !has.iter().any(|assigned| assigned.user.eq_ignore_ascii_case(&one.user))
        });
        others
            .map(|one| view! { <option value=one.user.clone()>{one.full_name}</option> })
            .collect_view()
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
                                    move |_| sheet.assign(user.clone(), false)
                                }
                            >
                                <CloseIcon/>
                            </button>
                        </Show>
                    </li>
                </For>
            </ul>
            <Show when=move || sheet.may_change()>
                <select
                    class="control" aria-label="Give it to" prop:value=""
                    on:change=move |event| {
                        let user = event_target_value(&event);
                        if !user.is_empty() {
                            sheet.assign(user, true);
                        }
                    }
                >
                    <option value="">"Give it to…"</option>
                    {others}
                </select>
            </Show>
            {under_way}
            {to_decide}
        </div>
    }
}
