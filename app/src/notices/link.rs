//! The way to the page of notices, with how many are new.

use crate::{ui::icon::BellIcon, workspaces::Unread};
use leptos::prelude::*;
use leptos_router::components::A;
use vocabulary::UNREAD_LIMIT;

/// The link at the side.
#[component]
pub fn ActivityLink() -> impl IntoView {
    let own = expect_context::<Unread>();
    let count = Memo::new(move |_| own.notices());
    let number = move || {
        let count = count.get();
        let shown = if count >= UNREAD_LIMIT { "99+".to_owned() } else { count.to_string() };
        let words =
            if count == 1 { "1 new notice".to_owned() } else { format!("{shown} new notices") };
        (count > 0).then(|| {
            view! { <span class="mention-count activity-count" role="img" aria-label=words>{shown}</span> }
        })
    };
    view! {
        <A href="/activity" attr:class="sidebar-link">
            <BellIcon/>
            <span class:sidebar-unread=move || count.get() != 0>"Activity"</span>
            {number}
        </A>
    }
}
