//! The control for each kind of field.

use leptos::prelude::*;
use vocabulary::{
    DESCRIPTION_LIMIT_CHARS, IssueStatus, Priority, SUBJECT_LIMIT_CHARS, TaskStatus, WorkDoctype,
    WorkField,
};

/// A control that shows `value` and tells what was typed, and what was chosen for good.
#[component]
pub(super) fn Control(
    /// Of which doctype.
    doctype: WorkDoctype,
    /// Of which field.
    field: WorkField,
    /// The id its label names.
    id: String,
    /// What it shows.
    #[prop(into)]
    value: Signal<String>,
    /// Whether nothing can be changed.
    #[prop(into)]
    disabled: Signal<bool>,
    /// Something was typed.
    typed: Callback<String>,
    /// Something was chosen, or Enter was pressed.
    chosen: Callback<String>,
) -> impl IntoView {
    match field {
        WorkField::Status | WorkField::Priority => {
            let options = move || {
                let now = value.get();
                let mut options = offered(doctype, field);
                if !now.is_empty() && !options.contains(&now) {
                    options.insert(0, now.clone());
                }
                let option = |one: String| {
                    let selected = one == now;
                    view! { <option value=one.clone() selected=selected>{one.clone()}</option> }
                };
                options.into_iter().map(option).collect_view()
            };
            view! {
                <select
                    id=id class="control" prop:value=value disabled=disabled
                    on:change=move |event| chosen.run(event_target_value(&event))
                >
                    {options}
                </select>
            }
            .into_any()
        }
        WorkField::ExpStartDate | WorkField::ExpEndDate => view! {
            <input
                id=id class="control" type="date" prop:value=value disabled=disabled
                on:change=move |event| chosen.run(event_target_value(&event))
            />
        }
        .into_any(),
        WorkField::Description => view! {
            <textarea
                id=id class="control" rows="4" dir="auto" prop:value=value disabled=disabled
                maxlength=DESCRIPTION_LIMIT_CHARS.to_string()
                on:input=move |event| typed.run(event_target_value(&event))
            ></textarea>
        }
        .into_any(),
        WorkField::Subject | WorkField::Progress | WorkField::Assigned => {
            let is_number = field == WorkField::Progress;
            view! {
                <input
                    id=id class="control" dir="auto" autocomplete="off" prop:value=value disabled=disabled
                    type=if is_number { "number" } else { "text" }
                    min=is_number.then_some("0") max=is_number.then_some("100")
                    maxlength=SUBJECT_LIMIT_CHARS.to_string()
                    on:input=move |event| typed.run(event_target_value(&event))
                    on:keydown=move |event| {
                        if event.key() == "Enter" && !event.is_composing() {
                            event.prevent_default();
                            chosen.run(event_target_value(&event));
                        }
                    }
                />
            }
            .into_any()
        }
    }
}

fn offered(doctype: WorkDoctype, field: WorkField) -> Vec<String> {
    match (field, doctype) {
        (WorkField::Status, WorkDoctype::Task) => words(TaskStatus::OFFERED),
        (WorkField::Status, WorkDoctype::Issue) => words(IssueStatus::OFFERED),
        (_, WorkDoctype::Task) => words(Priority::OFFERED),
        // Urgent is no Issue Priority that ERPNext comes with.
        (_, WorkDoctype::Issue) => {
            let mut words = words(Priority::OFFERED);
            words.retain(|word| word != Priority::Urgent.as_str());
            words
        }
    }
}

fn words(offered: &[impl ToString]) -> Vec<String> {
    offered.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_erpnext_sets_itself_is_not_offered() {
        let statuses = offered(WorkDoctype::Task, WorkField::Status);
        assert!(statuses.contains(&"Pending Review".to_owned()));
        assert!(!statuses.contains(&"Overdue".to_owned()));
        assert!(!offered(WorkDoctype::Issue, WorkField::Priority).contains(&"Urgent".to_owned()));
    }
}
