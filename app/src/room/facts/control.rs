//! The control for each kind of field.

use leptos::{html, prelude::*};
use vocabulary::{
    DESCRIPTION_LIMIT_CHARS, IssueStatus, Priority, SUBJECT_LIMIT_CHARS, TaskStatus, WorkDoctype,
    WorkField,
};

/// A control that shows `value`, and tells what is typed into it and chosen in it. Nothing is saved by that: a list changes
/// with every arrow key, and a date with every digit.
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
    /// Whether it can only be read.
    #[prop(into)]
    readonly: Signal<bool>,
    /// Whether what it shows cannot stay; the element with the control's id and `-trouble` says why.
    #[prop(into)]
    invalid: Signal<bool>,
    /// Something was typed or chosen.
    typed: Callback<String>,
    /// Enter was pressed.
    entered: Callback<()>,
) -> impl IntoView {
    let is_invalid = move || invalid.get().then_some("true");
    let reason = format!("{id}-trouble");
    let described = move || invalid.get().then(|| reason.clone());
    match field {
        WorkField::Status | WorkField::Priority => {
            let described = StoredValue::new(described);
            let id = StoredValue::new(id);
            let described = move || described.with_value(|described| described());
            view! {
                <Show
                    when=move || !readonly.get()
                    fallback=move || view! { <input id=id.get_value() class="control" readonly prop:value=value/> }
                >
                    <select
                        id=id.get_value() class="control" prop:value=value
                        aria-invalid=is_invalid aria-describedby=described
                        on:change=move |event| typed.run(event_target_value(&event))
                    >
                        <Choices offered=offered(doctype, field) value/>
                    </select>
                </Show>
            }
            .into_any()
        }
        WorkField::Description => view! {
            <textarea
                id=id class="control" rows="4" dir="auto" prop:value=value readonly=readonly
                aria-invalid=is_invalid aria-describedby=described
                maxlength=DESCRIPTION_LIMIT_CHARS.to_string()
                on:input=move |event| typed.run(event_target_value(&event))
            ></textarea>
        }
        .into_any(),
        WorkField::Subject
        | WorkField::Progress
        | WorkField::ExpStartDate
        | WorkField::ExpEndDate
        | WorkField::Assigned => {
            let is_number = field == WorkField::Progress;
            let input = NodeRef::<html::Input>::new();
            // Half a date or number has no value: writing that back would take what is typed so far.
            Effect::new(move |_| {
                let now = value.get();
                if let Some(input) = input.get()
                    && input.value() != now
                {
                    input.set_value(&now);
                }
            });
            view! {
                <input
                    node_ref=input id=id class="control" autocomplete="off" readonly=readonly type=kind(field)
                    dir=(field == WorkField::Subject).then_some("auto")
                    min=is_number.then_some("0") max=is_number.then_some("100")
                    maxlength=SUBJECT_LIMIT_CHARS.to_string()
                    aria-invalid=is_invalid aria-describedby=described
                    on:input=move |event| typed.run(event_target_value(&event))
                    on:keydown=move |event| {
                        if event.key() == "Enter" && !event.is_composing() {
                            event.prevent_default();
                            entered.run(());
                        }
                    }
                />
            }
            .into_any()
        }
    }
}

/// The choices of a list, and whatever it has shown that is none of them: that one stays, so that none moves.
#[component]
fn Choices(offered: Vec<String>, value: Signal<String>) -> impl IntoView {
    let choices = Memo::new(move |before: Option<&Vec<String>>| {
        let mut choices = before.unwrap_or(&offered).clone();
        let now = value.get();
        if !now.is_empty() && !choices.contains(&now) {
            choices.insert(0, now);
        }
        choices
    });
    view! {
        <For each=move || choices.get() key=String::clone let:choice>
            <option value=choice.clone() selected=value.with_untracked(|now| *now == choice)>{choice.clone()}</option>
        </For>
    }
}

const fn kind(field: WorkField) -> &'static str {
    match field {
        WorkField::ExpStartDate | WorkField::ExpEndDate => "date",
        WorkField::Progress => "number",
        _ => "text",
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
