//! What one hears of an open Task or Issue.

use super::api::{document_rule, set_document_rule};
use leptos::{prelude::*, task::spawn_local};
use vocabulary::{DocumentRule, WorkDoctype, WorkspaceId};

/// The choice, on its sheet.
#[component]
pub fn FollowWork(
    /// Its workspace.
    workspace: WorkspaceId,
    /// Its doctype.
    doctype: WorkDoctype,
    /// Its name in ERPNext.
    name: String,
) -> impl IntoView {
    let rule = RwSignal::new(None::<DocumentRule>);
    let trouble = RwSignal::new(None::<String>);
    let name = StoredValue::new(name);
    Effect::new(move |_| {
        spawn_local(async move {
            let Some(name) = name.try_get_value() else { return };
            // Should it fail, the choice is not offered.
            if let Ok(known) = document_rule(workspace, doctype, name).await {
                rule.try_set(Some(known));
            }
        });
    });
    let choose = move |event| {
        let Ok(wanted) = event_target_value(&event).parse::<DocumentRule>() else { return };
        let before = rule.get_untracked();
        rule.set(Some(wanted));
        trouble.set(None);
        spawn_local(async move {
            let name = name.get_value();
            if let Err(problem) = set_document_rule(workspace, doctype, name, wanted).await {
                rule.try_set(before);
                trouble.try_set(Some(format!("It stays as it was. {problem}")));
            }
        });
    };
    let options = [
        (DocumentRule::Usual, "When it is given to me"),
        (DocumentRule::Follow, "Each message about it too"),
        (DocumentRule::Mute, "Nothing"),
    ];
    view! {
        <Show when=move || rule.get().is_some()>
            <label class="field follow-work">
                <span class="field-label">"Tell me"</span>
                <select
                    class="control" prop:value=move || rule.get().unwrap_or(DocumentRule::Usual).as_str()
                    on:change=choose
                >
                    {options.map(|(one, words)| view! { <option value=one.as_str()>{words}</option> }).collect_view()}
                </select>
            </label>
        </Show>
        {move || trouble.get().map(|words| view! { <p class="alert" role="alert">{words}</p> })}
    }
    .into_any()
}
