//! Views of a board that were given a name.

use super::wish::{Wish, address};
use crate::{
    ui::icon::{CloseIcon, SavedIcon},
    workspaces::Unread,
};
use leptos::{html, prelude::*};
use serde::{Deserialize, Serialize};
use vocabulary::{Preference, WorkDoctype};

/// The longest name of a view, in characters.
const NAME_LIMIT_CHARS: usize = 40;

/// A view that was given a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct View {
    name: String,
    wish: Wish,
}

const fn kept_as(doctype: WorkDoctype) -> Preference {
    match doctype {
        WorkDoctype::Task => Preference::TaskViews,
        WorkDoctype::Issue => Preference::IssueViews,
    }
}

/// The named views, and a name for the one that is shown.
#[component]
pub fn Views(
    /// Tasks or Issues.
    doctype: WorkDoctype,
    /// What is shown.
    wish: Memo<Wish>,
    /// Where the page is.
    #[prop(into)]
    path: Signal<String>,
) -> impl IntoView {
    let own = expect_context::<Unread>();
    let preference = kept_as(doctype);
    let views = Memo::new(move |_| {
        let kept = own.preference(preference);
        kept.and_then(|kept| serde_json::from_slice::<Vec<View>>(kept.as_bytes()).ok())
            .unwrap_or_default()
    });
    let problem = RwSignal::new(None::<String>);
    let keep = move |views: &[View]| match serde_json::to_string(views) {
        Ok(text) if preference.takes(&text) => {
            problem.set(None);
            own.prefer(preference, &text);
            true
        }
        Ok(_) | Err(_) => {
            problem.set(Some("There is no room for another view. Remove one first.".into()));
            false
        }
    };
    let name = NodeRef::<html::Input>::new();
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(input) = name.get_untracked() else { return };
        let called: String = input.value().trim().chars().take(NAME_LIMIT_CHARS).collect();
        if called.is_empty() {
            problem.set(Some("Give the view a name.".into()));
            let _ = input.focus();
            return;
        }
        let mut now = views.get_untracked();
        now.retain(|view| view.name != called);
        now.push(View { name: called, wish: wish.get_untracked() });
        if keep(&now) {
            input.set_value("");
        }
    };
    let drop = move |called: &str| {
        let mut now = views.get_untracked();
        now.retain(|view| view.name != called);
        keep(&now);
    };
    view! {
        <details class="views">
            <summary class="button button-small"><SavedIcon/>"Views"</summary>
            <div class="views-inside">
                <Show
                    when=move || views.with(|views| !views.is_empty())
                    fallback=|| view! { <p class="quiet">"A view keeps filters, columns and order under a name, such as “Late and mine”."</p> }
                >
                    <ul aria-label="Saved views">
                        <For each=move || views.get() key=|view| (view.name.clone(), view.wish.clone()) let:view>
                            <li class="view-row">
                                <a
                                    href={
                                        let wish = view.wish.clone();
                                        move || path.with(|path| address(path, &wish, None))
                                    }
                                    aria-current={
                                        let shows = view.wish.clone();
                                        move || wish.with(|wish| *wish == shows).then_some("true")
                                    }
                                >
                                    <bdi>{view.name.clone()}</bdi>
                                </a>
                                <button
                                    type="button" class="icon-button" aria-label=format!("Remove the view {}", view.name) title="Remove"
                                    on:click={
                                        let name = view.name.clone();
                                        move |_| drop(&name)
                                    }
                                >
                                    <CloseIcon/>
                                </button>
                            </li>
                        </For>
                    </ul>
                </Show>
                <form class="view-new" on:submit=save>
                    <input
                        node_ref=name class="control" autocomplete="off" aria-label="Name of this view" placeholder="Name of this view"
                        maxlength=NAME_LIMIT_CHARS.to_string()
                    />
                    <button type="submit" class="button button-small">"Save view"</button>
                </form>
                {move || problem.get().map(|words| view! { <p class="field-trouble" role="alert">{words}</p> })}
            </div>
        </details>
    }
}
