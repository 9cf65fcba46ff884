//! Signs beside the list of workspaces: something was begun there, and the way to all of it.

use super::Drafts;
use crate::ui::icon::PencilIcon;
use leptos::prelude::*;
use leptos_router::components::A;
use vocabulary::WorkspaceId;

/// A pencil where something was begun.
#[component]
pub fn DraftMark(
    /// Where.
    workspace: WorkspaceId,
) -> impl IntoView {
    let drafts = expect_context::<Drafts>();
    let begun = Memo::new(move |_| drafts.in_workspace(workspace));
    move || {
        begun.get().then(|| {
            view! { <span class="draft-mark" title="You have a draft here"><PencilIcon/><span class="unseen-words">"Draft"</span></span> }
        })
    }
}

/// The way to the Drafts page, with how much is there and whether something was not sent.
#[component]
pub fn DraftsLink() -> impl IntoView {
    let drafts = expect_context::<Drafts>();
    let count = Memo::new(move |_| drafts.count());
    view! {
        <A href="/drafts" attr:class="drafts-link">
            <PencilIcon/>
            <span>"Drafts"</span>
            {move || {
                let (all, failed) = count.get();
                if failed > 0 {
                    view! { <span class="drafts-failed">{failed}" not sent"</span> }.into_any()
                } else if all > 0 {
                    view! { <span class="drafts-count">{all}</span> }.into_any()
                } else {
                    ().into_any()
                }
            }}
        </A>
    }
}
