//! A place where nothing is yet.

use leptos::prelude::*;

/// What it is, an example of what will be here, and one thing to do.
#[component]
pub fn Empty(
    /// In a few words.
    title: &'static str,
    /// What it is, and how something comes here.
    more: &'static str,
    /// Something that could stand here.
    #[prop(optional)]
    example: Option<&'static str>,
    /// The one thing to do.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="room-empty">
            <h2>{title}</h2>
            <p>{more}</p>
            {example.map(|example| view! { <p class="empty-example">{example}</p> })}
            {children.map(|children| view! { <p class="empty-act">{children()}</p> })}
        </div>
    }
    .into_any()
}
