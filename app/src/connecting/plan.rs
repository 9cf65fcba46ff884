//! What would be done, and the button that does it.

use contract::ConnectingPlan;
use leptos::prelude::*;

/// The plan in words.
#[component]
pub fn ShownPlan(
    /// What would be done.
    plan: ConnectingPlan,
    /// Says yes to the plan with this id.
    agree: impl Fn(String) + Copy + Send + 'static,
    /// Goes back to the form.
    back: impl Fn() + Copy + Send + 'static,
) -> impl IntoView {
    let ConnectingPlan { id, site, administrator, told, notes } = plan;
    let is_done = told.is_empty();
    view! {
        <h2>{site}</h2>
        <p class="quiet">"As "{administrator}</p>
        {if is_done {
            view! { <p>"All that Parlance needs is there. Connecting again only writes its settings anew."</p> }.into_any()
        } else {
            view! {
                <p>"What is marked + will be made in ERPNext, what is marked ~ changed:"</p>
                <pre class="connect-plan">{told}</pre>
            }
                .into_any()
        }}
        <ul class="connect-notes">
            {notes.into_iter().map(|note| view! { <li>{note}</li> }).collect_view()}
        </ul>
        <p class="quiet">
            <code>"parlance disconnect"</code>" on the server takes all of this back; Communications stay."
        </p>
        <div class="connect-buttons">
            <button type="button" class="button button-primary" on:click=move |_| agree(id.clone())>
                {if is_done { "Write the settings anew" } else { "Do this in ERPNext" }}
            </button>
            <button type="button" class="button" on:click=move |_| back()>"Back"</button>
        </div>
    }
}
