//! Before a workspace is picked.

use super::{found::IntoARoom, frame::Team};
use crate::ui::Mark;
use leptos::prelude::*;
use leptos_meta::Title;

/// Words that help to begin.
#[component]
pub fn PickPage() -> impl IntoView {
    let team = expect_context::<Team>();
    let words = if team.workspaces.is_empty() {
        view! {
            <h1>"No workspace yet"</h1>
            <p>
                "A workspace opens for each ERPNext Project you may read, and none is shared with you yet. Ask the project manager to add you to the Project's users."
            </p>
            <p class="empty-example">"Example: the Project “New website” opens a workspace with its talk, Tasks and Issues."</p>
            <p class="empty-act"><a class="button button-primary" href="" rel="external">"Look again"</a></p>
        }
        .into_any()
    } else {
        view! {
            <h1>"Pick a workspace"</h1>
            <p>
                "Each ERPNext Project has one: the team's talk with its open tasks and issues beside it. What you write stays with the team."
            </p>
            <p class="empty-act"><IntoARoom/></p>
        }
        .into_any()
    };
    view! {
        <Title text="Workspaces"/>
        <main class="pick">
            <Mark/>
            {words}
        </main>
    }
    .into_any()
}
