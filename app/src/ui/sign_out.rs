//! The way out.

use super::icon::LeaveIcon;
use leptos::prelude::*;

/// A plain form: it works without scripts, and the page that follows starts with nothing in memory.
#[component]
pub fn SignOut() -> impl IntoView {
    view! {
        <form method="post" action="/api/sign_out" class="sign-out">
            <button type="submit" class="icon-button" aria-label="Sign out" title="Sign out">
                <LeaveIcon/>
            </button>
        </form>
    }
}
