//! Before a workspace is picked.

use super::frame::Team;
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
                "A workspace opens for each ERPNext Project you may read, and none is shared with you yet. Ask the project manager to add you to the Project's users; the workspace appears here by itself."
            </p>
        }
        .into_any()
    } else {
        view! {
            <h1>"Pick a workspace"</h1>
            <p>
                "Each ERPNext Project has one: the team's talk with its open tasks and issues beside it. What you write stays with the team."
            </p>
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
